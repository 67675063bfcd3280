package locator

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"foyer/floor"
)

// plainMap is the map at every cell, nothing packed, left out or interpolated.
type plainMap struct{ mean, variance [][]float64 } // by access point, then cell

func newPlainMap(l *Locator) *plainMap {
	m, lv := &plainMap{}, &l.grid.levels[0]
	for i := range l.m.APs {
		f := newField(l.m, &l.m.APs[i], newSite(&floor.Plan{Levels: []floor.Level{{ID: "g"}}}))
		mean, variance := make([]float64, l.grid.n), make([]float64, l.grid.n)
		for c := range mean {
			mean[c], variance[c] = f.predict(0, l.grid.at(lv, c%lv.w, c/lv.w))
			variance[c] += sq(l.m.Noise)
		}
		m.mean, m.variance = append(m.mean, mean), append(m.variance, variance)
	}
	return m
}

// fix is the first fix of a phone done plainly: every cell, every access point.
func (m *plainMap) fix(l *Locator, t *track) []float64 {
	out, sum := make([]float64, l.grid.n), 0.0
	for c := range out {
		ll := m.readings(l, c)
		if w := l.work; !w.plain {
			ll += math.Log(m.serves(int(w.serving), c))
		}
		if l.work.hinted {
			lv := &l.grid.levels[0]
			at, h := l.grid.at(lv, c%lv.w, c/lv.w), t.hint
			q := 1 + (sq(float64(at.X)-l.nodes.levels[h.level].x0-float64(h.x))+sq(float64(at.Y)-l.nodes.levels[h.level].y0-float64(h.y)))/(hintFreedom*sq(float64(h.sd)))
			ll += math.Log(math.Pow(q, -3) + hintWrong)
		}
		out[c] = math.Exp(ll) * float64(l.grid.start[c])
		sum += out[c]
	}
	for c := range out {
		out[c] /= sum
	}
	return out
}

// readings is the log-likelihood of a cell by what was heard, and what not.
func (m *plainMap) readings(l *Locator, c int) float64 {
	w := l.work
	alpha, precision := temper(l.m.Effect, l.telling()), 1/sq(l.m.Offset)
	if !w.plain {
		alpha *= lone
	}
	guess, info := 0.0, 0.0
	for range 2 {
		var num, den float64
		for _, h := range w.heard {
			e, share := float64(h.rssi)-m.mean[h.ap][c], float64(h.trust)
			k := share / (freedom*m.variance[h.ap][c] + share*sq(e-guess))
			num, den = num+k*e, den+k
		}
		info = 2 * power * alpha * den
		guess = 2 * power * alpha * num / (info + precision)
	}
	ll := -0.5*sq(guess)*precision - 0.5*math.Log(1+info/precision)
	for _, h := range w.heard {
		mean, v := m.mean[h.ap][c], m.variance[h.ap][c]
		e := float64(h.rssi) - mean - guess
		ll += alpha * (-power*math.Log1p(float64(h.trust)*sq(e)/(freedom*v)) - math.Log(v)/2 +
			l.m.Hearing.Weight*math.Log(l.m.Hearing.Probability(floor.DBm(mean+guess))))
	}
	for _, ap := range w.quiet {
		ll += alpha * l.m.Hearing.Weight * math.Log(1-l.m.Hearing.Probability(floor.DBm(m.mean[ap][c]+guess)))
	}
	return ll
}

// serves is the probability that an access point serves a phone in a cell.
func (m *plainMap) serves(ap, c int) float64 {
	best, sum := math.Inf(-1), 0.0
	for i := range m.mean {
		best = max(best, m.mean[i][c])
	}
	keeps := func(i int) float64 {
		return 0.5 * math.Erfc((best-m.mean[i][c]-roamGain)/roamSpread/math.Sqrt2)
	}
	for i := range m.mean {
		sum += keeps(i)
	}
	return max(keeps(ap)/sum, 1e-3)
}

// TestAFixIsThePlainOne compares a fix by nodes, packed entries, windows and
// coarse to fine with the plain one: of readings, of an association or a hint,
// and with access points that the watch trusts less.
func TestAFixIsThePlainOne(t *testing.T) {
	l := hallLocator(t, 14)
	l.watch = newWatch(l)
	plain := newPlainMap(l)
	rapid.Check(t, func(t *rapid.T) {
		here := floor.Point{X: floor.Metre(rapid.Float64Range(2, 118).Draw(t, "x")), Y: floor.Metre(rapid.Float64Range(2, 22).Draw(t, "y"))}
		tr := &track{rest: rest{wins: make([]window, 1)}, served: -1, hinted: never}
		l.draw(t, here, tr)
		l.begin(tr)
		l.weigh(tr, 0, 1, 1, true)
		w := l.work
		want := plain.fix(l, tr)
		var apart float64
		for c, p := range want {
			apart += math.Abs(p-float64(w.p[c])) / 2
		}
		w.shrink()
		w.store(&tr.rest, l.memory)
		if apart > 0.05 {
			t.Fatalf("%d heard from %v: %.3f of the belief is elsewhere than in the plain fix", len(w.heard), here, apart)
		}
	})
}

// draw makes up what one fix hears of a phone.
func (l *Locator) draw(t *rapid.T, here floor.Point, tr *track) {
	w, serving := l.work, rapid.Bool().Draw(t, "serving")
	w.begin()
	w.plain = !serving
	strongest, best := 0, math.Inf(-1)
	for i, a := range l.m.APs {
		s := &l.watch.state[i]
		s.trust, s.lift = float32(rapid.Float64Range(leastHold, 1).Draw(t, "trust")), float32(rapid.Float64Range(-3, 3).Draw(t, "lift"))
		r := a.P0 - 10*a.N*math.Log10(math.Hypot(distance(a.At, here), 1)) + rapid.Float64Range(-6, 6).Draw(t, "noise")
		if r > best {
			strongest, best = i, r
		}
		switch {
		case serving:
		case r > -80:
			w.add(i, float32(r))
		default:
			w.silent(i)
		}
	}
	if serving {
		w.serving = int32(strongest)
		w.add(strongest, float32(best))
	}
	if w.hinted = rapid.Bool().Draw(t, "hinted"); w.hinted {
		tr.hint = hint{x: float32(here.X) + 3, y: float32(here.Y) - 2, sd: float32(rapid.Float64Range(hintLeast, 9).Draw(t, "sd"))}
	}
}
