package locator

import "math"

// continued is how much more a fix's access points are worth when news already
// discounts what they err by together, for most of that lasts.
const continued = 2

const trust = 1.3 // the power of a likelihood at most

// weigh multiplies the belief by the likelihood of this fix's readings, which is
// computed at the nodes and interpolated. With all, every place is weighed,
// however improbable. It returns the most probable cell and the power that the
// likelihood was given.
func (l *Locator) weigh(t *track, at instant, dt, fresh float64, all bool) (peak int, power float32) {
	w := l.work
	for i := range w.heard {
		h := &w.heard[i]
		h.rssi, h.trust = l.watch.correct(h.ap, w.sum[h.ap]/float32(w.count[h.ap]))
	}
	n := l.telling()
	worth := temper(l.m.Effect, n)
	if t.fixes > 0 {
		worth = min(1, temper(continued*l.m.Effect, n)) * fresh
	}
	if !w.plain {
		worth *= lone
	}
	alpha := float32(worth)
	cut := l.top() * prune
	if all { // what was spread over everywhere is little, and is to be weighed
		cut = math.SmallestNonzeroFloat32
	}
	l.condense(cut)
	l.centroid(float32(l.m.Centre * fresh))
	l.associated(t, dt)
	l.follow(t, at)
	e := nodeEvidence{l: l, precision: float32(1 / t.spread), alpha: alpha, rounds: 1, cut: cut}
	if t.spread > 9 {
		e.rounds = 2
	}
	best := float32(math.Inf(-1))
	for i := range w.nodes.wins {
		e.choose(i)
		if all {
			e.coarse()
		}
		e.best = best
		e.fine()
		best = e.best
	}
	peak, info := l.posterior(best, e.precision)
	t.spread = 1 / (1/t.spread + info)
	l.listen(t, peak, dt)
	return peak, alpha
}

// temper returns the power of a fix's likelihood: access points err alike where
// bodies, shelves and the map's own faults are the same, so that n of them are
// worth at most effect independent ones, and beyond a dozen grow in worth slowly.
// A little over one is allowed: the noise is never set below leastNoise of the
// fit, and where left-out places say that this was too careful, it is made up.
func temper(effect, n float64) float64 {
	grown := math.Pow(max(1, n/12), 0.25)
	return math.Min(trust, effect*grown/max(1, n))
}

// top returns the belief of the most probable cell.
func (l *Locator) top() float32 {
	w := l.work
	var best float32
	for i := range w.wins {
		lv, win := &l.grid.levels[i], w.wins[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for c := from; c < to; c++ {
				p := w.stay[c] + w.walk[c]
				w.p[c] = p
				best = max(best, p)
			}
		}
	}
	return best
}

// live cuts a row to the cells worth weighing and clears the rest.
func (l *Locator) live(win window, lv *gridLevel, y int32, cut float32) (from, to int) {
	w := l.work
	a, b := win.row(lv, y)
	from, to = a, b
	for from < to && w.p[from] < cut {
		from++
	}
	for to > from && w.p[to-1] < cut {
		to--
	}
	for _, f := range [...][]float32{w.stay, w.walk, w.p} {
		clear(f[a:from])
		clear(f[to:b])
	}
	return from, to
}
