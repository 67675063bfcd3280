package survey

import (
	"slices"

	"foyer/locator"
)

// leastMost is how much of a belief a region of 90 % takes at least, and
// mostMost at most. The walks of six made-up stores lie in nine tenths of the
// belief 93 % of the time and in 0.86 of it 90 % of the time, over all of full
// and sparse surveys and none (TestRegionsHoldWhatTheySay, in rehearsal); at
// left-out places of two public surveys it would be 0.81 and 0.87.
const (
	leastMost = 0.86
	mostMost  = 0.97
)

// hold returns how much of the belief regions take on this site: what the walks
// and places that were left out ask for, but never less than usual, for each of
// them is one day's.
func hold(trials []trial, c choice) locator.Held {
	var shares []float64
	for i := range trials {
		t := &trials[i]
		t.m.Effect, t.m.Centre, t.m.Blur = c.effect, c.centre, c.blur
		t.run(func(r *runner, c *scan) { shares = append(shares, t.l.Share(r.phone, c.level, c.at)) })
	}
	slices.Sort(shares)
	return locator.Held{Most: max(leastMost, min(quantile(shares, 0.9), mostMost))}
}
