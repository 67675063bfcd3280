package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/floor"
)

// A Quarter is a time known to the quarter hour only, in UTC. It is the only
// form of time a visit's events have, so none of them can say more.
type Quarter struct{ t time.Time }

// QuarterOf returns the quarter hour that t lies in.
func QuarterOf(t time.Time) Quarter { return Quarter{t.UTC().Truncate(15 * time.Minute)} }

// DayOf returns the beginning of the day, UTC, that t lies in: what is told to
// the day says nothing of a visit's time.
func DayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// Time returns the beginning of the quarter hour.
func (q Quarter) Time() time.Time { return q.t }

// MarshalJSON writes RFC 3339.
func (q Quarter) MarshalJSON() ([]byte, error) { return q.t.MarshalJSON() }

// UnmarshalJSON reads RFC 3339 and forgets what is finer than a quarter hour.
func (q *Quarter) UnmarshalJSON(b []byte) error {
	var t time.Time
	if err := json.Unmarshal(b, &t); err != nil {
		return fmt.Errorf("quarter hour: %w", err)
	}
	*q = QuarterOf(t)
	return nil
}

// VisitOpened says that an announced visit began (up/visit, event "opened").
// It is recorded only with the customer's consent history_store. Associate and
// Relation say who is with her, once somebody is.
type VisitOpened struct {
	Visit     floor.VisitID `json:"visit"`
	Customer  string        `json:"customer"`
	Quarter   Quarter       `json:"quarter"`
	Associate string        `json:"associate,omitempty"`
	Relation  string        `json:"relation,omitempty"`
}

// VisitEnded says that an opened visit is over (up/visit, event "ended").
type VisitEnded struct {
	Visit    floor.VisitID `json:"visit"`
	Customer string        `json:"customer"`
	Quarter  Quarter       `json:"quarter"`
}

const (
	eventOpened = "opened"
	eventEnded  = "ended"
)

// errEvent means that a visit event is of the other kind.
var errEvent = errors.New(`field event: want "opened" for a visit's beginning, "ended" for its end`)

// MarshalJSON adds the field event, which tells a beginning from an end.
func (v VisitOpened) MarshalJSON() ([]byte, error) {
	type plain VisitOpened
	return json.Marshal(struct {
		Event string `json:"event"`
		plain
	}{eventOpened, plain(v)})
}

// UnmarshalJSON refuses any event but "opened".
func (v *VisitOpened) UnmarshalJSON(b []byte) error {
	type plain VisitOpened
	if err := eventIs(b, eventOpened); err != nil {
		return err
	}
	return json.Unmarshal(b, (*plain)(v))
}

// MarshalJSON adds the field event, which tells a beginning from an end.
func (v VisitEnded) MarshalJSON() ([]byte, error) {
	type plain VisitEnded
	return json.Marshal(struct {
		Event string `json:"event"`
		plain
	}{eventEnded, plain(v)})
}

// UnmarshalJSON refuses any event but "ended".
func (v *VisitEnded) UnmarshalJSON(b []byte) error {
	type plain VisitEnded
	if err := eventIs(b, eventEnded); err != nil {
		return err
	}
	return json.Unmarshal(b, (*plain)(v))
}

func eventIs(b []byte, want string) error {
	var is struct{ Event string }
	if err := json.Unmarshal(b, &is); err != nil {
		return err
	}
	if is.Event != want {
		return errEvent
	}
	return nil
}
