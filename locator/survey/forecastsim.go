package survey

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// forecaster draws fixes of made-up phones at places of a plan and has the
// locator answer. A draw depends on the place, its number and the access point's
// name alone: two plans are compared over the same chance.
type forecaster struct {
	plan   *floor.Plan
	m      *locator.Map
	r      *runner
	places []locator.Place
	mean   [][]float64 // dBm, by access point and place
	sd     [][]float64 // dB, how far that may be off
	keys   []uint64
	hits   int // fixes on the right floor
}

// forecastCell (m) is the locator's cell here, at least: the errors are of
// metres. On large floors there are about mostCells.
const (
	forecastCell = 1.0
	mostCells    = 2500
)

func newForecaster(plan *floor.Plan, places []locator.Place) (*forecaster, error) {
	var area float64
	for _, l := range plan.Levels {
		area += l.Outline.Area()
	}
	cell := floor.Metre(max(forecastCell, math.Sqrt(area/mostCells)))
	f := &forecaster{plan: plan, m: MapFromPlan(plan), places: places}
	l, err := locator.New(plan, f.m, locator.Options{Margin: margin, Cell: cell})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForecast, err)
	}
	f.r = &runner{l: l, clock: time.Unix(1_700_000_000, 0)}
	f.r.keep = func(p floor.Position) { f.r.last, f.r.fixed = p, true }
	for i, a := range f.m.APs {
		f.r.alive = append(f.r.alive, a.ID)
		mean, variance := f.m.Predict(plan, i, places)
		for k, v := range variance {
			variance[k] = math.Sqrt(v)
		}
		f.mean, f.sd = append(f.mean, mean), append(f.sd, variance)
		h := fnv.New64a()
		h.Write([]byte(a.ID))
		f.keys = append(f.keys, h.Sum64())
	}
	return f, nil
}

// at returns the errors (m) of fixes from..to at a place, each of another phone
// in another store that has this plan.
func (f *forecaster) at(place, from, to int) []float64 {
	var errs []float64
	p := f.places[place]
	for k := from; k < to; k++ {
		c := &scan{level: p.Level, at: p.At}
		key := uint64(place)<<16 | uint64(k)
		offset := phoneSpread * rand.New(rand.NewPCG(key, 0)).NormFloat64()
		for a, ap := range f.m.APs {
			chance := rand.New(rand.NewPCG(key, f.keys[a]))
			level := f.mean[a][place] + f.sd[a][place]*chance.NormFloat64() + offset
			rssi := floor.DBm(level + f.m.Noise*chance.NormFloat64())
			if chance.Float64() < f.m.Hearing.Probability(floor.DBm(level)) && rssi.Valid() {
				c.rows = append(c.rows, recording.Row{AP: ap.ID, RSSI: rssi})
			}
		}
		f.r.begin()
		f.r.feed(c, &floor.Report{})
		e, _, hit := f.r.judge(f.plan, c)
		f.hits += int(count(hit))
		errs = append(errs, e)
	}
	return errs
}

// audible returns how many access points are heard at a place in at least half
// of the fixes.
func (f *forecaster) audible(place int) int {
	n := 0
	for a := range f.m.APs {
		n += int(count(f.m.Hearing.Probability(floor.DBm(f.mean[a][place])) >= audibleShare))
	}
	return n
}
