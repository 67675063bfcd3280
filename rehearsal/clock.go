package rehearsal

import (
	"context"
	"time"
)

// A Clock is the store's clock: it begins at a time of one's choice and may run
// faster than the wall's. Only what is told the store's time goes faster;
// deadlines of TLS, TCP, MQTT and HTTP stay wall time.
type Clock struct {
	start time.Time
	speed float64
	began time.Time // on the wall, with its monotonic reading
}

// NewClock returns a clock that shows start now and runs speed times as fast
// as the wall's; a speed that is not above 0 means 1.
func NewClock(start time.Time, speed float64) *Clock {
	if !(speed > 0) {
		speed = 1
	}
	return &Clock{start: start, speed: speed, began: time.Now()}
}

// Now returns the store's time.
func (c *Clock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.began)) * c.speed))
}

// Sleep waits for d of store time. It returns the context's error when that
// comes first.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(c.Wall(d))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// SleepUntil waits until the store's clock shows t.
func (c *Clock) SleepUntil(ctx context.Context, t time.Time) error {
	return c.Sleep(ctx, t.Sub(c.Now()))
}

// Wall returns how long d of store time takes on the wall.
func (c *Clock) Wall(d time.Duration) time.Duration {
	return time.Duration(float64(d) / c.speed)
}

// Opening returns 10:00 on the working day (Monday to Friday) that is day, or
// else the next one, in the store's time zone.
func Opening(day time.Time, zone *time.Location) time.Time {
	d := day.In(zone)
	t := time.Date(d.Year(), d.Month(), d.Day(), 10, 0, 0, 0, zone)
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = time.Date(t.Year(), t.Month(), t.Day()+1, 10, 0, 0, 0, zone)
	}
	return t
}
