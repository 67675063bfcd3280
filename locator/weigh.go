package locator

import "math"

// continued is how much more a fix's access points are worth when news already
// discounts what they err by together, for most of that lasts.
const continued = 2

const trust = 1.3 // the power of a likelihood at most

const folding = 8 // access points per logarithm: their product fits a float32

// row is scratch for one row of cells.
type row struct{ num, den, prod, log []float32 }

// weigh multiplies the belief by the likelihood of this fix's readings. At each
// cell the offset that explains them best is found first (one or two reweighted
// least-squares steps from the cell's Gaussian), then the t likelihood is taken
// there, with Laplace's correction for the offset's remaining width. With all,
// every cell is weighed, however improbable. It returns the most probable cell
// and the power that the likelihood was given.
func (l *Locator) weigh(t *track, at instant, dt, fresh float64, all bool) (peak int, power float32) {
	w := l.work
	for i := range w.heard {
		h := &w.heard[i]
		h.rssi, h.trust = l.watch.correct(h.ap, w.sum[h.ap]/float32(w.count[h.ap]))
	}
	worth := temper(l.m.Effect, len(w.heard))
	if t.fixes > 0 {
		worth = min(1, temper(continued*l.m.Effect, len(w.heard))) * fresh
	}
	if !w.plain {
		worth *= lone
	}
	alpha := float32(worth)
	l.centroid(float32(l.m.Centre * fresh))
	l.associated(t, dt)
	l.follow(t, at)
	cut := l.top() * prune
	if all { // what was spread over everywhere is little, and is to be weighed
		cut = math.SmallestNonzeroFloat32
	}
	best := float32(math.Inf(-1))
	precision := float32(1 / t.spread)
	rounds := 1
	if t.spread > 9 {
		rounds = 2
	}
	for i := range w.wins {
		lv, win := &l.grid.levels[i], w.wins[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := l.live(win, lv, y, cut)
			if from == to {
				continue
			}
			copy(w.mass[from:to], w.offset[from:to])
			for range rounds {
				l.offsets(from, to, precision, alpha)
			}
			best = max(best, l.likelihood(from, to, precision, alpha, cut))
		}
	}
	peak, info := l.posterior(best)
	t.spread = 1 / (1/t.spread + info)
	l.listen(t, peak, dt)
	return peak, alpha
}

// temper returns the power of a fix's likelihood: access points err alike where
// bodies, shelves and the map's own faults are the same, so that n of them are
// worth at most effect independent ones, and beyond a dozen grow in worth slowly.
// A little over one is allowed: the noise is never set below leastNoise of the
// fit, and where left-out places say that this was too careful, it is made up.
func temper(effect float64, n int) float64 {
	grown := math.Pow(max(1, float64(n)/12), 0.25)
	return math.Min(trust, effect*grown/float64(max(1, n)))
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

// offsets writes, for a run of cells, the offset that reconciles the readings
// with the cell's own Gaussian into mass (dB), and what they tell about it into
// moment (1/dB2). A second call starts from the first one's result.
func (l *Locator) offsets(from, to int, precision, alpha float32) {
	w, tab, n := l.work, l.tab, l.grid.n
	run := to - from
	num, den := w.row.num[:run], w.row.den[:run]
	clear(num)
	clear(den)
	prior, guess, info := w.offset[from:to], w.mass[from:to], w.moment[from:to]
	for _, h := range w.heard {
		k := int(h.ap)*n + from
		mean, root, inv := tab.mean[k:k+run], tab.root[k:k+run], tab.inv[k:k+run]
		for x := range num {
			e := h.rssi - mean[x]
			d := e - guess[x]
			k := inv[x] * h.trust
			v := k / (root[x] + d*d*k)
			num[x] += v * e
			den[x] += v
		}
	}
	a := 2 * power * alpha
	for x := range num {
		info[x] = a * den[x]
		guess[x] = (a*num[x] + precision*prior[x]) / (info[x] + precision)
	}
}

// likelihood writes the tempered log-likelihood of a run of cells into ll and
// returns the largest.
func (l *Locator) likelihood(from, to int, precision, alpha, cut float32) float32 {
	w, tab, n := l.work, l.tab, l.grid.n
	run := to - from
	prod, log := w.row.prod[:run], w.row.log[:run]
	for x := range prod {
		prod[x], log[x] = 1, 0
	}
	guess := w.mass[from:to]
	for j, h := range w.heard {
		k := int(h.ap)*n + from
		mean, root, inv := tab.mean[k:k+run], tab.root[k:k+run], tab.inv[k:k+run]
		for x := range prod {
			m := mean[x] + guess[x]
			d := h.rssi - m
			prod[x] *= (root[x] + d*d*inv[x]*h.trust) * l.curve.heard[curveIndex(m)]
		}
		fold(prod, log, j)
	}
	for j, ap := range w.quiet {
		k := int(ap)*n + from
		mean := tab.mean[k : k+run]
		for x := range prod {
			prod[x] *= l.curve.silent[curveIndex(mean[x]+guess[x])]
		}
		fold(prod, log, j)
	}
	best := float32(math.Inf(-1))
	prior, info, p, ll := w.offset[from:to], w.moment[from:to], w.p[from:to], w.ll[from:to]
	for x := range prod {
		d := guess[x] - prior[x]
		ll[x] += -power*alpha*(log[x]+fastLog(prod[x])) - 0.5*d*d*precision - 0.5*fastLog(1+info[x]/precision)
		if p[x] >= cut {
			best = max(best, ll[x])
		}
	}
	return best
}

func fold(prod, log []float32, j int) {
	if j%folding != folding-1 {
		return
	}
	for x := range prod {
		log[x] += fastLog(prod[x])
		prod[x] = 1
	}
}

// posterior applies the likelihoods, normalises, and returns the most probable
// cell and what the readings told about the offset (1/dB2) on average.
func (l *Locator) posterior(best float32) (peak int, told float64) {
	w := l.work
	var sum, info, top float32
	for i := range w.wins {
		lv, win := &l.grid.levels[i], w.wins[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for c := from; c < to; c++ {
				if w.p[c] == 0 {
					continue
				}
				f := fastExp(w.ll[c] - best)
				w.stay[c] *= f
				w.walk[c] *= f
				p := w.stay[c] + w.walk[c]
				w.p[c] = p
				w.offset[c] = w.mass[c]
				sum += p
				info += p * w.moment[c]
				if p > top {
					peak, top = c, p
				}
			}
		}
	}
	scale := 1 / sum
	for i := range w.wins {
		lv, win := &l.grid.levels[i], w.wins[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for c := from; c < to; c++ {
				w.stay[c] *= scale
				w.walk[c] *= scale
				w.p[c] *= scale
			}
		}
	}
	return peak, float64(info / sum)
}
