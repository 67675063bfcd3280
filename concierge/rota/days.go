package rota

import (
	"slices"
	"strings"
	"time"

	"foyer/floor"
)

// A Day is a day on which an associate is in, in one half of it or both.
type Day struct {
	Date      string `json:"date"` // 2006-01-02, in the store
	Morning   bool   `json:"morning"`
	Afternoon bool   `json:"afternoon"`
}

// noon is the hour at which an afternoon begins, and least how much of a half
// somebody must be in for it to count.
const (
	noon  = 13
	least = time.Hour
)

// Days returns the days of an associate's published shifts, from today on, as far
// as she lets them be seen. Days without a shift are not in it: she may be away,
// or nothing may be published yet.
func Days(shifts []floor.Shift, v Visibility, now time.Time, zone *time.Location) []Day {
	first := midnight(now.In(zone))
	end := first.Add(Horizon)
	switch v {
	case Today:
		end = first.AddDate(0, 0, 1)
	case TwoWeeks:
	default:
		return nil
	}
	halves := map[string]Day{}
	for _, s := range shifts {
		for day := midnight(s.From.In(zone)); day.Before(s.To); day = day.AddDate(0, 0, 1) {
			if day.Before(first) || !day.Before(end) {
				continue
			}
			half := time.Date(day.Year(), day.Month(), day.Day(), noon, 0, 0, 0, zone)
			h := halves[day.Format(time.DateOnly)]
			h.Date = day.Format(time.DateOnly)
			h.Morning = h.Morning || overlap(s, day, half) >= least
			h.Afternoon = h.Afternoon || overlap(s, half, day.AddDate(0, 0, 1)) >= least
			halves[h.Date] = h
		}
	}
	var out []Day
	for _, h := range halves {
		if h.Morning || h.Afternoon {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b Day) int { return strings.Compare(a.Date, b.Date) })
	return out
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func overlap(s floor.Shift, from, to time.Time) time.Duration {
	if s.From.After(from) {
		from = s.From
	}
	if s.To.Before(to) {
		to = s.To
	}
	return to.Sub(from)
}
