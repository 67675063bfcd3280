package rota

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"foyer/floor"
)

// Errors of a manager's change.
var (
	ErrDay    = errors.New("a day from today on, two weeks ahead at most")
	ErrShifts = errors.New("at most three shifts, each with its end after its beginning and none over another, that begin on that day and last 16 hours at most")
	ErrCovers = errors.New("colleagues of the roster, each once, and not herself")
)

const (
	mostShifts = 3
	longest    = 16 * time.Hour
)

// A Change is a manager's word on one associate's day, or on who covers for her.
// It holds as long as headquarters says of that what it said when it was given.
type Change struct {
	Associate string    `json:"associate"`
	Day       string    `json:"day,omitempty"` // of shifts, 2006-01-02 in the store
	Shifts    []Span    `json:"shifts,omitempty"`
	Covers    []string  `json:"covers,omitempty"`
	Over      string    `json:"over"` // marks what headquarters said
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Undone    bool      `json:"undone,omitempty"` // of what is owed: what is said here is headquarters' own word again
}

// A Span is a time with its end.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// MarkShifts marks what headquarters said of an associate's day.
func MarkShifts(shifts []floor.Shift) string {
	var said []string
	for _, s := range shifts {
		said = append(said, s.From.UTC().Format(time.RFC3339)+" "+s.To.UTC().Format(time.RFC3339))
	}
	slices.Sort(said)
	return mark(said)
}

// MarkCovers marks what it said of who covers for her.
func MarkCovers(covers []floor.AssociateID) string {
	var said []string
	for _, a := range covers {
		said = append(said, a.Ref())
	}
	return mark(said)
}

func mark(said []string) string {
	sum := sha256.Sum256([]byte(strings.Join(said, "\n")))
	return hex.EncodeToString(sum[:])
}

// OnDay returns an associate's shifts that begin on a day of the store.
func OnDay(shifts []floor.Shift, day string, zone *time.Location) (on []floor.Shift) {
	for _, s := range shifts {
		if s.From.In(zone).Format(time.DateOnly) == day {
			on = append(on, s)
		}
	}
	return on
}

// Overlay returns an associate's shifts with the changes in place of what
// headquarters said, where it still says it.
func Overlay(shifts []floor.Shift, a floor.AssociateID, changes []Change, zone *time.Location) []floor.Shift {
	for _, c := range changes {
		if c.Associate != a.Ref() || MarkShifts(OnDay(shifts, c.Day, zone)) != c.Over {
			continue
		}
		shifts = slices.DeleteFunc(slices.Clone(shifts), func(s floor.Shift) bool { return s.From.In(zone).Format(time.DateOnly) == c.Day })
		for _, x := range c.Shifts {
			shifts = append(shifts, floor.Shift{Associate: a, From: x.From, To: x.To})
		}
	}
	return shifts
}

// CheckShifts reports whether spans may be somebody's shifts of a day.
func CheckShifts(day string, spans []Span, now time.Time, zone *time.Location) error {
	d, err := time.ParseInLocation(time.DateOnly, day, zone)
	if first := midnight(now.In(zone)); err != nil || d.Before(first) || !d.Before(first.Add(Horizon)) {
		return ErrDay
	}
	if len(spans) > mostShifts {
		return ErrShifts
	}
	spans = slices.SortedFunc(slices.Values(spans), func(a, b Span) int { return a.From.Compare(b.From) })
	for i, s := range spans {
		if s.From.In(zone).Format(time.DateOnly) != day || !s.To.After(s.From) || s.To.Sub(s.From) > longest || i > 0 && s.From.Before(spans[i-1].To) {
			return ErrShifts
		}
	}
	return nil
}
