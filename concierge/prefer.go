package concierge

import (
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// maxPreferred is how many associates a customer may name.
const maxPreferred = 8

// Others are the associates of this store whom she may name and has not.
func (d *Desk) Others(c floor.Customer) []Colleague {
	p, err := d.profiles.Get(c)
	if err != nil || len(d.preferredOf(p)) >= maxPreferred {
		return nil
	}
	var out []Colleague
	for _, id := range d.order {
		if d.nameable(p, id) && !slices.Contains(p.Preferred, id) {
			out = append(out, Colleague{ID: id.Ref(), Name: d.roster[id].Name})
		}
	}
	return out
}

func (d *Desk) nameable(p profile.Profile, id floor.AssociateID) bool {
	a, ok := d.roster[id]
	return ok && a.Role == floor.RoleAssociate && !slices.Contains(p.Blocked, id)
}

// Prefer names her associates of this store, the dearest first. Those of other
// stores, whom nobody here knows, stay after them. It counts once it is written
// down.
func (d *Desk) Prefer(c floor.Customer, refs []string, now time.Time) error {
	p, err := d.profiles.Get(c)
	if err != nil {
		return ErrNothing
	}
	var mine []floor.AssociateID
	for _, ref := range refs {
		id, err := floor.ParseAssociate(ref)
		known := err == nil && (d.nameable(p, id) || slices.Contains(d.preferredOf(p), id))
		if !known || slices.Contains(mine, id) || len(mine) == maxPreferred {
			return ErrNothing
		}
		mine = append(mine, id)
	}
	return d.choose(c, now, func(was profile.Choice) profile.Choice {
		elsewhere := slices.DeleteFunc(slices.Clone(was.Preferred), func(id floor.AssociateID) bool { _, here := d.roster[id]; return here || d.left(id) })
		was.Preferred = append(slices.Clone(mine), elsewhere...)
		return was
	})
}

// choose writes her choice of associates down, for here and for headquarters.
func (d *Desk) choose(c floor.Customer, now time.Time, fn func(profile.Choice) profile.Choice) error {
	chosen, err := d.words.Choose(c, fn)
	if err != nil {
		return fmt.Errorf("choose associates: %w", d.item(err))
	}
	d.emit(Event{Kind: ItemCorrected, At: now, Customer: c, Item: &ItemFact{Of: profile.OfAssociates, ID: "mine", Preferred: chosen.Preferred, Blocked: chosen.Blocked}})
	d.Changed(c, now)
	return nil
}
