package survey

import (
	"math"

	"foyer/locator"
	"foyer/locator/survey/svg"
)

// shape returns the cells of some strips, of one level, as paths: the area, and
// the line round it.
func shape(c chart, strips []locator.Strip) (fill, edge svg.Path) {
	rows := map[int][]locator.Strip{}
	row := func(y float64) int { return int(math.Round(y * 1000)) } // mm: exact enough to compare
	for _, s := range strips {
		rows[row(float64(s.Lo.Y))] = append(rows[row(float64(s.Lo.Y))], s)
		fill.Move(c.at(s.Lo))
		x1, y1 := c.at(s.Hi)
		x0, y0 := c.at(s.Lo)
		fill.To(x1, y0)
		fill.To(x1, y1)
		fill.To(x0, y1)
		fill.Shut()
		edge.Move(x0, y0)
		edge.To(x0, y1)
		edge.Move(x1, y0)
		edge.To(x1, y1)
	}
	for _, s := range strips {
		height := float64(s.Hi.Y - s.Lo.Y)
		for _, side := range []struct{ beside, y float64 }{{float64(s.Lo.Y) - height, float64(s.Lo.Y)}, {float64(s.Hi.Y), float64(s.Hi.Y)}} {
			for _, gap := range uncovered(float64(s.Lo.X), float64(s.Hi.X), rows[row(side.beside)]) {
				y := c.y + (side.y-float64(c.lo.Y))*c.scale
				edge.Move(c.x+(gap[0]-float64(c.lo.X))*c.scale, y)
				edge.To(c.x+(gap[1]-float64(c.lo.X))*c.scale, y)
			}
		}
	}
	return fill, edge
}

// uncovered returns the parts of [from, to] that no strip, in order, covers.
func uncovered(from, to float64, strips []locator.Strip) (out [][2]float64) {
	const hair = 1e-6
	for _, s := range strips {
		if lo := float64(s.Lo.X); lo > from+hair && lo < to+hair && from < to {
			out = append(out, [2]float64{from, min(lo, to)})
		}
		if float64(s.Lo.X) < to && float64(s.Hi.X) > from {
			from = float64(s.Hi.X)
		}
	}
	if to > from+hair {
		out = append(out, [2]float64{from, to})
	}
	return out
}
