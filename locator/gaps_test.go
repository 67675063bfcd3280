package locator_test

import (
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator"
)

// reporting lets phones walk the example plan, each heard for one second in
// every so many, and returns the mean error (m) of the filter, that of a phone
// never met before, and the share of the filter's fixes that are more than 8 m
// off and do not say "unknown".
func reporting(t *testing.T, every int) (filtered, fresh, wrong float64) {
	t.Helper()
	n := 0.0
	for seed := range uint64(6) {
		known, single, w := exampleLocator(t, locator.Options{}), exampleLocator(t, locator.Options{}), newWalker(seed+20)
		for s := range 900 {
			heard := w.second()
			if s%every != 0 {
				continue
			}
			a, b := fixOf(known, heard), fixOf(single, heard)
			single.Forget(w.phone)
			off := float64(a.Point.Distance(w.at))
			filtered, fresh, n = filtered+off, fresh+float64(b.Point.Distance(w.at)), n+1
			if off > 8 && !a.Unknown {
				wrong++
			}
		}
	}
	return filtered / n, fresh / n, wrong / n
}

// fixOf gives a locator the readings of one second and returns what it makes of
// them.
func fixOf(l *locator.Locator, heard []floor.Report) (out floor.Position) {
	for _, r := range heard {
		if p, ok := l.Observe(r); ok {
			out = p
		}
	}
	l.Sweep(heard[0].At.Add(time.Minute), func(p floor.Position) { out = p })
	return out
}

// The walker goes through walls, as one does where the plan lacks a door, and
// never rests, which nobody does. The past may not help then, but it must do no
// harm: not when it is a minute old, and not when the plan says that one cannot
// be there.
func TestThePastDoesNoHarm(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: an hour and a half of walks: run without -short")
	}
	for every, gain := range map[int]float64{1: 1.06, 5: 1, 20: 1, 30: 1, 60: 1} {
		filtered, fresh, wrong := reporting(t, every)
		t.Logf("figure: heard every %d s: %.2f m filtered, %.2f m fresh, %.1f %% confidently wrong", every, filtered, fresh, 100*wrong)
		if filtered > gain*fresh || wrong > 0.03 {
			t.Errorf("heard every %d s: %.2f m with the past, %.2f m without, %.1f %% confidently wrong", every, filtered, fresh, 100*wrong)
		}
	}
}
