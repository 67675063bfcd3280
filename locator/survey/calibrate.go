package survey

import (
	"fmt"
	"math"
	"slices"
	"time"

	"foyer/floor"
	"foyer/locator"
)

const (
	trialFolds = 2   // of the survey are left out in turn
	trialScans = 150 // of each are located
	manyAPs    = 200 // with more, one fold and 50 scans must do: minutes otherwise
)

// calibrate finds how many independent access points those of a fix are worth:
// the number with which regions hold left-out places as often as they say.
func calibrate(plan *floor.Plan, m *locator.Map, train []scan) error {
	worths := []float64{1, 1.5, 2, 3, 4, 6, 8}
	half, most := make([]float64, len(worths)), make([]float64, len(worths))
	n := 0.0
	fold := foldsOf(train)
	trials, scans := trialFolds, trialScans
	if len(m.APs) > manyAPs {
		trials, scans = 1, 50
	}
	for k := range trials {
		sub, left := without(m, train, fold, k)
		left = thin(left, scans)
		if len(left) == 0 || len(left) == len(train) {
			continue
		}
		l, err := locator.New(plan, sub, locator.Options{})
		if err != nil {
			return fmt.Errorf("calibrate the survey: %w", err)
		}
		r := &runner{l: l, clock: time.Unix(1_700_000_000, 0), keep: func(floor.Position) {}, alive: audible(m)}
		for i, worth := range worths {
			sub.Effect = worth // the tables do not depend on it
			for _, c := range left {
				r.begin()
				r.feed(c, &floor.Report{})
				share := l.Share(r.phone, c.level, c.at)
				half[i] += count(share < 0.5)
				most[i] += count(share < 0.9)
			}
		}
		n += float64(len(left))
	}
	m.Effect = defaultEffect
	if n == 0 {
		return nil
	}
	best := math.Inf(1)
	for i, worth := range worths {
		if d := math.Abs(half[i]/n-0.5) + 2*math.Abs(most[i]/n-0.9); d < best {
			best, m.Effect = d, worth
		}
	}
	return nil
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
