package office

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// heardWithin is how old a store's last word may be before its link counts as
// silent, whatever it said then: it speaks every minute, and a broker that is
// gone publishes no last will.
const heardWithin = 5 * time.Minute

// endsSoon is how long before its end a store's certificate is worth a look, or a
// quarter of its life if that is shorter: it should have been renewed long before.
const endsSoon = 60 * 24 * time.Hour

// Troubles says what of a store somebody should look at, in words, the worst
// first; none means that all is well. It is the same for the table, the page and
// the door.
func (s StoreStatus) Troubles(now time.Time) (out []string) {
	switch {
	case s.Link == "":
		out = append(out, "never heard")
	case s.Link != "up":
		out = append(out, "link down")
	case now.Sub(s.Contact) > heardWithin:
		out = append(out, "silent")
	}
	if s.Revoked {
		out = append(out, "revoked: its box is not believed any more; replace it by foyer-hq enroll-code "+s.Store+" --replace")
	}
	if s.Back != nil {
		out = append(out, "its ledger went back")
	}
	for _, d := range s.Documents {
		if d.Outcome == "rejected" {
			out = append(out, "refuses "+d.Kind.Name()+": "+d.Reason)
		}
	}
	switch {
	case s.Lost > 0 && !s.Replaced.IsZero():
		out = append(out, fmt.Sprintf("lost %d events, the box was replaced on %s", s.Lost, s.Replaced.Format(time.DateOnly)))
	case s.Lost > 0:
		out = append(out, fmt.Sprintf("lost %d events", s.Lost))
	}
	if !s.LineUntil.IsZero() && s.LineUntil.Before(now.Add(min(endsSoon, s.LineUntil.Sub(s.LineFrom)/4))) {
		out = append(out, "its certificate for the line ends on "+s.LineUntil.Format(time.DateOnly))
	}
	for _, use := range slices.Sorted(maps.Keys(s.NotGranted)) {
		out = append(out, "certificate for "+use+" not granted: "+s.NotGranted[use])
	}
	if s.Drawn != nil {
		out = append(out, "plan drawn in store on "+s.Drawn.At.Format(time.DateOnly))
	}
	if s.Guest != "" {
		out = append(out, "guest certificate: "+s.Guest)
	}
	for _, h := range s.Health {
		out = append(out, h.Severity+": "+h.Code)
	}
	for _, r := range s.Refused {
		out = append(out, "does not accept: "+r.Cause)
	}
	for _, r := range s.Denied {
		out = append(out, fmt.Sprintf("not accepted here: %s (%d)", r.Cause, r.Count))
	}
	return out
}

// WorstFirst orders stores by what somebody should look at, then by name.
func WorstFirst(all []StoreStatus, now time.Time) []StoreStatus {
	rank := func(s StoreStatus) int {
		switch n := len(s.Troubles(now)); {
		case s.Link != "up" && s.Link != "":
			return 0
		case n > 0:
			return 1
		}
		return 2
	}
	return slices.SortedFunc(slices.Values(all), func(a, b StoreStatus) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Store, b.Store))
	})
}
