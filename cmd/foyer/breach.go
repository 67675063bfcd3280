package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"foyer/box/account"
	"foyer/web/admin"
)

func breachCommand() *cobra.Command {
	var socket, since string
	var subjects, asJSON bool
	cmd := &cobra.Command{
		Use:   "breach-scope",
		Short: "Say what a copy of this box's disk would open",
		Long: `Say whose data whoever took a copy of this box's disk can read: for each bucket
of each file how many rows, of how many people, which fields, what they are
sealed under, and whether the key for that lies on the same disk. It is made from
what the program declares of itself and from counting; it is for the notification
of a breach (GDPR, Articles 33 and 34), and worth reading before one.

With --since, of a copy that was taken then: what was erased since is counted
too, for such a copy still holds it; rows of the ledger written later are not. A
day means its beginning.
--subjects adds the customers' pseudonyms, for whoever has to write to them.`,
		Example: `  foyer breach-scope
  foyer breach-scope --since 2026-11-20 --subjects
  foyer breach-scope --since 2026-11-20T22:00:00+01:00 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := admin.Scope{Subjects: subjects}
			var err error
			if since != "" {
				if q.Since, err = moment(since); err != nil {
					return err
				}
			}
			data, err := admin.AskScope(cmd.Context(), socket, q)
			if err != nil {
				return err
			}
			if asJSON {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n", data)
				return err
			}
			var s account.Scope
			if err := json.Unmarshal(data, &s); err != nil {
				return err
			}
			return s.Markdown(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&socket, "socket", defaultSocket, "the running box's admin socket")
	cmd.Flags().StringVar(&since, "since", "", "when the copy was taken: a `time` like 2026-11-20 or 2026-11-20T22:00:00+01:00")
	cmd.Flags().BoolVar(&subjects, "subjects", false, "name the customers by their pseudonyms")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// moment reads a day, which begins here, or a time.
func moment(s string) (time.Time, error) {
	if at, err := time.ParseInLocation(time.DateOnly, s, time.Local); err == nil {
		return at, nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return at, fmt.Errorf("--since %q: want a day like 2026-11-20 or a time like 2026-11-20T22:00:00+01:00", s)
	}
	return at, nil
}
