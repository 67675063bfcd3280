package concierge

import (
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// A Reach is an audience of the glossary: how far a class of purchases reaches.
type Reach string

// The reaches.
const (
	ReachClosed  = Reach(profile.AudienceClosed)
	ReachDefault = Reach(profile.AudienceDefault)
	ReachOpen    = Reach(profile.AudienceOpen)
)

// Reachable reports whether there is such a class of purchases and such a reach.
func Reachable(class string, r Reach) bool {
	return slices.Contains(profile.Classes(), profile.Class(class)) && profile.Audience(r).Valid()
}

// A ReachLine is how far she lets a class of purchases go. Granted says whether
// she allows that it is used at all; Offered, whether she can be asked to.
type ReachLine struct {
	Class, Purpose   string
	Reach            Reach
	Granted, Offered bool
}

// purposeOf is the consent on which the use of a class of purchases rests.
func purposeOf(k profile.Class) profile.Purpose {
	switch k {
	case profile.InStore:
		return profile.HistoryStore
	case profile.InOtherStores:
		return profile.HistoryOtherStores
	}
	return profile.HistoryOnline
}

// Reaches are her settings of all classes of purchases.
func (d *Desk) Reaches(c floor.Customer) []ReachLine {
	p, err := d.profiles.Get(c)
	if err != nil {
		p = profile.New(c)
	}
	hers, consents := d.audiences(p), d.consentsOf(c)
	out := make([]ReachLine, 0, len(profile.Classes()))
	for _, k := range profile.Classes() {
		purpose := purposeOf(k)
		_, offered := d.profiles.Notice().Named(purpose)
		out = append(out, ReachLine{Class: string(k), Purpose: string(purpose), Reach: Reach(hers.Of(k)), Granted: consents.Allowed(purpose), Offered: offered})
	}
	return out
}

// audiences are her settings as they hold: what she narrowed does before it is
// written.
func (d *Desk) audiences(p profile.Profile) profile.Audiences {
	return p.Audience.Within(d.unwritten[p.Customer].reach)
}

// SetReach is her word on how far a class of purchases reaches. Open cards are
// decided anew before the call returns. What shows less holds before it is written,
// and also where it cannot be; what shows more counts once it is written down.
func (d *Desk) SetReach(c floor.Customer, class string, r Reach, now time.Time) error {
	k, to := profile.Class(class), profile.Audience(r)
	p, err := d.profiles.Get(c)
	if err != nil || !Reachable(class, r) {
		return ErrNothing
	}
	less := !d.audiences(p).Of(k).Narrower(to)
	if less {
		u := d.unwritten[c]
		u.reach = u.reach.With(k, to)
		d.unwritten[c] = u
		d.Changed(c, now)
	}
	if err := d.words.Reach(c, k, to); err != nil {
		if less {
			return fmt.Errorf("set a reach: %w: %w", ErrUnwritten, err)
		}
		return fmt.Errorf("set a reach: %w", d.item(err))
	}
	u := d.unwritten[c]
	u.reach = u.reach.With(k, "")
	d.stillUnwritten(c, u)
	d.emit(Event{Kind: ItemCorrected, At: now, Customer: c, Item: &ItemFact{Of: profile.OfAudience, ID: class, Reach: r}})
	if !less {
		d.Changed(c, now)
	}
	return nil
}
