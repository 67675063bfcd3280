package box

import (
	"context"
	"fmt"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/sync/wire"
)

// forget destroys what this box holds of a customer, whoever asked for it, tells
// headquarters, now or when the line allows, and returns the proof of it: the
// one given, or a new one. What others see of her ends first, within the moment:
// cards, offers, her place, the lease. The bytes that nothing opens any more go
// at the next look of the upkeep. It may be called again after an error.
func (b *store) forget(ctx context.Context, c floor.Customer, asked, proof string) (string, error) {
	if err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Dismiss(c, now) }); err != nil {
		return "", err
	}
	here := asked == wire.AskedByCustomer
	how := concierge.Erasing{Proof: proof, Here: here, Operator: asked == wire.AskedByOperator, Owed: here && b.link != nil}
	proof, err := b.door.Erase(c, how, b.in.Now())
	if err != nil {
		return "", err
	}
	if b.sessions != nil {
		if err := b.sessions.Erase(c); err != nil && here { // they open nothing without her key
			b.log.Error("sessions of somebody erased, until the next sweep", "err", err)
		} else if err != nil {
			return "", err
		}
	}
	if here {
		b.tellErasures()
	} else if b.link != nil { // before anything that whoever asked could still cut short
		if err := b.link.Record(wire.UpErase, wire.Erase{Customer: c.Ref(), Proof: proof, Asked: asked, At: b.in.Now().UTC()}); err != nil {
			return "", err
		}
	}
	return proof, b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Erased(c, now) })
}

// forgetter erases whoever asks for it on her own page. It ends with the box,
// not with the request: an erasure that has begun is finished.
type forgetter struct {
	store *store
	ctx   context.Context
}

// Forget erases a customer at her own wish and returns the proof.
func (f forgetter) Forget(c floor.Customer) (string, error) {
	proof, err := f.store.forget(f.ctx, c, wire.AskedByCustomer, "")
	if err != nil {
		return "", fmt.Errorf("forget at her wish: %w", err)
	}
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
