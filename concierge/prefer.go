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
	err = d.words.Change(c, func(p *profile.Profile) error {
		elsewhere := slices.DeleteFunc(slices.Clone(p.Preferred), func(id floor.AssociateID) bool { _, here := d.roster[id]; return here })
		p.Preferred = append(slices.Clone(mine), elsewhere...)
		return nil
	})
	if err != nil {
		return fmt.Errorf("name associates: %w", err)
	}
	d.Changed(c, now)
	return nil
}
