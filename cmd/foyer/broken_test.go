package main_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// caught are the builds that are broken on purpose, by tag, and tests that must
// fail in them.
func caught() map[string][]string {
	return map[string][]string{
		"foyer_ackearly":  {"./vault TestPowerCut"},
		"foyer_deletes":   {"./vault TestShredLeavesNothing", "./box TestErasureProof", "./box TestErasureProof/picture"},
		"foyer_lastword":  {"./profile TestMergeInAnyOrderAnyNumberOfTimes", "./profile TestWithdrawalWins"},
		"foyer_leaky":     {"./radio TestCanary"},
		"foyer_remembers": {"./web/stream TestWithdrawnIsNotReplayed"},
		"foyer_loose":     {"./policy TestFloorsHoldAgainstAHostileTable", "./concierge TestWithheldIsLikeNothing"},
		"foyer_untold":    {"./concierge/rota TestAChangeIsOwed"},
	}
}

// TestBrokenBuildsAreCaught builds foyer wrong in each of the ways that there
// are, and sees the tests fail that are there for it: a proof that cannot fail
// proves nothing. Where a whole program must run for that, a test elsewhere
// builds it, and is looked for here.
func TestBrokenBuildsAreCaught(t *testing.T) {
	t.Parallel() // with what waits, too
	tags := slices.Sorted(maps.Keys(proven(repository(t)).tags))
	tags = slices.DeleteFunc(tags, func(tag string) bool { return !regexp.MustCompile(`^foyer_[a-z_]+$`).MatchString(tag) })
	if len(tags) < 8 {
		t.Fatalf("only %d broken builds: %v", len(tags), tags)
	}
	for _, tag := range tags {
		tests := caught()[tag]
		if len(tests) == 0 && !builtBy(t, tag) {
			t.Errorf("no test is seen to fail in a build with the tag %s", tag)
		}
		if testing.Short() {
			continue // compiling takes a minute
		}
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			for _, line := range tests {
				pkg, name, _ := strings.Cut(line, " ")
				t.Run(name, func(t *testing.T) { failsIn(t, tag, pkg, name) })
			}
		})
	}
}

func failsIn(t *testing.T, tag, pkg, name string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-short", "-vet=off", "-tags", tag, "-count=1", "-run", "^"+name+"$", pkg)
	if slices.Contains([]string{"./profile", "./policy"}, pkg) { // whose laws are properties; what breaks them is no example to keep
		cmd.Args = append(cmd.Args, "-rapid.nofailfile")
	}
	cmd.Dir, cmd.Env = root, environment()
	out, err := cmd.CombinedOutput()
	text := string(out)
	if err == nil || !strings.Contains(text, "--- FAIL: "+name) {
		t.Errorf("%s is not seen to fail: %v\n%s", name, err, text[max(0, len(text)-2000):])
	}
}

// builtBy reports whether a test builds the program with a tag.
func builtBy(t *testing.T, tag string) (found bool) {
	t.Helper()
	for _, dir := range []string{"cmd/foyer", "sync/hq", "rehearsal/rush"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
		must(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			must(t, err)
			found = found || filepath.Base(file) != "broken_test.go" && strings.Contains(string(data), `"`+tag+`"`)
		}
	}
	return found
}
