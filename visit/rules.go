package visit

import (
	"errors"
	"fmt"
	"time"
)

// ErrRules means that a Rules value contradicts itself; the text names the
// field and what it may be.
var ErrRules = errors.New("rules of the visit")

// Rules say how much evidence a change takes. Probabilities are 0 to 1.
type Rules struct {
	// Arrive is the probability of being inside the outline from which a
	// position counts as evidence of an arrival.
	Arrive float64
	// Depart is the probability of being inside below which a position no
	// longer counts as being heard in the store.
	Depart float64
	// Positions is how many pieces of evidence an arrival takes, and Apart
	// the least time between the first and the last of them.
	Positions int
	Apart     time.Duration
	// Window is how long a piece of evidence waits for the next one.
	Window time.Duration
	// ZoneEnter is the probability of a zone from which, held for Settle,
	// the visit is in it; ZoneLeave the one below which it no longer is.
	ZoneEnter, ZoneLeave float64
	Settle               time.Duration
	// Silence is how long a phone may be unheard before it counts as quiet;
	// ReEntry how long after it was last heard it may return to the same
	// visit.
	Silence, ReEntry time.Duration
}

// Defaults returns the rules of a usual store: two positions 2 s apart with
// at least 0.7 inside, zones by 0.7 for 3 s and 0.3, quiet after 5 min, ended
// after 20 min.
func Defaults() Rules {
	return Rules{
		Arrive: 0.7, Depart: 0.3,
		Positions: 2, Apart: 2 * time.Second, Window: time.Minute,
		ZoneEnter: 0.7, ZoneLeave: 0.3, Settle: 3 * time.Second,
		Silence: 5 * time.Minute, ReEntry: 20 * time.Minute,
	}
}

func (r Rules) check() error {
	bad := func(field, want string) error { return fmt.Errorf("%w: %s: want %s", ErrRules, field, want) }
	switch {
	case !(r.Arrive >= 0.5 && r.Arrive <= 1):
		return bad("Arrive", "0.5 to 1")
	case !(r.Depart > 0 && r.Depart < r.Arrive):
		return bad("Depart", "above 0, below Arrive")
	case r.Positions < 1 || r.Positions > 100:
		return bad("Positions", "1 to 100")
	case r.Apart < 0 || r.Window <= r.Apart:
		return bad("Window", "longer than Apart, neither below zero")
	case !(r.ZoneEnter >= 0.5 && r.ZoneEnter < 1): // so that one zone at most is entered
		return bad("ZoneEnter", "0.5 or more, below 1")
	case !(r.ZoneLeave > 0 && r.ZoneLeave < r.ZoneEnter):
		return bad("ZoneLeave", "above 0, below ZoneEnter")
	case r.Settle < 0:
		return bad("Settle", "zero or more")
	case r.Silence <= 0 || r.ReEntry < r.Silence:
		return bad("ReEntry", "at least Silence, both above zero")
	}
	return nil
}
