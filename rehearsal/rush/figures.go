package rush

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"foyer/floor"
)

const (
	foyerName = "foyer"
	barWithin = 0.90 // of requests that come while somebody is free, accepted within the service level
	tooFew    = 0.20 // of requests come while nobody is free: then no order of asking helps
)

// ErrBar means that foyer's day was not good enough; the text says why.
var ErrBar = errors.New("the bar is missed")

// A Result is one day as each router had it; foyer is the first.
type Result struct {
	Seed       uint64    `json:"seed"`
	Associates int       `json:"associates"`
	Visits     int       `json:"visits"`
	Routers    []Figures `json:"routers"`
}

// Figures are what a day came to. Times are seconds.
type Figures struct {
	Router string `json:"router"`
	// Requests are customers who asked for somebody. Those who then chose to
	// wait for their own, or to look around after all, are not in what follows
	// up to Unanswered.
	Requests    int     `json:"requests"`
	NobodyFree  int     `json:"asked_while_nobody_was_free"` // of the requests
	Accepted    int     `json:"accepted"`
	Median      float64 `json:"accept_s_p50"`
	P90         float64 `json:"accept_s_p90"`
	P99         float64 `json:"accept_s_p99"`
	Within      float64 `json:"within_60_s"` // share of those that were to be accepted
	WithinFree  float64 `json:"within_60_s_where_somebody_was_free"`
	Late        int     `json:"late"`         // accepted later, or never
	Unanswered  int     `json:"unanswered"`   // never accepted
	Escalations int     `json:"escalations"`  // requests that a manager was asked about
	ManagerLate int     `json:"manager_late"` // open after 3 minutes, and no manager knew

	ToldBusy      int     `json:"told_busy"`       // told that hers is busy, and asked what she would like
	ChoseToWait   int     `json:"chose_to_wait"`   // of these
	KeptWaiting   float64 `json:"waited_s_p50"`    // of those who waited and were met
	WaitedInVain  int     `json:"waited_in_vain"`  // left, or the day ended
	ChoseToBrowse int     `json:"chose_to_browse"` // or did not answer

	Arrivals    int `json:"arrivals"` // tasks that nobody asked for
	ArrivalsMet int `json:"arrivals_met"`

	Alerts           int     `json:"alerts"` // offers made, to anybody
	HeadsUps         int     `json:"heads_ups"`
	OffersToBrowsing int     `json:"offers_to_browsing"`
	Matched          float64 `json:"matched_with_preferred"` // share, where one of hers was in
	MostTaken        float64 `json:"most_taken_shares"`      // visits of the busiest, in fair shares
	MostOffered      float64 `json:"most_offered_shares"`    // offers of R1 to R3, foyer only
	UnfairOffers     int     `json:"unfair_offers"`          // beyond 1.5 fair shares while another was free, foyer only
	SetAway          int     `json:"set_away"`               // after three misses
	Load             []Load  `json:"load"`

	waits []float64 // s, sorted
}

// Load is what one associate had to do.
type Load struct {
	Associate string  `json:"associate"`
	Taken     int     `json:"taken"` // visits
	Fair      float64 `json:"fair"`  // visits, had they been shared evenly among all who were in
}

func (s *scorer) figures() Figures {
	f := s.f
	slices.Sort(s.waits)
	slices.Sort(s.kept)
	f.Router, f.Requests, f.Accepted, f.waits = s.day.house.name(), s.requests, len(s.waits), s.waits
	f.Median, f.P90, f.P99 = percentile(s.waits, 50), percentile(s.waits, 90), percentile(s.waits, 99)
	in, _ := slices.BinarySearchFunc(s.waits, level.Seconds(), func(w, l float64) int { return cmp.Or(cmp.Compare(w, l), -1) })
	due := f.Accepted + f.Unanswered
	f.Late = due - in
	f.Within, f.WithinFree = share(in, due), 1
	if s.due > 0 {
		f.WithinFree = share(s.inTime, s.due)
	}
	f.ToldBusy, f.ChoseToWait, f.KeptWaiting = s.posed, s.waiting, percentile(s.kept, 50)
	f.Arrivals, f.SetAway = s.arrivals, s.away
	f.Matched = share(s.matched, s.named)
	f.MostTaken, f.MostOffered = hundredth(s.taken.most()), hundredth(s.offers.most())
	for _, p := range s.day.staff {
		if p.Role == floor.RoleAssociate && p.from.Before(p.to) && p.Tier != floor.TierUntrained {
			f.Load = append(f.Load, Load{p.ID.Ref(), int(s.taken.had[p]), hundredth(s.taken.fair[p])})
		}
	}
	return f
}

// ours reports whether a house is held to the bar.
func ours(house string) bool { return strings.HasPrefix(house, foyerName) }

func (f Figures) ours() bool { return ours(f.Router) }

// Check returns nil if foyer's day was good enough, and its desk's where that
// was played, else ErrBar with what was not.
func (r Result) Check() error {
	var bad []string
	for _, f := range r.Routers {
		if f.ours() {
			bad = append(bad, f.faults()...)
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("%w: %s", ErrBar, strings.Join(bad, "; "))
	}
	return nil
}

// faults says what of a day was not good enough.
func (f Figures) faults() (bad []string) {
	say := func(is bool, format string, args ...any) {
		if is {
			bad = append(bad, f.Router+": "+fmt.Sprintf(format, args...))
		}
	}
	say(f.WithinFree < barWithin, "%.1f %% of requests that came while somebody was free were accepted within %.0f s, want %.0f %% (of all %.1f %%; of %d, %d came while nobody was free)",
		100*f.WithinFree, level.Seconds(), 100*barWithin, 100*f.Within, f.Requests, f.NobodyFree)
	say(f.NobodyFree > int(tooFew*float64(f.Requests)), "of %d requests %d came while nobody was free: too few are in for so many visits, whoever is asked", f.Requests, f.NobodyFree)
	say(f.ManagerLate > 0, "%d requests were open after %.0f minutes and no manager knew", f.ManagerLate, managerBy.Minutes())
	say(f.OffersToBrowsing > 0, "%d offers of customers who wanted to look around", f.OffersToBrowsing)
	say(f.UnfairOffers > 0, "%d offers went beyond 1.5 fair shares while somebody else was free", f.UnfairOffers)
	return bad
}

// percentile returns the value that q percent do not exceed, by nearest rank.
func percentile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := max(int(math.Ceil(q/100*float64(len(sorted)))), 1)
	return math.Round(10*sorted[rank-1]) / 10
}

// share returns part of whole, 0 of nothing.
func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return math.Round(10_000*float64(part)/float64(whole)) / 10_000
}

func hundredth(v float64) float64 { return math.Round(100*v) / 100 }
