package survey

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"foyer/floor"
	"foyer/locator"
)

const (
	tooNear      = 1.5 // m from another access point: it would tell the same
	suggestedID  = "one-more"
	suggestedTop = 3 // m, of a ceiling whose height is not known
)

// oneMore looks over a grid on the ceiling for the place where one more access
// point lowers the mean error most; nil where none is left. A few finalists are
// judged again over draws that did not choose them.
func oneMore(ctx context.Context, plan *floor.Plan, e effort, progress func(done, total int)) (*Better, error) {
	var area float64
	for _, l := range plan.Levels {
		area += l.Outline.Area()
	}
	at := spread(plan, math.Sqrt(area/float64(e.at)))
	ceiling := free(plan, spread(plan, math.Sqrt(area/float64(e.ceiling))))
	tried, err := judgeAll(ctx, plan, ceiling, at, 0, e.tries, progress)
	if err != nil || len(tried) == 0 {
		return nil, err
	}
	var last []locator.Place
	for _, t := range tried[:min(e.finals, len(tried))] {
		last = append(last, locator.Place{Level: t.Level, At: t.At})
	}
	best, err := judgeAll(ctx, plan, last, at, e.tries, e.tries+e.again, nil)
	if err != nil {
		return nil, err
	}
	if progress != nil {
		progress(1, 1)
	}
	best[0].Tried = len(tried)
	return &best[0], nil
}

// judgeAll judges places for one more access point, as many at once as there are
// processors, and returns the best first.
func judgeAll(ctx context.Context, plan *floor.Plan, ceiling, at []locator.Place, from, to int, progress func(done, total int)) ([]Better, error) {
	before, err := forecastErrors(plan, at, from, to)
	if err != nil {
		return nil, err
	}
	out, errs := make([]Better, len(ceiling)), make([]error, len(ceiling))
	var next, done atomic.Int64
	var all sync.WaitGroup
	var tell sync.Mutex
	for range min(runtime.GOMAXPROCS(0), len(ceiling)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(ceiling) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				out[i], errs[i] = judgePlace(plan, ceiling[i], at, before, from, to)
				if progress != nil {
					tell.Lock()
					progress(len(ceiling)+int(done.Add(1))-1, 2*len(ceiling))
					tell.Unlock()
				}
			}
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b Better) int { return cmp.Compare(a.After, b.After) })
	return out, errors.Join(errs...)
}

// free leaves the places out that hang beside an access point.
func free(plan *floor.Plan, ceiling []locator.Place) []locator.Place {
	return slices.DeleteFunc(ceiling, func(p locator.Place) bool {
		for _, l := range plan.Levels {
			for _, a := range l.AccessPoints {
				if l.ID == p.Level && a.At.Distance(p.At) < tooNear {
					return true
				}
			}
		}
		return false
	})
}

// forecastErrors returns the errors (m) of fixes from..to at each place, in
// order.
func forecastErrors(plan *floor.Plan, at []locator.Place, from, to int) ([]float64, error) {
	sim, err := newForecaster(plan, at)
	if err != nil {
		return nil, err
	}
	var out []float64
	for i := range at {
		out = append(out, sim.at(i, from, to)...)
	}
	return out, nil
}

// judgePlace returns what an access point at a place would change.
func judgePlace(plan *floor.Plan, p locator.Place, at []locator.Place, before []float64, from, to int) (Better, error) {
	after, err := forecastErrors(withOneMore(plan, p), at, from, to)
	if err != nil {
		return Better{}, fmt.Errorf("one more access point at (%.1f, %.1f): %w", p.At.X, p.At.Y, err)
	}
	var gain, gain2 float64
	for i := range after {
		d := before[i] - after[i]
		gain += d / float64(len(after))
		gain2 += d * d / float64(len(after))
	}
	return Better{Level: p.Level, At: p.At, Before: mean(before), After: mean(after), SE: math.Sqrt(max(0, gain2-gain*gain) / float64(len(after)))}, nil
}

// withOneMore returns the plan with another access point.
func withOneMore(plan *floor.Plan, p locator.Place) *floor.Plan {
	more := *plan
	more.Levels = slices.Clone(plan.Levels)
	for i := range more.Levels {
		if l := &more.Levels[i]; l.ID == p.Level {
			height := l.Height
			if height <= 0 {
				height = suggestedTop
			}
			l.AccessPoints = append(slices.Clone(l.AccessPoints), floor.AccessPoint{ID: suggestedID, At: p.At, Height: height})
		}
	}
	return &more
}
