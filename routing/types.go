package routing

import (
	"errors"
	"fmt"
	"time"

	"foyer/floor"
)

// ErrBrowsing means that the customer wants to look around: she gets no task
// and no offer, only a silent line in her associate's list. When she asks for
// help herself she no longer browses, and her style must say so.
var ErrBrowsing = errors.New("routing: the customer wants to look around")

// ErrTask means that a task lacks what routing it takes; the text names it.
var ErrTask = errors.New("routing: task")

// A Person is one member of staff as routing may know her. Adding a field is
// a decision: a test lists what is allowed, and figures of sales are not.
type Person struct {
	ID              floor.AssociateID
	Role            floor.Role
	Tier            floor.Tier
	Status          PresenceStatus
	OnShift         bool // the schedule says so
	Live            bool // her device has an open stream
	Department      floor.ZoneID
	Skills          []string
	Languages       []string // BCP 47
	OpenTasks       int
	LastOffer       time.Time // zero if none this shift
	OffersThisHour  int       // unsolicited ones: arrivals
	OffersThisShift int       // through the rings R1 to R3
	FreeAt          time.Time // her own estimate while busy, zero if none
}

// Served is that an associate looked after the customer before.
type Served struct {
	Associate floor.AssociateID
	At        time.Time // the last time
}

// Asked is one offer already made for a task. Timeout is the offer's own.
type Asked struct {
	Associate floor.AssociateID
	Ring      Ring
	Outcome   Outcome
	At        time.Time
	Timeout   time.Duration
}

// A Task is one customer to be looked after.
type Task struct {
	ID        string
	Urgency   Urgency
	Began     time.Time
	Zone      floor.ZoneID // empty if unknown or private
	Languages []string     // hers, any one will do; none means any
	Skills    []string     // what the matter takes, all of them
	Preferred []floor.AssociateID
	// Covers may stand in for a preferred associate; CoversWelcome says that
	// the customer agreed to be offered them on arrival.
	Covers        []floor.AssociateID
	CoversWelcome bool
	Served        []Served
	Blocked       []floor.AssociateID // by the customer
	Style         ServiceStyle
	Quiet         bool   // she asked for quiet service
	Choice        Choice // when her preferred associate is busy
	Priority      uint8  // headquarters' service priority, 0 to 3: for the order of those who wait, never for whom
	Asked         []Asked
}

// A Snapshot is the floor at one moment.
type Snapshot struct {
	People []Person
	// Hops counts the zones between two zones: 0 the same, 1 next door. Nil
	// means that everything is next door. See Neighbours.
	Hops func(a, b floor.ZoneID) int
}

// An Offer is whom to ask, and for how long.
type Offer struct {
	Associate floor.AssociateID
	Ring      Ring
	Timeout   time.Duration
	HeadsUp   bool   // asks for an estimate only: she is busy
	Score     []Term // why she, empty where the customer's own order decides
}

// Wait is why there is nobody to offer to, and when to look again.
type Wait struct {
	Reason Reason
	// Until is when to ask again, if no answer comes before. Zero means that
	// any change of the floor or of the customer's mind may help: ask at each.
	Until time.Time
	// Ends is when the reason ends by itself, zero if only a change ends it.
	Ends time.Time
	Over bool // nothing will be offered any more
}

// A Term is one summand of a score.
type Term struct {
	Name  string
	Value float64
}

// Total returns the sum of a score's terms.
func Total(score []Term) float64 {
	var sum float64
	for _, t := range score {
		sum += t.Value
	}
	return sum
}

// Admit reports whether there may be a task at all: ErrBrowsing if the
// customer wants to look around, ErrTask if something is missing.
func Admit(t Task) error {
	switch {
	case browsing(t):
		return ErrBrowsing
	case t.ID == "":
		return fmt.Errorf("%w: no ID", ErrTask)
	case t.Began.IsZero():
		return fmt.Errorf("%w %s: no Began", ErrTask, t.ID)
	}
	return nil
}

// browsing is the one guard of a customer who wants to look around.
func browsing(t Task) bool { return t.Style == LetMeBrowse && !offersBrowsers }
