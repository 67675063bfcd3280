package concierge

import (
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// words is where a customer's own words are written down. *profile.Cache is
// one.
type words interface {
	Change(c floor.Customer, fn func(*profile.Profile) error) error
	KeepText(notice string, s profile.Shown) error
	Choose(c floor.Customer, fn func(profile.Choice) profile.Choice) (profile.Choice, error)
	Reach(c floor.Customer, k profile.Class, to profile.Audience) error
	Hide(c floor.Customer, id string, hidden bool) error
	Correct(c floor.Customer, id, text string, now time.Time) error
	Object(c floor.Customer, id string, objects bool) (profile.Note, error)
	Grant(c floor.Customer, now time.Time, notice, method string, purposes ...profile.Purpose) (profile.Consents, error)
	Withdraw(c floor.Customer, now time.Time, purposes ...profile.Purpose) (profile.Consents, error)
}

// unwritten is a no of hers that the disk has not taken. It holds from the
// moment she says it, until it is written down, she says yes again, or the box
// begins anew; she is told that she must say it once more.
type unwritten struct {
	invisible bool
	ended     []profile.Purpose
	reach     profile.Audiences // of classes of purchases that she narrowed
}

// unsaid lets a no go that is written down, or that she has taken back.
func (d *Desk) unsaid(c floor.Customer, visibility bool, purposes ...profile.Purpose) {
	u := d.unwritten[c]
	if visibility {
		u.invisible = false
	}
	u.ended = slices.DeleteFunc(u.ended, func(p profile.Purpose) bool { return slices.Contains(purposes, p) })
	d.stillUnwritten(c, u)
}

// stillUnwritten keeps what the disk has not taken yet of what she said.
func (d *Desk) stillUnwritten(c floor.Customer, u unwritten) {
	if d.unwritten[c] = u; !u.invisible && len(u.ended) == 0 && u.reach == (profile.Audiences{}) {
		delete(d.unwritten, c)
	}
}

// allowed reports whether she grants a purpose.
func (d *Desk) allowed(c floor.Customer, p profile.Purpose) bool {
	return !slices.Contains(d.unwritten[c].ended, p) && d.profiles.Allowed(c, p)
}

// consentsOf returns all that she grants; what cannot be read is not granted.
func (d *Desk) consentsOf(c floor.Customer) profile.Consents {
	consents, err := d.profiles.Consents(c)
	if err != nil {
		return nil
	}
	for _, p := range d.unwritten[c].ended {
		delete(consents, p)
	}
	return consents
}
