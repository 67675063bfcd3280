package box

import (
	"context"
	"fmt"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/sync/wire"
)

// forget erases a customer, and returns the proof of it. What others see of her
// ends first, within the moment: cards, offers, her place, the lease.
func (b *store) forget(ctx context.Context, c floor.Customer, how concierge.Erasing) (string, error) {
	if err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Dismiss(c, now) }); err != nil {
		return "", err
	}
	proof, err := b.door.Erase(c, how, b.in.Now())
	if err != nil && (proof == "" || b.keys.Has(c.Ref())) {
		return "", err
	}
	if err != nil { // her key is gone: what is left opens with nothing, and is swept
		b.log.Error("bytes are left of somebody erased, until the next sweep", "err", err)
	}
	if err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Erased(c, now) }); err != nil {
		return "", err
	}
	if b.web != nil {
		if err := b.web.Forget(c); err != nil { // they open nothing without her key
			b.log.Error("sessions of somebody erased, until the next sweep", "err", err)
		}
	}
	return proof, nil
}

// forgetter erases whoever asks for it on her own page. It ends with the box,
// not with the request: an erasure that has begun is finished.
type forgetter struct {
	store *store
	ctx   context.Context
}

// Forget erases a customer at her own wish, and tells headquarters, now or when
// the line allows. It returns the proof.
func (f forgetter) Forget(c floor.Customer) (string, error) {
	proof, err := f.store.forget(f.ctx, c, concierge.Erasing{Here: true, Owed: f.store.link != nil})
	if err != nil {
		return "", fmt.Errorf("forget at her wish: %w", err)
	}
	f.store.tellErasures()
	return proof, nil
}

// tellErasures records the erasures that customers asked for here and that
// headquarters' outbox does not have. One told twice is answered twice.
func (b *store) tellErasures() {
	if b.link == nil {
		return
	}
	b.telling.Lock()
	defer b.telling.Unlock()
	reports, err := b.profiles.Reports()
	if err != nil {
		b.log.Error("erasures not told to headquarters", "err", err)
		return
	}
	for _, r := range reports {
		err := b.link.Record(wire.UpErase, wire.Erase{Customer: r.Customer.Ref(), Proof: r.Proof,
			Asked: wire.AskedByCustomer, At: r.At})
		b.recorded(wire.UpErase, err)
		if err == nil {
			err = b.profiles.Reported(r.Proof, b.in.Now())
		}
		if err != nil {
			b.log.Error("an erasure not told to headquarters", "err", err)
			return
		}
	}
}
