package rush

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"foyer/floor"
)

// A seller is an associate as her day is drawn: what a roster says of her, when
// she is in, and what keeps her from customers.
type seller struct {
	floor.Associate
	from, to time.Time // her shift; equal if she is off
	breaks   []span
	walkIns  []span  // customers whom no box knows
	lost     []span  // her device is out of reach
	quick    float64 // multiplies her time to react
	glance   float64 // s, between two looks at a list, on average
}

type span struct{ from, to time.Time }

// world is everything that is drawn of a day, the truth.
type world struct {
	seed    uint64
	sellers []*seller
	visits  []*visit
	hops    func(a, b floor.ZoneID) int
}

// departments are the zones that sell, the larger ones more than once.
func departments() []floor.ZoneID {
	return []floor.ZoneID{"women", "shoes", "handbags", "beauty", "tailoring", "watches", "women", "shoes", "handbags", "women"}
}

// newSeller draws the nth seller; managers are the last two and take turns.
func newSeller(seed uint64, n int, manager bool, turn int) *seller {
	r := draw(seed, "seller %d", n)
	id, err := floor.ParseAssociate(fmt.Sprintf("a%02d", n))
	if err != nil {
		panic(err) // the form is ours
	}
	s := &seller{quick: between(r, 0.5, 1.5), glance: lognormal(r, 45, 0.8)}
	s.ID, s.Role, s.Tier = id, floor.RoleAssociate, floor.TierStandard
	s.Department = departments()[n%len(departments())]
	s.Languages = []string{"de"}
	if r.Float64() < 0.85 {
		s.Languages = append(s.Languages, "en")
	}
	if r.Float64() < 0.3 {
		s.Languages = append(s.Languages, pick(r, []string{"fr", "it", "tr"}))
	}
	for skill, share := range map[string]float64{"fitting": 0.5, "repair": 0.25} {
		if draw(seed, "skill %s %d", skill, n).Float64() < share {
			s.Skills = append(s.Skills, skill)
		}
	}
	slices.Sort(s.Skills)
	switch u := r.Float64(); {
	case manager:
		s.Role = floor.RoleManager
	case u < 0.04:
		s.Tier = floor.TierUntrained
	case u < 0.10:
		s.Tier = floor.TierRestricted
	}
	s.hours(r, manager, turn)
	return s
}

// hours draws her shift, her breaks and what else keeps her.
func (s *seller) hours(r *rand.Rand, manager bool, turn int) {
	at := func(h float64) time.Time { return opening().Add(minutes(60 * h)) }
	switch u := r.Float64(); {
	case manager: // one is always in: the first until half past three, the second from two
		s.from, s.to = at([]float64{-0.5, 4}[turn]), at([]float64{5.5, hours + 0.5}[turn])
		s.breaks = []span{{at([]float64{4.1, 5}[turn]), at([]float64{4.6, 5.4}[turn])}}
		return
	case u < dayOff:
		s.from, s.to = at(0), at(0)
		return
	case u < 0.45:
		s.from, s.to = at(-0.5), at(6)
	case u < 0.75:
		s.from, s.to = at(4), at(hours+0.5)
	default:
		s.from, s.to = at(0), at(hours)
	}
	if r.Float64() < 0.1 {
		s.from = s.from.Add(minutes(between(r, 5, 40))) // late
	}
	mid := s.from.Add(s.to.Sub(s.from)/2 + minutes(between(r, -60, 60)))
	s.breaks = []span{{mid, mid.Add(minutes(30))}}
	s.walkIns = spans(r, s.from, s.to, walkGap, func() float64 { return between(r, 3, 14) })
	s.lost = spans(r, s.from, s.to, 150, func() float64 { return between(r, 0.2, 3) })
}

// spans draws stretches of time, so many minutes apart on average.
func spans(r *rand.Rand, from, to time.Time, gap float64, length func() float64) (out []span) {
	for at := from.Add(minutes(gap * r.ExpFloat64())); at.Before(to); {
		end := at.Add(minutes(length()))
		out = append(out, span{at, end})
		at = end.Add(minutes(gap * r.ExpFloat64()))
	}
	return out
}
