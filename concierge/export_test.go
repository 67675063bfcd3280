package concierge

import (
	"time"

	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

// BreakDisk lets every writing of a customer's words fail until mend.
func (d *Desk) BreakDisk(err error) (mend func()) {
	whole := d.words
	d.words = brokenDisk{err}
	return func() { d.words = whole }
}

type brokenDisk struct{ err error }

func (b brokenDisk) Change(floor.Customer, func(*profile.Profile) error) error { return b.err }
func (b brokenDisk) KeepText(string, profile.Shown) error                      { return b.err }
func (b brokenDisk) Choose(floor.Customer, func(profile.Choice) profile.Choice) (profile.Choice, error) {
	return profile.Choice{}, b.err
}
func (b brokenDisk) Reach(floor.Customer, profile.Class, profile.Audience) error {
	return b.err
}
func (b brokenDisk) Hide(floor.Customer, string, bool) error                 { return b.err }
func (b brokenDisk) Correct(floor.Customer, string, string, time.Time) error { return b.err }
func (b brokenDisk) Object(floor.Customer, string, bool) (profile.Note, error) {
	return profile.Note{}, b.err
}
func (b brokenDisk) Grant(floor.Customer, time.Time, string, string, ...profile.Purpose) (profile.Consents, error) {
	return nil, b.err
}
func (b brokenDisk) Withdraw(floor.Customer, time.Time, ...profile.Purpose) (profile.Consents, error) {
	return nil, b.err
}

// FiguresOf is what is on record of an associate.
func (d *Desk) FiguresOf(a floor.AssociateID, now time.Time) conduct.Figures {
	f, err := d.conduct.Figures(d.order, now)
	if err != nil {
		panic(err)
	}
	return f[a]
}

// MarkOf puts something on record of an associate.
func (d *Desk) MarkOf(a floor.AssociateID, now time.Time) error {
	return d.conduct.Mark(a, conduct.Revealed, now)
}

// Rows counts what a bucket of desk.db holds.
func (d *Desk) Rows(bucket string) (n int) {
	err := d.served.file.View(func(tx *vault.Tx) error { n = tx.Count(bucket); return nil })
	if err != nil {
		panic(err)
	}
	return n
}
