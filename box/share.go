package box

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foyer/concierge"
	"foyer/health"
	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/vault"
)

// unheardOf is how long headquarters may be silent before its key share is
// deleted: then nothing about a customer opens until it sends the share again.
const unheardOf = 30 * 24 * time.Hour

// ageShare deletes headquarters' key share when its time is over. While the
// clock is in doubt the share is withheld instead: nothing opens, and nothing
// is lost to a clock that is set right a minute later. It reports whether what
// opens has changed.
func (b *store) ageShare(now time.Time) (changed bool) {
	state, expires := b.keys.Share()
	if state == vault.Unshared {
		return false
	}
	since, over := b.clock.aged(now)
	if !expires.IsZero() && !now.Before(expires) {
		over = true
		since = expires
	}
	over = over && state == vault.ShareHere
	if over && b.clock.isSure() {
		if err := b.keys.DropShare(); err != nil {
			b.log.Error("the key share", "err", err)
		} else {
			b.log.Warn("headquarters' key share deleted: nothing about customers opens until it sends it again", "silent since", since)
			over, state = false, vault.ShareAway
		}
	}
	b.keys.Withhold(over)
	closed := over || state == vault.ShareAway
	b.warn(closed, health.ShareAway, "", since)
	changed = closed != b.closed
	b.closed = closed
	return changed
}

// checkKeyshare takes headquarters' key share. One whose time is over is an old
// copy, which must not open anything again.
func (b *store) checkKeyshare(data []byte) (func() error, error) {
	w, err := wire.Decode[wire.Keyshare](data)
	if err != nil {
		return nil, err
	}
	if !w.Expires.IsZero() && !b.in.Now().Before(w.Expires) {
		return nil, fmt.Errorf("expires %v: over by this box's clock", w.Expires.UTC().Format(time.RFC3339))
	}
	return func() error {
		err := b.keys.SetShare([32]byte(w.Share), w.Expires)
		if errors.Is(err, vault.ErrOtherShare) {
			return fmt.Errorf("%w: %w", hq.ErrContent, err)
		}
		return err
	}, nil
}

// reopened tells the desk, if what opens has changed.
func (b *store) reopened(ctx context.Context, changed bool) {
	if changed {
		// An error means that the box stops.
		_ = b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.ChangedAll(now) })
	}
}
