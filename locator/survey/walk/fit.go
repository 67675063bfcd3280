package walk

import (
	"fmt"
	"time"

	"foyer/locator"
	"foyer/locator/survey"
)

// A State is how a walk stands.
type State struct {
	Stands []Stand // those that have ended
	Now    *Stand  // where she stands, nil while she walks
	Left   time.Duration
	Loose  int // readings between places: the device is heard at all
}

// State returns how the walk stands.
func (w *Walk) State(now time.Time) State {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out State
	out.Loose = w.loose
	for i := range w.stands {
		s := &w.stands[i]
		if s.to.IsZero() {
			c := s.Stand
			out.Now, out.Left = &c, max(0, Stay-now.Sub(s.from))
			continue
		}
		out.Stands = append(out.Stands, s.Stand)
	}
	return out
}

// An Outcome is what was learned of a walk.
type Outcome struct {
	Map    *locator.Map
	Misses []survey.Miss
}

// Fit makes a radio map of the walk, and checks it. It takes seconds; Move
// comes first.
func (w *Walk) Fit(progress func(done, total int)) (*Outcome, error) {
	w.mu.Lock()
	n := len(w.stands)
	w.mu.Unlock()
	if n < 4 {
		return nil, fmt.Errorf("%w: %d, and it takes 4 at least, better one for each 30 m²", ErrFew, n)
	}
	const parts = 5 // a fit, and the four of the check
	misses, err := survey.Check(w.dir, survey.FitOptions{Progress: func(done, _ int) { progress(done, parts) }})
	if err != nil {
		return nil, fmt.Errorf("check the walk: %w", err)
	}
	f, err := survey.Learn(w.dir, survey.FitOptions{})
	if err != nil {
		return nil, fmt.Errorf("learn from the walk: %w", err)
	}
	progress(parts, parts)
	return &Outcome{f.Map, misses}, nil
}
