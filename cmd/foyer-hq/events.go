package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

const pollEvents = 300 * time.Millisecond

func eventsCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "events", Short: "What the stores reported"}
	for _, sub := range []struct {
		use, short string
		follow     bool
	}{
		{"list", "Print every event, one JSON object a line", false},
		{"tail", "Print events as they come, until stopped", true},
	} {
		cmd := &cobra.Command{Use: sub.use, Short: sub.short, Args: cobra.NoArgs}
		w := wantedFlags(cmd)
		cmd.RunE = func(cmd *cobra.Command, _ []string) error {
			if err := w.check(); err != nil {
				return err
			}
			print := newPrinter(cmd.OutOrStdout(), w)
			if sub.follow {
				return follow(cmd.Context(), *dir, print)
			}
			return list(*dir, print)
		}
		c.AddCommand(cmd)
	}
	c.AddCommand(exportCommand(dir))
	return c
}

// newPrinter prints the events that are wanted.
func newPrinter(out io.Writer, w *wanted) func(office.Event) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return func(e office.Event) error {
		if !w.has(e) {
			return nil
		}
		return enc.Encode(e)
	}
}

func openLog(dir string) (*os.File, error) {
	file, err := os.Open(filepath.Join(dir, office.LogName))
	if err != nil {
		return nil, fmt.Errorf("events: %w; foyer-hq serve makes it", err)
	}
	return file, nil
}

func list(dir string, print func(office.Event) error) error {
	_, err := scan(dir, 0, print)
	return err
}

// follow prints what comes from now on. An erasure replaces the log by one in
// which all stands where it was, so it is opened anew for each look.
func follow(ctx context.Context, dir string, print func(office.Event) error) error {
	at, err := scan(dir, 0, func(office.Event) error { return nil })
	for err == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pollEvents):
		}
		var n int64
		n, err = scan(dir, at, print)
		at += n
	}
	return err
}

func scan(dir string, at int64, fn func(office.Event) error) (int64, error) {
	file, err := openLog(dir)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	return office.ScanEvents(io.NewSectionReader(file, at, 1<<62), fn)
}

func statusCommand(dir *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "How every store's link and documents stand",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []office.StoreStatus
			if err := call(cmd.Context(), *dir, "status", struct{}{}, &all); err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(all)
			}
			return table(cmd.OutOrStdout(), all)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}
