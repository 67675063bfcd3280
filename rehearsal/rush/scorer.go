package rush

import (
	"slices"

	"foyer/floor"
	"foyer/routing"
)

// choseToBrowse ends a task whose customer would rather look around when she
// hears that hers is busy.
const choseToBrowse = "chose to browse"

// A scorer knows what everybody wants, and counts. Nothing of it goes back to a
// router.
type scorer struct {
	day      *day
	f        Figures
	requests int
	arrivals int
	posed    int // customers told that hers is busy
	waiting  int // who chose to wait for her
	away     int
	due      int       // requests to be accepted that came while somebody was free
	inTime   int       // of these, accepted within the service level
	waits    []float64 // s, from a request to somebody's yes
	kept     []float64 // s, the same of those who chose to wait
	named    int       // customers served, one of whose own was in when it began
	matched  int       // of these, by her own
	mineIn   map[*task]bool
	taken    *shares // visits
	offers   *shares // offers of the rings R1 to R3
}

func newScorer(d *day) *scorer {
	return &scorer{day: d, mineIn: map[*task]bool{}, taken: newShares(), offers: newShares()}
}

// browsing is the truth about a customer: she wants to look around.
func (*scorer) browsing(t *task) bool {
	return t.guest.style == routing.LetMeBrowse && t.Urgency == routing.Arrival
}

// request counts a wish for somebody, and whether anybody was free at all.
func (s *scorer) request() (free bool) {
	s.requests++
	free = slices.ContainsFunc(s.sellers(), func(p *presence) bool { return p.status == routing.Available && !p.lost })
	if !free {
		s.f.NobodyFree++
	}
	return free
}

// offered counts an offer that is about to be made.
func (s *scorer) offered(o *offer) {
	t := o.task
	if _, known := s.mineIn[t]; !known {
		s.mineIn[t] = s.oneIsIn(t)
	}
	if o.headsUp {
		s.f.HeadsUps++
		return
	}
	s.f.Alerts++
	if s.browsing(t) {
		s.f.OffersToBrowsing++
	}
	if o.ring == routing.Manager && t.manager.IsZero() {
		s.f.Escalations++
	}
	if o.ring >= routing.Covers && o.ring <= routing.Floor && ours(s.day.house.name()) {
		if s.unfair(o) {
			s.f.UnfairOffers++
		}
		s.offers.add(o.to, s.sellers())
	}
}

func (s *scorer) oneIsIn(t *task) bool {
	return slices.ContainsFunc(s.day.staff, func(p *presence) bool {
		return slices.Contains(t.guest.preferred, p.ID) && p.status != routing.OffShift
	})
}

// sellers are who shares the work now: trained, in, and no manager.
func (s *scorer) sellers() (out []*presence) {
	for _, p := range s.day.staff {
		if p.status != routing.OffShift && p.Tier != floor.TierUntrained && p.Role == floor.RoleAssociate {
			out = append(out, p)
		}
	}
	return out
}

// accepted counts a yes.
func (s *scorer) accepted(t *task, p *presence) {
	mine := slices.Contains(t.guest.preferred, p.ID)
	if s.mineIn[t] {
		s.named++
		if mine {
			s.matched++
		}
	}
	if p.Role == floor.RoleAssociate {
		s.taken.add(p, s.sellers())
	}
	wait := s.day.now.Sub(t.Began).Seconds()
	switch {
	case t.Urgency == routing.Arrival:
		s.f.ArrivalsMet++
	case t.Choice == routing.WaitForHer:
		s.kept = append(s.kept, wait)
	default:
		s.waits = append(s.waits, wait)
		s.free(t, wait <= level.Seconds())
	}
}

// opened counts a task.
func (s *scorer) opened(t *task) {
	if t.Urgency == routing.Arrival {
		s.arrivals++
	}
}

// ended counts a request that ended without anybody's yes.
func (s *scorer) ended(t *task, why string) {
	switch {
	case t.Urgency == routing.Arrival || why == "":
	case t.Choice == routing.WaitForHer:
		s.f.WaitedInVain++
	case why == choseToBrowse, why == routing.NoChoice.String():
		s.f.ChoseToBrowse++
	default:
		s.f.Unanswered++
		s.free(t, false)
	}
}

// free counts what became of a request that came while somebody was free.
func (s *scorer) free(t *task, inTime bool) {
	if !t.free {
		return
	}
	s.due++
	if inTime {
		s.inTime++
	}
}

// managerDue is asked when a manager must have heard of a request that is
// still open, unless its customer waits for hers by her own choice.
func (s *scorer) managerDue(t *task) {
	if !t.done && t.manager.IsZero() && t.Choice != routing.WaitForHer {
		s.f.ManagerLate++
	}
}
