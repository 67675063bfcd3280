package box

import (
	"testing"
	"time"

	"foyer/floor"
)

// Between two counts the number stands still, whoever comes and goes.
func TestOccupancyStandsStill(t *testing.T) {
	var o occupancy
	in := 5
	crowds := func() map[floor.ZoneID]int { return map[floor.ZoneID]int{"shoes": in} }
	for _, tt := range []struct {
		after    time.Duration
		in, want int
	}{{0, 5, 5}, {time.Minute, 10, 5}, {counted - time.Second, 10, 5}, {counted, 10, 10}, {counted + time.Second, 5, 10},
		{-time.Hour, 15, 15}} { // the clock was put right
		in = tt.in
		o.count(at.Add(tt.after), crowds)
		if got := o.Zones()["shoes"]; got != tt.want {
			t.Errorf("after %v: %d, want %d", tt.after, got, tt.want)
		}
	}
}
