package concierge

import (
	"errors"
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

const (
	leaversBucket = "leavers"
	leaversTTL    = 30 * 24 * time.Hour
	// leftFor is how long an author is off the roster before her private notes go:
	// a roster that was sent by mistake must not cost what nobody can write again.
	leftFor = 24 * time.Hour
)

// leaverBucket declares what is kept of those who left.
func leaverBucket() vault.Bucket {
	return vault.Bucket{Name: leaversBucket, Purpose: "remove the private notes of associates who left", Basis: "consent", TTL: leaversTTL,
		Whose: "staff", Under: vault.UnderBox, Fields: "the associate, and since when she is not on the roster"}
}

// leaver is an author who is not on the roster.
type leaver struct {
	Associate string    `json:"associate"`
	Since     time.Time `json:"since"`
}

// SweepLeavers removes what associates who left the store had noted for
// themselves, and personal details, a day after they are first missed; what they
// wrote for whoever serves, and for whoever covers, stays. Staff is the roster:
// an empty one says nothing about anybody. It returns how many notes went.
func (d *Door) SweepLeavers(now time.Time, staff []floor.Associate) (int, error) {
	if len(staff) == 0 {
		return 0, nil
	}
	here := map[floor.AssociateID]bool{}
	for _, a := range staff {
		here[a.ID] = true
	}
	missing := map[floor.AssociateID]bool{}
	err := d.profiles.Each(func(p profile.Profile) error {
		for _, n := range p.Notes {
			if !here[n.Author] {
				missing[n.Author] = true
			}
		}
		return nil
	})
	if errors.Is(err, vault.ErrAway) {
		return 0, nil // it waits until notes can be read
	}
	if err != nil {
		return 0, fmt.Errorf("look for authors who left: %w", err)
	}
	left, err := d.missed(now, missing)
	if err != nil || len(left) == 0 {
		return 0, err
	}
	return d.profiles.SweepAuthors(func(a floor.AssociateID) bool { return left[a] })
}

// missed writes down who is missing since when, and returns who has been for
// long enough.
func (d *Door) missed(now time.Time, missing map[floor.AssociateID]bool) (map[floor.AssociateID]bool, error) {
	kept := drawer.Of(d.served.file, d.served.keys, leaversBucket)
	left, known := map[floor.AssociateID]bool{}, map[floor.AssociateID]bool{}
	_, err := drawer.SweepOwn(kept, func(l leaver) bool {
		a, err := floor.ParseAssociate(l.Associate)
		if err != nil || !missing[a] || now.Before(l.Since) {
			return false // she is back, or nothing of hers is left
		}
		known[a], left[a] = true, now.Sub(l.Since) >= leftFor
		return true
	})
	for a := range missing {
		if err == nil && !known[a] {
			err = drawer.PutOwn(kept, a.Ref(), leaver{a.Ref(), now.UTC()})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("note who left: %w", err)
	}
	return left, nil
}
