package diary

import (
	"slices"
	"time"

	"foyer/floor"
)

const (
	// Length is how long an appointment lasts once its hour is settled.
	Length = time.Hour
	// Ahead is how far ahead an appointment can be made.
	Ahead = 14 * 24 * time.Hour
	// Notice is how soon at the earliest.
	Notice = time.Hour
	// noon parts a day into halves.
	noon = 13
)

// A Span is a time that is taken, or free.
type Span struct{ From, To time.Time }

// Overlaps reports whether two times have a moment in common.
func (s Span) Overlaps(o Span) bool { return s.From.Before(o.To) && o.From.Before(s.To) }

// Within reports whether a time lies wholly within another.
func (s Span) Within(o Span) bool { return !s.From.Before(o.From) && !s.To.After(o.To) }

// Free returns the whole hours, by the clock of the zone, that lie within
// shifts, from an hour after now to the end of the day Ahead of it, and that are
// not taken.
func Free(shifts []floor.Shift, taken []Span, now time.Time, zone *time.Location) []Span {
	var out []Span
	for _, s := range shifts {
		y, m, d := s.From.In(zone).Date()
		for hour := s.From.In(zone).Hour(); hour < 48; hour++ {
			at := time.Date(y, m, d, hour, 0, 0, 0, zone)
			slot := Span{at, at.Add(Length)}
			if slot.To.After(s.To) {
				break
			}
			if at.Before(s.From) || at.Before(now.Add(Notice)) || at.After(now.Add(Ahead)) {
				continue
			}
			if !slices.ContainsFunc(taken, slot.Overlaps) {
				out = append(out, slot)
			}
		}
	}
	slices.SortFunc(out, func(a, b Span) int { return a.From.Compare(b.From) })
	return slices.CompactFunc(out, Span.Overlaps)
}

// Halves returns the halves of days in which there is a free hour. They begin at
// midnight and at one o'clock whatever the shift is: which hours somebody works is
// not to be read from them.
func Halves(free []Span, zone *time.Location) []Span {
	var out []Span
	for _, f := range free {
		if h := half(f.From, zone); len(out) == 0 || !out[len(out)-1].From.Equal(h.From) {
			out = append(out, h)
		}
	}
	return out
}

// half is the half of a day a moment is in.
func half(t time.Time, zone *time.Location) Span {
	y, m, d := t.In(zone).Date()
	if t.In(zone).Hour() < noon {
		return Span{time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d, noon, 0, 0, 0, zone)}
	}
	return Span{time.Date(y, m, d, noon, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)}
}

// Fits reports whether a time is one of a list.
func Fits(want Span, list []Span) bool {
	return slices.ContainsFunc(list, func(s Span) bool { return s.From.Equal(want.From) && s.To.Equal(want.To) })
}
