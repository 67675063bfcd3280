package box

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/sync/wire"
)

// phones tells the pages of the phone at the other end of a connection, for
// whoever is not signed in.
type phones struct{ b *store }

// Noticed reports whether the phone at peer is leased.
func (p phones) Noticed(ctx context.Context, peer netip.Addr) bool {
	_, ok := p.b.guests.At(ctx, peer)
	return ok
}

// Unnotice ends what the phone at peer stands for, and reports whether there was
// anything to end.
func (p phones) Unnotice(ctx context.Context, peer netip.Addr) (bool, error) {
	phone, ok := p.b.guests.At(ctx, peer)
	if !ok {
		return false, nil
	}
	var inner error
	err := p.b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { inner = d.Unnotice(phone, now) })
	p.b.guests.Release(phone) // the desk may not have heard of it yet
	return true, errors.Join(err, inner)
}

// armed is how old the news of a geofence may be: an older arrival has happened,
// or will not.
const armed = 15 * time.Minute

// checkGeofence takes the news that a customer's app came near the store. It
// only arms her arrival: what her greeting will need is read once, so that it
// does not wait for a cold disk, and headquarters, whose news this is, is asked
// for the profile of one who was not bound to this store. Nobody else learns of
// it: she may walk past.
func (b *store) checkGeofence(data []byte) (func() error, error) {
	return about(wire.Decode[wire.Geofence], func(w wire.Geofence) string { return w.Customer },
		func(w wire.Geofence, c floor.Customer) error {
			if !w.Entered || b.in.Now().Sub(w.At).Abs() > armed || !b.profiles.Allowed(c, profile.Presence) {
				return nil
			}
			p, err := b.profiles.Get(c)
			if err != nil && !errors.Is(err, profile.ErrUnknown) {
				b.log.Warn("an arrival could not be prepared", "err", err) // she can come all the same
			}
			if p.Slim && b.link != nil {
				b.recorded(wire.UpResync, b.link.Record(wire.UpResync, wire.Resync{Customer: c.Ref()}))
			}
			return nil
		})(data)
}
