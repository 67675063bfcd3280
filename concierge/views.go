package concierge

import (
	"time"

	"foyer/floor"
	"foyer/routing"
)

// Here is what a customer's own page shows of this moment.
type Here struct {
	Stage      Stage
	Visibility Visibility
	Languages  []string      // hers, BCP 47, the best first
	Visit      floor.VisitID // empty while Away or Hidden
	InStore    bool          // her phone is in the store, so that she may ask for somebody
	Fresh      bool          // she has never said what she allows
	Suspended  bool          // the notice asks for more than she agreed to, so something is off
	MayTell    bool          // she allows that associates learn of her at all
	Ask        string        // first name of the associate the page asks about
	Deadline   time.Time     // end of the grace
	Style      Style         // how she wants to be served on this visit
	Told       []string      // first names of those who know she is here
	Coming     string        // first name of the one on the way, or with her
	Greeted    bool          // Coming has met her
	Asking     bool          // help was asked for and nobody has answered yet
	Nobody     bool          // help was asked for and everybody was asked
	Routing    bool          // somebody of hers is still being looked for
	Manager    bool          // a manager is in, whose page shows who waits
	Gone       []string      // first names of hers who no longer work here
	Topics     []Topic       // what she may ask for by name
	Options    *Alternatives // what she may choose while hers cannot come at once, or nil
	Mine       []Colleague   // her preferred associates, in her order
	Feed       []FeedItem
	After      *After    // a visit she may say something of, or nil
	Messages   []Message // what associates left for her
	Personal   bool      // the feed is ranked by her interests

	Asks []AskLine // what associates ask to know, and she has not answered
}

// A Colleague is an associate as a customer sees her.
type Colleague struct {
	ID       string
	Name     string
	Presence Presence
	From     time.Time // of LaterToday and InAgain
	Until    time.Time // of InNow, Busy and InToday: the end of the shift
	FreeAt   time.Time // of Busy: about when she is free, as she says herself; zero: she has not said
}

// A Presence is what a customer may know of an associate's day. It never
// says why somebody is away.
type Presence string

// The presences.
const (
	InNow       Presence = "in_now"
	Busy        Presence = "busy"
	InToday     Presence = "in_today" // in, on a break that is not mentioned
	LaterToday  Presence = "later_today"
	InAgain     Presence = "in_again"
	Unavailable Presence = "unavailable"
)

// A FeedItem is a new arrival, an event or a trend.
type FeedItem struct {
	ID, Kind, Title, Text string
	When                  string // in the store's words; empty: Begins says it
	Place                 string
	Begins                time.Time // zero: it has no time
}

// A Dossier is what a customer reads about herself: what she allowed and who
// saw what.
type Dossier struct {
	Notice   Notice
	Consents []ConsentLine
	Accesses []AccessLine
}

// A ConsentLine is one purpose and whether she allows it. Reach is how far she
// lets a history of purchases go, and empty for the other purposes.
type ConsentLine struct {
	Purpose string
	Granted bool
	At      time.Time
	Reach   Reach
	// Suspended: she agreed once, and the notice in force asks for more. Offered:
	// that notice has words for the purpose, or there is none. Text is those words.
	Suspended, Offered bool
	Text               string
}

// An AccessLine is one time somebody opened a card of hers.
type AccessLine struct {
	At         time.Time
	Who        string       // first name where she has met or named her, else the role
	Department floor.ZoneID // hers now, where she is on the roster
	Relation   string
	Purpose    string   // what it was for, as the ledger has it: service
	Reason     string   // of a reveal, else empty
	Classes    []string // kinds of items, never the items

	ID          string      // by which she contests it
	Opened      string      // what was opened with a reason, in words; empty: a card
	Text        string      // the reason in the associate's words
	State       RevealState // of what was opened with a reason, else empty
	Contestable bool
}

