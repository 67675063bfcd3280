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
	// leftFor is how long somebody is off the roster before what is kept of her
	// goes: a roster that was sent by mistake must not cost what nobody can write
	// again.
	leftFor = 24 * time.Hour
)

// leaverBucket declares what is kept of those who left.
func leaverBucket() vault.Bucket {
	return vault.Bucket{Name: leaversBucket, Purpose: "forget associates who left: their private notes, settings, covers, tiers and training", Basis: "legal obligation",
		TTL: leaversTTL, Whose: "staff", Under: vault.UnderBox, Fields: "the associate, and since when she is not on the roster; gone with what is forgotten"}
}

// leaver is somebody of whom something is kept and who is not on the roster.
type leaver struct {
	Associate string    `json:"associate"`
	Since     time.Time `json:"since"`
}

// A keeper keeps something of associates until they have left.
type keeper interface {
	Kept(of func(ref string)) error        // calls of with whomever anything is kept of
	Left(gone func(ref string) bool) error // forgets whoever has gone
}

func (d *Door) keepers() []keeper { return []keeper{d.rota, d.conduct, authors{d.profiles}} }

// authors keeps what associates have noted for themselves.
type authors struct{ profiles *profile.Cache }

// Kept calls of with the author of each such note.
func (k authors) Kept(of func(ref string)) error {
	return k.profiles.Each(func(p profile.Profile) error {
		for _, n := range p.Notes {
			if n.Leaves() {
				of(n.Author.Ref())
			}
		}
		return nil
	})
}

// Left removes theirs.
func (k authors) Left(gone func(ref string) bool) error {
	_, err := k.profiles.SweepAuthors(func(a floor.AssociateID) bool { return gone(a.Ref()) })
	return err
}

// SweepLeavers forgets whoever has left the store, a day after she is first missed:
// her settings, covers, tier, training and conduct, what she had noted for herself,
// and personal details; what she wrote for whoever serves, and for whoever covers,
// stays. Staff is the roster: an empty one says nothing about anybody. It returns
// how many it forgot; then the desk is to be told: Desk.Forgot.
func (d *Door) SweepLeavers(now time.Time, staff []floor.Associate) (int, error) {
	if len(staff) == 0 {
		return 0, nil
	}
	here, missing := map[string]bool{}, map[string]bool{}
	for _, a := range staff {
		here[a.ID.Ref()] = true
	}
	for _, k := range d.keepers() {
		err := k.Kept(func(ref string) {
			if !here[ref] {
				missing[ref] = true
			}
		})
		if errors.Is(err, vault.ErrAway) {
			return 0, nil // it waits until all of it can be read
		}
		if err != nil {
			return 0, fmt.Errorf("look for those who left: %w", err)
		}
	}
	left, err := d.missed(now, missing)
	if err != nil || len(left) == 0 {
		return 0, err
	}
	for _, k := range d.keepers() {
		err = errors.Join(err, k.Left(func(ref string) bool { return left[ref] }))
	}
	return len(left), err
}

// missed writes down who is missing since when, and returns who has been for
// long enough.
func (d *Door) missed(now time.Time, missing map[string]bool) (map[string]bool, error) {
	kept := drawer.Of(d.served.file, d.served.keys, leaversBucket)
	left, known := map[string]bool{}, map[string]bool{}
	_, err := drawer.SweepOwn(kept, func(l leaver) bool {
		if !missing[l.Associate] || now.Before(l.Since) {
			return false // she is back, or nothing of hers is left
		}
		known[l.Associate] = true
		if now.Sub(l.Since) >= leftFor {
			left[l.Associate] = true
		}
		return true
	})
	for ref := range missing {
		if err == nil && !known[ref] {
			err = drawer.PutOwn(kept, ref, leaver{ref, now.UTC()})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("note who left: %w", err)
	}
	return left, nil
}

// Forgot has the desk forget, too, whom SweepLeavers forgot.
func (d *Desk) Forgot() {
	clear(d.shared)
	d.sent.read = false
	d.keptChanges()
}
