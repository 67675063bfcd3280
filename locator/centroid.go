package locator

import (
	"math"
	"slices"

	"foyer/floor"
)

// centroid writes the centroid expert's logarithm into the nodes: where no survey
// says better, the access points' mean place, weighted by power, is a fair guess
// that no wrong path-loss exponent can spoil. Its width is 0.6 of the access
// points' spacing and it never excludes anything.
func (l *Locator) centroid(weight float32) {
	w := &l.work.nodes
	for i := range l.nodes.levels {
		lv, win := &l.nodes.levels[i], w.wins[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			clear(w.ll[from:to])
		}
		if weight == 0 || win.empty() || !l.work.plain {
			continue
		}
		if x, y, ok := l.middle(i); ok {
			l.bump(i, x, y, weight)
		}
	}
}

// middle returns the heard access points' mean place on a level, by power.
func (l *Locator) middle(level int) (x, y float64, ok bool) {
	w := l.work
	best := float32(-200)
	for _, h := range w.heard {
		best = max(best, h.rssi)
	}
	var sum float64
	for _, h := range w.heard {
		if l.apLevel[h.ap] != level {
			continue
		}
		k := math.Pow(10, float64(h.rssi-best)/10)
		x, y, sum = x+k*float64(l.places[h.ap].X), y+k*float64(l.places[h.ap].Y), sum+k
	}
	return x / sum, y / sum, sum > 0
}

const centroidFloor = 0.011 // e^-4.5: what remains far away

// bump adds the expert to a level. No centroid leaves the box of the access
// points, so that a cell beyond the box counts as the box's nearest place.
func (l *Locator) bump(level int, cx, cy float64, weight float32) {
	w, g := &l.work.nodes, l.nodes
	lv, win, box := &g.levels[level], w.wins[level], l.boxes[level]
	k := float32(1 / (2 * sq(0.6*l.spacing)))
	bell := func(start, at float64, lo, hi floor.Metre, centre float64) float32 {
		d := float32(min(max(start+(at+0.5)*g.cell, float64(lo)), float64(hi)) - centre)
		return fastExp(-d * d * k)
	}
	across := l.work.row[0][:win.x1-win.x0] // the Gaussian is a product of one per axis
	for x := range across {
		across[x] = bell(lv.x0, float64(int(win.x0)+x), box[0].X, box[1].X, cx)
	}
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(lv, y)
		down := bell(lv.y0, float64(y), box[0].Y, box[1].Y, cy)
		ll := w.ll[from:to]
		for x := range ll {
			ll[x] = weight * fastLog(across[x]*down+centroidFloor)
		}
	}
}

// apBoxes returns the upright box round each level's access points.
func apBoxes(levels int, aps []AP, level []int) [][2]floor.Point {
	boxes, seen := make([][2]floor.Point, levels), make([]bool, levels)
	for i, a := range aps {
		k := level[i]
		if k < 0 {
			continue
		}
		b := &boxes[k]
		if !seen[k] {
			seen[k], *b = true, [2]floor.Point{a.At, a.At}
		}
		b[0].X, b[0].Y = min(b[0].X, a.At.X), min(b[0].Y, a.At.Y)
		b[1].X, b[1].Y = max(b[1].X, a.At.X), max(b[1].Y, a.At.Y)
	}
	return boxes
}

// spacing returns the median distance (m) of access points to their nearest
// neighbour at another place.
func spacing(aps []AP) float64 {
	var near []float64
	for i := range aps {
		best := math.Inf(1)
		for j := range aps {
			if d := float64(aps[i].At.Distance(aps[j].At)); aps[i].Level == aps[j].Level && d > 0.5 {
				best = min(best, d)
			}
		}
		if !math.IsInf(best, 1) {
			near = append(near, best)
		}
	}
	if len(near) == 0 {
		return 10
	}
	slices.Sort(near)
	return near[len(near)/2]
}

func levelOf(s *site, id floor.LevelID) int {
	if i, ok := s.levels[id]; ok {
		return i
	}
	return -1
}
