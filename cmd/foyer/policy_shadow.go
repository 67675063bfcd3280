package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"foyer/concierge"
	"foyer/policy"
	"foyer/web/admin"
)

func shadowCommand() *cobra.Command {
	var socket string
	var asJSON bool
	c := &cobra.Command{
		Use:   "shadow",
		Short: "Say what a table that is being tried would change",
		Long: `Headquarters may have a table tried before it is in force: the running box proves
it, decides every purchase of every card by both tables, shows what the one in
force says, and counts where the other would have answered differently. Cases met
on fewer than five cards are not told apart, and nobody is named.`,
		Example: "  foyer policy shadow\n  foyer policy shadow --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := admin.Get(cmd.Context(), socket, "/policy/shadow")
			if err != nil || asJSON {
				return printed(cmd, data, err)
			}
			var t concierge.Trial
			if err := json.Unmarshal(data, &t); err != nil {
				return fmt.Errorf("read the trial: %w", err)
			}
			return writeTrial(cmd.OutOrStdout(), t)
		},
	}
	c.Flags().StringVar(&socket, "socket", defaultSocket, "the box's admin socket")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// writeTrial prints what a trial has come to, for people.
func writeTrial(out io.Writer, t concierge.Trial) error {
	f := t.Found
	fmt.Fprintf(out, "Table %q is tried beside %q since %s.\n", t.Version, t.Against, t.Since.Local().Format(time.DateTime))
	if f.Cards == 0 {
		fmt.Fprintln(out, "No card has been made since.")
		return nil
	}
	fmt.Fprintf(out, "%d of %d cards would change: of %d purchases %d looser (+), %d stricter (-).\n",
		f.CardsChanged, f.Cards, f.Items, f.Looser, f.Stricter)
	if len(f.Cases) > 0 {
		fmt.Fprintln(out)
	}
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, c := range f.Cases {
		if i == 0 {
			fmt.Fprintln(tw, "\titems\twas\tbecomes\trules\twhen")
		}
		mark := "-"
		if c.Loosens {
			mark = "+"
		}
		fmt.Fprintf(tw, "%s\t%d\t%s\t%s\t%s\t%s\n", mark, c.Items, c.Was, c.Becomes, c.Rules, c.When)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if f.Few > 0 {
		fmt.Fprintf(out, "\n%d more in cases met on fewer than %d cards.\n", f.Few, policy.MinSeen)
	}
	return nil
}
