package rehearsal

import (
	"testing"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator/survey"
)

// Without a survey, what access points hear of one another makes the map
// better: over three made-up stores fixes are off by less, and the regions are
// a tenth smaller at least without holding the truth less often.
func TestLinksCalibrate(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: three made-up stores")
	}
	plan := floor.Example()
	var alone, linked survey.Result
	for seed := uint64(300); seed < 303; seed++ {
		dir := t.TempDir()
		world := NewWorld(plan, seed)
		if err := world.Record(dir, plan, ways(t, plan), RecordOptions{Grid: 8}); err != nil {
			t.Fatal(err)
		}
		evaluate := func(sum *survey.Result) {
			for _, r := range none(t, dir) {
				sum.Mean += r.Mean / 6
				sum.Area90 += r.Area90 / 6
				sum.Coverage90 += r.Coverage90 / 6
			}
		}
		evaluate(&alone)
		if err := recording.SaveLinks(dir, world.Links(monday)); err != nil {
			t.Fatal(err)
		}
		evaluate(&linked)
	}
	t.Logf("figure: mean %.2f m, 90 %% regions of %.0f m2 hold %.0f %%; with links %.2f m, %.0f m2, %.0f %%",
		alone.Mean, alone.Area90, 100*alone.Coverage90, linked.Mean, linked.Area90, 100*linked.Coverage90)
	if !(linked.Mean < 0.97*alone.Mean && linked.Area90 < 0.9*alone.Area90 && linked.Coverage90 > alone.Coverage90-0.03) {
		t.Error("what access points hear of one another did not help")
	}
}

func none(t *testing.T, dir string) []survey.Result {
	t.Helper()
	r, err := survey.Evaluate(dir, survey.Options{Survey: survey.None})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
