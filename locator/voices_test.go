package locator_test

import (
	"testing"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

// An access point is not accused on one phone's word: what the body of whoever
// carries it does goes with her wherever she walks. Of many phones it is believed.
func TestOneVoiceAccusesNobody(t *testing.T) {
	plan := floor.Example()
	m := survey.MapFromPlan(plan)
	for i := range m.APs {
		m.APs[i].P0SD = 1 // as if measured
	}
	for _, tt := range []struct {
		phones int
		named  bool
	}{{1, false}, {12, true}} {
		l, err := locator.New(plan, m, locator.Options{Margin: 3, Watch: true})
		if err != nil {
			t.Fatal(err)
		}
		crowd := make([]*walker, tt.phones)
		for i := range crowd {
			crowd[i] = newWalker(uint64(60 + i))
		}
		named := false
		for range 15 * 60 {
			for _, w := range crowd {
				for _, r := range w.second() {
					if r.AP == "ap-06" {
						r.RSSI += floor.DBm(15)
					}
					l.Observe(r)
				}
			}
			named = named || len(l.Suspects()) > 0
		}
		if named != tt.named {
			t.Errorf("%d phones for a quarter of an hour: named %v, want %v", tt.phones, named, tt.named)
		}
	}
}
