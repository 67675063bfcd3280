package profile

import (
	"slices"
	"time"
)

// Update returns the profile after headquarters sent p, at now: what is made here and
// not there stays, and her visibility is merged. An older revision than the
// one in force changes nothing.
//
// Headquarters does not hear of a visibility she chose on this store's page, and
// later of whom she wants and does not want and of how far purchases reach. So its
// word counts only where it has changed since its last one; where both changed, the
// stricter visibility and the narrower reach hold, and headquarters' associates.
// What she hid here stays hidden.
func (old Profile) Update(p Profile, now time.Time) Profile {
	if p.Rev < old.Rev {
		return old
	}
	p = old.corrected(p.normal())
	p.Notes, p.Appointments, p.NotToday = old.Notes, old.Appointments, old.NotToday
	p.Settled = old.Settled
	p.Seen, p.Expected, p.Covers = old.Seen, old.Expected, old.Covers
	switch {
	case !old.Seen.IsZero():
	case old.Slim: // asked for as she came near: nobody has seen her
		p.Expected = Day(now)
	case old.Expected.IsZero(): // she is new here
		p.Seen = Day(now)
	}
	p = old.withChosen(p)
	p.Sent, p.Audience = p.Audience, old.reaching(p.Audience)
	p.FromHQ = p.Visibility
	known := old.FromHQ != "" || old.Visibility != "" && old.Visibility != AskEachVisit
	switch {
	case !known, old.FromHQ == old.Visibility: // never changed here
	case old.FromHQ == p.Visibility: // not changed there
		p.Visibility = old.Visibility
	default:
		p.Visibility = stricter(p.Visibility, old.Visibility)
	}
	return p
}

func stricter(a, b Visibility) Visibility {
	order := []Visibility{Automatic, AskEachVisit, Invisible}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}
