package locator

import "math"

// climbing is how long (s) a walking person stays on a level, about. The plan
// does not say where its stairs are, so that they may be anywhere; rare as
// climbing is, one fix on another level outweighs it, for a storey's floor takes
// 15 dB of every access point there.
const climbing = 100.0

// climb lets some of those who walk change to the level above or below, at the
// same place. Levels share the plan's frame.
func (l *Locator) climb(dt float64) {
	share := float32(1-math.Exp(-dt/climbing)) / 2
	for i := 1; i < len(l.grid.levels); i++ {
		l.exchange(i-1, i, share)
	}
}

// exchange swaps a share of the walking belief of two levels, cell by cell.
func (l *Locator) exchange(lower, upper int, share float32) {
	w, a, b := l.work, &l.grid.levels[lower], &l.grid.levels[upper]
	dx := int32(math.Round((a.x0 - b.x0) / l.grid.cell))
	dy := int32(math.Round((a.y0 - b.y0) / l.grid.cell))
	all := w.wins[lower].shift(dx, dy, b).join(w.wins[upper])
	w.wins[upper] = all
	all = all.shift(-dx, -dy, a)
	w.wins[lower] = all.join(w.wins[lower])
	for y := all.y0; y < all.y1; y++ {
		from, to := all.row(a, y)
		other := b.at + int(y+dy)*b.w + int(all.x0+dx)
		for c := from; c < to; c++ {
			w.swap(c, other+c-from, share)
		}
	}
}

// swap exchanges a share of the walking belief of two cells where one may walk;
// offsets' means go with it.
func (w *work) swap(c, d int, share float32) {
	p, q := share*w.walk[c], share*w.walk[d]
	if p+q == 0 || !w.g.walk[c] || !w.g.walk[d] {
		return
	}
	f, g := w.offset[c], w.offset[d]
	keepC, keepD := w.stay[c]+w.walk[c]-p, w.stay[d]+w.walk[d]-q
	w.walk[c], w.walk[d] = w.walk[c]-p+q, w.walk[d]-q+p
	if keepC+q > 0 {
		w.offset[c] = (keepC*f + q*g) / (keepC + q)
	}
	if keepD+p > 0 {
		w.offset[d] = (keepD*g + p*f) / (keepD + p)
	}
}
