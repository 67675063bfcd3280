package survey_test

import (
	"testing"

	"foyer/locator/survey"
)

// The first row of an ablation is the model as it is evaluated; no other may be
// the same in everything, or its choice was not left out.
func TestAblation(t *testing.T) {
	dir := twoFloors(t)
	rs, err := survey.Evaluate(dir, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := survey.Ablate(dir, survey.Full, nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := rs[len(rs)-1]
	if rows[0].Mean != whole.Mean || rows[0].Coverage90 != whole.Coverage90 {
		t.Errorf("the whole model has %.3f m, evaluated %.3f m", rows[0].Mean, whole.Mean)
	}
	for _, r := range rows[1:] {
		same := r.Mean == whole.Mean && r.MeanUnfiltered == whole.MeanUnfiltered && r.Area90 == whole.Area90
		if same && r.Choice != "no centroid" { // which this survey may not have asked for
			t.Errorf("%s: nothing changed", r.Choice)
		}
	}
}
