package locator_test

import (
	"math"
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator"
)

// vendor makes up positions whose error (m, sd per axis) lasts for seconds.
type vendor struct {
	w  *walker
	sd float64
	ex float64
	ey float64
}

func (v *vendor) next() floor.Point {
	const keeps = 0.93
	fresh := v.sd * math.Sqrt(1-keeps*keeps)
	v.ex, v.ey = keeps*v.ex+fresh*v.w.rng.NormFloat64(), keeps*v.ey+fresh*v.w.rng.NormFloat64()
	return floor.Point{X: v.w.at.X + floor.Metre(v.ex), Y: v.w.at.Y + floor.Metre(v.ey)}
}

// followed returns the mean error (m) over a walk when the readings of some
// access points are given, and a vendor's positions, altered; nil gives none.
func followed(t *testing.T, hears func(r *floor.Report) bool, hint func(at floor.Point) floor.Point) float64 {
	t.Helper()
	var sum, n float64
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		l, w := exampleLocator(t, locator.Options{}), newWalker(seed+40)
		v := &vendor{w: w, sd: 4}
		for range 400 {
			heard := w.second()
			for i := range heard {
				if hears != nil && hears(&heard[i]) {
					l.Observe(heard[i])
				}
			}
			if at := v.next(); hint != nil {
				l.Hint(floor.Hint{Phone: w.phone, Level: "ground", Point: hint(at), SD: 4, At: w.now})
			}
			l.Sweep(w.now.Add(2*time.Second), func(p floor.Position) {
				sum, n = sum+float64(p.Point.Distance(w.at)), n+1
			})
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / n
}

func everything(*floor.Report) bool { return true }

// A vendor's positions and the readings together are no worse than either alone,
// and positions that are nowhere near do no harm.
func TestHintsHelpAndDoNoHarm(t *testing.T) {
	asIs := func(at floor.Point) floor.Point { return at }
	read := followed(t, everything, nil)
	told := followed(t, nil, asIs)
	both := followed(t, everything, asIs)
	far := followed(t, everything, func(at floor.Point) floor.Point { return floor.Point{X: at.X + 140, Y: at.Y} })
	nan := followed(t, everything, func(at floor.Point) floor.Point { return floor.Point{X: floor.Metre(math.NaN()), Y: at.Y} })
	stuck := followed(t, everything, func(floor.Point) floor.Point { return floor.Point{X: 3, Y: 22} })
	t.Logf("figure: mean error: %.2f m by readings, %.2f by hints, %.2f by both; hints 100 m outside %.2f, no number %.2f, stuck in a corner %.2f", read, told, both, far, nan, stuck)
	if both > 1.02*min(read, told) {
		t.Errorf("both together: %.2f m, alone %.2f and %.2f", both, read, told)
	}
	if far > 1.05*read || nan != read {
		t.Errorf("hints that are nowhere: %.2f and %.2f m, %.2f without", far, nan, read)
	}
	if stuck > 1.5*read {
		t.Errorf("hints that never move: %.2f m, %.2f without", stuck, read)
	}
}

// One hint from outside of the plan says nothing.
func TestOnlyAHintFromOutsideIsUnknown(t *testing.T) {
	l := exampleLocator(t, locator.Options{})
	l.Hint(floor.Hint{Phone: floor.NewPhone(), Level: "ground", Point: floor.Point{X: 150, Y: 10}, SD: 3, At: start()})
	n := 0
	l.Sweep(start().Add(time.Minute), func(p floor.Position) {
		if n++; !p.Unknown || p.Area90 < 300 {
			t.Errorf("a hint 110 m outside gives %+v", p)
		}
	})
	if n != 1 {
		t.Errorf("%d fixes, want 1", n)
	}
	for _, bad := range []func(){
		func() {
			l.Hint(floor.Hint{Phone: floor.NewPhone(), Level: "attic", Point: floor.Point{X: 5, Y: 10}, SD: 3, At: start()})
		},
		func() {
			l.Hint(floor.Hint{Phone: floor.Phone{}, Level: "ground", Point: floor.Point{X: 5, Y: 10}, SD: 3, At: start()})
		},
		func() {
			l.Hint(floor.Hint{Phone: floor.NewPhone(), Level: "ground", Point: floor.Point{X: 5, Y: 10}, SD: -1, At: start()})
		},
		func() {
			l.Hint(floor.Hint{Phone: floor.NewPhone(), Level: "ground", Point: floor.Point{X: floor.Metre(math.Inf(1)), Y: 10}, SD: 3, At: start()})
		},
	} {
		before := l.Stats()
		if bad(); l.Stats().Invalid != before.Invalid+1 || l.Stats().Phones != before.Phones {
			t.Errorf("taken: %+v", l.Stats())
		}
	}
}

// Wi-Fi and Bluetooth in one estimate are better than either alone, though the
// beacons are noisier and heard from near only.
func TestTwoRadiosAreBetterThanOne(t *testing.T) {
	beacon := func(r *floor.Report) bool { return r.AP[len(r.AP)-1]%2 == 0 }
	ble := func(r *floor.Report) bool {
		if !beacon(r) || r.RSSI < -72 {
			return false
		}
		r.Kind = floor.BLE
		r.RSSI += floor.DBm(3 * (r.At.Second()%3 - 1))
		return true
	}
	wifi := func(r *floor.Report) bool { return !beacon(r) }
	a, b := followed(t, wifi, nil), followed(t, ble, nil)
	both := followed(t, func(r *floor.Report) bool { return wifi(r) || ble(r) }, nil)
	t.Logf("figure: mean error: %.2f m by Wi-Fi, %.2f by Bluetooth, %.2f by both", a, b, both)
	if both > 0.9*min(a, b) {
		t.Errorf("both together: %.2f m, alone %.2f and %.2f", both, a, b)
	}
}
