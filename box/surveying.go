package box

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"foyer/floor"
	"foyer/locator/survey"
	"foyer/locator/survey/walk"
	"foyer/radio"
)

// What a walk on this box leaves in the data folder: a recording of the store's
// own device, and the map learned of it.
const (
	dirWalk = "survey-walk"
	fileMap = "survey-map.json"
	// fileReport is how good that map was found to be.
	fileReport = "survey-report.json"
)

// surveying walks the floor with a device of the store's own. Its methods are
// called on the goroutines of requests.
type surveying struct {
	b   *store
	ctx context.Context // of the box: a walk outlasts a request

	mu       sync.Mutex
	walk     *walk.Walk
	plan     *floor.Plan        // that the walk and the forecast are of
	stop     context.CancelFunc // of the device's being let out, nil while it is not
	finding  context.CancelFunc // of looking for it, nil while nobody does
	turn     int                // which time that is
	heard    int
	work     string
	done, of int
	failed   string
	forecast *survey.Forecast
	out      *walk.Outcome
	inUse    bool
	track    *walk.Track // a test walk under way, nil: none
	played   played
}

func newSurveying(ctx context.Context, b *store) *surveying { return &surveying{b: b, ctx: ctx} }

func (s *surveying) path(name string) string { return filepath.Join(s.b.in.Config.Data, name) }

// errNoWalk means that there is no plan to walk on; the text is for people.
var errNoWalk = errors.New("there is no floor plan to walk on: draw the floor first")

// open returns the walk of the plan in force, with mu held. Another plan begins
// from what of the walk still lies on it, and goes on with the device that is let
// out.
func (s *surveying) open() (*walk.Walk, error) {
	plan := s.b.plan.Load()
	if plan == nil || len(plan.Levels) == 0 {
		return nil, errNoWalk
	}
	if s.walk != nil && s.plan == plan {
		return s.walk, nil
	}
	if s.walk != nil {
		if err := s.walk.Move(s.b.in.Now()); err != nil { // what is not on the disk yet
			return nil, err
		}
	}
	w, err := walk.Open(s.path(dirWalk), plan)
	if err != nil {
		return nil, err
	}
	s.walk, s.plan, s.forecast, s.out, s.inUse, s.track = w, plan, nil, nil, false, nil
	if misses := s.keptReport(plan); misses != nil {
		s.out, s.inUse = &walk.Outcome{Misses: misses}, true
	}
	go s.foretell(plan)
	return w, nil
}

// foretell works out what the plan promises, once for each plan.
func (s *surveying) foretell(plan *floor.Plan) {
	f, err := survey.Predict(s.ctx, plan, nil)
	if s.ctx.Err() != nil {
		return // the box stops
	}
	if err != nil {
		s.b.log.Error("forecast of the plan", "err", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plan == plan {
		s.forecast = f
	}
}

// astray is how far a sensor's clock may be off the store's and its readings
// still be put where she stood then; beyond, they count as heard now.
const astray = 3 * time.Second

func (s *surveying) hear() func(radio.Heard) error {
	return func(h radio.Heard) error {
		if now := s.b.in.Now(); now.Sub(h.At).Abs() > astray {
			h.At = now
		}
		s.mu.Lock()
		s.heard++
		k, w := s.track, s.walk
		s.mu.Unlock()
		switch {
		case k != nil:
			k.Hear(h.AP, h.RSSI, h.At)
		case w != nil: // else it was discarded
			w.Hear(h.AP, h.RSSI, h.At)
		}
		return nil
	}
}

// End ends the walk for now; what was heard stays.
func (s *surveying) End() { s.end(0) }

// end ends the walk of a turn, 0 for whichever it is.
func (s *surveying) end(turn int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn != 0 && turn != s.turn {
		return
	}
	for _, stop := range []context.CancelFunc{s.stop, s.finding} {
		if stop != nil {
			stop()
		}
	}
	s.stop, s.finding = nil, nil
	if s.track != nil {
		s.track, s.failed = nil, "The walk ended before the test walk did; nothing of it is kept."
	}
	if s.walk != nil {
		if err := s.walk.Move(s.b.in.Now()); err != nil {
			s.b.log.Error("end of a survey walk", "err", err)
		}
	}
}

func (s *surveying) with(f func(w *walk.Walk, now time.Time) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, err := s.open()
	if err != nil {
		return err
	}
	return f(w, s.b.in.Now())
}

// Stand begins a place.
func (s *surveying) Stand(level floor.LevelID, at floor.Point) error {
	return s.with(func(w *walk.Walk, now time.Time) error {
		if s.stop == nil {
			return errors.New("begin the walk first")
		}
		if s.track != nil {
			return s.track.Tap(level, at, now)
		}
		return w.Stand(level, at, now)
	})
}

// Move ends it.
func (s *surveying) Move() error {
	return s.with(func(w *walk.Walk, now time.Time) error { return w.Move(now) })
}

// Drop forgets a place.
func (s *surveying) Drop(point string) error {
	return s.with(func(w *walk.Walk, _ time.Time) error { return w.Drop(point) })
}
