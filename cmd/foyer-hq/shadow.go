package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

func shadowCommand(dir *string) *cobra.Command {
	c := &cobra.Command{
		Use:   "shadow",
		Short: "Try a discretion table in a store before it is in force",
		Long: `Try a discretion table in a store before it is in force. The store proves it, goes
on showing what the table in force says, decides every purchase of every card by
both, and reports what would change: numbers by case, nobody by name. Then promote
the table, or drop it.`,
		Example: `  foyer-hq shadow push draft.json --store 014
  foyer-hq shadow report --store 014
  foyer-hq shadow promote --store 014`,
	}
	var store string
	sub := func(use, short string, args cobra.PositionalArgs, do func(cmd *cobra.Command, args []string) error) {
		s := &cobra.Command{Use: use, Short: short, Args: args, RunE: do}
		s.Flags().StringVar(&store, "store", "", "the store")
		required(s, "store")
		c.AddCommand(s)
	}
	sub("push FILE", "Prove a table and have a store try it", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		table, err := document(cmd.InOrStdin(), wire.DownPolicy, args)
		if err != nil {
			return fmt.Errorf("shadow push: %w", err)
		}
		if err := check(wire.DownPolicy, table); err != nil {
			return fmt.Errorf("shadow push: not sent: %w", err)
		}
		return pushShadow(cmd, *dir, store, wire.Shadow{Table: table}, "the trial is revision %d for store %s; see: foyer-hq shadow report --store %s\n")
	})
	sub("drop", "End the trial; the table in force stays", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		return pushShadow(cmd, *dir, store, wire.Shadow{}, "the trial ends with revision %d for store %s; its last report: foyer-hq shadow report --store %s\n")
	})
	sub("promote", "Put the table that is tried in force, and end the trial", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		var out pushAnswer
		if err := call(cmd.Context(), *dir, "promote", ledgerRequest{store}, &out); err != nil {
			return err
		}
		cmd.Printf("policy is revision %d for store %s; see: foyer-hq status\n", out.Rev, store)
		return nil
	})
	sub("report", "Print what the last trial has come to", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		r, at, err := lastReport(*dir, store)
		if err != nil {
			return err
		}
		return writeReport(cmd.OutOrStdout(), r, at)
	})
	return c
}

func pushShadow(cmd *cobra.Command, dir, store string, w wire.Shadow, words string) error {
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	var out pushAnswer
	if err := call(cmd.Context(), dir, "push", pushRequest{store, wire.DownShadow, [][]byte{data}}, &out); err != nil {
		return err
	}
	cmd.Printf(words, out.Rev, store, store)
	return nil
}

// lastReport finds a store's newest report in the log of events.
func lastReport(dir, store string) (r wire.ShadowReport, at time.Time, err error) {
	file, err := os.Open(filepath.Join(dir, office.LogName))
	if err != nil {
		return r, at, fmt.Errorf("shadow report: %w; foyer-hq serve makes it", err)
	}
	defer file.Close()
	_, err = office.ScanEvents(file, func(e office.Event) error {
		if e.Kind != wire.UpShadow || e.Store != store {
			return nil
		}
		got, err := wire.Decode[wire.ShadowReport](e.Payload)
		if err == nil {
			r, at = got, e.At
		}
		return nil // of another version of the box
	})
	if err == nil && at.IsZero() {
		err = errors.New("shadow report: the store has reported nothing yet; it does every hour in which cards are made")
	}
	return r, at, err
}

func writeReport(out io.Writer, r wire.ShadowReport, at time.Time) error {
	fmt.Fprintf(out, "Table %q beside %q, from %s to %s.\n", r.Version, r.Against, r.Since.Local().Format(time.DateTime), at.Local().Format(time.DateTime))
	fmt.Fprintf(out, "%d of %d cards would change: of %d purchases %d looser, %d stricter.\n", r.CardsChanged, r.Cards, r.Items, r.Looser, r.Stricter)
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, c := range r.Cases {
		if i == 0 {
			fmt.Fprintln(tw, "\nITEMS\tWAS\tBECOMES\tRULES\tWHEN")
		}
		fmt.Fprintf(tw, "%d\t%s\t%s\t%s\t%s\n", c.Items, c.Was, c.Becomes, c.Rules, c.When)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if r.Few > 0 {
		fmt.Fprintf(out, "\n%d more in cases met on fewer than five cards.\n", r.Few)
	}
	return nil
}
