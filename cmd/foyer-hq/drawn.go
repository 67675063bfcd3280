package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

// planCommand is what stores drew themselves.
func planCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "plan", Short: "Floor plans that were drawn in the stores"}
	drawn := &cobra.Command{
		Use:   "drawn STORE",
		Short: "Print the plan that was last drawn in a store",
		Long: `Print the plan that a manager of a store last drew and put in use there. It holds
in the store until headquarters sends another. To make it headquarters' own, keep it
as a file, look at it, and push it.`,
		Example: "  foyer-hq plan drawn 014 > plan.json\n  foyer-hq push plan plan.json --store 014",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := lastDrawn(*dir, args[0])
			if err != nil {
				return err
			}
			var out bytes.Buffer
			if err := json.Indent(&out, p.Plan, "", "  "); err != nil {
				return fmt.Errorf("drawn plan: %w", err)
			}
			by := ""
			if p.By != "" {
				by = " by " + p.By
			}
			cmd.PrintErrf("drawn in store %s%s on %s, SHA-256 %s\n", args[0], by, p.At.Local().Format(time.DateTime), p.Digest)
			_, err = fmt.Fprintln(cmd.OutOrStdout(), out.String())
			return err
		},
	}
	c.AddCommand(drawn)
	return c
}

// lastDrawn finds a store's newest drawn plan in the log of events.
func lastDrawn(dir, store string) (p wire.PlanDrawn, err error) {
	file, err := os.Open(filepath.Join(dir, office.LogName))
	if err != nil {
		return p, fmt.Errorf("drawn plan: %w; foyer-hq serve makes it", err)
	}
	defer file.Close()
	_, err = office.ScanEvents(file, func(e office.Event) error {
		if e.Kind != wire.UpPlan || e.Store != store {
			return nil
		}
		if got, err := wire.Decode[wire.PlanDrawn](e.Payload); err == nil && !got.At.Before(p.At) {
			p = got
		}
		return nil // of another version of the box
	})
	if err == nil && p.At.IsZero() {
		err = errors.New("drawn plan: the store has reported none")
	}
	return p, err
}
