package concierge

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode"

	"foyer/concierge/conduct"
	"foyer/concierge/drawer"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/ledger"
	"foyer/profile"
	"foyer/radio"
)

// A Door lets customers in and out. Its methods run on the goroutines of
// requests; only what they bring about reaches the desk, by a function of the
// desk's owner.
type Door struct {
	profiles *profile.Cache
	ledger   *ledger.Log
	served   *served
	reveals  book
	rota     *rota.Rota
	conduct  *conduct.Book
	messages drawer.Drawer
	binder   Binder
	followed *sync.Map // of the desk
	bound    func(context.Context, Bound) error
	until    func(now time.Time) time.Time
	store    string
	listings listings
}

// Door returns the door of this desk. A lease made now ends at until(now) at the
// latest; bound hands it to the desk's goroutine.
func (d *Desk) Door(until func(now time.Time) time.Time, bound func(context.Context, Bound) error) *Door {
	return &Door{profiles: d.profiles, ledger: d.ledger, served: d.served, reveals: d.reveals.book, rota: d.rota, conduct: d.conduct, messages: d.messages, binder: d.binder, followed: &d.followed, bound: bound, until: until,
		store: d.store}
}

// Clean removes what erasures left behind in the files, all of it at once.
func (d *Door) Clean() error {
	return errors.Join(d.served.file.CompactDue(), d.profiles.Clean(), d.ledger.Clean())
}

// Sweep removes what desk.db has kept long enough, and returns how many
// associates are no longer remembered as having served somebody.
func (d *Door) Sweep(now time.Time) (int, error) {
	n, err := d.served.sweep(now)
	err = errors.Join(err, d.reveals.sweep(now))
	if err == nil {
		_, err = d.rota.Sweep(now)
	}
	if err == nil {
		_, err = drawer.Sweep(d.served.refusals(), func(r refusal) bool { return now.Sub(r.At) <= refusalTTL })
		err = errors.Join(err, d.served.sweepStays(now), d.conduct.Sweep(now))
	}
	if err == nil {
		_, err = drawer.Sweep(d.messages, func(m Message) bool { return now.Sub(m.At) < messageTTL })
	}
	if err != nil {
		return 0, fmt.Errorf("sweep the desk: %w", err)
	}
	return n, nil
}

// Redeem turns a single-use code into the customer it was made for. Unknown,
// used and expired codes are all ErrNothing. A code is also taken as people
// type it from paper.
func (d *Door) Redeem(_ context.Context, code string, now time.Time) (floor.Customer, error) {
	c, err := d.profiles.Redeem(code, now)
	if plain := tidy(code); errors.Is(err, profile.ErrCode) && plain != code {
		c, err = d.profiles.Redeem(plain, now)
	}
	if err != nil {
		return floor.Customer{}, fmt.Errorf("%w: %w", ErrNothing, err)
	}
	return c, nil
}

// tidy leaves out the spaces and hyphens of a code and raises its letters.
func tidy(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, code))
}

// CheckIn leases the phone behind peer to c, if she allows to be noticed and
// does not wish to stay invisible. It may wait for the next report of the
// phone.
func (d *Door) CheckIn(ctx context.Context, c floor.Customer, peer netip.Addr, now time.Time) error {
	p, err := d.profiles.Get(c)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNothing, err)
	}
	if Visibility(p.Visibility) == Invisible {
		return nil
	}
	if !d.profiles.Allowed(c, profile.Presence) {
		return ErrConsent
	}
	phone, err := d.binder.Bind(ctx, peer, radio.Grant{Key: c.Ref(), Until: d.until(now)})
	if err != nil {
		if p, gone := d.profiles.Get(c); gone != nil || Visibility(p.Visibility) == Invisible || !d.profiles.Allowed(c, profile.Presence) {
			d.binder.Forget(c.Ref()) // she said no meanwhile: she is not to be looked for
		}
		return err // radio's sentence is for her
	}
	if err := d.bound(ctx, Bound{Phone: phone, Customer: c}); err != nil {
		if _, renewed := d.followed.Load(phone); !renewed {
			d.binder.Release(phone) // the desk does not know it and could not end it
		}
		return err
	}
	return nil
}
