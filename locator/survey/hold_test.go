package survey

import (
	"path/filepath"
	"testing"

	"foyer/floor"
)

// The survey may only make regions more careful: where left-out places lie far
// from where the map puts them, regions take more of the belief.
func TestHoldListensToWhatWasLeftOut(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: fits a survey: run without -short")
	}
	s, err := load(filepath.Join("..", "..", "rehearsal", "testdata", "walk"))
	if err != nil {
		t.Fatal(err)
	}
	train, plan, err := s.survey(Sparse4)
	if err != nil {
		t.Fatal(err)
	}
	m, err := fit(plan, train, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if h := m.Held; h.Half != 0 || h.Most < leastMost || h.Most > 0.93 {
		t.Errorf("a common survey: %+v", h)
	}
	m.Held.Most = 0
	trials, err := newTrials(plan, m, train)
	if err != nil {
		t.Fatal(err)
	}
	for i := range trials {
		for k, c := range trials[i].left {
			elsewhere := *c
			elsewhere.at.X = 40 - c.at.X + floor.Metre(k%2)
			trials[i].left[k] = &elsewhere
		}
	}
	if h := hold(trials, choice{effect: m.Effect, centre: m.Centre, blur: m.Blur}); h.Most != mostMost {
		t.Errorf("places that are elsewhere: %+v", h)
	}
}
