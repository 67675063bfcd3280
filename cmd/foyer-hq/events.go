package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

const pollEvents = 300 * time.Millisecond

func eventsCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "events", Short: "What the stores reported"}
	var store string
	for _, sub := range []struct {
		use, short string
		follow     bool
	}{
		{"list", "Print every event, one JSON object a line", false},
		{"tail", "Print events as they come, until stopped", true},
	} {
		cmd := &cobra.Command{Use: sub.use, Short: sub.short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return events(cmd.Context(), *dir, store, sub.follow, cmd.OutOrStdout())
		}}
		cmd.Flags().StringVar(&store, "store", "", "only this store's")
		c.AddCommand(cmd)
	}
	return c
}

// events prints the log; to follow begins at its end.
func events(ctx context.Context, dir, store string, follow bool, out io.Writer) error {
	file, err := os.Open(filepath.Join(dir, office.LogName))
	if err != nil {
		return fmt.Errorf("events: %w; foyer-hq serve makes it", err)
	}
	defer func() { file.Close() }()
	var at int64
	if follow {
		if at, err = end(file); err != nil {
			return err
		}
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		n, err := office.ScanEvents(io.NewSectionReader(file, at, 1<<62), func(e office.Event) error {
			if store != "" && store != e.Store {
				return nil
			}
			return enc.Encode(e)
		})
		if err != nil || !follow {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
		at += n
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pollEvents):
		}
		if file, err = os.Open(filepath.Join(dir, office.LogName)); err != nil { // an erasure replaces it
			return fmt.Errorf("events: %w", err)
		}
	}
}

// end returns where the last whole line ends.
func end(file *os.File) (int64, error) {
	return office.ScanEvents(io.NewSectionReader(file, 0, 1<<62), func(office.Event) error { return nil })
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

func table(out io.Writer, all []office.StoreStatus) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STORE\tLINK\tVERSION\tLAST HEARD\tBACKLOG\tLOST\tPENDING\tREFUSED")
	var remarks []string
	for _, s := range all {
		link, heard := s.Link, "never"
		if link == "" {
			link = "-"
		}
		if !s.Contact.IsZero() {
			heard = s.Contact.Local().Format(time.DateTime)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\n", s.Store, link, s.Version, heard, s.Backlog, s.Lost, s.Pending, len(s.Rejected))
		if b := s.Back; b != nil {
			remarks = append(remarks, fmt.Sprintf("store %s: its ledger of who saw what went back at %s: it had row %d with the hash %s, and then row %d with %s. "+
				"Somebody replaced it or wrote it anew. If that was meant (foyer run --accept-loss ledger.db, a new box): foyer-hq ledger accept --store %s",
				s.Store, b.At.Local().Format(time.DateTime), b.Was.Seq, b.Was.Hash, b.Now.Seq, b.Now.Hash, s.Store))
		}
		for _, d := range s.Documents {
			if d.Outcome == "rejected" {
				remarks = append(remarks, fmt.Sprintf("store %s refuses %s revision %d: %s", s.Store, d.Kind.Name(), d.Rev, d.Reason))
			}
		}
	}
	errs := []error{w.Flush()}
	for _, r := range remarks {
		_, err := fmt.Fprintln(out, r)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
