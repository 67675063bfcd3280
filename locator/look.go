package locator

import (
	"math"

	"foyer/floor"
)

// look compares each reading of a fix with what the map and the other access
// points say, now and then per phone. peak is the most probable cell, alpha the
// power that the fix's likelihood had.
func (l *Locator) look(t *track, at instant, peak int, alpha float32) {
	w := l.watch
	if w == nil {
		return
	}
	here := int32(w.tileOf(l.grid, peak))
	if t.fixes < lookFixes || t.fixes > lookFixes && at-t.looked < instant(lookEvery) {
		return
	}
	worth := float32(1)
	if t.fixes > lookFixes && here == t.tile {
		worth = sameTile
	}
	t.looked, t.tile = at, here
	if len(l.work.heard) < lookHeard || t.misfit > astray {
		return
	}
	w.looks++
	w.voices -= w.voices / forgetful
	if t.voiced == 0 || at-t.voiced >= instant(lookVoice) {
		t.voiced = at
		w.voices++
	}
	for _, h := range l.work.heard {
		w.hear(h.ap)
		if l.audible(h.ap, peak) {
			w.add(h.ap, here, l.apart(h, peak, alpha)+w.state[h.ap].lift, worth)
		}
	}
	l.miss(peak, int(here), worth)
	l.judge(at.time())
}

// audible reports whether an access point would be heard at a cell as a rule, by
// the map.
func (l *Locator) audible(ap int32, cell int) bool {
	m, _ := l.mapped(ap, cell)
	m += l.work.offset[cell]
	return l.m.Hearing.Probability(dbm(m)) > audibleFor*l.m.Hearing.Most
}

// pasts is what the belief owes to a reading, in readings: it has followed the
// same access point in the fixes before, too.
const pasts = 3

// apart returns what a reading differs by from the map (dB), averaged over where
// the phone would be without it: the belief divided by the reading's own
// likelihood. An access point that is wrong cannot hide by pulling the phone to
// where it is right.
func (l *Locator) apart(h heard, peak int, alpha float32) float32 {
	w, g, n := l.work, l.grid, l.nodes
	differ, say := w.nodes.moment, w.nodes.mass // both are free after the weighing
	l.say(h, differ, say)
	level, x, y := g.place(peak)
	at, top := n.mix(differ, level, x, y), n.mix(say, level, x, y)
	least := w.p[peak] * 1e-2
	var sum, moment float32
	for i := range w.wins {
		lv, win := &g.levels[i], w.wins[i]
		for y := win.y0; y < win.y1; y += 2 {
			from, to := win.row(lv, y)
			for c := from; c < to; c += 2 {
				if w.p[c] < least {
					continue
				}
				x := int(win.x0) + c - from
				k := w.p[c] * exp(pasts*alpha*(top-n.mix(say, i, x, int(y))))
				sum += k
				moment += k * n.mix(differ, i, x, int(y))
			}
		}
	}
	if sum == 0 {
		return at
	}
	return moment / sum
}

// say writes what a reading differs by from the map (dB) and its log-density at
// the nodes of a fix, as they were weighed.
func (l *Locator) say(h heard, differ, say []float32) {
	w := &l.work.nodes
	for i, win := range w.wins {
		s, lv := l.tab.sheet(h.ap, i), &l.nodes.levels[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for k := from; k < to; k++ {
				e := s.at(win.x0+int32(k-from), y)
				differ[k] = h.rssi - e.mean() - w.guess[k]
				say[k] = logT(differ[k], l.tab.of(e).variance(), h.trust)
			}
		}
	}
}

// logT returns the log-density of Student's t of variance v (dB2) at a residual
// (dB), of whose precision a share counts, but for a constant.
func logT(d, v, share float32) float32 {
	return -power*fastLog(1+d*d*share/(freedom*v)) - 0.5*fastLog(v)
}

// exp returns e to the power x, of either sign.
func exp(x float32) float32 {
	if x > 0 {
		return 1 / fastExp(-min(x, 60))
	}
	return fastExp(x)
}

// add takes one difference (dB) into a tile's running mean.
func (w *watch) add(ap, tile int32, d, worth float32) {
	d = max(-lookClip, min(d, lookClip))
	k := int(ap)*len(w.tiles) + int(tile)
	w.count[k] = min(w.count[k]+worth, lookMost)
	w.mean[k] += (d - w.mean[k]) * min(1, worth/w.count[k])
	w.updated[k] = w.looks
}

// hear ends an access point's silence.
func (w *watch) hear(ap int32) {
	if s := &w.state[ap]; s.silent {
		s.silent = false
		n := len(w.tiles)
		clear(w.missed[int(ap)*n : int(ap)*n+n])
	}
}

// missMost is the surprise (nats) that one tile can give: there may be a rack in
// the way that the map does not know.
const missMost = 3

// miss counts, for the access points that were not heard, how surprising that is
// at a cell, the map's own doubt taken in their favour.
func (l *Locator) miss(cell, tile int, worth float32) {
	w := l.watch
	for ap := range w.state {
		if l.work.count[ap] > 0 {
			continue
		}
		m, v := l.mapped(int32(ap), cell)
		doubt := math.Sqrt(max(0, float64(v)-sq(l.m.Noise)))
		m += l.work.offset[cell] + min(0, w.state[ap].lift) - float32(doubt)
		p := l.m.Hearing.Probability(dbm(m))
		if p < 0.3 {
			continue
		}
		w.state[ap].silent = true
		i := ap*len(w.tiles) + tile
		w.missed[i] = min(missMost, w.missed[i]+worth*float32(-math.Log(1-p)))
	}
}

// mapped returns the map's mean (dBm) of an access point in a cell, and its
// variance and the noise's together (dB2).
func (l *Locator) mapped(ap int32, cell int) (mean, variance float32) {
	level, x, y := l.grid.place(cell)
	return l.tab.look(l.nodes, ap, level, x, y)
}

func dbm(v float32) floor.DBm { return floor.DBm(v) }
