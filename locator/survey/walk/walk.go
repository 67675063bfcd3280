package walk

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
)

const (
	// Stay is how long to stand at a place: turning round once, for a body
	// shadows one side.
	Stay = 12 * time.Second
	// longest is when a place ends by itself, if nobody says so.
	longest  = 30 * time.Second
	span     = time.Second // of readings that make one scan
	fewScans = 5           // under it a place says little
)

var (
	// ErrPlace means that nobody can stand there; the text says why, for people.
	ErrPlace = errors.New("not a place to stand")
	// ErrFew means that too few places were walked to learn anything.
	ErrFew = errors.New("too few places")
)

// A Stand is one place of a walk.
type Stand struct {
	Point string
	Level floor.LevelID
	At    floor.Point
	Scans int // seconds in which it was heard
	APs   int // that heard it
}

// Few reports whether a place was heard too little to count on.
func (s Stand) Few() bool { return s.Scans < fewScans }

// stand is a Stand with what was heard there.
type stand struct {
	Stand
	from, to time.Time // by the store's clock; to is zero while she stands there
	rows     []recording.Row
}

// A Walk is a survey under way. Its methods may be called from any goroutine.
type Walk struct {
	dir  string
	plan *floor.Plan

	mu     sync.Mutex
	stands []stand
	next   int // number of the next place
	loose  int // readings while nobody stood anywhere
}

// place refuses what is not on the floor.
func (w *Walk) place(level floor.LevelID, at floor.Point) error {
	for _, l := range w.plan.Levels {
		if l.ID != level {
			continue
		}
		if !at.Finite() || !l.Outline.Contains(at) {
			return fmt.Errorf("%w: (%.1f, %.1f) is outside the floor", ErrPlace, at.X, at.Y)
		}
		return nil
	}
	return fmt.Errorf("%w: the plan has no floor %q", ErrPlace, level)
}

// Stand begins a place at now, and ends the one before.
func (w *Walk) Stand(level floor.LevelID, at floor.Point, now time.Time) error {
	if err := w.place(level, at); err != nil {
		return err
	}
	err := w.Move(now)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stands = append(w.stands, stand{Stand: Stand{Point: fmt.Sprintf("p%03d", w.next), Level: level, At: at}, from: now})
	w.next++
	return err
}

// standing is the place she stands at, nil if at none.
func (w *Walk) standing() *stand {
	if n := len(w.stands); n > 0 && w.stands[n-1].to.IsZero() {
		return &w.stands[n-1]
	}
	return nil
}

// Hear takes one reading of the device, heard at by the store's clock.
func (w *Walk) Hear(ap floor.APID, rssi floor.DBm, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.standing()
	if s == nil || at.Before(s.from) || at.Sub(s.from) > longest {
		w.loose++
		return
	}
	since := at.Sub(s.from)
	s.rows = append(s.rows, recording.Row{Split: recording.Train, Scan: fmt.Sprintf("%s_%03d", s.Point, since/span), Point: s.Point,
		Device: Device, Timed: true, T: math.Round(since.Seconds()*1000) / 1000, At: s.At, Level: s.Level, AP: ap, RSSI: rssi})
	s.sum()
}

func (s *stand) sum() {
	scans, aps := map[string]bool{}, map[floor.APID]bool{}
	for i := range s.rows {
		scans[s.rows[i].Scan], aps[s.rows[i].AP] = true, true
	}
	s.Scans, s.APs = len(scans), len(aps)
}

// Move ends the place she stands at: from now on she walks. The walk is on the
// disk then; a place where nothing was heard is not kept.
func (w *Walk) Move(now time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.standing()
	if s == nil {
		return nil
	}
	s.to = now
	if len(s.rows) == 0 {
		w.stands = w.stands[:len(w.stands)-1]
		return nil
	}
	return w.save()
}

// Drop forgets a place.
func (w *Walk) Drop(point string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(func(s *stand) bool { return s.Point == point })
	return w.save()
}

func (w *Walk) drop(out func(*stand) bool) {
	kept := w.stands[:0]
	for i := range w.stands {
		if !out(&w.stands[i]) {
			kept = append(kept, w.stands[i])
		}
	}
	w.stands = kept
}
