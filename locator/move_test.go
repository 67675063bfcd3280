package locator

import (
	"math"
	"testing"
)

// Ten fixes a second apart that tell nothing let a walker get as far as one gap
// of ten seconds does; a belief that is made anew each second remembers none.
func TestWalkersAreNotTrailed(t *testing.T) {
	m := Options{}.defaults().Motion
	area := func(sd float64) float64 { return 2 * math.Pi * math.Ln2 * sq(sd) }
	wide := m.memory(area(10 * math.Sqrt2 * m.Speed))
	if math.Abs(wide-10) > 1e-9 {
		t.Fatalf("a belief ten seconds wide looks back %v s", wide)
	}
	if steps, gap := 10*m.variance(1, wide), m.variance(10, 0); math.Abs(steps/gap-1) > 1e-9 {
		t.Errorf("ten steps spread by %v m2, one gap by %v", steps, gap)
	}
	if steps, gap := 40*m.variance(0.25, wide), m.variance(10, 0); math.Abs(steps/gap-1) > 1e-9 {
		t.Errorf("forty steps spread by %v m2, one gap by %v", steps, gap)
	}
	if v := m.variance(0.5, m.memory(area(0.5))); v != sq(m.Speed)/2 {
		t.Errorf("a sharp belief spreads by %v m2 in half a second, want %v", v, sq(m.Speed)/2)
	}
	if got := m.memory(area(1e3)); got != m.Memory {
		t.Errorf("a belief of a kilometre looks back %v s", got)
	}
}
