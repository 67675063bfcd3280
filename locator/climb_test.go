package locator

import (
	"math"
	"testing"

	"foyer/floor"
)

// Climbing loses nobody, and takes the phone's offset along, also where the
// levels are of different sizes.
func TestClimbingKeepsEverything(t *testing.T) {
	box := func(id floor.LevelID, x, y, w, h floor.Metre) floor.Level {
		return floor.Level{ID: id, Outline: floor.Polygon{{X: x, Y: y}, {X: x + w, Y: y}, {X: x + w, Y: y + h}, {X: x, Y: y + h}}}
	}
	plan := &floor.Plan{Levels: []floor.Level{box("0", 0, 0, 10, 8), box("1", -3.2, 2.1, 9, 9), box("2", 20, 20, 5, 5)}}
	g, err := newGrid(plan, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	l := &Locator{grid: g, o: Options{}.defaults(), m: &Map{Offset: 5}, work: newWork(g, newLattice(g, 2), 0)}
	w := l.work
	for i := range g.levels {
		w.wins[i] = window{}
	}
	start, _ := g.find("0", floor.Point{X: 4, Y: 5})
	lv := &g.levels[0]
	x, y := int32((start-lv.at)%lv.w), int32((start-lv.at)/lv.w)
	w.wins[0] = window{x, y, x + 1, y + 1}
	w.walk[start], w.stay[start], w.offset[start] = 0.7, 0.3, 4
	for range 50 {
		l.climb(1)
	}
	var all, up, near, moment float64
	above := &g.levels[1]
	for i := range w.walk {
		p := float64(w.walk[i] + w.stay[i])
		all, moment = all+p, moment+p*float64(w.offset[i])
		if k := i - above.at; k >= 0 {
			up += p
			if i < g.levels[2].at && g.at(above, k%above.w, k/above.w).Distance(floor.Point{X: 4, Y: 5}) < 0.6 {
				near += p
			}
		}
	}
	if math.Abs(all-1) > 1e-5 || math.Abs(moment-4) > 1e-4 {
		t.Errorf("belief of %v with an offset of %v dB remains, want 1 and 4", all, moment)
	}
	if up < 0.1 || up > 0.35 || math.Abs(near-up) > 1e-6 {
		t.Errorf("%v above, of it %v at the same place", up, near)
	}
}
