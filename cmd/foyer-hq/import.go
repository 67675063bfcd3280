package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/cmd/foyer-hq/intake"
	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

// stageBytes is about how many bytes of profiles one request takes.
const stageBytes = 1 << 20

func importCommand(dir *string) *cobra.Command {
	var o intake.Options
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Give a file of profiles to stores, all of it or nothing",
		Long: `Give a file of profiles to stores, all of it or nothing. The whole file is checked
first, as closely as a store's box will; faults are told with file and line, and
then nothing is sent. What is sent is put aside until all of it is there, so that
a cut in the middle leaves nothing half done: run the command again. After that it
is handed out, also if this command is stopped.

FILE is NDJSON (one JSON object a line, as in sync/asyncapi.yaml under Profile), or a
CSV table whose first line names its columns. A cell with several entries has |
between them. What a table has no column for (what she stated, open services) needs
NDJSON.

` + listed(intake.Columns()) + `
What they bought stands in a table of its own, --purchases, one row per purchase, in
any order; every customer in it must be in FILE. A profile is given whole: what
stores knew of her purchases before is replaced. There is no column for a price.

` + listed(intake.PurchaseColumns()),
		Example: "  foyer-hq profiles import customers.csv --purchases purchases.csv --all --names\n  foyer-hq profiles import customers.ndjson --store 014 --store 015",
		Args:    cobra.ExactArgs(1),
	}
	c.Flags().StringVar(&o.Format, "format", "", "csv or ndjson (by the file's ending)")
	c.Flags().BoolVar(&o.Names, "names", false, "customers are the chain's own names: make pseudonyms of them")
	c.Flags().StringVar(&o.Purchases, "purchases", "", "a CSV `file` of what these customers bought, one row per purchase")
	t := targetFlags(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		o.Now = time.Now()
		n, err := checkFile(args[0], o, bar(cmd.ErrOrStderr(), "checking"))
		if err != nil {
			return fmt.Errorf("nothing was sent:\n%w", err)
		}
		if n == 0 {
			return fmt.Errorf("%s: no profile in it", args[0])
		}
		stores, err := importFile(cmd, *dir, args[0], o, *t)
		if err != nil {
			return err
		}
		cmd.Printf("%d profiles for %d stores; see: foyer-hq fleet status\n", n, stores)
		return nil
	}
	return c
}

// listed shows columns as --help does.
func listed(columns []intake.Column) string {
	var out strings.Builder
	for _, c := range columns {
		fmt.Fprintf(&out, "  %-16s %s\n", c.Name, c.Means)
	}
	return out.String()
}

func checkFile(path string, o intake.Options, tell func(done, total int64)) (n int, err error) {
	o.Progress = tell
	return n, intake.Each(path, o, func(int, json.RawMessage) error { n++; return nil })
}

// importFile stages a file that is good, commits it, and shows how far it is
// handed out.
func importFile(cmd *cobra.Command, dir, path string, o intake.Options, t office.Target) (stores int, err error) {
	ctx := cmd.Context()
	var names []string
	if err := call(ctx, dir, "resolve", t, &names); err != nil {
		return 0, err
	}
	var id importAnswer
	if err := call(ctx, dir, "import/begin", struct{}{}, &id); err != nil {
		return 0, err
	}
	s := staged{ctx: ctx, dir: dir, q: stageRequest{ID: id.ID, Names: o.Names}}
	o.Progress = bar(cmd.ErrOrStderr(), "bringing")
	if err := intake.Each(path, o, s.add); err != nil {
		return 0, fmt.Errorf("nothing was sent: %w", err)
	}
	if err := s.flush(); err != nil {
		return 0, fmt.Errorf("nothing was sent: %w", err)
	}
	done := make(chan error, 1)
	go func() {
		done <- callLong(ctx, dir, "import/commit", commitRequest{id.ID, office.Target{Stores: names}}, &importAnswer{})
	}()
	draw := bar(cmd.ErrOrStderr(), "handing out")
	for {
		select {
		case err := <-done:
			return len(names), err
		case <-time.After(pollEvents):
			var p importAnswer
			if err := call(ctx, dir, "import/progress", struct{}{}, &p); err == nil && p.Total > 0 {
				draw(int64(p.Moved), int64(p.Total))
			}
		}
	}
}

// staged gathers profiles for one request each.
type staged struct {
	ctx   context.Context
	dir   string
	q     stageRequest
	bytes int
}

func (s *staged) add(_ int, profile json.RawMessage) error {
	s.q.Profiles = append(s.q.Profiles, profile)
	if s.bytes += len(profile); s.bytes < stageBytes {
		return nil
	}
	return s.flush()
}

func (s *staged) flush() error {
	if len(s.q.Profiles) == 0 {
		return nil
	}
	err := call(s.ctx, s.dir, "import/stage", s.q, &struct{}{})
	s.q.Profiles, s.bytes = nil, 0
	return err
}

func rollbackCommand(dir *string) *cobra.Command {
	c := &cobra.Command{
		Use:   "rollback KIND",
		Short: "Give stores the document that was in force before, as a new revision",
		Long: `Give stores the document of a kind that was in force there before the one they
have. It is a new revision, and is sent until the store says that it is in force.
If one of the stores has none to go back to, nothing is sent to any.

Kinds: ` + strings.Join(reversible(), ", ") + ".",
		Example: "  foyer-hq rollback config --group pilot\n  foyer-hq rollback policy --all",
		Args:    cobra.ExactArgs(1),
	}
	t := targetFlags(c)
	wait := waitFlag(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(reversible(), args[0]) {
			why := "unknown kind"
			if slices.Contains(kinds(), args[0]) {
				why = "there is no going back to an earlier one"
			}
			return fmt.Errorf("rollback %s: %s: want one of %s", args[0], why, strings.Join(reversible(), ", "))
		}
		var out []office.Pushed
		if err := call(cmd.Context(), *dir, "rollback", pushToRequest{Target: *t, Kind: wire.Kind("down/" + args[0])}, &out); err != nil {
			return err
		}
		return pushed(cmd, *dir, args[0], out, *wait)
	}
	return c
}

func groupCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "group", Short: "Groups of stores, to push to"}
	set := &cobra.Command{
		Use:     "set NAME STORE...",
		Short:   "Say which stores a group has",
		Example: "  foyer-hq group set pilot 014 015",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd.Context(), *dir, "groups/set", groupRequest{args[0], args[1:]}, &struct{}{})
		},
	}
	remove := &cobra.Command{
		Use:   "remove NAME",
		Short: "End a group; its stores stay",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd.Context(), *dir, "groups/set", groupRequest{Name: args[0]}, &struct{}{})
		},
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the groups",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all map[string][]string
			if err := call(cmd.Context(), *dir, "groups/list", struct{}{}, &all); err != nil {
				return err
			}
			for _, name := range sortedKeys(all) {
				cmd.Printf("%s: %s\n", name, strings.Join(all[name], " "))
			}
			return nil
		},
	}
	c.AddCommand(set, remove, list)
	return c
}

// errNotInForce ends a command whose document is not in force everywhere.
var errNotInForce = errors.New("not in force everywhere: see above")
