package concierge

import (
	"context"
	"time"
)

// A Loop runs f on the goroutine that owns the desk, and waits for it; for no
// longer than ctx, and f may run all the same then.
type Loop interface {
	Do(ctx context.Context, f func(d *Desk, now time.Time)) error
}

// Do runs g at the desk and returns its error, or the loop's.
func Do(ctx context.Context, l Loop, g func(d *Desk, now time.Time) error) error {
	var inner error
	if err := l.Do(ctx, func(d *Desk, now time.Time) { inner = g(d, now) }); err != nil {
		return err
	}
	return inner
}
