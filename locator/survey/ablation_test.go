package survey_test

import (
	"testing"

	"foyer/locator/survey"
)

// The first row of an ablation is the model as it is evaluated; no other may be
// the same in everything, or its choice was not left out.
func TestAblation(t *testing.T) {
	whole(t)
	dir := twoFloors(t)
	rs, err := survey.Evaluate(dir, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := survey.Ablate(dir, survey.Full, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := rs[len(rs)-1]
	if rows[0].Mean != all.Mean || rows[0].Coverage90 != all.Coverage90 {
		t.Errorf("the whole model has %.3f m, evaluated %.3f m", rows[0].Mean, all.Mean)
	}
	for _, r := range rows[1:] {
		same := r.Mean == all.Mean && r.MeanUnfiltered == all.MeanUnfiltered && r.Area90 == all.Area90
		if same && r.Choice != "no centroid" { // which this survey may not have asked for
			t.Errorf("%s: nothing changed", r.Choice)
		}
	}
}
