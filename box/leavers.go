package box

import (
	"context"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// leavers forgets associates who left the store, unless the clock is in doubt.
func (b *store) leavers(ctx context.Context) {
	if !b.clock.isSure() {
		return
	}
	var staff []floor.Associate
	if err := b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) { staff = d.Roster() }); err != nil {
		return // the box stops
	}
	n, err := b.door.SweepLeavers(b.in.Now(), staff)
	if err != nil {
		b.log.Error("forget associates who left", "err", err)
	}
	if n > 0 {
		_ = b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) { d.Forgot() }) // else the box stops
	}
}
