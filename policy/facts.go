package policy

import (
	"time"

	"foyer/floor"
)

// Facts are what one decision rests on: who looks, in which visit, at what.
// The zero value withholds everything.
type Facts struct {
	Relation Relation   // of the viewer to the customer, on this visit
	Tier     floor.Tier // of the viewer; an unknown one counts as untrained

	Consent   bool // a live consent profile_to_associates
	Announced bool // the visit is announced
	Blocked   bool // the customer blocked this viewer
	Stale     bool // no contact with headquarters for a week: nothing beyond a hint

	Hidden      bool // the customer hid this item
	Seller      Seller
	Channel     Channel
	Sensitivity Sensitivity
	Age         Age
	Audience    Audience // her setting for the item's class

	// For profile facts only (DecideFact).
	Own        bool // the fact is about the viewer: a visit with her, or the one she covers for
	Greeted    bool // the viewer has met the customer on this visit
	Unattended bool // the customer asked for help and nobody has come
}

// A Decision is how much of one item one viewer sees, and what goes with it.
type Decision struct {
	Disclosure  Disclosure
	Speak       Speak
	Rule        string // the row that decided, for example "D26"
	LimitedBy   string // the floor that made it stricter, for example "F3", or empty
	Redact      Redactions
	Obligations Obligations
	Advice      Lines
}

// Redactions is the set of what is cut out of an item that is shown.
type Redactions uint8

// What may be cut out.
const (
	RedactPrice Redactions = 1 << iota
	RedactOrderNumber
	RedactPayment
	RedactAddress
	RedactRecipient
)

// Has reports whether all of x are in r.
func (r Redactions) Has(x Redactions) bool { return r&x == x }

// Obligations is the set of what whoever shows an item must do. One who
// cannot must not show it.
type Obligations uint8

// The obligations.
const (
	// Log: a ledger row is written before anything is shown.
	Log Obligations = 1 << iota
	// Expire: it is gone CardTTL after the visit's end.
	Expire
	// NoLockscreen: never on a lock screen.
	NoLockscreen
	// Aggregate: only as part of a Hint of at least the table's support.
	Aggregate
	// UntilGreeted: gone when she has been greeted, or after PhotoTTL.
	UntilGreeted
)

// Has reports whether all of x are in o.
func (o Obligations) Has(x Obligations) bool { return o&x == x }

// How long things stay that are shown.
const (
	CardTTL   = 30 * time.Minute // after the end of the visit
	PhotoTTL  = 10 * time.Minute // after it was shown, or until she is greeted
	RevealTTL = 15 * time.Minute // of a reveal
)

// MaxHints is how many hints a card shows at most.
const MaxHints = 3

// Ages tells the ages of purchases at one moment: fresh for the time of cooling
// off, recent for 24 months. A purchase from the future is fresh.
type Ages struct{ now, fresh, recent, old time.Time }

// AgesAt returns the ages at now.
func AgesAt(now time.Time, coolingOff time.Duration) Ages {
	return Ages{now: now, fresh: now.Add(-coolingOff), recent: now.AddDate(0, -23, 0), old: now.AddDate(0, -25, 0)}
}

// Of returns the age of what was bought then. The calendar is asked only about
// the months in which it matters.
func (a Ages) Of(bought time.Time) Age {
	switch {
	case bought.After(a.fresh):
		return AgeFresh
	case bought.After(a.recent):
		return AgeRecent
	case bought.Before(a.old):
		return AgeOld
	case a.now.Before(bought.AddDate(0, 24, 0)):
		return AgeRecent
	}
	return AgeOld
}
