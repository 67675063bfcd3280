package locator

import (
	"cmp"
	"slices"

	"foyer/floor"
)

// A Strip is a run of cells of one row of a level: the rectangle from Lo to Hi,
// metres in the plan's frame.
type Strip struct {
	Level  floor.LevelID
	Lo, Hi floor.Point
}

// Region returns the smallest region that holds a phone with probability p, row
// by row, as a fix reports it: widened by what the map is off by. It allocates
// and is meant for drawing; an unknown phone has none.
func (l *Locator) Region(phone floor.Phone, p float64) []Strip {
	t := l.phones[phone]
	if t == nil || t.fixes == 0 {
		return nil
	}
	var cells []int
	l.reported(t, func() { cells = l.work.best(l, l.m.Held.Take(p)) })
	slices.Sort(cells)
	return l.grid.strips(cells)
}

// best returns the cells of the wide windows that hold a share of p, the most
// probable first.
func (w *work) best(l *Locator, share float64) []int {
	var cells []int
	var all, sum float64
	l.each(w.wide, func(c int) {
		if w.p[c] > 0 {
			cells = append(cells, c)
			all += float64(w.p[c])
		}
	})
	slices.SortFunc(cells, func(a, b int) int { return cmp.Compare(w.p[b], w.p[a]) })
	n := 0
	for n < len(cells) && sum < share*all {
		sum += float64(w.p[cells[n]])
		n++
	}
	return cells[:n]
}

// strips joins cells, in order, to runs.
func (g *grid) strips(cells []int) []Strip {
	var out []Strip
	for i := 0; i < len(cells); {
		lv := g.levelAt(cells[i])
		row := (cells[i] - lv.at) / lv.w
		j := i + 1
		for j < len(cells) && cells[j] == cells[j-1]+1 && cells[j] < lv.at+lv.w*(row+1) {
			j++
		}
		x := (cells[i] - lv.at) % lv.w
		lo := floor.Point{X: floor.Metre(lv.x0 + float64(x)*g.cell), Y: floor.Metre(lv.y0 + float64(row)*g.cell)}
		hi := floor.Point{X: lo.X + floor.Metre(float64(j-i)*g.cell), Y: lo.Y + floor.Metre(g.cell)}
		out = append(out, Strip{lv.id, lo, hi})
		i = j
	}
	return out
}

// levelAt returns the level that a cell is of.
func (g *grid) levelAt(cell int) *gridLevel {
	for i := range g.levels {
		if l := &g.levels[i]; cell < l.at+l.w*l.h {
			return l
		}
	}
	return &g.levels[len(g.levels)-1]
}
