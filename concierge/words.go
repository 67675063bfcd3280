package concierge

import (
	"errors"
	"time"

	"foyer/floor"
)

// Errors of a request. Unknown and forbidden are the same error on purpose:
// nobody may learn by asking who exists.
var (
	// ErrNothing means that there is nothing to show: it does not exist, or
	// it is not for this person.
	ErrNothing = errors.New("nothing to show")
	// ErrMoved means that the moment has passed: an offer went to somebody
	// else, a visit has ended.
	ErrMoved = errors.New("that one has moved on")
	// ErrConsent means that the customer has not allowed what this needs.
	ErrConsent = errors.New("not allowed by the customer")
	// ErrLedger means that the access could not be written down, so nothing
	// may be shown.
	ErrLedger = errors.New("the access could not be recorded")
	// ErrWords means that she wrote more than fits.
	ErrWords = errors.New("too many words")
	// ErrUnwritten means that her no holds from now on, but is not on the
	// disk: she must say it again, or it ends with this run of the box.
	ErrUnwritten = errors.New("in force, and not yet recorded")
)

// A Style is how a customer wants to be served.
type Style string

// The styles of the glossary.
const (
	ApproachMe  Style = "approach_me"
	OnlyMine    Style = "only_mine"
	LetMeBrowse Style = "let_me_browse"
)

// A Visibility is when associates may learn that a customer is here.
type Visibility string

// The visibilities. Invisible is also what the privacy switch sets.
const (
	Automatic    Visibility = "automatic"
	AskEachVisit Visibility = "ask_each_visit"
	Invisible    Visibility = "invisible"
)

// A Stage is where a customer's visit stands, as her own page tells it.
type Stage string

// The stages.
const (
	Away      Stage = "away"      // not surely in the store
	Awaiting  Stage = "awaiting"  // here, and asked whether to tell anybody
	Grace     Stage = "grace"     // automatic: told soon, unless she says no
	Announced Stage = "announced" // her associates may know
	Browsing  Stage = "browsing"  // announced, and to be left alone
	Serving   Stage = "serving"   // somebody is with her, or on the way
	Hidden    Stage = "hidden"    // not today
)

// An OfferID names one question to one associate.
type OfferID string

// An EventKind says what happened.
type EventKind string

// The kinds of events. The first group is also what the demonstration prints.
const (
	VisitAnnounced EventKind = "visit.announced"
	OfferCreated   EventKind = "offer.created"
	OfferAccepted  EventKind = "offer.accepted"
	CardShown      EventKind = "card.shown"
	VisitEnded     EventKind = "visit.ended"

	OfferDeclined  EventKind = "offer.declined"
	OfferTimedOut  EventKind = "offer.timed_out"
	OfferRescinded EventKind = "offer.rescinded"
	CardRevoked    EventKind = "card.revoked"
	FloorChanged   EventKind = "floor.changed" // an associate's list of clients changed
	HereChanged    EventKind = "here.changed"  // a customer's page has something new
	ConsentChanged EventKind = "consent.changed"
	ItemCorrected  EventKind = "item.corrected" // she hid a purchase, or corrected what she stated
	HeadsUpGiven   EventKind = "headsup"        // a client of a busy associate is here; silent
	HeadsUpOver    EventKind = "headsup.over"   // it was answered, or is needed no longer
	FeedbackGiven  EventKind = "feedback.given" // she said how the attention was
	Booked         EventKind = "booked"         // an appointment was asked for, confirmed, moved, declined, cancelled or covered
	NoteContested  EventKind = "note.contested" // she objects to a note, or no longer does
	RotaChanged    EventKind = "rota.changed"   // a manager changed shifts or covers
	PhoneReleased  EventKind = "phone.released" // its position is to be forgotten
)

// An Event is something that happened at the desk. Customer and Associate say
// whom it concerns; whoever shows an event shows it to one of them only.
type Event struct {
	Kind      EventKind
	At        time.Time
	Visit     floor.VisitID
	Offer     OfferID
	Customer  floor.Customer    // invalid if it concerns no customer's page
	Associate floor.AssociateID // invalid if it concerns no associate
	Relation  string            // of Associate to Customer, where known
	Ring      int               // of an offer
	Style     Style             // of an announced visit
	History   bool              // she allowed visits to be kept (history_store)
	Answer    string            // of feedback
	Items     []AccessItem      // of a card: what was shown, never the text
	Row       uint64            // of a card: the ledger row
	Role      floor.Role        // of a card: the viewer's
	Policy    string            // of a card: the table that decided
	Consent   *ConsentFact      // of a changed consent
	Phone     floor.Phone       // of a released phone
	Item      *ItemFact         // of a corrected item
	Reveal    *RevealFact       // of what was opened with a reason or by herself, or is contested
	Note      *NoteFact         // of a contested note
	Booking   *BookingFact      // of an appointment
	Rota      *RotaFact         // of a change of shifts or covers
}

// A RotaFact is what a manager changed of an associate's shifts of a day, or of who
// covers for her. Undone: what headquarters said holds again.
type RotaFact struct {
	Day    string // of shifts
	Shifts []floor.Shift
	Covers []floor.AssociateID
	By     floor.AssociateID
	Undone bool
}

// A BookingFact is an appointment as it now stands, without its topic.
type BookingFact struct {
	ID, State string
	From, To  time.Time
}

// An ItemFact is what she changed of something that headquarters knows.
type ItemFact struct {
	Of, ID             string // purchase, stated, associates, audience, or a note that was removed
	Hidden, Removed    bool
	Text               string
	Preferred, Blocked []floor.AssociateID // of associates
	Reach              Reach               // of a class of purchases, which is the ID
}

// A NoteFact is a note, and whether she objects to it.
type NoteFact struct {
	ID                     string
	Author                 floor.AssociateID
	Kind, Visibility, Text string
	At                     time.Time
	Objected               bool
	Settled                bool // an objection to it was, and it is kept
}

// A ConsentFact is one decision of a customer, with the hybrid logical clock
// that orders it among others.
type ConsentFact struct {
	Purpose string
	Granted bool
	Wall    time.Time
	Count   uint32
	Node    string
	Notice  string
	Method  string
}

// An AccessItem names an item of a card and how far it was disclosed.
type AccessItem struct{ ID, Disclosure, Rule string }
