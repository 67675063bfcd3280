package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// drew has a store draw its own plan: headquarters sees that it did, can have the
// plan, and sees it no longer once it has pushed another.
func drew(t *testing.T, link *hq.Link, applied <-chan wire.Kind, do func(args ...string) string) {
	t.Helper()
	sum := func(data []byte) string { h := sha256.Sum256(data); return hex.EncodeToString(h[:]) }
	var over string
	if sent, ok := link.LastGood(wire.DownPlan); ok {
		over = sum(sent)
	}
	plan := []byte(`{"schema":"foyer.plan/1","name":"drawn < here"}`)
	must(t, "", link.Record(wire.UpPlan, wire.PlanDrawn{Plan: plan, Digest: sum(plan), Over: over, By: "jonas", At: time.Now().UTC().Truncate(time.Second)}))
	drawn := func() *office.DrawnPlan {
		var all []office.StoreStatus
		must(t, "", json.Unmarshal([]byte(do("fleet", "status", "--json")), &all))
		for _, s := range all {
			if s.Store == "014" {
				return s.Drawn
			}
		}
		return nil
	}
	eventually(t, "fleet status says that a plan was drawn in the store", func() bool {
		d := drawn()
		return d != nil && d.Digest == sum(plan) && d.By == "jonas" && strings.Contains(do("fleet", "status"), "plan drawn in store on ")
	})
	if out := do("plan", "drawn", "014"); !strings.Contains(out, `"name": "drawn < here"`) || !strings.Contains(out, "by jonas") || !strings.Contains(out, sum(plan)) {
		t.Errorf("the plan that was drawn: %s", out)
	}
	next, err := floor.Example().JSON()
	must(t, "", err)
	do("push", "plan", file(t, "plan.json", string(next)), "--store", "014")
	select {
	case k := <-applied:
		if k != wire.DownPlan {
			t.Errorf("%s is in force", k)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("headquarters' plan never comes")
	}
	eventually(t, "headquarters' next plan is the newer one", func() bool { return drawn() == nil })
}
