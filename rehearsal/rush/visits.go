package rush

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"foyer/floor"
	"foyer/routing"
)

// A visit is one customer as she means her day to go. Nobody but the scorer
// sees it; a router sees the task that a box would make of it.
type visit struct {
	n         int
	arrives   time.Time
	leaves    time.Time     // unless somebody is with her
	asks      time.Time     // for help, zero: never
	patience  time.Duration // from asking until she gives up
	serve     time.Duration // how long serving her takes
	style     routing.ServiceStyle
	quiet     bool
	zone      floor.ZoneID
	languages []string
	skills    []string
	preferred []floor.AssociateID
	covers    []floor.AssociateID
	welcome   bool // covers may be offered her arrival
	blocked   []floor.AssociateID
	served    []routing.Served
	choice    answer        // when her own associate is busy
	thinks    time.Duration // before she chooses
}

// An answer is what a customer does when her own associate is busy.
type answer uint8

const (
	somebodyElse answer = iota
	waits
	browses
	silent
)

// newWorld draws a day.
func newWorld(s Script) *world {
	w := &world{seed: s.Seed, hops: routing.Neighbours(floor.Example())}
	for n := range s.Associates {
		w.sellers = append(w.sellers, newSeller(s.Seed, n, false, 0))
	}
	for turn := range 2 {
		w.sellers = append(w.sellers, newSeller(s.Seed, s.Associates+turn, true, turn))
	}
	for n := range s.Visits {
		w.visits = append(w.visits, w.newVisit(n, s.Associates))
	}
	return w
}

func (w *world) newVisit(n, associates int) *visit {
	r := draw(w.seed, "visit %d", n)
	v := &visit{n: n, arrives: opening().Add(minutes(60 * arrival(r))), zone: w.sellers[r.IntN(associates)].Department}
	v.leaves = v.arrives.Add(minutes(between(r, 12, 50)))
	v.serve = minutes(lognormal(r, serveMedian, 0.5))
	v.style = routing.ApproachMe
	switch u := r.Float64(); {
	case u < lookAround:
		v.style = routing.LetMeBrowse
	case u < lookAround+onlyMine:
		v.style = routing.OnlyMine
	}
	v.quiet = r.Float64() < 0.15
	v.languages = []string{pick(r, []string{"de", "de", "de-AT", "de", "de", "en", "en-GB", "fr", "it", "tr"})}
	if r.Float64() < 0.25 {
		v.skills = []string{pick(r, []string{"fitting", "repair"})}
	}
	w.people(v, r, associates)
	if ask := map[bool]float64{true: 0.3, false: 0.55}[len(v.preferred) > 0]; r.Float64() < ask {
		v.asks = v.arrives.Add(minutes(min(4*r.ExpFloat64(), 11)))
	}
	v.patience = minutes(between(r, 4, 10))
	v.thinks = seconds(between(r, 5, 25))
	switch u := r.Float64(); {
	case u < 0.30:
		v.choice = waits
	case u < 0.42:
		v.choice = browses
	case u < 0.47:
		v.choice = silent
	}
	return v
}

// arrival returns when somebody comes, hours after opening: all day, more at
// noon and after work.
func arrival(r *rand.Rand) float64 {
	for {
		h := between(r, 0, hours-0.5)
		switch u := r.Float64(); {
		case u < 0.25:
			h = 2.5 + 1.2*r.NormFloat64()
		case u < 0.5:
			h = 7.5 + 1.2*r.NormFloat64()
		}
		if h > 0 && h < hours-0.5 {
			return h
		}
	}
}

// people draws whom she named, blocked and met before; mostly of the department
// she goes to, and whether they are in today is another matter.
func (w *world) people(v *visit, r *rand.Rand, associates int) {
	other := func(except ...floor.AssociateID) floor.AssociateID {
		for try := 0; ; try++ {
			s := w.sellers[r.IntN(associates)]
			near := s.Department == v.zone || r.Float64() < 0.15 || try > 50
			if near && s.Tier != floor.TierUntrained && !slices.Contains(except, s.ID) || try > 500 {
				return s.ID
			}
		}
	}
	if r.Float64() < hasMine {
		v.preferred = append(v.preferred, other())
		if r.Float64() < 0.4 {
			v.preferred = append(v.preferred, other(v.preferred...))
		}
		if r.Float64() < 0.4 {
			v.covers = append(v.covers, other(v.preferred...))
			v.welcome = r.Float64() < 0.5
		}
	}
	if r.Float64() < 0.4 {
		v.served = append(v.served, routing.Served{Associate: other(v.preferred...),
			At: opening().AddDate(0, 0, -r.IntN(500)-1)})
	}
	if r.Float64() < 0.06 {
		v.blocked = append(v.blocked, other(append(v.preferred, v.covers...)...))
	}
}

// task is what a box makes of a visit.
func (v *visit) task(urgency routing.Urgency, now time.Time) routing.Task {
	t := routing.Task{ID: fmt.Sprintf("t-%03d", v.n), Urgency: urgency, Began: now, Zone: v.zone, Languages: v.languages,
		Skills: v.skills, Preferred: v.preferred, Covers: v.covers, CoversWelcome: v.welcome, Served: v.served,
		Blocked: v.blocked, Style: v.style, Quiet: v.quiet}
	if urgency == routing.Requested {
		t.Style = routing.ApproachMe // who asks for help wants somebody
	}
	return t
}
