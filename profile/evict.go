package profile

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/floor"
)

// boundFor is how long a customer of another store stays bound to this one by a
// visit: 90 days.
const boundFor = 90 * 24 * time.Hour

// briefly is the same where the file is nearly full.
const briefly = 7 * 24 * time.Hour

// expectedFor is how long one is waited for who came near: the day, and the one
// after for who comes around midnight.
const expectedFor = 24 * time.Hour

// most is how many are let go of at one look, each by a write of its own.
const most = 1000

// Day is the day of a time, which is all that is kept of when she was here.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// bound reports whether a customer belongs to a store at a moment: it is hers,
// or headquarters named none, she was here not long ago, something waits for
// her here, or somebody noted something that headquarters does not have.
func (p Profile) bound(store string, now time.Time, within time.Duration) bool {
	switch {
	case p.Slim, p.Home == "", p.Home == store, Day(now).Sub(p.Seen) <= within, len(p.Notes) > 0:
		return true
	case Day(now).Sub(p.Expected) <= expectedFor:
		return true
	case slices.ContainsFunc(p.Appointments, func(a Appointment) bool { return a.Open() && !a.At.Before(Day(now)) }):
		return true
	}
	return slices.ContainsFunc(p.Services, func(s ServiceItem) bool { return s.Until.IsZero() || now.Before(s.Until) })
}

// slim is what stays of a customer of another store: her settings, and what she
// decided here that would else be lost when headquarters sends the rest again.
func (p Profile) slim() Profile {
	hid := slices.Clone(p.Hid)
	for _, b := range p.Purchases {
		if b.HiddenHere && !slices.Contains(hid, b.ID) {
			hid = append(hid, b.ID)
		}
	}
	return Profile{Customer: p.Customer, Style: p.Style, Visibility: p.Visibility, Preferred: p.Preferred, Blocked: p.Blocked, Audience: p.Audience,
		Rev: p.Rev, FromHQ: p.FromHQ, Named: p.Named, Barred: p.Barred, Sent: p.Sent, Choices: p.Choices, Corrected: p.Corrected, Hid: hid, Settled: p.Settled,
		NotToday: p.NotToday, Home: p.Home, Covers: p.Covers, Slim: true}
}

// Evict removes what the box holds of customers of other stores who are not
// bound to this one, but for their settings and consents, and returns of how
// many. Here says who is in the store now. Where more than nine tenths of the
// quota are used, a visit binds for a week only.
func (c *Cache) Evict(now time.Time, store string, here func(floor.Customer) bool) (n int, err error) {
	within := boundFor
	if s := c.file.Stats(); s.Size-s.Free > s.Quota/10*9 {
		within = briefly
	}
	err = c.Each(func(p Profile) error {
		if n == most {
			return nil // the rest at the next look
		}
		if p.Seen.IsZero() && p.Expected.IsZero() && p.Home != "" && !p.Slim { // of before this was kept
			return c.renew(p.Customer, now)
		}
		if p.bound(store, now, within) || here(p.Customer) {
			return nil
		}
		gone := false
		err := c.Change(p.Customer, func(p *Profile) error {
			if gone = !p.bound(store, now, within); gone {
				*p = p.slim()
			}
			return nil
		})
		if errors.Is(err, ErrErased) {
			return nil
		}
		if err == nil && gone {
			n++
		}
		return err
	})
	if err == nil && n > 0 {
		err = c.file.Compact()
	}
	if err != nil {
		return n, fmt.Errorf("evict customers of other stores: %w", err)
	}
	return n, nil
}

// Renew binds a customer to this store anew, by a visit today that she lets be
// kept. It reports whether headquarters must be asked for the rest of her
// profile. Nobody known is no error.
func (c *Cache) Renew(who floor.Customer, now time.Time) (wanted bool, err error) {
	p, err := c.Get(who)
	if errors.Is(err, ErrUnknown) {
		return false, nil
	}
	if err == nil && !p.Seen.Equal(Day(now)) {
		err = c.renew(who, now)
	}
	return p.Slim, err
}

func (c *Cache) renew(who floor.Customer, now time.Time) error {
	err := c.Change(who, func(p *Profile) error {
		p.Seen, p.Expected = Day(now), time.Time{}
		return nil
	})
	if errors.Is(err, ErrErased) {
		return nil
	}
	return err
}
