package rush

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrScript means that a Script is out of range; the text names the field.
var ErrScript = errors.New("simulated day")

// A Script says which day is played.
type Script struct {
	Seed       uint64 // the same seed is the same day
	Associates int    // on the roster, besides two managers
	Visits     int    // of customers who announce themselves
	// AskedOnly keeps the routers to compare with from announcing arrivals:
	// they hear of customers who ask for somebody, and of nobody else.
	AskedOnly bool
	// Desk is an empty folder for the files of a box's own desk, to which the
	// day is played as well; empty: it is not.
	Desk string
}

// Defaults returns a day of a large store.
func Defaults() Script { return Script{Seed: 1, Associates: 20, Visits: 400} }

// Check reports the first value that is out of range.
func (s Script) Check() error {
	switch {
	case s.Associates < 6 || s.Associates > 100:
		return fmt.Errorf("%w: %d associates: want 6 (one for each department) to 100", ErrScript, s.Associates)
	case s.Visits < 1 || s.Visits > 3000:
		return fmt.Errorf("%w: %d visits: want 1 to 3000", ErrScript, s.Visits)
	}
	return nil
}

// How the made-up people behave.
const (
	hours       = 10   // the store is open
	declines    = 0.06 // of offers
	misses      = 0.06 // of offers: seen by nobody, heard by nobody
	reactLeast  = 3    // s, for somebody of ordinary quickness
	reactMost   = 18   // s
	dayOff      = 0.12 // of the roster
	lookAround  = 0.40 // of visits begin so
	onlyMine    = 0.15
	hasMine     = 0.60 // of customers name associates
	walkGap     = 60   // min, between two customers of hers who have no app
	serveMedian = 8    // min
	unwanted    = time.Minute
	wrapUp      = 3 * time.Minute
	level       = time.Minute     // of service: a request is accepted by then
	managerBy   = 3 * time.Minute // a manager has heard of a request by then
)

// opening is when every simulated day begins.
func opening() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) }

// Play plays a day to each house. It returns the context's error when that ends
// first.
func Play(ctx context.Context, s Script) (Result, error) {
	if err := s.Check(); err != nil {
		return Result{}, err
	}
	w := newWorld(s)
	out := Result{Seed: s.Seed, Associates: s.Associates, Visits: s.Visits}
	rings := broadcast{askedOnly: s.AskedOnly}
	for _, r := range []router{newFoyer(), rings, firstToClaim{rings}} {
		f, err := play(ctx, w, &own{router: r})
		if err != nil {
			return Result{}, err
		}
		out.Routers = append(out.Routers, f)
	}
	if s.Desk == "" {
		return out, nil
	}
	f, err := playDesk(ctx, w, s.Desk)
	out.Routers = append(out.Routers, f)
	return out, err
}
