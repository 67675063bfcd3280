package box

import (
	"context"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// leavers removes the private notes of associates who left the store, unless the
// clock is in doubt.
func (b *store) leavers(ctx context.Context) {
	if !b.clock.isSure() {
		return
	}
	var staff []floor.Associate
	if err := b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) { staff = d.Roster() }); err != nil {
		return // the box stops
	}
	if _, err := b.door.SweepLeavers(b.in.Now(), staff); err != nil {
		b.log.Error("notes of associates who left", "err", err)
	}
}
