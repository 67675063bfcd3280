package locator

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"foyer/floor"
)

func TestEntriesAreNearlyExact(t *testing.T) {
	forms := newShapes()
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(meanLow, 95).Draw(t, "mean")
		v := rapid.Float64Range(shapeLow, shapeHigh).Draw(t, "variance")
		e := packEntry(mean, v)
		if got := float64(e.mean()); math.Abs(got-mean) > 0.51*meanStep {
			t.Fatalf("%v dBm becomes %v", mean, got)
		}
		if got := float64(forms.of(e).variance()); math.Abs(got/v-1) > 0.008 {
			t.Fatalf("%v dB2 becomes %v", v, got)
		}
	})
	for _, x := range []float64{-1e9, 1e9} {
		if e := packEntry(x, math.Abs(x)); float64(e.mean()) < meanLow || e.mean() > 96 {
			t.Errorf("%v dBm becomes %v", x, e.mean())
		}
	}
}

// hall is an open floor with some access points in a row, of which the farthest
// cannot be heard at the near end.
func hall(aps int) (*floor.Plan, *Map) {
	plan := &floor.Plan{Levels: []floor.Level{{ID: "g", Outline: floor.Polygon{{X: 0, Y: 0}, {X: 120, Y: 0}, {X: 120, Y: 24}, {X: 0, Y: 24}}}}}
	m := &Map{Kernel: Kernel{Length: 4, Sigma: 3, Nugget: 1}, Noise: 4, Offset: 5, Effect: 6,
		Hearing: Hearing{Half: -75, Spread: 4, Most: 0.95, Weight: 0.3}}
	for i := range aps {
		m.APs = append(m.APs, AP{ID: floor.APID(fmt.Sprint("ap-", i)), Level: "g",
			At: floor.Point{X: floor.Metre(4 + i*110/aps), Y: floor.Metre(4 + i*7%16)}, P0: -40, P0SD: 1, N: 2.8, NSD: 0.05})
	}
	return plan, m
}

func hallLocator(tb testing.TB, aps int) *Locator {
	plan, m := hall(aps)
	l, err := New(plan, m, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func TestSheetsHoldWhatCanBeHeard(t *testing.T) {
	l := hallLocator(t, 6)
	lv := &l.nodes.levels[0]
	if dense := int64(l.nodes.n * 6 * entryBytes); l.tab.bytes >= dense || l.tab.bytes == 0 {
		t.Errorf("tables of %d bytes, %d if everything were heard everywhere", l.tab.bytes, dense)
	}
	for ap := range l.m.APs {
		f := newField(l.m, &l.m.APs[ap], newSite(&floor.Plan{Levels: []floor.Level{{ID: "g"}}}))
		s := l.tab.sheet(int32(ap), 0)
		for i := range l.nodes.n {
			x, y := int32(i%lv.w), int32(i/lv.w)
			mean, v := f.predict(0, l.nodes.at(lv, int(x), int(y)))
			v += sq(l.m.Noise)
			e := s.at(x, y)
			switch sd := math.Sqrt(v); {
			case s.win.holds(x, y) && (math.Abs(float64(e.mean())-mean) > 0.01 || math.Abs(float64(l.tab.of(e).variance())/v-1) > 0.01):
				t.Fatalf("access point %d at node %d,%d: %v, want %v", ap, x, y, e.mean(), mean)
			case !s.win.holds(x, y) && (mean+hearable*sd > l.m.Hearing.Half || float64(e.mean()) < mean-0.01):
				t.Fatalf("access point %d is left out at node %d,%d, where it is %v +- %v dBm, for %v", ap, x, y, mean, sd, e.mean())
			}
		}
	}
}

func TestReadingRunsIsReadingNodes(t *testing.T) {
	l := hallLocator(t, 6)
	lv := &l.nodes.levels[0]
	mean, root, inv := make([]float32, lv.w), make([]float32, lv.w), make([]float32, lv.w)
	rapid.Check(t, func(t *rapid.T) {
		s := l.tab.sheet(int32(rapid.IntRange(0, 5).Draw(t, "ap")), 0)
		x, y := rapid.IntRange(0, lv.w-1).Draw(t, "x"), rapid.IntRange(0, lv.h-1).Draw(t, "y")
		stride := rapid.IntRange(1, 5).Draw(t, "stride")
		n := rapid.IntRange(1, (lv.w-1-x)/stride+1).Draw(t, "n")
		l.tab.read(s, int32(x), int32(y), stride, mean[:n], root[:n], inv[:n])
		for k := range n {
			e := s.at(int32(x+k*stride), int32(y))
			if form := l.tab.of(e); mean[k] != e.mean() || root[k] != form.root || inv[k] != form.inv {
				t.Fatalf("node %d of %d,%d: %v, want %v", k, x, y, mean[k], e.mean())
			}
		}
	})
}
