package box

import (
	"context"
	"errors"
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
// at the next look of the upkeep, which also finishes what could only be begun:
// then the error is concierge.ErrBegun, and headquarters is not told yet.
func (b *store) forget(ctx context.Context, c floor.Customer, asked, proof string) (string, error) {
	b.forgetting.Lock()
	defer b.forgetting.Unlock()
	return b.forgetOne(ctx, c, asked, proof)
}

// forgetOne is forget for one who holds forgetting.
func (b *store) forgetOne(ctx context.Context, c floor.Customer, asked, proof string) (string, error) {
	if err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Dismiss(c, now) }); err != nil {
		return "", err
	}
	here, operator := asked == wire.AskedByCustomer, asked == wire.AskedByOperator
	how := concierge.Erasing{Proof: proof, Here: here, Operator: operator, Owed: (here || operator) && b.link != nil}
	proof, err := b.door.Erase(c, how, b.in.Now())
	if err != nil {
		b.unfinished.Store(b.unfinished.Load() || errors.Is(err, concierge.ErrBegun))
		return proof, err
	}
	if b.sessions != nil {
		if err := b.sessions.Erase(c); err != nil && here { // they open nothing without her key
			b.log.Error("sessions of somebody erased, until the next sweep", "err", err)
		} else if err != nil {
			return proof, err
		}
	}
	if here || operator {
		b.tellErasures()
	} else if b.link != nil { // before anything that whoever asked could still cut short
		if err := b.link.Record(wire.UpErase, wire.Erase{Customer: c.Ref(), Proof: proof, Asked: asked, At: b.in.Now().UTC()}); err != nil {
			return proof, err
		}
	}
	return proof, b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Erased(c, now) })
}

// finishErasures finishes what a crash or a disk that failed left half done.
func (b *store) finishErasures(ctx context.Context) {
	b.forgetting.Lock() // what is under way is not half done
	defer b.forgetting.Unlock()
	begun, err := b.door.Begun()
	if err != nil {
		b.log.Error("erasures to be finished", "err", err)
		return
	}
	left := false
	for _, w := range begun {
		asked := wire.AskedByHeadquarters
		switch {
		case w.Here:
			asked = wire.AskedByCustomer
		case w.Operator:
			asked = wire.AskedByOperator
		}
		if _, err := b.forgetOne(ctx, w.Customer, asked, w.Proof); err != nil {
			left = true
			b.log.Error("an erasure is not finished, and is tried again", "err", err)
		}
	}
	b.unfinished.Store(left)
}

// forgetter erases whoever asks for it on her own page. It ends with the box,
// not with the request: an erasure that has begun is finished.
type forgetter struct {
	store *store
	ctx   context.Context
}

// Forget erases a customer at her own wish and returns the proof, also of one
// that is begun and not finished.
func (f forgetter) Forget(c floor.Customer) (string, error) {
	proof, err := f.store.forget(f.ctx, c, wire.AskedByCustomer, "")
	if err != nil {
		return proof, fmt.Errorf("forget at her wish: %w", err)
	}
	return proof, nil
}

// tellErasures records the finished erasures that somebody asked for here and
// that headquarters' outbox does not have. One told twice is answered twice.
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
		asked := wire.AskedByCustomer
		if r.Operator {
			asked = wire.AskedByOperator
		}
		err := b.link.Record(wire.UpErase, wire.Erase{Customer: r.Customer.Ref(), Proof: r.Proof, Asked: asked, At: r.At})
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
