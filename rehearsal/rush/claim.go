package rush

import (
	"slices"
	"time"

	"foyer/floor"
	"foyer/routing"
)

// A lister keeps a list that sellers look at of their own accord.
type lister interface {
	lists(t *task, p routing.Person, now time.Time) bool
}

// firstToClaim keeps a list of who waits; whoever is free and looks at it takes
// the one who has waited longest. After three minutes managers are rung. It
// knows no wish to look around, and nobody's own associate.
type firstToClaim struct{ broadcast }

func (firstToClaim) name() string { return "first to claim" }

func (f firstToClaim) next(t *task, s routing.Snapshot, now time.Time) ([]routing.Offer, routing.Wait) {
	if t.Urgency == routing.Arrival {
		end := t.Began.Add(5 * time.Minute)
		return nil, routing.Wait{Reason: routing.Expired, Ends: end, Over: !now.Before(end)}
	}
	asks, w := f.broadcast.next(t, s, now)
	asks = slices.DeleteFunc(asks, func(o routing.Offer) bool { return o.Ring != routing.Manager })
	return asks, w
}

func (firstToClaim) lists(t *task, p routing.Person, now time.Time) bool {
	return p.Role != floor.RoleManager && mayRing(t, p, now)
}

// glances lets a seller look at the list, as often as is her way.
func (h *own) glances(p *presence, l lister) {
	r := draw(h.seed, "glances %s", p.ID.Ref())
	for at := p.from; at.Before(p.to); at = at.Add(seconds(3 + p.seller.glance*r.ExpFloat64())) {
		h.at(at, func() { h.look(p, l) })
	}
}

// look takes the first entry of the list that she would take.
func (h *own) look(p *presence, l lister) {
	if p.status != routing.Available || p.lost {
		return
	}
	for _, t := range slices.Clone(h.tasks) {
		if t.done || t.guest.asked[p.seller] > 0 || !l.lists(t, p.person(h.now), h.now) {
			continue
		}
		r := h.reply(p.seller, t.guest.visit, 0)
		t.guest.asked[p.seller]++
		if r.outcome == unseen {
			continue // she never notices this one
		}
		h.score.offered(&offer{task: t, to: p, ring: routing.Floor, at: h.now})
		if r.outcome == yes {
			p.lastOffer = h.now
			h.accepted(t, p)
			return
		}
	}
}
