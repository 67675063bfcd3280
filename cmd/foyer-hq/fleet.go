package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

func fleetCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "fleet", Short: "All stores at once"}
	c.AddCommand(fleetStatus(dir))
	return c
}

func fleetStatus(dir *string) *cobra.Command {
	var asJSON, trouble bool
	c := &cobra.Command{
		Use:   "status",
		Short: "How every store is: line, version, backlog, health; those to look at first",
		Long: `How every store is: its line, its version, the events it holds, the documents and
messages that are not in force there, and what somebody should look at. Those
stores come first. The same is a page at headquarters' door: /fleet.`,
		Example: "  foyer-hq fleet status\n  foyer-hq fleet status --trouble\n  foyer-hq fleet status --json | jq '.[] | select(.link!=\"up\") | .store'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []office.StoreStatus
			if err := call(cmd.Context(), *dir, "status", struct{}{}, &all); err != nil {
				return err
			}
			all = office.WorstFirst(all, time.Now())
			if trouble {
				for i, s := range all {
					if len(s.Troubles(time.Now())) == 0 {
						all = all[:i]
						break
					}
				}
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(all)
			}
			return fleetTable(cmd.OutOrStdout(), all, time.Now())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.Flags().BoolVar(&trouble, "trouble", false, "only stores that somebody should look at")
	return c
}

func fleetTable(out io.Writer, all []office.StoreStatus, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STORE\tLINK\tVERSION\tHEARD\tBACKLOG\tPENDING\tLOST\tTO LOOK AT")
	up, waiting := 0, 0
	for _, s := range all {
		link := s.Link
		switch link {
		case "up":
			up++
		case "":
			link = "-"
		}
		waiting += s.Backlog
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", s.Store, link, s.Version, ago(s.Contact, now), s.Backlog, s.Pending, s.Lost,
			strings.Join(s.Troubles(now), "; "))
	}
	err := w.Flush()
	_, err2 := fmt.Fprintf(out, "%d of %d stores have their line up; %d events wait in stores\n", up, len(all), waiting)
	return errors.Join(err, err2)
}

// ago says how long ago something was, for a table.
func ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return "never"
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}
