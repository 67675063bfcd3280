package locator

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"foyer/floor"
)

func TestFastMath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float32Range(1e-37, 1e37).Draw(t, "x")
		if got, want := float64(fastLog(x)), math.Log(float64(x)); math.Abs(got-want) > 1e-4 {
			t.Fatalf("log %v: %v, want %v", x, got, want)
		}
		y := rapid.Float32Range(-86, 0).Draw(t, "y")
		if got, want := float64(fastExp(y)), math.Exp(float64(y)); math.Abs(got/want-1) > 2e-4 {
			t.Fatalf("exp %v: %v, want %v", y, got, want)
		}
		if got := unpack(pack(x)); math.Abs(float64(got/x)-1) > 0.004 {
			t.Fatalf("packing %v gives %v", x, got)
		}
	})
}

// room is a plan of one 8 x 6 m room with a wall across the middle that leaves
// a gap of the given width at the bottom.
func room(gap floor.Metre) *floor.Plan {
	return &floor.Plan{Levels: []floor.Level{{ID: "g",
		Outline: floor.Polygon{{X: 0, Y: 0}, {X: 8, Y: 0}, {X: 8, Y: 6}, {X: 0, Y: 6}},
		Walls:   []floor.Wall{{From: floor.Point{X: 4, Y: -1}, To: floor.Point{X: 4, Y: 7 - gap}}},
	}}}
}

func TestWallsHoldBackAndNothingIsLost(t *testing.T) {
	for _, tt := range []struct {
		gap    floor.Metre
		lo, hi float64 // belief beyond the wall after 10 s
	}{{0, 0.01, 0.06}, {2, 0.1, 0.5}} {
		g, err := newGrid(room(tt.gap), 0.5, 0)
		if err != nil {
			t.Fatal(err)
		}
		l := &Locator{grid: g, o: Options{}.defaults(), m: &Map{Offset: 5}, work: newWork(g, newLattice(g, 2), 0)}
		w := l.work
		w.wins[0] = g.levels[0].whole()
		start, _ := g.find("g", floor.Point{X: 2.2, Y: 4.8})
		w.walk[start], w.offset[start] = 1, 3
		for range 10 {
			l.move(&track{}, 1)
		}
		var all, beyond, moment float64
		for i := range w.walk {
			p := float64(w.walk[i] + w.stay[i])
			all += p
			moment += p * float64(w.offset[i])
			if i%g.levels[0].w >= g.levels[0].w/2 {
				beyond += p
			}
		}
		if math.Abs(all-1) > 1e-3 || math.Abs(moment-3) > 1e-2 {
			t.Errorf("gap %v m: belief of %v with an offset of %v dB remains, want 1 and 3", tt.gap, all, moment)
		}
		if beyond < tt.lo || beyond > tt.hi {
			t.Errorf("gap %v m: %v beyond the wall, want %v to %v", tt.gap, beyond, tt.lo, tt.hi)
		}
	}
}

func TestDiffusionHasTheRightVariance(t *testing.T) {
	plan := &floor.Plan{Levels: []floor.Level{{ID: "g", Outline: floor.Polygon{{X: 0, Y: 0}, {X: 40, Y: 0}, {X: 40, Y: 40}, {X: 0, Y: 40}}}}}
	g, err := newGrid(plan, 0.5, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := newWork(g, newLattice(g, 2), 0)
	mid, _ := g.find("g", floor.Point{X: 20, Y: 20})
	w.walk[mid] = 1
	w.solver.prepare(g, &g.levels[0], g.levels[0].whole(), 2.5)
	w.solver.diffuse(w.walk, w.mass, w.moment)
	var vx, vy float64
	for i, p := range w.walk {
		dx, dy := float64(i%80-mid%80)/2, float64(i/80-mid/80)/2
		vx, vy = vx+float64(p)*dx*dx, vy+float64(p)*dy*dy
	}
	if math.Abs(vx-2.5) > 0.05 || math.Abs(vy-2.5) > 0.05 {
		t.Errorf("variances %.3f and %.3f m2, want 2.5", vx, vy)
	}
}

func TestEntrancesOpenTheOutline(t *testing.T) {
	plan := room(0)
	plan.Levels[0].Entrances = []floor.Entrance{{ID: "door", At: floor.Point{X: 8, Y: 3}, Width: 2}}
	g, err := newGrid(plan, 0.5, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		y    floor.Metre
		want float32
	}{{0.8, 0}, {3.1, 1}, {5.2, 0}} {
		i, _ := g.find("g", floor.Point{X: 7.9, Y: tt.y})
		if g.openE[i] != tt.want {
			t.Errorf("leaving at y %v m: %v, want %v", tt.y, g.openE[i], tt.want)
		}
	}
}

func TestRegionsHoldTheirShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 400).Draw(t, "cells")
		power := rapid.Float64Range(0.1, 6).Draw(t, "power")
		h := histogram{}
		var p []float32
		var sum float64
		for i := range n {
			v := math.Pow(rapid.Float64Range(0.01, 1).Draw(t, "p"), power)
			p, sum = append(p, float32(v)), sum+v
			_ = i
		}
		for i := range p {
			p[i] = float32(float64(p[i]) / sum)
			h.mass[class(p[i])] += p[i]
			h.cells[class(p[i])]++
		}
		slices.Sort(p)
		slices.Reverse(p)
		for _, share := range []float32{0.5, 0.9} {
			want, got := float32(0), h.area(share)
			k := 0
			for ; k < n && want < share; k++ {
				want += p[k]
			}
			if math.Abs(got-float64(k)) > 1.5+0.03*float64(k) {
				t.Fatalf("%v of %d cells hold %v, want %d", got, n, share, k)
			}
		}
	})
}

func TestFieldIsExactWhereSurveyed(t *testing.T) {
	plan := floor.Example()
	m := &Map{Kernel: Kernel{Length: 4, Sigma: 6, Nugget: 0.2}}
	a := AP{ID: "ap-01", Level: "ground", At: floor.Point{X: 4.5, Y: 9.5}, P0: -40, P0SD: 6, N: 2.5, NSD: 0.6}
	for i := range 30 {
		m.Places = append(m.Places, Place{Level: "ground", At: floor.Point{X: floor.Metre(3 + i), Y: floor.Metre(10 + i%7)}, Scans: 30})
		a.Readings = append(a.Readings, Reading{i, -50 - 7*math.Sin(float64(i))})
	}
	m.APs = []AP{a}
	mean, variance := m.Predict(plan, 0, m.Places)
	for i, r := range a.Readings {
		if math.Abs(mean[i]-r.Mean) > 0.3 || variance[i] > 0.1 {
			t.Errorf("place %d: %.2f dBm, variance %.3f; want %.2f", i, mean[i], variance[i], r.Mean)
		}
	}
	_, far := m.Predict(plan, 0, []Place{{Level: "ground", At: floor.Point{X: 2, Y: 24}}})
	if far[0] < 25 {
		t.Errorf("variance %.1f dB2 far from every place, want at least 25", far[0])
	}
}

func TestTemper(t *testing.T) {
	last := 0.0
	for n := 1.0; n < 2000; n++ {
		a := temper(6, n)
		if a <= 0 || a > trust || a*n < last {
			t.Fatalf("%v access points: power %v, worth %v after %v", n, a, a*n, last)
		}
		last = a * n
	}
}
