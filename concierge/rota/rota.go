// Package rota is what a customer may know of an associate's days. It hides how
// shifts become halves of days, who allows how much of them, and how often one
// customer may look.
//
// It never says why somebody is away, nor an hour; what an associate does not
// share and what is not published look the same.
package rota

import (
	"errors"
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/vault"
)

// A Visibility is how much of her schedule an associate lets her own customers
// see.
type Visibility string

// The visibilities of the glossary.
const (
	Hidden   Visibility = "hidden"
	Today    Visibility = "today"
	TwoWeeks Visibility = "two_weeks"
)

// Unsaid is what holds for an associate who has said nothing.
const Unsaid = Today

// Horizon is how far ahead anybody sees, and MaxReads how often a customer may
// look in a day.
const (
	Horizon  = 14 * 24 * time.Hour
	MaxReads = 30
)

// Errors of a request.
var (
	ErrVisibility = errors.New("want hidden, today or two_weeks")
	ErrOften      = errors.New("looked at often enough today")
)

const (
	visibilityBucket = "schedule-visibility"
	readsBucket      = "schedule-reads"
	readsTTL         = 24 * time.Hour
)

// Buckets declares what desk.db holds for this package.
func Buckets() []vault.Bucket {
	return []vault.Bucket{
		{Name: visibilityBucket, Purpose: "how much of her schedule an associate lets her own customers see", Basis: "legitimate interest: her own privacy",
			Whose: "staff", Fields: "associate, her setting; gone a day after she leaves the roster", Under: vault.UnderBox},
		{Name: readsBucket, Purpose: "nobody follows an associate's days", Basis: "legitimate interest: associates' privacy", TTL: readsTTL,
			Whose: "customers", Fields: "how often she has looked at a schedule on one day", Under: vault.UnderHers},
		{Name: shiftChanges, Purpose: "who works when, as a manager changed it in the store", Basis: "employment", TTL: changeTTL, Whose: "staff",
			Fields: "associate, day, its shifts, the manager, when; gone two days after the day", Under: vault.UnderBox},
		{Name: coverChanges, Purpose: "who stands in for whom, as a manager changed it in the store", Basis: "employment", Whose: "staff",
			Fields: "associate, who stands in for her, the manager, when; gone a day after she leaves the roster", Under: vault.UnderBox},
		{Name: owedChanges, Purpose: "headquarters hears of what a manager changed in the store, also if the box ends at that moment", Basis: "employment", TTL: changeTTL,
			Whose: "staff", Fields: "associate, day, its shifts or who stands in for her, the manager, when; gone once it is in the outbox", Under: vault.UnderBox},
	}
}

type setting struct {
	Associate  string     `json:"associate"`
	Visibility Visibility `json:"visibility"`
}

type reads struct {
	Day string    `json:"day"`
	N   int       `json:"n"`
	At  time.Time `json:"at"` // the last
}

// A Rota keeps the settings and counts the looks. Its methods may be called from
// any goroutine.
type Rota struct{ settings, looks, changed, covered, untold drawer.Drawer }

// New returns the rota of a file that was opened with Buckets.
func New(file *vault.File, keys *vault.KeyRing) *Rota {
	of := func(bucket string) drawer.Drawer { return drawer.Of(file, keys, bucket) }
	return &Rota{of(visibilityBucket), of(readsBucket), of(shiftChanges), of(coverChanges), of(owedChanges)}
}

// Visibility returns how much an associate lets be seen. What cannot be read is
// hidden.
func (r *Rota) Visibility(a floor.AssociateID) (Visibility, error) {
	s, ok, err := drawer.GetOwn[setting](r.settings, a.Ref())
	switch {
	case err != nil:
		return Hidden, fmt.Errorf("read a schedule's visibility: %w", err)
	case !ok:
		return Unsaid, nil
	}
	return s.Visibility, nil
}

// Set is an associate's own word on it.
func (r *Rota) Set(a floor.AssociateID, v Visibility) error {
	if v != Hidden && v != Today && v != TwoWeeks {
		return ErrVisibility
	}
	if err := drawer.PutOwn(r.settings, a.Ref(), setting{a.Ref(), v}); err != nil {
		return fmt.Errorf("keep a schedule's visibility: %w", err)
	}
	return nil
}

// Look counts that a customer looks on a day of the store. After MaxReads it is
// ErrOften.
func (r *Rota) Look(c floor.Customer, day string, now time.Time) error {
	n, _, err := drawer.Get[reads](r.looks, c, "day")
	if err != nil {
		return fmt.Errorf("count a look at a schedule: %w", err)
	}
	if n.Day != day {
		n = reads{Day: day}
	}
	if n.N >= MaxReads {
		return ErrOften
	}
	n.N++
	n.At = now.UTC()
	if err := drawer.Put(r.looks, c, "day", n); err != nil {
		return fmt.Errorf("count a look at a schedule: %w", err)
	}
	return nil
}

// Forget forgets that a customer has looked.
func (r *Rota) Forget(c floor.Customer) error { return r.looks.Forget(c) }

// Sweep forgets the looks of other days, and the changes of days that are over.
func (r *Rota) Sweep(now time.Time) (int, error) {
	n, err := drawer.Sweep(r.looks, func(n reads) bool { return now.Sub(n.At) < readsTTL })
	m, err2 := r.sweepChanges(now)
	return n + m, errors.Join(err, err2)
}

// Kept calls of with everybody of whom a setting or covers are kept, or a change
// that headquarters is to be told.
func (r *Rota) Kept(of func(ref string)) error {
	err := drawer.EachOwn(r.settings, func(s setting) { of(s.Associate) })
	for _, d := range []drawer.Drawer{r.covered, r.untold} {
		if err == nil {
			err = drawer.EachOwn(d, func(c Change) { of(c.Associate) })
		}
	}
	return err
}

// Left forgets the settings of those who have gone, and who covered for them.
func (r *Rota) Left(gone func(ref string) bool) error {
	_, err := drawer.SweepOwn(r.settings, func(s setting) bool { return !gone(s.Associate) })
	for _, d := range []drawer.Drawer{r.covered, r.untold} {
		_, err2 := drawer.SweepOwn(d, func(c Change) bool { return !gone(c.Associate) })
		err = errors.Join(err, err2)
	}
	return err
}
