package wire

import (
	"time"

	"foyer/floor"
)

// OfferAnswered says how an associate answered an offer (up/offer): accepted,
// declined, expired or rescinded, and in which ring it was made, from 0. It names no
// customer.
type OfferAnswered struct {
	Visit     floor.VisitID `json:"visit"`
	Associate string        `json:"associate"`
	Outcome   string        `json:"outcome"`
	Ring      int           `json:"ring"`
}

// Note is a note an associate wrote, or a customer's objection to one
// (up/note). At is the day it was written, for a time would tell of a visit.
type Note struct {
	ID         string    `json:"id"`
	Customer   string    `json:"customer"`
	Author     string    `json:"author"`
	Kind       string    `json:"kind"`
	Visibility string    `json:"visibility"`
	Text       string    `json:"text"`
	At         time.Time `json:"at"`
	Objected   bool      `json:"objected,omitempty"`
}

// Correction is what a customer changed on a box's page of what headquarters
// knows (up/correction): a purchase she hides or shows again, something she
// stated, in her new words or removed, whom of the staff she wants and does not
// want, how far a class of purchases reaches, or a note that was removed because
// she objected. Headquarters carries it into her profile. Or a visit that she wants forgotten: then it lets go of what
// was reported of it.
type Correction struct {
	Customer  string    `json:"customer"`
	Of        string    `json:"of"` // purchase, stated, associates, audience, note, visit
	ID        string    `json:"id"`
	Hidden    bool      `json:"hidden,omitempty"`    // of a purchase
	Removed   bool      `json:"removed,omitempty"`   // of something stated, a note, or a visit
	Text      string    `json:"text,omitempty"`      // of something stated
	Preferred []string  `json:"preferred,omitempty"` // of associates: all of hers, the dearest first
	Blocked   []string  `json:"blocked,omitempty"`   // of associates: all whom she does not want
	Audience  string    `json:"audience,omitempty"`  // of a class of purchases, which is the id: store, other_stores, online
	At        time.Time `json:"at"`
}

// Access is one row of the log of who saw what (up/access): identifiers of the
// items shown, never their text.
type Access struct {
	Seq      uint64        `json:"seq"` // in the box's log
	At       time.Time     `json:"at"`  // to the quarter hour, like the visit
	Customer string        `json:"customer"`
	Viewer   string        `json:"viewer"`
	Role     floor.Role    `json:"role"`
	Relation string        `json:"relation"`
	Visit    floor.VisitID `json:"visit,omitempty"`
	Purpose  string        `json:"purpose"`
	Items    []AccessItem  `json:"items"`
	Policy   string        `json:"policy"` // version of the discretion table
	Reason   string        `json:"reason,omitempty"`
	Contest  string        `json:"contest,omitempty"` // of a reveal: contested, upheld, rejected
}

// AccessItem is one item shown, how far, and by which rule.
type AccessItem struct {
	ID         string `json:"id"`
	Disclosure string `json:"disclosure"`
	Rule       string `json:"rule"`
}

// Appointment is an appointment as it now stands (up/appointment): requested,
// confirmed, moved, declined, cancelled or covered.
type Appointment struct {
	ID        string    `json:"id"`
	Customer  string    `json:"customer"`
	Associate string    `json:"associate"`
	State     string    `json:"state"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
}

// Feedback is what the customer said about a visit (up/feedback): just_right,
// too_little or too_much.
type Feedback struct {
	Visit    floor.VisitID `json:"visit"`
	Customer string        `json:"customer"`
	Value    string        `json:"value"`
}

// Applied says that a document is in force (up/applied), or in force on trial:
// it changes how headquarters is reached, and stays only if headquarters
// acknowledges this very event by the new way. Another report follows.
type Applied struct {
	Kind  Kind   `json:"kind"`
	Epoch uint64 `json:"epoch"` // headquarters' epoch of the revision
	Rev   uint64 `json:"rev"`
	Trial bool   `json:"trial,omitempty"`
}

// Rejected says that a document was refused and why (up/rejected); the one
// before stays in force. The reason names places, never people.
type Rejected struct {
	Kind   Kind   `json:"kind"`
	Epoch  uint64 `json:"epoch"`
	Rev    uint64 `json:"rev"`
	Reason string `json:"reason"`
}

// Resync asks for the revisions a box has missed (up/resync), or for one
// customer whom it holds no longer; then it has no revisions. Else it holds
// everything up to Have and saw Saw next. Epoch is headquarters'.
type Resync struct {
	Epoch uint64 `json:"epoch"`
	Have  uint64 `json:"have"`
	Saw   uint64 `json:"saw"`
	// Customer is whose newest profile is to be sent again.
	Customer string `json:"customer,omitempty"`
}

// CSR asks for a certificate for a key made on the box (up/csr). Use is mqtt,
// lan or guest.
type CSR struct {
	Use string `json:"use"`
	PEM string `json:"pem"`
}

// State is how a box is (up/state): retained, replaced whole, with a last will
// that says "down".
type State struct {
	Link    string        `json:"link"` // up, down
	Since   time.Time     `json:"since,omitzero"`
	Version string        `json:"version,omitempty"`
	Epoch   uint64        `json:"epoch,omitempty"`
	Backlog int           `json:"backlog"`
	Oldest  uint64        `json:"oldest,omitempty"` // nothing below this sequence number will come
	Dropped uint64        `json:"dropped,omitempty"`
	Health  []HealthEntry `json:"health,omitempty"`
	Nth     uint64        `json:"nth,omitempty"`   // orders what one connection says
	Ledger  LedgerHead    `json:"ledger,omitzero"` // of the box's log of who saw what
	// Firmware is zero for a box that headquarters does not update.
	Firmware FirmwareState `json:"firmware,omitzero"`
	Refused  []Refusals    `json:"refused,omitempty"`
}

// Refusals counts the messages a box did not accept since its start for one
// cause. It says what no rejection can: those are made of authentic messages
// only, and a message in an unknown version of the protocol is not known to be.
type Refusals struct {
	Cause string `json:"cause"`
	Count uint64 `json:"count"`
}

// LedgerHead is the newest row of a box's log. A log that goes back, or has
// another row of the same number, was replaced or written anew.
type LedgerHead struct {
	Seq  uint64 `json:"seq"`  // 0 if there is no row
	Hash string `json:"hash"` // SHA-256 in 64 hexadecimal digits; zeros if there is no row
}

// FirmwareState is how an update stands at the box. Reason is a word that can be
// counted, Detail for people; neither knows a person.
type FirmwareState struct {
	State  string `json:"state"` // idle, downloading, downloaded, installing, trial, confirmed, rolled-back, failed
	Wanted string `json:"wanted,omitempty"`
	Got    int64  `json:"got,omitempty"`  // bytes
	Size   int64  `json:"size,omitempty"` // bytes
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// HealthEntry is one thing that is wrong at the box.
type HealthEntry struct {
	Code     string    `json:"code"`
	Severity string    `json:"severity"`
	Since    time.Time `json:"since,omitzero"`
}
