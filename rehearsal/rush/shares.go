package rush

import (
	"math"
	"slices"
	"strings"

	"foyer/floor"
	"foyer/routing"
)

// shares says how much of something each seller had, and how much would have
// been hers had it been shared evenly among all who were in at the time.
type shares struct{ had, fair map[*presence]float64 }

func newShares() *shares { return &shares{map[*presence]float64{}, map[*presence]float64{}} }

func (s *shares) add(who *presence, among []*presence) {
	s.had[who]++
	for _, p := range among {
		s.fair[p] += 1 / float64(len(among))
	}
}

// most returns the largest part anybody had, in fair shares; one thing too many
// does not count where the fair share is less than two.
func (s *shares) most() float64 {
	var most float64
	for p, had := range s.had {
		most = max(most, had/max(s.fair[p], 2))
	}
	return most
}

// unfair reports whether an offer takes somebody beyond one and a half times her
// fair share while another, whom the same ring might ask, is free and has had
// fewer. It is worked out from the floor, not from routing.
func (s *scorer) unfair(o *offer) bool {
	among := s.sellers()
	total := 1
	for _, p := range among {
		total += p.shift
	}
	most := math.Max(1, 1.5*float64(total)/float64(len(among)))
	if float64(o.to.shift+1) <= most {
		return false
	}
	return slices.ContainsFunc(among, func(p *presence) bool {
		return float64(p.shift+1) <= most && s.mightAsk(o, p)
	})
}

// mightAsk reports whether the ring of an offer might as well ask p.
func (s *scorer) mightAsk(o *offer, p *presence) bool {
	t, v := o.task, o.task.guest.visit
	covered := slices.ContainsFunc(t.Served, func(x routing.Served) bool { return x.Associate == p.ID })
	asked := slices.ContainsFunc(t.Asked, func(a routing.Asked) bool { return a.Associate == p.ID && a.Outcome != routing.Rescinded })
	if p == o.to || asked || p.status != routing.Available || p.lost || len(p.open) > 0 || slices.Contains(v.blocked, p.ID) ||
		slices.Contains(v.preferred, p.ID) || v.quiet && p.Tier == floor.TierRestricted {
		return false
	}
	switch o.ring {
	case routing.Covers:
		return slices.Contains(t.Covers, p.ID) || covered && t.Urgency == routing.Requested
	case routing.Qualified:
		return speaks(v, p) && hasSkills(t, p)
	case routing.Language:
		return speaks(v, p)
	}
	hops := s.day.hops(p.Department, t.Zone)
	return hops <= 2
}

func speaks(v *visit, p *presence) bool {
	return slices.ContainsFunc(v.languages, func(l string) bool {
		l, _, _ = strings.Cut(l, "-")
		return slices.Contains(p.Languages, l)
	})
}

func hasSkills(t *task, p *presence) bool {
	for _, k := range t.Skills {
		if !slices.Contains(p.Skills, k) {
			return false
		}
	}
	return len(t.Skills) > 0 || p.Department == t.Zone
}
