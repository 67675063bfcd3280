package box

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/sync/hq"
	"foyer/sync/wire"
)

// people are the kinds of messages about one customer: sealed, and in order.
func (b *store) people(ctx context.Context) []handler {
	return []handler{
		{wire.DownProfile, judged(b.checkProfile(ctx))},
		{wire.DownConsent, judged(b.checkConsent(ctx))},
		{wire.DownErase, judged(b.checkErase(ctx))},
		{wire.DownInvitation, judged(b.checkInvitation)},
		{wire.DownGeofence, judged(b.checkGeofence)},
		{wire.DownKeyshare, b.checkKeyshare},
		{wire.DownCertificate, b.checkCertificate},
	}
}

// judged tells what a customer's data are refused for from what only this box
// is to blame for, which will be tried again.
func judged(check func([]byte) (func() error, error)) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		apply, err := check(data)
		if err != nil {
			return nil, err
		}
		return func() error {
			err := apply()
			if errors.Is(err, profile.ErrProfile) {
				return fmt.Errorf("%w: %w", hq.ErrContent, err)
			}
			return err
		}, nil
	}
}

// changed tells the desk that a customer is not what she was.
func (b *store) changed(ctx context.Context, c floor.Customer) error {
	return b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Changed(c, now) })
}

func (b *store) checkProfile(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		w, err := wire.Decode[wire.Profile](data)
		if err != nil {
			return nil, err
		}
		p, consents, err := fromWire(w)
		if err != nil {
			return nil, err
		}
		return func() error { return b.takeOver(ctx, p, consents) }, nil
	}
}

// takeOver puts a profile in force. Whatever became of it, the desk is told: a
// withdrawal may have come with a profile that cannot be stored.
func (b *store) takeOver(ctx context.Context, p profile.Profile, consents []profile.Consent) error {
	_, err := b.profiles.Merge(p.Customer, consents...)
	if err == nil {
		err = b.profiles.Change(p.Customer, func(old *profile.Profile) error {
			*old = old.Update(p, b.in.Now())
			return nil
		})
	}
	if errors.Is(err, profile.ErrErased) {
		err = nil // stale: she was forgotten and has not come back
	}
	return errors.Join(err, b.changed(ctx, p.Customer))
}

// about makes the check of a message about one customer.
func about[T any](decode func([]byte) (T, error), who func(T) string, apply func(T, floor.Customer) error) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		w, err := decode(data)
		if err != nil {
			return nil, err
		}
		c, err := floor.ParseCustomer(who(w))
		if err != nil {
			return nil, err
		}
		return func() error { return apply(w, c) }, nil
	}
}

func (b *store) checkConsent(ctx context.Context) func([]byte) (func() error, error) {
	return about(wire.Decode[wire.ConsentChange], func(w wire.ConsentChange) string { return w.Customer },
		func(w wire.ConsentChange, c floor.Customer) error {
			if _, err := b.profiles.Merge(c, consent(w.Consent)); err != nil {
				return err
			}
			return b.changed(ctx, c)
		})
}

func (b *store) checkErase(ctx context.Context) func([]byte) (func() error, error) {
	return about(wire.Decode[wire.Erase], func(w wire.Erase) string { return w.Customer },
		func(w wire.Erase, c floor.Customer) error {
			if w.Proof != "" { // perhaps the answer to what she asked for here
				if e, err := b.profiles.Erasure(w.Proof); err == nil && e.Here {
					_, err = b.profiles.Confirm(w.Proof, b.in.Now())
					return err
				}
			}
			_, err := b.forget(ctx, c, wire.AskedByHeadquarters, w.Proof)
			return err
		})
}

func (b *store) checkInvitation(data []byte) (func() error, error) {
	w, err := wire.Decode[wire.Invitation](data)
	if err != nil {
		return nil, err
	}
	c, err := floor.ParseCustomer(w.Customer)
	if err != nil {
		return nil, err
	}
	inv := profile.Invitation{Customer: c, Expires: w.Expires}
	if n, err := hex.Decode(inv.CodeHash[:], []byte(w.CodeSHA256)); err != nil || n != len(inv.CodeHash) {
		return nil, fmt.Errorf("code_sha256: want %d hexadecimal digits", 2*len(inv.CodeHash))
	}
	return func() error { return b.profiles.Invite(inv) }, nil
}

func consent(w wire.Consent) profile.Consent {
	return profile.Consent{Purpose: profile.Purpose(w.Purpose), Granted: w.Granted, Notice: w.Notice, Method: w.Method,
		At: profile.HLC{Wall: time.UnixMilli(w.Wall).UTC(), Count: w.Count, Node: w.Node}}
}
