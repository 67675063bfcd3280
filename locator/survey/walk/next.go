package walk

import (
	"math"
	"slices"

	"foyer/floor"
	"foyer/locator/survey"
)

const (
	spots   = 3   // places named at once: more are a list, not a walk
	near    = 5.0 // m; a place this far from all that was walked tells most
	between = 4.0 // m, at least, between the places named

	wellWalked = 0.4 // m; where no place is worth more, all is walked well enough
)

// A Spot is a place worth walking to. Where says it in words.
type Spot struct {
	Level floor.LevelID
	At    floor.Point
	Where string
}

// Next names the places where standing tells most: where the forecast is poor
// and nobody has stood near. Without a forecast only the distance counts.
func Next(plan *floor.Plan, stands []Stand, cells []survey.ForecastCell) []Spot {
	if len(cells) == 0 {
		cells = evenly(plan)
	}
	cells = public(plan, cells)
	worth := func(c survey.ForecastCell, more []Spot) float64 {
		d := near
		for _, s := range stands {
			if s.Level == c.Level {
				d = min(d, float64(s.At.Distance(c.At)))
			}
		}
		for _, s := range more {
			if s.Level == c.Level && s.At.Distance(c.At) < between {
				return 0
			}
		}
		return c.Error * d / near
	}
	var out []Spot
	for len(out) < spots {
		best, most := -1, wellWalked
		for i, c := range cells {
			if v := worth(c, out); v > most {
				best, most = i, v
			}
		}
		if best < 0 {
			break
		}
		c := cells[best]
		out = append(out, Spot{c.Level, c.At, words(plan, c.Level, c.At)})
	}
	return out
}

// evenly returns places all over the public floor, each as doubtful as any.
func evenly(plan *floor.Plan) []survey.ForecastCell {
	var out []survey.ForecastCell
	for _, l := range plan.Levels {
		lo, hi := l.Outline.Bounds()
		side := max(1, floor.Metre(math.Sqrt(float64(hi.X-lo.X)*float64(hi.Y-lo.Y))/40))
		for x := lo.X + side/2; x < hi.X; x += side {
			for y := lo.Y + side/2; y < hi.Y; y += side {
				p := floor.Point{X: x, Y: y}
				if l.Outline.Contains(p) {
					out = append(out, survey.ForecastCell{Level: l.ID, At: p, Error: 3})
				}
			}
		}
	}
	return out
}

// public returns the cells that lie in no private zone.
func public(plan *floor.Plan, cells []survey.ForecastCell) []survey.ForecastCell {
	var out []survey.ForecastCell
	for _, c := range cells {
		private := false
		for _, l := range plan.Levels {
			private = private || l.ID == c.Level && slices.ContainsFunc(l.Zones, func(z floor.Zone) bool { return z.Private && z.Outline.Contains(c.At) })
		}
		if !private {
			out = append(out, c)
		}
	}
	return out
}

// words say where a place is: the zone, and in which part of it.
func words(plan *floor.Plan, level floor.LevelID, p floor.Point) string {
	for _, l := range plan.Levels {
		if l.ID != level {
			continue
		}
		for _, z := range l.Zones {
			if z.Outline.Contains(p) {
				return z.Name + part(z.Outline, p)
			}
		}
		return l.Name + part(l.Outline, p)
	}
	return ""
}

// part names the ninth of a shape's bounds that p lies in.
func part(g floor.Polygon, p floor.Point) string {
	lo, hi := g.Bounds()
	third := func(v, lo, hi floor.Metre) int { return min(2, max(0, int(3*(v-lo)/max(hi-lo, 0.01)))) }
	across, down := third(p.X, lo.X, hi.X), third(p.Y, lo.Y, hi.Y)
	return [3][3]string{
		{", upper left corner", ", upper edge", ", upper right corner"},
		{", left edge", ", middle", ", right edge"},
		{", lower left corner", ", lower edge", ", lower right corner"},
	}[down][across]
}
