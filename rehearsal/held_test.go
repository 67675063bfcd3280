package rehearsal

import (
	"os"
	"testing"

	"foyer/floor"
	"foyer/locator/survey"
)

// TestRegionsHoldWhatTheySay: over walks through made-up stores that no constant
// was chosen on, the regions of 90 % hold the truth nine times in ten, and those
// of 50 % half of the time; a single store, of a handful of phones that are
// carried as they are and one map's faults, may differ by more.
func TestRegionsHoldWhatTheySay(t *testing.T) {
	if os.Getenv("FOYER_LONG") == "" {
		t.Skip("SKIP: minutes; FOYER_LONG=1 runs it")
	}
	plan := floor.Example()
	modes := []survey.Mode{survey.Full, survey.Sparse4, survey.None}
	const stores = 6
	var half, most float64
	for seed := range uint64(stores) {
		dir := t.TempDir()
		if err := NewWorld(plan, 520+seed).Record(dir, plan, ways(t, plan), RecordOptions{Tracks: 8}); err != nil {
			t.Fatal(err)
		}
		for _, mode := range modes {
			results, err := survey.Evaluate(dir, survey.Options{Survey: mode})
			if err != nil {
				t.Fatal(err)
			}
			r := results[len(results)-1]
			t.Logf("store %d, survey %-7s mean %.2f m, p90 %.2f m; regions of %.1f and %.1f m2 hold %.1f and %.1f %%",
				seed, mode, r.Mean, r.P90, r.Area50, r.Area90, 100*r.Coverage50, 100*r.Coverage90)
			if r.Coverage50 < 0.38 || r.Coverage90 < 0.78 {
				t.Errorf("store %d, survey %s: regions hold the truth %.2f and %.2f of the time", seed, mode, r.Coverage50, r.Coverage90)
			}
			half, most = half+r.Coverage50/(stores*3), most+r.Coverage90/(stores*3)
		}
	}
	t.Logf("all of them: %.1f and %.1f %%", 100*half, 100*most)
	if half < 0.45 || half > 0.6 || most < 0.87 || most > 0.925 {
		t.Errorf("regions hold the truth %.3f and %.3f of the time, want 0.5 and 0.9", half, most)
	}
}
