package survey_test

import (
	"testing"

	"foyer/floor/recording"
	"foyer/locator/survey"
)

// TestClimbs makes a walk of two that are on two floors, a quarter of a minute
// on each: the locator must notice that the floor has changed.
func TestClimbs(t *testing.T) {
	whole(t)
	dir := rewrite(t, twoFloors(t), func(rows []recording.Row) {
		for i := range rows {
			r := &rows[i]
			if r.Split != recording.TestTrack {
				continue
			}
			r.Point = "first up"
			if late := int(r.T)%30 >= 15; late == (r.Level == "1") {
				r.Point = "first down"
			}
		}
	})
	rs, err := survey.Evaluate(dir, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := rs[1]
	t.Logf("figure: the right floor %.2f of the time, mean %.2f m", *r.FloorHit, r.Mean)
	if *r.FloorHit < 0.95 || r.Mean > 1.5 {
		t.Errorf("the right floor %.2f of the time, mean %.2f m; want 0.95 and 1.5", *r.FloorHit, r.Mean)
	}
}
