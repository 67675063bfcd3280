package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// A figure is one line of foyer bench. Peer is what another product or method
// reached, Source where that comes from.
type figure struct {
	What   string  `json:"what"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	How    string  `json:"how,omitempty"`
	Peer   string  `json:"peer,omitempty"`
	Source string  `json:"source,omitempty"`
	MiB    float64 `json:"mib,omitempty"` // memory, in the table of costs
}

// bench is one run of the measurements; its figures come in order.
type bench struct {
	dir     string // for databases: the disk that is measured
	seconds int    // store time the thousand phones walk
	rounds  int    // of each measurement; the median counts
	warm    int    // seconds in which phones are found before a cost is measured
	found   []figure
}

func (b *bench) add(f figure) { b.found = append(b.found, f) }

func benchCommand() *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure this machine: reports, positions, memory, cards, the disk",
		Long: `Measure what this machine can do, on a made-up store of 40 x 25 m with ten
access points whose floor was surveyed by a made-up walk, and what a fix costs
on larger ones. It takes about a minute. Processor time counts where that is
the limit, so that a busy machine gives the same figures; what waits for the
disk is timed by the wall.

Figures of peers were measured on another machine, except where the source
says "here".`,
		Example: "  foyer bench\n  foyer bench --data /var/lib/foyer --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := os.MkdirTemp(data, "foyer-bench-")
			if err != nil {
				return fmt.Errorf("bench: %w", err)
			}
			defer os.RemoveAll(dir)
			b := &bench{dir: dir, seconds: 30, rounds: 5, warm: 5}
			if err := b.run(cmd.Context()); err != nil {
				return fmt.Errorf("bench: %w", err)
			}
			if asJSON {
				return b.json(cmd.OutOrStdout())
			}
			return b.table(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "`FOLDER` on the disk to measure, for example the box's data folder (default: the temporary one)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per figure")
	return cmd
}

// run measures everything. Memory comes first, while the process is small.
func (b *bench) run(ctx context.Context) error {
	site, err := newBenchSite(b.dir)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, *benchSite) error{b.phones, b.fixes, b.decisions, b.cards, b.fsync, b.costs} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := step(ctx, site); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) json(w io.Writer) error {
	enc := json.NewEncoder(w)
	for _, f := range b.found {
		if err := enc.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

// table prints the figures for people.
func (b *bench) table(w io.Writer) error {
	fmt.Fprintf(w, "foyer %s, %s/%s, %d processors, %s\n\n", version, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "what\there\tpeer\tsource of the peer's figure")
	for _, f := range b.found {
		if f.MiB > 0 {
			continue
		}
		fmt.Fprintf(t, "%s\t%s %s\t%s\t%s\n", f.What, amount(f.Value), f.Unit, f.Peer, f.Source)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	fmt.Fprintf(t, "%s\ta fix\tmemory\n", costBase)
	for _, f := range b.found {
		if f.MiB > 0 {
			fmt.Fprintf(t, "%s\t%s %s\t%s MiB\n", f.What, amount(f.Value), f.Unit, amount(f.MiB))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, f := range b.found {
		if f.How != "" {
			fmt.Fprintf(w, "%s: %s.\n", f.What, f.How)
		}
	}
	_, err := fmt.Fprintln(w, "Peers were measured on another, busy machine, except those measured here.")
	return err
}

// amount prints three figures that count, with thousands apart.
func amount(v float64) string {
	switch {
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	s := fmt.Sprintf("%.0f", v)
	var parts []string
	for ; len(s) > 3; s = s[:len(s)-3] {
		parts = append(parts, s[len(s)-3:])
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return strings.Join(parts, ",")
}

// median returns the middle value of several runs.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
