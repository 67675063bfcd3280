package locator

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestRestKeepsBelief stores and loads beliefs in windows, with memory for all
// of it and for less.
func TestRestKeepsBelief(t *testing.T) {
	g, err := newGrid(room(2), 0.25, 0)
	if err != nil {
		t.Fatal(err)
	}
	w, lv := newWork(g, newLattice(g, 4), 0), &g.levels[0]
	b := rest{wins: make([]window, 1)}
	rapid.Check(t, func(t *rapid.T) {
		x0, y0 := rapid.Int32Range(0, int32(lv.w)-1).Draw(t, "x0"), rapid.Int32Range(0, int32(lv.h)-1).Draw(t, "y0")
		win := window{x0, y0, rapid.Int32Range(x0+1, int32(lv.w)).Draw(t, "x1"), rapid.Int32Range(y0+1, int32(lv.h)).Draw(t, "y1")}
		memory := newShelf(rapid.IntRange(4, g.n).Draw(t, "memory"))
		w.wins[0], w.tight[0] = win, win
		seed := rapid.Float64Range(0.1, 9).Draw(t, "seed")
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for c := from; c < to; c++ {
				w.stay[c], w.walk[c] = float32(1+math.Sin(seed*float64(c))), float32(1+math.Cos(seed*float64(c)))
				w.offset[c] = float32(3 * math.Sin(float64(c)))
			}
		}
		sum := func() (mass, moment float64) {
			for c := range w.stay {
				p := float64(w.stay[c] + w.walk[c])
				mass, moment = mass+p, moment+p*float64(w.offset[c])
			}
			return mass, moment
		}
		mass, moment := sum()
		b.stay, b.walk, b.offset = nil, nil, nil
		w.store(&b, memory)
		if left, _ := sum(); left != 0 {
			t.Fatalf("%v of belief is left in work", left)
		}
		w.load(&b, 0)
		again, after := sum()
		w.tight[0] = window{}
		w.clean(0)
		if math.Abs(again/mass-1) > 0.005 || math.Abs(after-moment) > 0.01*3*mass {
			t.Fatalf("%v of belief becomes %v, moment %v becomes %v, in squares of %d", mass, again, moment, after, b.coarse)
		}
	})
}

// TestCondensingLosesNothing brings belief to the nodes.
func TestCondensingLosesNothing(t *testing.T) {
	g, err := newGrid(room(2), 0.25, 0)
	if err != nil {
		t.Fatal(err)
	}
	for step := 1; step < 6; step++ {
		l := &Locator{grid: g, nodes: newLattice(g, step)}
		l.work = newWork(g, l.nodes, 0)
		w, win := l.work, window{3, 2, 27, 20}
		w.wins[0] = win
		var mass, moment float64
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(&g.levels[0], y)
			for c := from; c < to; c++ {
				w.p[c], w.offset[c] = float32(1+c%7), float32(c%5)
				mass, moment = mass+float64(w.p[c]), moment+float64(w.p[c]*w.offset[c])
			}
		}
		l.condense(0.5)
		for i, m := range w.nodes.mass {
			mass, moment = mass-float64(m), moment-float64(w.nodes.moment[i])
		}
		if math.Abs(mass) > 0.01 || math.Abs(moment) > 0.02 {
			t.Errorf("step %d: %v of belief and %v of moment are lost", step, mass, moment)
		}
	}
}

func TestMemoryIsLentAgain(t *testing.T) {
	s := newShelf(1000)
	var b rest
	for _, tt := range []struct{ need, got int }{{1, 128}, {128, 128}, {129, 256}, {100, 256}, {999, 1000}, {513, 1000}, {300, 1000}, {256, 256}, {1000, 1000}} {
		if s.fit(&b, tt.need); len(b.stay) != tt.got || len(b.walk) != tt.got || len(b.offset) != tt.got {
			t.Errorf("%d cells for %d, want %d", len(b.stay), tt.need, tt.got)
		}
	}
	s.give(&b)
	if n := testing.AllocsPerRun(100, func() {
		s.fit(&b, 1000)
		s.fit(&b, 100)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
