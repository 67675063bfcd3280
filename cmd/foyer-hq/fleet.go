package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"foyer/cmd/foyer-hq/fleet"
	"foyer/sync/office"

	"github.com/spf13/cobra"
)

func fleetCommand(dir *string) *cobra.Command {
	var o fleet.Options
	var asJSON, verbose bool
	c := &cobra.Command{
		Use:   "fleet",
		Short: "All stores at once; or a chain of many stores, played against a broker",
		Long: `With a subcommand: all stores at once. Without: play a chain of many stores against
a broker, and say how it did. Every store is a box's own link with an outbox on the
disk; events are recorded, sealed, sent, written and acknowledged as in earnest,
and a document is given to all of them in the middle. In the end headquarters' log
is held against what every store recorded.

It wants a folder of its own, which keeps the made-up stores for the next time, and
a broker that knows that folder's authority:

  foyer-hq --dir sim ca init --chain fleet
  foyer-hq --dir sim ca broker 127.0.0.1
  foyer-hq --dir sim ca mosquitto
  mosquitto -c sim/broker/mosquitto.conf &
  foyer-hq --dir sim fleet --stores 1000 --for 60s

The exit code is 1 if an event was lost, is missing or stands there twice.`,
		Example: "  foyer-hq --dir sim fleet --stores 1000 --for 60s --broker tls://127.0.0.1:8883 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Dir, o.Progress = *dir, parts(cmd.ErrOrStderr())
			if verbose {
				o.Log, o.Progress = logger(cmd.ErrOrStderr()), nil
			}
			r, err := fleet.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if asJSON {
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(r)
			} else {
				err = printFleet(cmd.OutOrStdout(), r)
			}
			if err == nil && r.Lost+r.Missing+r.Double > 0 {
				return fmt.Errorf("%d events lost, %d missing, %d double", r.Lost, r.Missing, r.Double)
			}
			return err
		},
	}
	c.Flags().IntVar(&o.Stores, "stores", 1000, "how many")
	c.Flags().DurationVar(&o.For, "for", time.Minute, "how long they record")
	c.Flags().Float64Var(&o.Rate, "rate", 0, "events a second of all together (as of 10,000 a day in each)")
	c.Flags().StringVar(&o.Broker, "broker", "", "the broker's address, if not the one given to ca broker")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&verbose, "verbose", false, "headquarters' log instead of a bar")
	c.AddCommand(fleetStatus(dir))
	return c
}

// parts draws one bar after another.
func parts(w io.Writer) func(part string, done, total int64) {
	name, draw := "", func(int64, int64) {}
	return func(part string, done, total int64) {
		if part != name {
			name, draw = part, bar(w, part)
		}
		draw(done, total)
	}
}

func printFleet(out io.Writer, r fleet.Report) error {
	_, err := fmt.Fprintf(out, `%d stores for %.0f s, connected within %.1f s
events         %d recorded, %d acknowledged; %d lost, %d missing, %d double
rate           %.0f events/s
acknowledged   after %.0f ms (half), %.0f ms (99 of 100)
a document     in force in all after %.1f s
memory         %d MiB, %d KiB a store
`, r.Stores, r.Seconds, r.ConnectAll, r.Recorded, r.Acknowledged, r.Lost, r.Missing, r.Double, r.PerSecond, r.AckP50, r.AckP99, r.PushAll, r.Memory>>20, r.Memory>>10/int64(max(r.Stores, 1)))
	return err
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
