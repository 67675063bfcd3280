package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/policy"
	"foyer/web/admin"
)

func TestPolicyShadow(t *testing.T) {
	trial := concierge.Trial{Version: "draft-2", Against: "draft-1", Since: time.Now(), Found: policy.Findings{Cards: 9, CardsChanged: 6, Items: 40,
		Looser: 11, Stricter: 5, Few: 4, Cases: []policy.Finding{
			{When: "relation=served channel=here", Was: "hint, background", Becomes: "full, background", Rules: "D40 -> D40", Loosens: true, Items: 11},
			{When: "relation=preferred channel=online", Was: "hint, background", Becomes: "withhold", Rules: "D25 -> D26", Items: 1}}}}
	socket := filepath.Join(t.TempDir(), "s")
	l, err := admin.Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- admin.Serve(ctx, l, admin.Handlers{Shadow: func(context.Context) (any, error) { return trial, nil }})
	}()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	out, _, err := foyer(t, "policy", "shadow", "--socket", socket)
	for _, want := range []string{`Table "draft-2" is tried beside "draft-1"`, "6 of 9 cards would change: of 40 purchases 11 looser (+), 5 stricter (-)",
		"D40 -> D40", "4 more in cases met on fewer than 5 cards"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%v, no %q in\n%s", err, want, out)
		}
	}
	if strings.Index(out, "full, background") > strings.Index(out, "withhold") {
		t.Errorf("what discloses more does not come first:\n%s", out)
	}
	if out, _, err := foyer(t, "policy", "shadow", "--json", "--socket", socket); err != nil || !strings.Contains(out, `"looser":11`) {
		t.Errorf("%v\n%s", err, out)
	}
}
