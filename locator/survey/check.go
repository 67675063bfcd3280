package survey

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"foyer/floor"
	"foyer/locator"
)

// A Miss is how far off a surveyed place is found by a map that has never seen
// it, metres: the mean over its scans, each a fix without a past.
type Miss struct {
	Point string
	Level floor.LevelID
	At    floor.Point
	Error float64
	Zone  floor.ZoneID // where At lies; empty: in none, or in a private one
	Right float64      // share of its fixes whose likeliest zone that is, 0 to 1
	Half  float64      // share of its fixes whose region of 50 % holds the place
	Nine  float64      // and of 90 %
	Fixes int          // of it
}

// checkFolds is how many maps a check fits, each without the places of one fold
// (k-fold cross-validation: Stone 1974).
const checkFolds = 4

// Check says what a survey is good for: every place of it is located by a map
// that was fitted without it. It refuses a survey of fewer than checkFolds
// places. Where the floor is walked densely real errors are smaller, for the
// map in use has seen every place.
func Check(dir string, o FitOptions) ([]Miss, error) {
	s, err := load(dir)
	if err != nil {
		return nil, err
	}
	if o.Plan != nil {
		s.plan = o.Plan
	}
	train, plan, err := s.survey(Full)
	if err != nil {
		return nil, err
	}
	points := map[string]bool{}
	for _, c := range train {
		points[c.point] = true
	}
	if len(points) < checkFolds {
		return nil, fmt.Errorf("%w: %d places, a check takes at least %d", ErrNoRows, len(points), checkFolds)
	}
	var out []Miss
	for f := range checkFolds {
		if o.Progress != nil {
			o.Progress(f, checkFolds)
		}
		misses, err := s.fold(plan, train, f)
		if err != nil {
			return nil, err
		}
		out = append(out, misses...)
	}
	if o.Progress != nil {
		o.Progress(checkFolds, checkFolds)
	}
	return out, nil
}

// fold locates the places of one fold by a map of the others.
func (s *site) fold(plan *floor.Plan, train []scan, f int) ([]Miss, error) {
	var rest, out []scan
	for _, c := range train {
		h := fnv.New32a()
		_, _ = h.Write([]byte(c.point)) // a hash takes everything
		if int(h.Sum32()%checkFolds) == f {
			out = append(out, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(out) == 0 || len(rest) == 0 {
		return nil, nil
	}
	m, err := fit(plan, rest, s.links, nil)
	if err != nil {
		return nil, err
	}
	l, err := locator.New(plan, m, locator.Options{Margin: margin})
	if err != nil {
		return nil, err
	}
	r := &runner{l: l, clock: time.Unix(1_700_000_000, 0)}
	r.keep = func(p floor.Position) { r.last, r.fixed = p, true }
	var misses []Miss
	for i := range out {
		r.begin()
		r.feed(&out[i], &floor.Report{})
		misses = r.miss(plan, &out[i], misses)
	}
	return misses, nil
}

// miss adds a fix to its place's.
func (r *runner) miss(plan *floor.Plan, c *scan, all []Miss) []Miss {
	e, share, _ := r.judge(plan, c)
	i := slices.IndexFunc(all, func(m Miss) bool { return m.Point == c.point })
	if i < 0 {
		all = append(all, Miss{Point: c.point, Level: c.level, At: c.at, Zone: zoneAt(plan, c.level, c.at)})
		i = len(all) - 1
	}
	m := &all[i]
	m.Fixes++
	n := float64(m.Fixes)
	m.Error += (e - m.Error) / n
	m.Half += (count(share < 0.5) - m.Half) / n
	m.Nine += (count(share < 0.9) - m.Nine) / n
	m.Right += (count(m.Zone != "" && likeliest(r.last) == m.Zone) - m.Right) / n
	return all
}

// likeliest returns the zone that a phone is most probably in.
func likeliest(p floor.Position) (best floor.ZoneID) {
	top := 0.0
	for _, z := range p.Zones {
		if z.P > top {
			top, best = z.P, z.Zone
		}
	}
	return best
}

func zoneAt(plan *floor.Plan, level floor.LevelID, p floor.Point) floor.ZoneID {
	for _, l := range plan.Levels {
		for _, z := range l.Zones {
			if l.ID == level && !z.Private && z.Outline.Contains(p) {
				return z.ID
			}
		}
	}
	return ""
}
