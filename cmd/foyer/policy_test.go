package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/sync/office"
)

func TestPolicyExplain(t *testing.T) {
	for args, want := range map[string]string{
		"--relation substitute --channel online --age fresh":  "D63: withhold",
		"--relation preferred --seller self --age recent":     "decision  full, may_mention",
		"--relation preferred --seller self --hidden":         "limited   by F3",
		"--relation preferred --seller self --tier untrained": "limited   by F10",
		"--relation preferred --seller self --table strict":   "decision  withhold",
	} {
		out, _, err := foyer(t, append([]string{"policy", "explain"}, strings.Fields(args)...)...)
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v, no %q in\n%s", args, err, want, out)
		}
	}
	for args, want := range map[string]string{
		"--relation friend":    "want one of none, substitute",
		"--tier expert":        "want untrained, restricted or standard",
		"--table nowhere.json": "nowhere.json",
	} {
		if _, _, err := foyer(t, append([]string{"policy", "explain"}, strings.Fields(args)...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

func TestPolicyDiff(t *testing.T) {
	if out, _, err := foyer(t, "policy", "diff", "full", "full"); err != nil || !strings.Contains(out, "alike") {
		t.Errorf("%v\n%s", err, out)
	}
	out, _, err := foyer(t, "policy", "diff", "strict", "full")
	if err != nil || !strings.Contains(out, "F9 -> D10") || !strings.Contains(out, " 0 stricter (-)") {
		t.Errorf("%v\n%s", err, out)
	}
	bad := filepath.Join(t.TempDir(), "table.json")
	if err := os.WriteFile(bad, []byte(strings.Replace(string(office.DiscretionTable()), `"D63"`, `"D62"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := foyer(t, "policy", "diff", "full", bad); err == nil || !strings.Contains(err.Error(), "D62") {
		t.Errorf("a table that is not good: %v", err)
	}
}
