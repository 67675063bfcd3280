package floor

import "time"

// VisitState is where a physical visit stands.
type VisitState uint8

// The states of a physical visit: Sensed is heard but not yet surely inside,
// Present is inside the outline, Ended is gone for longer than a re-entry.
const (
	Sensed VisitState = iota
	Present
	Ended
)

// String returns the state's name.
func (s VisitState) String() string {
	switch s {
	case Sensed:
		return "sensed"
	case Present:
		return "present"
	case Ended:
		return "ended"
	}
	return "invalid"
}

// A Visit is one phone's stay in the store, as the radio sees it: when it
// began, when it was last heard, and the zone it is settled in. Zone is empty
// where no zone is sure enough, and in every privacy zone.
type Visit struct {
	ID    VisitID
	Phone Phone
	State VisitState
	Zone  ZoneID
	Began time.Time
	At    time.Time
}
