package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"foyer/radio"
)

// maxSourceFile is the largest file of payloads that is read, in bytes.
const maxSourceFile = 256 << 20

// sourceFlags are the flags of foyer replay --source.
type sourceFlags struct {
	source, from, at string
}

func (f *sourceFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.source, "source", "", "decode FILE, what a source of this `NAME` sends, to canonical reports: a name of the list that --source list prints, its maker (aruba, openwrt), or auto")
	fl.StringVar(&f.from, "from", "sender", "with --source: who sent it, where the payload does not say, such as `HOST#INTERFACE`")
	fl.StringVar(&f.at, "at", "", "with --source: when it arrived, RFC 3339 `TIME`; without it, with the newest reading in it, or now")
}

// args checks that there is one argument, or none if the sources are listed.
func (f *sourceFlags) args(cmd *cobra.Command, args []string) error {
	if f.source == "list" {
		return cobra.NoArgs(cmd, args)
	}
	return cobra.ExactArgs(1)(cmd, args)
}

// run decodes a file, or lists the names of the sources.
func (f *sourceFlags) run(cmd *cobra.Command, args []string) error {
	if f.source == "list" {
		return listSources(cmd.OutOrStdout())
	}
	if !radio.FormatName(f.source) {
		var names strings.Builder
		if err := listSources(&names); err != nil {
			return err
		}
		return fmt.Errorf("--source %s: %w; there are\n%s", f.source, radio.ErrFormatName, names.String())
	}
	o := radio.DecodeOptions{From: f.from, Now: time.Now()}
	if f.at != "" {
		at, err := time.Parse(time.RFC3339, f.at)
		if err != nil {
			return fmt.Errorf("--at: want a time as 2026-11-22T10:00:00Z: %w", err)
		}
		o.At = at
	}
	file, err := readSource(cmd.InOrStdin(), args[0])
	if err != nil {
		return err
	}
	n, err := radio.Decode(f.source, file, o, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "reports: %d, vendor's positions: %d, malformed rows: %d, refused payloads: %d", n.Reports, n.Hints, n.Malformed, n.Refused)
	if n.First != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "; the first: %v", n.First)
	}
	fmt.Fprintln(cmd.ErrOrStderr())
	return nil
}

// readSource reads the file called name, or stdin for "-".
func readSource(stdin io.Reader, name string) ([]byte, error) {
	r := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		r = file
	}
	b, err := io.ReadAll(io.LimitReader(r, maxSourceFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case len(b) > maxSourceFile:
		return nil, fmt.Errorf("%s: larger than %d MiB: split it", name, maxSourceFile>>20)
	}
	return b, nil
}

func listSources(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for name, about := range radio.Formats() {
		fmt.Fprintf(t, "%s\t%s\n", name, about)
	}
	return t.Flush()
}
