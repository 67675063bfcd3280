package main

import (
	"strings"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// trial has a box try a table, hears what it has come to, and promotes it.
func trial(t *testing.T, link *hq.Link, applied <-chan wire.Kind, do func(args ...string) string) {
	t.Helper()
	next := func(want wire.Kind) {
		t.Helper()
		select {
		case k := <-applied:
			if k != want {
				t.Errorf("%s is in force, want %s", k, want)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("%s never comes", want)
		}
	}
	draft := strings.Replace(string(office.DiscretionTable()), `"version": "`, `"version": "next-`, 1)
	do("shadow", "push", file(t, "draft.json", draft), "--store", "014")
	next(wire.DownShadow)
	must(t, "", link.Record(wire.UpShadow, wire.ShadowReport{Version: "next", Against: "now", Since: time.Now(), Cards: 12, CardsChanged: 7, Items: 60, Looser: 9, Stricter: 2,
		Cases: []wire.ShadowCase{{When: "relation=served channel=here", Was: "hint, background", Becomes: "full, background", Rules: "D40 -> D40", Items: 9}}, Few: 2}))
	eventually(t, "the report", func() bool {
		out := do("events", "list", "--store", "014")
		return strings.Contains(out, "up/shadow")
	})
	out := do("shadow", "report", "--store", "014")
	for _, want := range []string{"7 of 12 cards would change: of 60 purchases 9 looser, 2 stricter", "D40 -> D40", "2 more in cases"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	do("shadow", "promote", "--store", "014")
	got := map[wire.Kind]bool{}
	for range 2 {
		select {
		case k := <-applied:
			got[k] = true
		case <-time.After(30 * time.Second):
			t.Fatalf("the box has only %v", got)
		}
	}
	if !got[wire.DownPolicy] || !got[wire.DownShadow] {
		t.Errorf("the box has %v", got)
	}
	eventually(t, "what was tried is in force, and is tried no more", func() bool {
		table, _ := link.LastGood(wire.DownPolicy)
		shadow, ok := link.LastGood(wire.DownShadow)
		return strings.Contains(string(table), `"next-`) && ok && !strings.Contains(string(shadow), "table")
	})
}
