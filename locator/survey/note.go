package survey

import (
	"fmt"
	"slices"

	"foyer/floor"
)

// large is a floor's side (m) beyond which a place is more often mistyped than
// far away.
const large = 400

// note says which place makes a floor as large as it is, if that is larger than
// shops are: one wrong number in a file makes cells coarse and fixes poor.
func (s *site) note(plan *floor.Plan, train []scan, o Options) {
	for _, l := range plan.Levels {
		lo, hi := l.Outline.Bounds()
		if s.plan != nil || hi.X-lo.X < large && hi.Y-lo.Y < large {
			continue
		}
		var at []floor.Point
		var names []string
		for _, a := range s.aps {
			if a.Placed && a.Level == l.ID {
				at, names = append(at, a.At), append(names, fmt.Sprintf("access point %q", a.ID))
			}
		}
		for _, c := range train {
			if c.level == l.ID {
				at, names = append(at, c.at), append(names, fmt.Sprintf("surveyed point %q", c.point))
			}
		}
		mid := floor.Point{X: middle(at, func(p floor.Point) floor.Metre { return p.X }), Y: middle(at, func(p floor.Point) floor.Metre { return p.Y })}
		far := 0
		for i := range at {
			if at[i].Distance(mid) > at[far].Distance(mid) {
				far = i
			}
		}
		o.Note(fmt.Sprintf("floor %s measures %.0f x %.0f m, as far as %s at (%.1f, %.1f): is that place right? Cells become coarse.",
			l.ID, hi.X-lo.X, hi.Y-lo.Y, names[far], at[far].X, at[far].Y))
	}
}

func middle(at []floor.Point, axis func(floor.Point) floor.Metre) floor.Metre {
	var v []floor.Metre
	for _, p := range at {
		v = append(v, axis(p))
	}
	slices.Sort(v)
	return v[len(v)/2]
}
