package routing

import (
	"cmp"
	"math"
	"slices"

	"foyer/floor"
)

// scored asks the best of a ring: by score, in ring Floor by who has been idle
// longest. Ties go to the longest idle, then to the smaller identifier.
func (d *desk) scored(ring Ring) (Offer, bool) {
	best, top := -1, 0.0
	over := d.overShare(ring)
	for i := range d.floor.People {
		if !d.belongs(i, ring) {
			continue
		}
		why := d.unfit(i, ring)
		if why == "" && over.excludes(&d.floor.People[i]) {
			why = "more than her share of the shift's offers"
		}
		if d.explain != nil {
			d.note(i, ring, why, d.score(i, ring))
		}
		if why != "" {
			continue
		}
		total := d.total(i, ring)
		if best < 0 || total > top || total == top && d.before(i, best) {
			best, top = i, total
		}
	}
	if best < 0 {
		return Offer{}, false
	}
	return Offer{
		Associate: d.floor.People[best].ID, Ring: ring,
		Timeout: d.rules.OfferTimeout, Score: d.score(best, ring),
	}, true
}

// before breaks ties: the longest idle, then the smaller identifier.
func (d *desk) before(i, j int) bool {
	a, b := &d.floor.People[i], &d.floor.People[j]
	return cmp.Or(a.LastOffer.Compare(b.LastOffer), cmp.Compare(a.ID.Ref(), b.ID.Ref())) < 0
}

// The terms of the score, in order.
const terms = 7

// value returns one term for somebody; ring Floor counts idleness only.
func (d *desk) value(i, term int, ring Ring) (string, float64) {
	p, w := &d.floor.People[i], &d.rules.Weights
	if ring == Floor && term != 6 {
		return "", 0
	}
	switch term {
	case 0:
		return "cover_named", w.Cover * one(slices.Contains(d.task.Covers, p.ID))
	case 1:
		return "served", w.Served * d.served(p.ID)
	case 2:
		return "language", w.Language * one(len(d.task.Languages) > 0 && d.speaks(p))
	case 3:
		return "category", w.Category * one(d.skilled(p))
	case 4:
		return "same_or_next_zone", w.Near * one(d.task.Zone != "" && d.hops(p) <= 1)
	case 5:
		return "open_tasks", w.Task * float64(p.OpenTasks)
	}
	idle := math.Inf(1)
	if !p.LastOffer.IsZero() {
		idle = max(0, d.now.Sub(p.LastOffer).Minutes())
	}
	if ring == Floor {
		return "idle_minutes", min(idle, 24*60)
	}
	return "idle", min(w.IdleMax, idle/2)
}

func (d *desk) total(i int, ring Ring) float64 {
	var sum float64
	for term := range terms {
		_, v := d.value(i, term, ring)
		sum += v
	}
	return sum
}

// score returns the terms that count for somebody.
func (d *desk) score(i int, ring Ring) []Term {
	out := make([]Term, 0, terms)
	for term := range terms {
		if name, v := d.value(i, term, ring); v != 0 {
			out = append(out, Term{name, v})
		}
	}
	return out
}

// served returns 1 for having served her just now, halving every half-life,
// and 0 when that has lapsed.
func (d *desk) served(id floor.AssociateID) float64 {
	var best float64
	for _, s := range d.task.Served {
		age := max(0, d.now.Sub(s.At))
		if s.Associate == id && age <= d.rules.ServedWindow {
			best = max(best, math.Exp2(-float64(age)/float64(d.rules.Weights.HalfLife)))
		}
	}
	return best
}

// share is the most offers of the shift anybody may have while another
// eligible one has fewer; zero means no limit.
type share struct{ most float64 }

func (s share) excludes(p *Person) bool {
	return s.most > 0 && float64(p.OffersThisShift+1) > s.most
}

// overShare works out the cap of a ring: ShareCap times the fair share of the
// shift's offers, at least one. It is lifted when nobody eligible is below it.
func (d *desk) overShare(ring Ring) share {
	total, heads := 1, 0
	for i := range d.floor.People {
		p := &d.floor.People[i]
		if p.OnShift && p.Role != floor.RoleManager && p.Tier != floor.TierUntrained {
			total += p.OffersThisShift
			heads++
		}
	}
	if heads == 0 {
		return share{}
	}
	s := share{most: max(1, d.rules.ShareCap*float64(total)/float64(heads))}
	for i := range d.floor.People {
		if !s.excludes(&d.floor.People[i]) && d.belongs(i, ring) && d.unfit(i, ring) == "" {
			return s
		}
	}
	return share{}
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
