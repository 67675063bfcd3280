package concierge

import (
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// coversOf are the colleagues whom a customer's own associates trust with her,
// in the order of hers and of theirs: unless she will have none, without those
// whom she blocked or named herself, and none who is untrained.
func (d *Desk) coversOf(p profile.Profile) []floor.AssociateID {
	if p.Covers == profile.CoversNever {
		return nil
	}
	var out []floor.AssociateID
	mine := d.preferredOf(p)
	for _, a := range mine {
		for _, c := range d.roster[a].Covers {
			who, known := d.roster[c]
			if known && who.Tier != floor.TierUntrained && !slices.Contains(mine, c) && !slices.Contains(p.Blocked, c) && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// A CoverWish is whether colleagues whom her associates trust may stand in for
// them.
type CoverWish string

// The wishes.
const (
	CoversAsked   CoverWish = "asked"   // when she asks for somebody; so it is unless she says otherwise
	CoversWelcome CoverWish = "welcome" // also when she merely arrives
	CoversNever   CoverWish = "never"
)

// Covers returns a customer's wish, and who would stand in.
func (d *Desk) Covers(c floor.Customer, now time.Time) (CoverWish, []Colleague) {
	p, err := d.person(c)
	if err != nil {
		return CoversAsked, nil
	}
	var who []Colleague
	for _, a := range d.coversOf(p) {
		who = append(who, d.shownTo(c, a, now))
	}
	if p.Covers == profile.CoversAsked {
		return CoversAsked, who
	}
	return CoverWish(p.Covers), who
}

// SetCovers is her word on it. It counts once it is written down.
func (d *Desk) SetCovers(c floor.Customer, wish CoverWish, now time.Time) error {
	next := profile.CoverWish(wish)
	switch wish {
	case CoversAsked:
		next = profile.CoversAsked
	case CoversWelcome, CoversNever:
	default:
		return fmt.Errorf("covers %q: want %s, %s or %s", wish, CoversAsked, CoversWelcome, CoversNever)
	}
	if err := d.words.Change(c, func(p *profile.Profile) error { p.Covers = next; return nil }); err != nil {
		return fmt.Errorf("set covers: %w", err)
	}
	d.Changed(c, now)
	return nil
}
