package rehearsal

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestClockRunsFaster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
		c, wall := NewClock(start, 60), time.Now()
		if err := c.Sleep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(wall); got != time.Second {
			t.Errorf("a minute took %v, want 1 s", got)
		}
		if got := c.Now().Sub(start); got != time.Minute {
			t.Errorf("the clock went on by %v", got)
		}
		if err := c.SleepUntil(t.Context(), start.Add(11*time.Minute)); err != nil || c.Now().Sub(start) != 11*time.Minute {
			t.Errorf("woken at %v: %v", c.Now().Sub(start), err)
		}
		if err := c.SleepUntil(t.Context(), start.Add(5*time.Minute)); err != nil || time.Since(wall) != 11*time.Second {
			t.Errorf("a time that is over was waited for: %v, %v", err, time.Since(wall))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a sleep outlives its context: %v", err)
		}
	})
}

func TestOpeningIsOnAWorkingDay(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	for _, tt := range []struct{ day, want string }{
		{"2026-11-23T08:00:00Z", "2026-11-23T10:00:00+01:00"}, // Monday
		{"2026-11-21T08:00:00Z", "2026-11-23T10:00:00+01:00"}, // Saturday
		{"2026-11-22T23:30:00Z", "2026-11-23T10:00:00+01:00"}, // Sunday here, Monday there
		{"2026-12-31T12:00:00Z", "2026-12-31T10:00:00+01:00"},
	} {
		day, err := time.Parse(time.RFC3339, tt.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := Opening(day, zone).Format(time.RFC3339); got != tt.want {
			t.Errorf("Opening(%s) = %s, want %s", tt.day, got, tt.want)
		}
	}
}
