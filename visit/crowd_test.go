package visit_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/floor"
	"foyer/visit"
)

// Fewer than five are never told, nor is the one who makes the difference, nor
// a private zone, nor whoever is not to be counted.
func TestCrowds(t *testing.T) {
	var private floor.ZoneID
	for _, z := range floor.Example().Levels[0].Zones {
		if z.Private {
			private = z.ID
		}
	}
	b := book(t)
	standing := func(from, to int, zone floor.ZoneID) {
		for i := from; i < to; i++ {
			p := stay(t, fmt.Sprintf("%s-%d", zone, i), zone)
			for s := range 4 {
				p.At = clock(t, "10:00:00").Add(time.Duration(3*s) * time.Second)
				b.Observe(p)
			}
		}
	}
	everybody := func(floor.Phone) bool { return true }
	standing(0, 20, private)
	for n := range 12 {
		standing(n, n+1, "shoes")
		got, want := b.Crowds(everybody), (n+1)/visit.Crowd*visit.Crowd
		if got["shoes"] != want || want == 0 && len(got) > 0 || len(got) > 1 {
			t.Errorf("%d in shoes, twenty in a private zone: %v", n+1, got)
		}
	}
	out := phone(t, "shoes-0")
	left := 0
	if got := b.Crowds(func(p floor.Phone) bool { left++; return p != out && left%2 == 0 }); got["shoes"] > 5 {
		t.Errorf("half of them count: %v", got)
	}
	if got := b.Crowds(func(floor.Phone) bool { return false }); len(got) > 0 {
		t.Errorf("nobody counts: %v", got)
	}
}