// Today is what an associate's first page shows.
type Today struct {
	Name     string
	Role     floor.Role
	Status   routing.PresenceStatus
	OnShift  bool
	Until    time.Time // end of her shift
	Offer    *Offer    // the question she is being asked, or nil
	HeadsUp  *HeadsUp  // a client of hers is here while she is busy, or nil
	Wrapping time.Time // she wraps up a visit until then, zero: she does not
	Quiet    time.Time // of DoNotDisturb: until when
	Browsing []Client  // announced, not to be approached
	Serving  []Client  // hers now

	Handoffs []HandoffAsk // colleagues cover for her
}

// A Client is a line in an associate's list.
type Client struct {
	Visit   floor.VisitID
	Name    string // form of address
	Greeted bool
	Browsed bool         // she had asked to look around alone
	Unknown bool         // she is not signed in, and picked a place
	Place   floor.ZoneID // of an unknown one, "" if she picked none
}

// An Offer is a question to one associate: will you go?
type Offer struct {
	ID        OfferID
	Visit     floor.VisitID
	Requested bool   // the customer asked for somebody
	Escalated bool   // a manager is asked, for nobody else has come
	Cover     bool   // not one of her own associates: no name before a yes
	Covering  string // first name of the one she would cover for
	Name      string // form of address, empty for a cover
	Unknown   bool   // she is not signed in, and picked a place
	Place     floor.ZoneID
	Created   time.Time
	Deadline  time.Time
}

// A Card is what one associate may know of one customer during one visit. Its
// fields are closed; View gives the strings that were decided.
type Card struct{ view CardView }

// View returns the card's content, every line of it already decided.
func (c Card) View() CardView { return c.view }

// CardView is the content of a Card.
type CardView struct {
	Visit     floor.VisitID
	AsOf      time.Time
	Expires   time.Time
	Policy    string // version of the table that decided
	Access    string // the ledger row written before this was shown
	Relation  string
	Covering  string
	Name      string // form of address
	Say       string // pronunciation
	Languages []string
	Greeted   bool
	Photo     bool // there is a picture, which Desk.Photo gives
	Unknown   bool // she is not signed in: there is nothing to know
	Place     floor.ZoneID
	Sections  []Section
	Guidance  []Guidance
	First     string // the line to remember
	Closing   string // always the same last line
}

// A Section is a group of items with one caption. Speak is may_mention,
// background or ask_first. Disclosure hint means one general sentence.
type Section struct {
	Kind, Caption, Disclosure, Speak string
	Items                            []Item
}

// An Item is one line of a card.
type Item struct{ ID, Text string }

// A Guidance line says how to speak of what the card says.
type Guidance struct{ ID, Text string }

// Floor is what a manager's page shows: people on shift and waiting tasks,
// never a purchase.
type Floor struct {
	OnShift []OnFloor
	Waiting []Waiting

	Reveals int // what was opened with a reason, or is to be, and waits for a manager
}

// OnFloor is a member of staff who has signed on, as a manager sees her.
type OnFloor struct {
	Colleague
	State   FloorState
	StandIn bool // she is with a colleague's client: it is expected to take longer
}

// A FloorState is what a manager sees of somebody who has signed on; never why
// she is not to be asked.
type FloorState string

// The states.
const (
	OnAvailable FloorState = "available"
	OnBusy      FloorState = "busy"
	OnOther     FloorState = "not_available"
	OnAway      FloorState = "away" // her device is out of reach, or she has not answered three times
)

// Waiting is a request nobody has accepted yet.
type Waiting struct {
	Visit floor.VisitID
	Since time.Time
	Asked int // how many colleagues were asked
	Ring  int // who is being asked: 0 her own, then further away; -1 nobody
	// StandIn: none of hers comes, and a colleague was asked: it is expected to take
	// longer.
	StandIn bool
	// Unknown: she is not signed in, and picked Place; there is nothing to decide.
	Unknown bool
	Place   floor.ZoneID
}
