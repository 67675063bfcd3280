package survey

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"foyer/floor"
	"foyer/locator"
)

// ErrForecast means that a plan tells too little to forecast anything.
var ErrForecast = errors.New("survey plan")

// A Forecast says how well a plan will locate before anything is installed:
// errors in metres of one fix of a phone never met, without any survey, at
// places spread evenly over the floor.
//
// It is a small Monte Carlo through the locator itself. At each place every
// access point's strength is drawn from what MapFromPlan believes of it (path
// loss with walls, and how far that is off), the phone's own offset from phones'
// spread, a reading's noise and its being heard from the map; the locator, which
// knows nothing of the draws, answers. The figures therefore hold as far as the
// store is like the model, and a later survey and the filter only make them
// better.
type Forecast struct {
	Plan         string         `json:"plan"`
	AccessPoints int            `json:"access_points"`
	Mean         float64        `json:"mean"`
	Median       float64        `json:"median"`
	P90          float64        `json:"p90"`
	Few          float64        `json:"share_under_3_audible"` // of the floor, 0 to 1
	RightFloor   *float64       `json:"floor_hit,omitempty"`   // 0 to 1, with several floors
	Better       *Better        `json:"one_more,omitempty"`    // nil where no place was found
	Side         float64        `json:"cell"`                  // m, of a cell
	Draws        int            `json:"fixes_per_cell"`
	Cells        []ForecastCell `json:"cells"`
	plan         *floor.Plan
}

// A ForecastCell is the expected error (m) at a place, and how many access
// points are heard there in at least half of all fixes.
type ForecastCell struct {
	Level   floor.LevelID `json:"floor"`
	At      floor.Point   `json:"at"`
	Error   float64       `json:"error"`
	Audible int           `json:"audible"`
}

// Better is the place where one more access point helps most: mean error (m)
// before and after over the same places and draws, and the standard error of
// the difference.
type Better struct {
	Level  floor.LevelID `json:"floor"`
	At     floor.Point   `json:"at"`
	Before float64       `json:"before"`
	After  float64       `json:"after"`
	SE     float64       `json:"se"`
	Tried  int           `json:"places_tried"`
}

const (
	phoneSpread  = 6.0 // dB between phones and grips, standard deviation
	audibleShare = 0.5 // of fixes, for an access point to count as audible
	fewAPs       = 3   // under it, distances do not fix a place
)

// Worthwhile reports whether the gain is more than chance: over two standard
// errors.
func (b *Better) Worthwhile() bool { return b != nil && b.Before-b.After > 2*b.SE }

// effort is how much chance is averaged away.
type effort struct {
	cells, draws  int // places of the map, about, and fixes at each
	ceiling       int // places tried for one more access point, about
	at, tries     int // places where each is judged, about, and fixes at each
	finals, again int // of the best, and fixes at each place for those
}

// usual takes some seconds for a department store: the mean is then known to a
// tenth of a metre, and so is what one more access point gains. A fix costs with
// the access points, so that of many there are fewer draws.
func usual(aps int) effort {
	k := min(1, 30/float64(aps))
	some := func(n, least float64) int { return int(max(n*k, least)) }
	return effort{cells: 1000, draws: some(12, 3), ceiling: 48, at: 120, tries: some(2, 1), finals: 4, again: some(8, 3)}
}

// Predict forecasts a plan, unless ctx ends before; progress may be nil.
func Predict(ctx context.Context, plan *floor.Plan, progress func(done, total int)) (*Forecast, error) {
	aps := 0
	for _, l := range plan.Levels {
		aps += len(l.AccessPoints)
	}
	return predict(ctx, plan, usual(max(aps, 1)), progress)
}

func predict(ctx context.Context, plan *floor.Plan, e effort, progress func(done, total int)) (*Forecast, error) {
	aps, area := 0, 0.0
	for _, l := range plan.Levels {
		aps += len(l.AccessPoints)
		area += l.Outline.Area()
	}
	if aps == 0 {
		return nil, fmt.Errorf("%w: %q has no access point: put one where you would hang it", ErrForecast, plan.Name)
	}
	f := &Forecast{Plan: plan.Name, AccessPoints: aps, Draws: e.draws, Side: max(0.5, tidyUp(math.Sqrt(area/float64(e.cells)))), plan: plan}
	places := spread(plan, f.Side)
	if len(places) == 0 {
		return nil, fmt.Errorf("%w: no place of %q lies inside an outline", ErrForecast, plan.Name)
	}
	sim, err := newForecaster(plan, places)
	if err != nil {
		return nil, err
	}
	var all []float64
	for i, p := range places {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		errs := sim.at(i, 0, e.draws)
		all = append(all, errs...)
		n := sim.audible(i)
		f.Few += count(n < fewAPs) / float64(len(places))
		f.Cells = append(f.Cells, ForecastCell{Level: p.Level, At: p.At, Error: mean(errs), Audible: n})
		if progress != nil {
			progress(i/2, len(places)) // the search for a better place is the other half
		}
	}
	if len(plan.Levels) > 1 {
		hit := float64(sim.hits) / float64(len(all))
		f.RightFloor = &hit
	}
	f.Mean = mean(all)
	slices.Sort(all)
	f.Median, f.P90 = quantile(all, 0.5), quantile(all, 0.9)
	if f.Better, err = oneMore(ctx, plan, e, progress); err != nil {
		return nil, err
	}
	return f, nil
}

// tidyUp rounds up to quarters of a metre.
func tidyUp(m float64) float64 { return math.Ceil(m*4) / 4 }

// spread returns the middles of the cells of side metres that lie inside.
func spread(plan *floor.Plan, side float64) []locator.Place {
	var out []locator.Place
	for i := range plan.Levels {
		l := &plan.Levels[i]
		lo, hi := l.Outline.Bounds()
		for y := float64(lo.Y) + side/2; y < float64(hi.Y); y += side {
			for x := float64(lo.X) + side/2; x < float64(hi.X); x += side {
				if at := (floor.Point{X: floor.Metre(x), Y: floor.Metre(y)}); l.Outline.Contains(at) {
					out = append(out, locator.Place{Level: l.ID, At: at, Scans: 1})
				}
			}
		}
	}
	return out
}
