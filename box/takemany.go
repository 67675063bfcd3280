package box

import (
	"context"
	"errors"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/sync/wire"
)

// inOneTurn is how many customers the flow is told of at once: a position must
// not wait for more.
const inOneTurn = 100

// takeProfiles puts many profiles in force at once, as a snapshot brings them.
func (b *store) takeProfiles(ctx context.Context) func([][]byte) ([]error, error) {
	return func(payloads [][]byte) ([]error, error) {
		refused := make([]error, len(payloads))
		var all []profile.Sent
		var places []int
		for i, data := range payloads {
			w, err := wire.Decode[wire.Profile](data)
			var s profile.Sent
			if err == nil {
				s.Profile, s.Consents, err = fromWire(w)
			}
			if refused[i] = err; err == nil {
				all, places = append(all, s), append(places, i)
			}
		}
		why, err := b.profiles.TakeAll(all, b.in.Now())
		if err != nil {
			return nil, err
		}
		for i, err := range why {
			if err != nil && !errors.Is(err, profile.ErrErased) { // she was forgotten and has not come back
				refused[places[i]] = err
			}
		}
		return refused, b.changedAll(ctx, all)
	}
}

// changedAll is changed for many customers. Whatever became of their profiles,
// the desk is told.
func (b *store) changedAll(ctx context.Context, all []profile.Sent) error {
	for some := range slices.Chunk(all, inOneTurn) {
		customers := make([]floor.Customer, len(some))
		for i, s := range some {
			customers[i] = s.Profile.Customer
		}
		err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) {
			for _, c := range customers {
				d.Changed(c, now)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
