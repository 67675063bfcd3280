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
func (m *plainMap) fix(l *Locator, heard []heard, quiet []int32) []float64 {
	alpha, precision := temper(l.m.Effect, len(heard)), 1/sq(l.m.Offset)
	out, sum := make([]float64, l.grid.n), 0.0
	for c := range out {
		guess, info := 0.0, 0.0
		for range 2 {
			var num, den float64
			for _, h := range heard {
				mean, v := m.mean[h.ap][c], m.variance[h.ap][c]
				e := float64(h.rssi) - mean
				k := 1 / (freedom*v + sq(e-guess))
				num, den = num+k*e, den+k
			}
			info = 2 * power * alpha * den
			guess = 2 * power * alpha * num / (info + precision)
		}
		ll := -0.5*sq(guess)*precision - 0.5*math.Log(1+info/precision)
		for _, h := range heard {
			mean, v := m.mean[h.ap][c], m.variance[h.ap][c]
			e := float64(h.rssi) - mean - guess
			ll += alpha * (-power*math.Log1p(sq(e)/(freedom*v)) - math.Log(v)/2 +
				l.m.Hearing.Weight*math.Log(l.m.Hearing.Probability(floor.DBm(mean+guess))))
		}
		for _, ap := range quiet {
			mean := m.mean[ap][c]
			ll += alpha * l.m.Hearing.Weight * math.Log(1-l.m.Hearing.Probability(floor.DBm(mean+guess)))
		}
		out[c] = math.Exp(ll) * float64(l.grid.start[c])
		sum += out[c]
	}
	for c := range out {
		out[c] /= sum
	}
	return out
}

// TestAFixIsThePlainOne compares a fix by nodes, packed entries, windows and
// coarse to fine with the plain one.
func TestAFixIsThePlainOne(t *testing.T) {
	l := hallLocator(t, 14)
	plain := newPlainMap(l)
	rapid.Check(t, func(t *rapid.T) {
		here := floor.Point{X: floor.Metre(rapid.Float64Range(2, 118).Draw(t, "x")), Y: floor.Metre(rapid.Float64Range(2, 22).Draw(t, "y"))}
		w := l.work
		w.begin()
		w.plain = true
		for i, a := range l.m.APs {
			r := a.P0 - 10*a.N*math.Log10(math.Hypot(distance(a.At, here), 1)) + rapid.Float64Range(-6, 6).Draw(t, "noise")
			if r > -80 {
				w.add(i, float32(r))
			} else {
				w.silent(i)
			}
		}
		tr := &track{rest: rest{wins: make([]window, 1)}}
		l.begin(tr)
		l.weigh(tr, 0, 1, 1, true)
		want := plain.fix(l, w.heard, w.quiet)
		var apart float64
		for c, p := range want {
			apart += math.Abs(p-float64(w.p[c])) / 2
		}
		w.shrink()
		w.store(&tr.rest, l.memory)
		if apart > 0.08 {
			t.Fatalf("%d heard from %v: %.3f of the belief is elsewhere than in the plain fix", len(w.heard), here, apart)
		}
	})
}
