package survey

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"foyer/floor"
	"foyer/locator"
)

const (
	trialScans = 200  // left-out scans are located, of all folds together
	manyAPs    = 200  // with more, one fold must do: minutes otherwise
	tie        = 0.03 // nats; choices this near one another explain the survey alike

	// lastFix (s) lets a belief look back no further than to the fix before. What
	// a fix is worth is settled so, for one that looks further makes up for fixes
	// that are trusted too little.
	lastFix = 0.001
)

// The choices that left-out places decide between. Who surveys walking knows
// less well where he was.
func effects() []float64 { return []float64{3, 4, 6, 8, 12} }

// centres are the weights of the centroid: none where the access points' own
// places were guessed from the survey, left-out places included.
func centres(m *locator.Map) []float64 {
	placed := 0
	for i := range m.APs {
		placed += int(count(m.APs[i].PlaceSD == 0))
	}
	if 2*placed < len(m.APs) {
		return []float64{0}
	}
	return []float64{0, 0.25, 0.5, 1}
}

func blurs(walks bool) []float64 {
	if walks {
		return []float64{defaultBlur, 0.8, 1.6, 2.4, 3.2, 4.8}
	}
	return []float64{defaultBlur, 0.8, 1.6}
}

// calibrate settles what the access points of a fix are worth together, how
// much their centroid helps, and how far what a fix reports is widened: so that
// the survey's own scans, at places that the map has not seen, surprise the
// locator least (the logarithmic score, a proper one: Gneiting and Raftery
// 2007). Of choices that do alike the one that trusts a fix least is taken, for
// a survey of one day flatters its map.
func calibrate(plan *floor.Plan, m *locator.Map, train []scan) error {
	m.Effect, m.Blur, m.Held = defaultEffect, defaultBlur, locator.Held{}
	trials, err := newTrials(plan, m, train)
	if err != nil || len(trials) == 0 {
		m.Held.Most = leastMost
		return err
	}
	var tried []choice
	for _, effect := range effects() {
		for _, centre := range centres(m) {
			tried = append(tried, surprises(trials, effect, centre)...)
		}
	}
	best := careful(tried)
	m.Effect, m.Centre, m.Blur = best.effect, best.centre, best.blur
	m.Held = hold(trials, best)
	return nil
}

// choice is one way to set the map, and the mean surprise (nats) it leaves.
type choice struct{ effect, centre, blur, surprise float64 }

// careful returns the best of the choices that trust a fix least.
func careful(tried []choice) choice {
	least := slices.MinFunc(tried, func(a, b choice) int { return cmp.Compare(a.surprise, b.surprise) }).surprise
	good := slices.DeleteFunc(slices.Clone(tried), func(c choice) bool { return c.surprise > least+tie })
	return slices.MinFunc(good, func(a, b choice) int {
		return cmp.Or(cmp.Compare(a.effect, b.effect), cmp.Compare(a.surprise, b.surprise))
	})
}

// surprises tries every blur with one effect and one weight of the centroid.
func surprises(trials []trial, effect, centre float64) []choice {
	var all sync.WaitGroup
	for i := range trials {
		all.Go(func() { trials[i].surprise(effect, centre) })
	}
	all.Wait()
	var out []choice
	for k, b := range blurs(trials[0].walks) {
		sum, n := 0.0, 0
		for i := range trials {
			sum, n = sum+trials[i].sums[k], n+len(trials[i].left)
		}
		out = append(out, choice{effect, centre, b, sum / float64(n)})
	}
	return out
}

// surprise sums what the scans left out surprise by, for every blur.
func (t *trial) surprise(effect, centre float64) {
	t.m.Effect, t.m.Centre = effect, centre
	t.sums = make([]float64, len(blurs(t.walks)))
	t.run(func(r *runner, c *scan) {
		for k, b := range blurs(t.walks) {
			t.m.Blur = b
			_, density := t.l.Judge(r.phone, c.level, c.at)
			t.sums[k] -= math.Log(density + missed)
		}
	})
}

// missed (1/m2) is what a place counts that the belief gave up: no scan may
// decide alone.
const missed = 1e-4

