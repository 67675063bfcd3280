package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/sync/office"
)

// drafted writes headquarters' table with one rule changed, or without it where
// change returns false.
func drafted(t *testing.T, id string, change func(rule map[string]any) bool) string {
	t.Helper()
	var table map[string]any
	if err := json.Unmarshal(office.DiscretionTable(), &table); err != nil {
		t.Fatal(err)
	}
	var kept []any
	for _, r := range table["rules"].([]any) {
		if rule := r.(map[string]any); rule["id"] != id || change(rule) {
			kept = append(kept, r)
		}
	}
	table["rules"] = kept
	data, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "draft.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is wrong with a draft is said with the exact case, in one line.
func TestPolicyCheckNamesTheCase(t *testing.T) {
	give := func(disclosure, speak string) func(map[string]any) bool {
		return func(r map[string]any) bool { r["disclosure"], r["speak"] = disclosure, speak; return true }
	}
	when := func(dimension string, values ...string) func(map[string]any) bool {
		return func(r map[string]any) bool { r["when"].(map[string]any)[dimension] = values; return true }
	}
	for _, tt := range []struct {
		name, rule string
		change     func(map[string]any) bool
		want       string
	}{
		{"gap", "D26", func(map[string]any) bool { return false }, "channel=online sensitivity=ordinary age=fresh audience=default: gap: no rule covers it"},
		{"overlap", "D27", when("audience", "open", "default"), "overlap: rules D26 and D27 both cover it"},
		{"unknown value", "D27", when("channel", "onlin"), `rules[18] "D27".when.channel[0]: channel "onlin": unknown value, want one of online, other_store, here`},
		{"not monotone", "D24", give("withhold", "-"), "not monotone in channel: rule D27 gives full, but the looser other_store gives withhold by rule D24"},
		{"floor", "D01", give("full", "background"), "rule D01 gives full, background: conflicts with a floor: F2"},
		{"unknown obligation", "D10", func(r map[string]any) bool { r["obligations"] = []string{"no_photos"}; return true }, `unknown obligation "no_photos", want one of log`},
	} {
		_, _, err := foyer(t, "policy", "check", drafted(t, tt.rule, tt.change))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", tt.name, err, tt.want)
		}
	}
	out, _, err := foyer(t, "policy", "check", drafted(t, "D40", give("full", "background")))
	if err != nil || !strings.Contains(out, "is good: version draft-1, 43 rules; complete, without overlap, monotone.") {
		t.Errorf("a good draft: %v\n%s", err, out)
	}
}
