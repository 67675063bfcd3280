package concierge

import (
	"errors"
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/profile"
)

// An Erasure is what a customer can keep of having been forgotten. It does not
// say whom: the proof is random.
type Erasure struct {
	Proof     string
	At        time.Time
	Here      bool // at her own wish, on this box's page
	Operator  bool // at the word of the store's operator; neither: headquarters'
	Lines     []ErasedLine
	Owed      bool      // headquarters is to be told, and has not confirmed
	Told      time.Time // when the report was ready to be sent; zero: not yet
	Confirmed time.Time // when headquarters confirmed; zero: not yet
	Begun     bool      // and not finished: it proves nothing yet
}

// An ErasedLine is how many things of a kind were destroyed.
type ErasedLine struct {
	Kind  string
	Count int
}

// Erasing says at whose wish somebody is forgotten.
type Erasing struct {
	Proof    string // headquarters' reference; empty: a new one
	Here     bool   // she asked on her own page
	Operator bool   // the store's operator asked
	Owed     bool   // headquarters is to be told of her wish, and to confirm it
}

// The kinds of things that an erasure destroys, in the order of the report.
const (
	kindProfile     = "profile"
	kindPhoto       = "photo"
	kindStated      = "stated"
	kindPurchase    = "purchases"
	kindNote        = "notes"
	kindAppointment = "appointments"
	kindConsent     = "consents"
	kindAccess      = "accesses"
	kindServed      = "served"
	kindVisit       = "visits"
	kindReveal      = "reveals"
	kindMessage     = "messages"
	kindInvitation  = "invitations"
)

// ErrBegun means that an erasure could not be finished: what was stored is
// deleted and nothing more is, but what lies in older bytes may still open.
var ErrBegun = errors.New("an erasure is begun and not finished")

// Erase destroys what this box holds of her and every key to it, and returns
// the proof of it; Clean removes the bytes that nothing opens any more. The desk
// has dismissed her before. With ErrBegun the proof is of one that must be
// finished by calling it again with the same wish; after any other error nothing
// has begun.
func (d *Door) Erase(c floor.Customer, how Erasing, now time.Time) (proof string, err error) {
	proof, err = d.profiles.BeginErasure(c, profile.Erasure{Proof: how.Proof, At: now, Here: how.Here, Operator: how.Operator, Owed: how.Owed, Counts: d.count(c)})
	if err != nil {
		return "", err
	}
	if err = d.ledger.Forget(c, now); err == nil {
		err = errors.Join(d.served.forget(c), d.reveals.Forget(c), d.served.forgetStay(c), d.rota.Forget(c), d.conduct.Forget(c), d.messages.Forget(c))
	}
	if err == nil {
		err = d.profiles.FinishErasure(c)
	}
	if err != nil {
		return proof, fmt.Errorf("%w: %w", ErrBegun, err)
	}
	return proof, nil
}

// A Wish is an erasure that was begun and must be finished.
type Wish struct {
	Customer floor.Customer
	Erasing
}

// Begun returns the erasures that were begun and not finished.
func (d *Door) Begun() ([]Wish, error) {
	all, err := d.profiles.Begun()
	var out []Wish
	for _, r := range all {
		out = append(out, Wish{r.Customer, Erasing{r.Proof, r.Here, r.Operator, r.Owed}})
	}
	return out, err
}

// count says how much there is of her. What cannot be read is destroyed all
// the same.
func (d *Door) count(c floor.Customer) map[string]int {
	n := map[string]int{}
	if x, err := d.profiles.Export(c); err == nil {
		n = x.Counts()
	}
	if rows, err := d.ledger.Of(c); err == nil && len(rows) > 0 {
		n[kindAccess] = len(rows)
	}
	if v, err := d.conduct.Visits(c); err == nil && len(v) > 0 {
		n[kindVisit] = len(v)
	}
	if r, err := drawer.All[reveal](d.reveals.Drawer, c); err == nil && len(r) > 0 {
		n[kindReveal] = len(r)
	}
	if m, err := messagesOf(d.messages, c); err == nil && len(m) > 0 {
		n[kindMessage] = len(m)
	}
	if s := d.served.of(c); len(s) > 0 {
		n[kindServed] = len(s)
	}
	return n
}

// Erasure returns what is kept of an erasure. An unknown proof is ErrNothing.
func (d *Door) Erasure(proof string) (Erasure, error) {
	e, err := d.profiles.Erasure(proof)
	if errors.Is(err, profile.ErrUnknown) {
		return Erasure{}, ErrNothing
	}
	if err != nil {
		return Erasure{}, err
	}
	out := Erasure{Proof: e.Proof, At: e.At, Here: e.Here, Operator: e.Operator, Owed: e.Owed, Told: e.Told, Confirmed: e.Confirmed, Begun: e.Begun}
	for _, k := range []string{kindProfile, kindPhoto, kindStated, kindPurchase, kindNote, kindAppointment, kindConsent, kindAccess, kindServed, kindVisit, kindReveal, kindMessage, kindInvitation} {
		if e.Counts[k] > 0 {
			out.Lines = append(out.Lines, ErasedLine{k, e.Counts[k]})
		}
	}
	return out, nil
}
