package locator

import (
	"math"
	"time"

	"foyer/floor"
)

// answer says where the phone is, from the belief in work.
func (l *Locator) answer(t *track, at time.Time) floor.Position {
	w, g := l.work, l.grid
	level, mass := 0, float32(-1)
	var inside float32
	for i := range g.levels {
		lv, win := &g.levels[i], w.tight[i]
		var m float32
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for c := from; c < to; c++ {
				m += w.p[c]
				if g.inside[c] {
					inside += w.p[c]
				}
			}
		}
		if m > mass {
			level, mass = i, m
		}
	}
	l.blur()
	p := floor.Position{Phone: t.phone, At: at, Level: g.levels[level].id, Inside: float64(min(inside, 1))}
	p.Point = l.median(level)
	var wide float64
	p.Area50, p.Area90, wide = l.regions()
	t.memory = l.o.Motion.memory(w.histogram.area(half) * sq(g.cell))
	for i, z := range g.zones {
		var sum float32
		for _, c := range z.cells {
			sum += w.p[c]
		}
		t.zones[i] = floor.ZoneProb{Zone: z.id, P: float64(min(sum, 1))}
	}
	p.Zones = t.zones
	p.Unknown = wide > unknownShare*g.area || t.misfit > astray
	return p
}

// unknownShare is the share of the walkable floor above which nine tenths of the
// belief say nothing worth acting on.
const unknownShare = 0.4

// median returns the geometric median of the belief on a level: Weiszfeld's
// iteration from the mean. Cells of under a thousandth of the best one's belief
// hardly move it and are left out.
func (l *Locator) median(level int) floor.Point {
	w, lv, win := l.work, &l.grid.levels[level], l.work.wide[level]
	var top float32
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(lv, y)
		for c := from; c < to; c++ {
			top = max(top, w.p[c])
		}
	}
	w.heavy = w.heavy[:0]
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(lv, y)
		for c := from; c < to; c++ {
			if p := w.p[c]; p > top*1e-3 {
				w.heavy = append(w.heavy, weighted{float32(c - from + int(win.x0)), float32(y), p})
			}
		}
	}
	cx, cy := centre(w.heavy)
	soft := float32(sq(0.3 / l.grid.cell))
	for range 10 {
		x, y := nearer(w.heavy, cx, cy, soft)
		d := max(abs(x-cx), abs(y-cy))
		cx, cy = x, y
		if d < 0.01 {
			break
		}
	}
	return floor.Point{X: floor.Metre(lv.x0 + (float64(cx)+0.5)*l.grid.cell), Y: floor.Metre(lv.y0 + (float64(cy)+0.5)*l.grid.cell)}
}

// weighted is a cell, in cells of its level, and its belief.
type weighted struct{ x, y, p float32 }

func centre(cells []weighted) (x, y float32) {
	var sum float32
	for _, c := range cells {
		x, y, sum = x+c.p*c.x, y+c.p*c.y, sum+c.p
	}
	return x / sum, y / sum
}

// nearer does one step of Weiszfeld, its singularity softened.
func nearer(cells []weighted, cx, cy, soft float32) (x, y float32) {
	var sum float32
	for _, c := range cells {
		dx, dy := c.x-cx, c.y-cy
		k := c.p / float32(math.Sqrt(float64(dx*dx+dy*dy+soft)))
		x, y, sum = x+k*c.x, y+k*c.y, sum+k
	}
	return x / sum, y / sum
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

// histogram sorts beliefs by size, sixteen classes an octave: enough for areas.
type histogram struct {
	mass  [classes]float32
	cells [classes]int32
}

const (
	classShift = 19                              // of a float32's bits: exponent and four of the mantissa
	classLow   = (127 - 24) << (23 - classShift) // beliefs under 2^-24 count as such
	classes    = (128-103)<<(23-classShift) + 16
)

func class(p float32) int {
	return max(0, int(math.Float32bits(p)>>classShift)-classLow)
}

// regions returns the areas (m2) of the smallest sets of cells that hold the
// truth 50 and 90 % of the time, and of the one that holds 90 % of the belief.
func (l *Locator) regions() (area50, area90, wide float64) {
	w, g := l.work, l.grid
	h := &w.histogram
	*h = histogram{}
	for i := range w.wide {
		lv, win := &g.levels[i], w.wide[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for c := from; c < to; c++ {
				if p := w.p[c]; p > 0 {
					k := class(p)
					h.mass[k] += p
					h.cells[k]++
				}
			}
		}
	}
	area := func(share float64) float64 { return h.area(float32(share)) * sq(g.cell) }
	return area(l.m.Held.Take(half)), area(l.m.Held.Take(most)), area(most)
}

// area returns how many of the largest cells hold a share of the belief.
func (h *histogram) area(share float32) float64 {
	var cells float64
	var sum float32
	for k := classes - 1; k >= 0; k-- {
		if h.cells[k] == 0 {
			continue
		}
		if sum+h.mass[k] >= share {
			return cells + float64((share-sum)/h.mass[k])*float64(h.cells[k])
		}
		sum += h.mass[k]
		cells += float64(h.cells[k])
	}
	return cells
}
