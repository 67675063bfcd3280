package hq

import (
	"testing"
	"testing/synctest"
	"time"

	"foyer/sync/wire"
)

// Where the broker takes messages at once, ever more events go together; where it
// takes seconds, one by one again.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		for _, c := range []struct {
			takes time.Duration
			times int
			want  int
		}{
			{time.Millisecond, 0, 1}, {time.Millisecond, 3, 8}, {time.Millisecond, 9, wire.MaxTogether},
			{500 * time.Millisecond, 5, wire.MaxTogether}, {2 * time.Second, 2, wire.MaxTogether / 4}, {3 * time.Second, 9, 1}, {time.Millisecond, 1, 2},
		} {
			for range c.times {
				taken := p.sent()
				if !p.waits() {
					t.Fatal("nothing is on its way")
				}
				time.Sleep(c.takes)
				taken()
			}
			if p.together() != c.want || p.waits() {
				t.Errorf("after %d messages of %v: %d together, waits %v; want %d", c.times, c.takes, p.together(), p.waits(), c.want)
			}
		}
	})
}

// Before the broker has taken anything a few messages go, and then as many as
// there are.
func TestPaceFeels(t *testing.T) {
	p := newPace()
	var taken []func() bool
	for range feelers {
		if p.feels() {
			t.Fatalf("it waits after %d messages", len(taken))
		}
		taken = append(taken, p.sent())
	}
	if !p.feels() {
		t.Error("it does not wait for the first to be taken")
	}
	if !taken[0]() || taken[1]() {
		t.Error("the first to be taken is not told from the second")
	}
	for range 3 * feelers {
		p.sent()
	}
	if p.feels() {
		t.Error("it waits again")
	}
}
