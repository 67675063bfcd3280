package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func waitFlag(c *cobra.Command) *time.Duration {
	return c.Flags().Duration("wait", 0, "wait so long for the stores to say what became of it")
}

// pushed says what stores were given and, where it is waited for, what they made
// of it.
func pushed(cmd *cobra.Command, dir, kind string, all []office.Pushed, wait time.Duration) error {
	for _, p := range all {
		if wait == 0 {
			cmd.Printf("%s is revision %d for store %s; see: foyer-hq status\n", kind, p.Rev, p.Store)
		}
	}
	if wait == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), wait)
	defer cancel()
	outcomes, draw := map[string]string{}, bar(cmd.ErrOrStderr(), "waiting")
	for len(outcomes) < len(all) && ctx.Err() == nil {
		var status []office.StoreStatus
		if err := call(cmd.Context(), dir, "status", struct{}{}, &status); err != nil {
			return err
		}
		judge(all, status, wire.Kind("down/"+kind), outcomes)
		draw(int64(len(outcomes)), int64(len(all)))
		select {
		case <-ctx.Done():
		case <-time.After(pollEvents):
		}
	}
	bad := false
	for _, p := range all {
		said := outcomes[p.Store]
		if said == "" {
			said = fmt.Sprintf("nothing heard within %v; it is sent until the store says so", wait)
		}
		bad = bad || said != "applied"
		cmd.Printf("%s: %s, revision %d: %s\n", p.Store, kind, p.Rev, said)
	}
	if bad {
		return errNotInForce
	}
	return nil
}

// judge notes what stores say of the revision they were given.
func judge(all []office.Pushed, status []office.StoreStatus, kind wire.Kind, outcomes map[string]string) {
	for _, p := range all {
		for _, s := range status {
			if s.Store != p.Store {
				continue
			}
			for _, d := range s.Documents {
				switch {
				case d.Kind != kind || d.Outcome == "" || d.Outcome == office.OnTrial:
				case d.Rev > p.Rev:
					outcomes[p.Store] = "replaced by a newer one"
				case d.Rev == p.Rev && d.Reason != "":
					outcomes[p.Store] = d.Outcome + ": " + d.Reason
				case d.Rev == p.Rev:
					outcomes[p.Store] = d.Outcome
				}
			}
		}
	}
}
