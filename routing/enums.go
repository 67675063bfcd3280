package routing

// Urgency says who wants something.
type Urgency uint8

// The urgencies. An arrival is foyer's own idea: it reaches her preferred
// associates, expires, and never escalates. A request is the customer's.
const (
	Arrival Urgency = iota
	Requested
)

// String returns the urgency's name.
func (u Urgency) String() string { return name(u, "arrival", "requested") }

// A PresenceStatus is what an associate is doing.
type PresenceStatus uint8

// The statuses. The zero value is the one nobody is offered anything in.
const (
	OffShift PresenceStatus = iota
	Away
	DoNotDisturb
	OnBreak
	Busy
	Available
)

// String returns the status's name.
func (s PresenceStatus) String() string {
	return name(s, "off_shift", "away", "dnd", "on_break", "busy", "available")
}

// A ServiceStyle is how a customer wants to be met on this visit.
type ServiceStyle uint8

// The styles. The zero value is the one nobody approaches her in.
const (
	LetMeBrowse ServiceStyle = iota
	OnlyMine                 // her preferred associates, and covers if she welcomes them
	ApproachMe
)

// String returns the style's name.
func (s ServiceStyle) String() string { return name(s, "let_me_browse", "only_mine", "approach_me") }

// A Choice is what the customer answered when her preferred associate was busy.
type Choice uint8

// The choices. NotAsked holds as long as nobody has put the question to her:
// then a request goes on to the next ring by itself. Undecided is that she was
// asked and has not answered: then nobody is pushed on her.
const (
	NotAsked Choice = iota
	Undecided
	WaitForHer
	SomebodyElse
)

// String returns the choice's name.
func (c Choice) String() string { return name(c, "not_asked", "undecided", "wait", "somebody_else") }

// A Ring is one circle of people, from the closest to the customer outwards.
type Ring uint8

// The rings. HeadsUp asks nothing of a busy preferred associate but an
// estimate. Language is Qualified again without the category skill.
const (
	Preferred Ring = iota // R0
	HeadsUp               // R0b
	Covers                // R1: covers she may have, and who has served her
	Qualified             // R2
	Language              // R2 relaxed
	Floor                 // R3
	Manager               // R4
	Override              // whom a manager chose herself; routing never does
	rings
)

// String returns the ring's short name.
func (r Ring) String() string { return name(r, "R0", "R0b", "R1", "R2", "R2b", "R3", "R4", "override") }

// An Outcome is what became of an offer.
type Outcome uint8

// The outcomes. A pending offer whose time is over counts as timed out.
const (
	Pending Outcome = iota
	Accepted
	Declined
	TimedOut
	Rescinded
)

// String returns the outcome's name.
func (o Outcome) String() string {
	return name(o, "pending", "accepted", "declined", "timed_out", "rescinded")
}

// A Reason says why nobody is offered anything now.
type Reason uint8

// The reasons. After the ones marked "over" nothing more will ever be offered
// for the task.
const (
	NotWaiting       Reason = iota
	AnswerPending           // somebody is being asked
	CustomerChoosing        // her preferred associate is busy; she chooses
	PreferredBusy           // she waits for her
	NobodyFree              // nobody may be asked now; people change
	NextRound               // everybody was asked; the next round comes
	Assigned                // over: somebody accepted
	Browsing                // over: she wants to look around
	Expired                 // over: an arrival nobody took
	NoChoice                // over: she did not choose, so she is just browsing
	Exhausted               // over: tell her honestly and offer an appointment
)

// String returns the reason's name.
func (r Reason) String() string {
	return name(r, "none", "answer pending", "customer choosing", "preferred busy", "nobody free",
		"next round", "assigned", "browsing", "expired", "no choice", "exhausted")
}

func name[T ~uint8](v T, names ...string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "invalid"
}
