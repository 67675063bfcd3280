package wire

import (
	"time"

	"foyer/floor"
)

// Roster is the staff of one store (down/roster). A PIN never travels.
type Roster struct {
	Associates []Associate `json:"associates"`
}

// Associate is one member of staff; Name is the first name.
type Associate struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"`
	Role       floor.Role   `json:"role"`
	Tier       floor.Tier   `json:"tier"`
	Department floor.ZoneID `json:"department,omitempty"`
	Skills     []string     `json:"skills,omitempty"`
	Languages  []string     `json:"languages,omitempty"` // BCP 47
	Covers     []string     `json:"covers,omitempty"`    // colleagues she trusts with her clients, the first first
}

// Schedule is the shifts of one store (down/schedule).
type Schedule struct {
	Shifts []Shift `json:"shifts"`
}

// Shift is the time an associate is to be on the floor.
type Shift struct {
	Associate string    `json:"associate"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
}

// Profile is what headquarters lets a store know about one customer
// (down/profile). Rev is the customer's own revision at headquarters; a box
// takes over nothing but consents from one older than it has.
type Profile struct {
	Customer   string             `json:"customer"`
	Form       string             `json:"form,omitempty"` // form of address, "Ms. Keller"
	Say        string             `json:"say,omitempty"`  // how it is pronounced
	Languages  []string           `json:"languages,omitempty"`
	Style      string             `json:"style,omitempty"`      // approach_me, only_mine, let_me_browse
	Visibility string             `json:"visibility,omitempty"` // automatic, ask_each_visit, invisible
	Preferred  []string           `json:"preferred,omitempty"`  // associates, hers, in her order
	Blocked    []string           `json:"blocked,omitempty"`
	Stated     []StatedPreference `json:"stated,omitempty"`
	Services   []ServiceItem      `json:"services,omitempty"`
	Wishes     []string           `json:"wishes,omitempty"` // how she wants to be served: quiet, step-free
	Purchases  []Purchase         `json:"purchases,omitempty"`
	Audience   Audience           `json:"audience"`
	Interests  []string           `json:"interests,omitempty"`
	Consents   []Consent          `json:"consents,omitempty"`
	Rev        uint64             `json:"rev"`
	Home       string             `json:"home,omitempty"` // her own store; others keep her for 90 days after a visit
	// ServicePriority, 0 to 3, is for the order of those who wait for the same
	// people, and never for whom somebody gets.
	ServicePriority int `json:"service_priority,omitempty"`
}

// StatedPreference is something the customer told the chain herself.
type StatedPreference struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"` // preference, size, occasion
	Text     string `json:"text"`
	Audience string `json:"audience"` // anyone, mine
}

// ServiceItem is something open between the customer and the store, such as an
// alteration to be fetched.
type ServiceItem struct {
	ID    string    `json:"id"`
	Text  string    `json:"text"`
	Until time.Time `json:"until,omitzero"`
}

// Purchase is one thing she bought. It has no room for a price, an order
// number, a payment or an address.
type Purchase struct {
	ID          string    `json:"id"`
	At          time.Time `json:"at"`
	Store       string    `json:"store,omitempty"`  // empty: online
	Seller      string    `json:"seller,omitempty"` // empty: unassisted
	Category    string    `json:"category"`
	Text        string    `json:"text"`
	Colour      string    `json:"colour,omitempty"`
	Sensitivity string    `json:"sensitivity"` // ordinary, personal, gift, special
	Hidden      bool      `json:"hidden,omitempty"`
}

// Audience is the customer's setting for each class of purchases: closed,
// default or open; empty means default.
type Audience struct {
	Store       string `json:"store,omitempty"`
	OtherStores string `json:"other_stores,omitempty"`
	Online      string `json:"online,omitempty"`
}

// Consent is the state of one purpose with its hybrid logical clock: wall
// milliseconds since 1970, a counter, and the node that decided.
type Consent struct {
	Purpose string `json:"purpose"`
	Granted bool   `json:"granted"`
	Wall    int64  `json:"wall"`
	Count   uint32 `json:"count"`
	Node    string `json:"node"`
	Notice  string `json:"notice,omitempty"` // version of the text she was shown
	Method  string `json:"method,omitempty"` // how she said so: page, app, staff
}

// ConsentChange is a grant or a withdrawal (down/consent and up/consent).
type ConsentChange struct {
	Customer string `json:"customer"`
	Consent
}

// Erase is a customer's wish to be forgotten, and its report (down/erase and
// up/erase). In a report Asked says who wished it, and Proof is the reference
// under which the box answers for it. Headquarters answers a report of her own
// wish by an erasure with the same proof, to that box and to every other that
// knows her; a report of anybody else's wish has no answer.
type Erase struct {
	Customer string    `json:"customer"`
	Proof    string    `json:"proof,omitempty"`
	Asked    string    `json:"asked,omitempty"` // customer, operator, headquarters
	At       time.Time `json:"at,omitzero"`     // when the box erased her
}

// Who asked for an erasure.
const (
	AskedByCustomer     = "customer"
	AskedByOperator     = "operator" // of this store's box
	AskedByHeadquarters = "headquarters"
)

// Invitation lets a customer open her page once (down/invitation). The code
// itself never travels here; CodeSHA256 is lower-case hex.
type Invitation struct {
	CodeSHA256 string    `json:"code_sha256"`
	Customer   string    `json:"customer"`
	Expires    time.Time `json:"expires"`
}

// Geofence says that a customer's app entered or left the area around the
// store (down/geofence). It arms an arrival and announces nobody.
type Geofence struct {
	Customer string    `json:"customer"`
	Entered  bool      `json:"entered"`
	At       time.Time `json:"at"`
}
