package rush

import (
	"errors"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/routing"
)

// headsUp lets a busy seller answer the desk, and the customer choose.
func (h *deskHouse) headsUp(g *guest, e concierge.Event) {
	t := g.task
	i := slices.IndexFunc(h.staff, func(p *presence) bool { return p.ID == e.Associate })
	if t == nil || i < 0 {
		return
	}
	p := h.staff[i]
	h.score.f.HeadsUps++
	r := draw(h.seed, "estimate %s %d", p.ID.Ref(), g.n)
	left := p.until.Sub(h.now)
	guess := minutes(left.Minutes() * between(r, 0.7, 1.5))
	u := r.Float64()
	h.in(seconds(between(r, 5, 40)), func() {
		switch say := concierge.In15; {
		case u > 0.75 || p.lost: // she does not look at it
		case u < 0.15:
			h.check(h.desk.AnswerHeadsUp(p.ID, e.Offer, concierge.Cannot, h.now))
		default:
			if guess < 10*time.Minute {
				say = concierge.In5
			}
			h.check(h.desk.AnswerHeadsUp(p.ID, e.Offer, say, h.now))
		}
	})
	if !t.posed && t.Urgency == routing.Requested {
		t.posed, t.Choice = true, routing.Undecided
		h.score.posed++
		h.in(g.thinks, func() { h.choose(g, t) })
	}
}

// choose is her answer on her page, where the question still stands.
func (h *deskHouse) choose(g *guest, t *task) {
	if t.done {
		return
	}
	o := h.desk.Here(h.who[g.visit], h.now).Options
	if o == nil || !o.Wait {
		t.Choice = routing.NotAsked // hers cannot: somebody else comes
		return
	}
	say := map[answer]concierge.Choice{somebodyElse: concierge.SomebodyElse, waits: concierge.Wait, browses: concierge.Browse}[g.choice]
	if say == "" {
		return // silent: the desk takes it for looking around
	}
	err := h.desk.Choose(h.who[g.visit], o.Task, say, h.now)
	if errors.Is(err, concierge.ErrMoved) || !h.check(err) {
		return
	}
	switch say {
	case concierge.Wait:
		t.Choice = routing.WaitForHer
		h.score.waiting++
	case concierge.SomebodyElse:
		t.Choice = routing.SomebodyElse
	case concierge.Browse:
		h.over(t, choseToBrowse)
	}
}
