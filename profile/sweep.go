package profile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"foyer/vault"
)

// Swept counts what a sweep removed.
type Swept struct{ Notes, Invitations, Withdrawals, Marks int }

// Sweep removes what has outlived its time: notes after 18 months, appointments
// 30 days after they were, invitations when they expire, withdrawals and the marks
// of erasures after 24 months. It reads every row, but nobody who writes waits for
// more than some of them. What does not open as long as headquarters' key share is
// away waits.
func (c *Cache) Sweep(now time.Time) (Swept, error) {
	var s Swept
	err := errors.Join(c.sweepInvitations(now, &s), c.sweepMarks(now, &s), c.sweepConsents(now, &s), c.sweepUntold(),
		c.sweepObjections(), c.sweepWords(now), c.sweepErasures(now), c.sweepPhotos(now))
	if err == nil {
		if err = c.sweepNotes(now, &s); errors.Is(err, vault.ErrAway) {
			err = nil
		}
	}
	if err != nil {
		return s, fmt.Errorf("sweep profiles: %w", err)
	}
	return s, nil
}

// sweepNotes removes notes, settled objections, and appointments that are long past.
func (c *Cache) sweepNotes(now time.Time, s *Swept) error {
	old := func(n Note) bool { return now.Sub(n.At) > noteTTL }
	past := func(a Appointment) bool { return now.Sub(a.Until()) > appointmentTTL }
	read := func(x Settlement) bool { return now.Sub(x.At) > settledTTL }
	return c.Each(func(p Profile) error {
		if !slices.ContainsFunc(p.Notes, old) && !slices.ContainsFunc(p.Appointments, past) && !slices.ContainsFunc(p.Settled, read) {
			return nil
		}
		err := c.change(p.Customer, func(p *Profile) error {
			before := len(p.Notes)
			p.Settled = slices.DeleteFunc(slices.Clone(p.Settled), read)
			p.Notes = slices.DeleteFunc(p.Notes, old)
			s.Notes += before - len(p.Notes)
			p.Appointments = slices.DeleteFunc(p.Appointments, past)
			return nil
		}, func(tx *vault.Tx) error { tx.CompactLater(); return nil })
		if errors.Is(err, ErrErased) {
			return nil
		}
		return err
	})
}

func (c *Cache) sweepInvitations(now time.Time, s *Swept) error {
	return c.file.Sweep(bInvitations, func(tx *vault.Tx, k, _ []byte) error {
		i, err := c.invitation(tx, k)
		if errors.Is(err, vault.ErrAway) {
			return nil
		}
		if err != nil && !errors.Is(err, ErrCode) {
			return err
		}
		if err == nil && now.Before(i.Expires) {
			return nil
		}
		s.Invitations++
		return tx.Delete(bInvitations, k)
	})
}

func (c *Cache) sweepMarks(now time.Time, s *Swept) error {
	return c.file.Sweep(bErased, func(tx *vault.Tx, k, v []byte) error {
		mark, err := decodeMark(v)
		if err != nil || now.Sub(mark.Wall) <= tombstoneTTL {
			return err
		}
		s.Marks++
		return tx.Delete(bErased, k)
	})
}

// sweepUntold removes what can no longer be told, for her key is gone or the
// word has been kept long enough.
func (c *Cache) sweepUntold() error {
	return c.file.Sweep(bUntold, func(tx *vault.Tx, k, v []byte) error {
		_, err := c.untold(tx, k, v)
		if errors.Is(err, errItem) {
			_, err = c.untoldItem(tx, k, v)
		}
		if errors.Is(err, vault.ErrAway) {
			return nil
		}
		if errors.Is(err, ErrUnknown) {
			return tx.Delete(bUntold, k)
		}
		return err
	})
}

func (c *Cache) sweepConsents(now time.Time, s *Swept) error {
	return c.file.Sweep(bConsents, func(tx *vault.Tx, k, v []byte) error {
		plain, err := c.open(bConsents, k, v)
		if errors.Is(err, ErrUnknown) {
			return tx.Delete(bConsents, k) // her key is gone
		}
		if errors.Is(err, vault.ErrAway) {
			return nil
		}
		if err != nil {
			return err
		}
		cs, err := decodeConsents(plain)
		if err != nil {
			return err
		}
		before := len(cs)
		maps.DeleteFunc(cs, func(_ Purpose, w Consent) bool { return !w.Granted && now.Sub(w.At.Wall) > tombstoneTTL })
		if len(cs) == before {
			return nil
		}
		s.Withdrawals += before - len(cs)
		return c.reseal(tx, bConsents, k, v, vConsents, cs.raw())
	})
}
