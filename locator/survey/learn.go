package survey

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// FitOptions says how Learn fits a recorded folder.
type FitOptions struct {
	Survey   Mode        // full if empty
	Plan     *floor.Plan // instead of the folder's own
	Progress func(done, total int)
	Note     func(text string) // hears what looks wrong; may be nil
}

// Fitted is a radio map and how well its numbers are known.
type Fitted struct {
	Map     *locator.Map
	Plan    *floor.Plan
	Places  int // surveyed, of how many Scans
	Scans   int
	Site    SiteDoubt
	Losses  []locator.Loss // of Map.APs, in order
	Unheard []floor.APID   // of the plan, by nobody
}

// SiteDoubt holds the standard deviations of the site's parameters, dB: 0 where
// no survey tells.
type SiteDoubt struct{ Noise, Half, Spread float64 }

// Enough is how many places an access point should have been heard at: under
// it, the map of that access point is mostly what access points are like in
// general.
const Enough = 5

// Learn fits the survey of a recorded folder, as Fit does, and says how sure
// the fitted numbers are.
func Learn(dir string, o FitOptions) (*Fitted, error) {
	s, err := load(dir)
	if err != nil {
		return nil, err
	}
	if o.Plan != nil {
		s.plan = o.Plan
	}
	train, plan, err := s.survey(Mode(orText(string(o.Survey), string(Full))))
	if err != nil {
		return nil, err
	}
	if err := onPlan(plan, train, o.Note); err != nil {
		return nil, err
	}
	m, err := fit(plan, train, s.links, o.Progress)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Map: m, Plan: plan, Places: len(m.Places), Scans: len(train)}
	if len(train) > 0 {
		f.Site = doubt(plan, m, samples(train))
	}
	for i, a := range m.APs {
		if o.Progress != nil {
			o.Progress(i+1, len(m.APs)) // a second time: how sure it is
		}
		f.Losses = append(f.Losses, m.PathLoss(plan, i))
		if len(train) > 0 && len(a.Readings) == 0 {
			f.Unheard = append(f.Unheard, a.ID)
		}
	}
	return f, nil
}

// onPlan refuses a survey of floors that the plan lacks, and notes places that
// lie off it: most often the scale or the origin is another.
func onPlan(plan *floor.Plan, train []scan, note func(string)) error {
	levels := map[floor.LevelID]*floor.Level{}
	for i := range plan.Levels {
		levels[plan.Levels[i].ID] = &plan.Levels[i]
	}
	off, places := map[string]floor.Point{}, map[string]bool{}
	for _, c := range train {
		l := levels[c.level]
		if l == nil {
			return fmt.Errorf("%w: point %q is on floor %q, and the plan's floors are %q: call them alike in both",
				recording.ErrFormat, c.point, c.level, slices.Sorted(maps.Keys(levels)))
		}
		places[c.point] = true
		if lo, hi := l.Outline.Bounds(); c.at.X < lo.X-margin || c.at.X > hi.X+margin || c.at.Y < lo.Y-margin || c.at.Y > hi.Y+margin {
			off[c.point] = c.at
		}
	}
	if len(off) > 0 && note != nil {
		first := slices.Sorted(maps.Keys(off))[0]
		note(fmt.Sprintf("%d of %d surveyed points lie off the plan, such as %q at (%.1f, %.1f): are survey and plan in one frame, both in metres?",
			len(off), len(places), first, off[first].X, off[first].Y))
	}
	return nil
}

// doubt returns how far the site's parameters may be off, by the curvature of
// what left-out places say of them (the observed information): places count as
// independent.
func doubt(plan *floor.Plan, m *locator.Map, all []sample) SiteDoubt {
	probes := leaveOut(plan, m, all, nil)
	var d SiteDoubt
	n := func(k float64) float64 { return noiseScore(probes, m.Noise+k*0.5) }
	d.Noise = 1 / math.Sqrt(max(-(n(1)+n(-1)-2*n(0))/sq(0.5), tiny))
	const half, spread = 1.0, 0.5 // dB, steps
	h := func(i, j float64) float64 {
		at := m.Hearing
		at.Half, at.Spread = at.Half+half*i, at.Spread+spread*j
		return hearingScore(probes, at)
	}
	a := -(h(1, 0) + h(-1, 0) - 2*h(0, 0)) / sq(half)
	b := -(h(1, 1) + h(-1, -1) - h(1, -1) - h(-1, 1)) / (4 * half * spread)
	c := -(h(0, 1) + h(0, -1) - 2*h(0, 0)) / sq(spread)
	if det := a*c - b*b; a > tiny && c > tiny && det > tiny {
		d.Half, d.Spread = math.Sqrt(c/det), math.Sqrt(a/det)
	}
	return d
}

// tiny (1/dB2) is information that tells nothing.
const tiny = 1e-4