// A trial locates scans with a map that has not seen their places.
type trial struct {
	plan  *floor.Plan
	m     *locator.Map // the locator's own: its tables do not depend on what is tried
	l     *locator.Locator
	left  []*scan
	walks bool
	sums  []float64 // of the last surprise, for every blur
}

func newTrials(plan *floor.Plan, m *locator.Map, train []scan) ([]trial, error) {
	fold, walks := foldsOf(train), walked(train)
	n := folds
	if len(m.APs) > manyAPs {
		n = 1
	}
	var out []trial
	for k := range n {
		sub, left := without(m, train, fold, k)
		if len(left) == 0 || len(left) == len(train) {
			continue
		}
		if walks {
			left = wholeWalks(left, trialScans/n)
		} else {
			left = thin(left, trialScans/n)
		}
		l, err := locator.New(plan, sub, locator.Options{Motion: locator.Motion{Memory: lastFix}})
		if err != nil {
			return nil, fmt.Errorf("calibrate the survey: %w", err)
		}
		out = append(out, trial{plan, sub, l, left, walks, nil})
	}
	return out, nil
}

// run locates everything left out and calls each after every fix.
func (t *trial) run(each func(r *runner, c *scan)) {
	r := &runner{l: t.l, clock: time.Unix(1_700_000_000, 0)}
	r.keep = func(p floor.Position) { r.last, r.fixed = p, true }
	if !t.walks {
		r.alive = audible(t.m)
	}
	for i, c := range t.left {
		if i == 0 || !t.walks || c.point != t.left[i-1].point {
			r.begin()
		}
		r.feed(c, &floor.Report{})
		each(r, c)
	}
}

// walked reports whether the survey was taken walking: most of its points are
// tracks, with times and more than one place.
func walked(train []scan) bool {
	tracks, points := 0, 0
	for from := 0; from < len(train); {
		to, moved := from+1, false
		for ; to < len(train) && train[to].point == train[from].point; to++ {
			moved = moved || train[to].timed && tidy(train[to].at) != tidy(train[from].at)
		}
		points++
		tracks += int(count(moved))
		from = to
	}
	return 2*tracks > points
}

// wholeWalks returns whole walks of together about n scans.
func wholeWalks(scans []*scan, n int) []*scan {
	for i := range scans {
		if i >= n && scans[i].point != scans[i-1].point {
			return scans[:i]
		}
	}
	return scans
}

// without returns the map without one fold's readings, and scans of that fold.
func without(m *locator.Map, train []scan, fold map[string]int, k int) (*locator.Map, []*scan) {
	sub := *m
	held := map[locator.Place]bool{}
	var left []*scan
	for i := range train {
		if c := &train[i]; fold[c.point] == k {
			left = append(left, c)
			held[locator.Place{Level: c.level, At: tidy(c.at)}] = true
		}
	}
	sub.APs = slices.Clone(m.APs)
	for i := range sub.APs {
		a := &sub.APs[i]
		a.Readings = slices.DeleteFunc(slices.Clone(a.Readings), func(r locator.Reading) bool {
			p := m.Places[r.Place]
			return held[locator.Place{Level: p.Level, At: tidy(p.At)}]
		})
	}
	return &sub, left
}

// thin returns at most n of the scans, evenly spread.
func thin(scans []*scan, n int) []*scan {
	out := scans[:0:0]
	n = min(n, len(scans))
	for i := range n {
		out = append(out, scans[i*len(scans)/n])
	}
	return out
}

// tidy rounds to the decimetre, within which two places are one.
func tidy(p floor.Point) floor.Point {
	return floor.Point{X: floor.Metre(math.Round(float64(p.X) * 10)), Y: floor.Metre(math.Round(float64(p.Y) * 10))}
}

// foldsOf numbers the survey's points in order, in turn.
func foldsOf(train []scan) map[string]int {
	out := map[string]int{}
	for i := range train {
		if _, ok := out[train[i].point]; !ok {
			out[train[i].point] = len(out) % folds
		}
	}
	return out
}
