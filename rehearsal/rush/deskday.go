package rush

import (
	"errors"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
)

// begin lets the desk look at the time once a second, as a box does.
func (h *deskHouse) begin(d *day) {
	h.day = d
	var tick func()
	tick = func() {
		h.desk.Sweep(h.now)
		if h.now.Before(h.closing) {
			h.in(time.Second, tick)
		}
	}
	h.at(opening().Add(-time.Hour), tick)
}

// check keeps the first error; a desk that merely says that the moment has
// passed has made none.
func (h *deskHouse) check(err error) bool {
	if err == nil {
		return true
	}
	if h.err == nil && !errors.Is(err, concierge.ErrMoved) && !errors.Is(err, concierge.ErrNothing) {
		h.err = err
	}
	return false
}

func (h *deskHouse) present(p *presence, was routing.PresenceStatus) {
	switch {
	case p.status == routing.OffShift:
		h.desk.SignOff(p.ID, h.now)
		h.desk.Live(p.ID, false, h.now)
	case was == routing.OffShift:
		h.check(h.desk.SignOn(p.ID, h.now))
		h.desk.Live(p.ID, !p.lost, h.now)
	default:
		h.check(h.desk.SetStatus(p.ID, p.status, h.now))
	}
}

func (h *deskHouse) reach(p *presence) {
	if p.status != routing.OffShift {
		h.desk.Live(p.ID, !p.lost, h.now)
	}
}

// open is her yes on her page, or her wish for somebody.
func (h *deskHouse) open(g *guest, u routing.Urgency) {
	c := h.who[g.visit]
	if u == routing.Arrival {
		v := floor.Visit{ID: floor.NewVisitID(), Phone: floor.NewPhone(), State: floor.Present, Began: h.now, At: h.now, Zone: g.zone}
		h.guests[v.ID], h.ids[g], h.phones[g] = g, v.ID, v.Phone
		h.desk.Arrive(concierge.Bound{Phone: v.Phone, Customer: c})
		h.desk.Greet(v, h.now)
	} else if g.task != nil {
		h.over(g.task, "asked")
	}
	// What the desk does not tell routing, the scorer does not expect of it.
	t := &task{Task: g.visit.task(u, h.now), guest: g}
	t.Covers, t.CoversWelcome, t.Served = nil, false, nil
	g.task = t
	if u == routing.Requested {
		h.score.opened(t)
		topic := ""
		if len(t.Skills) > 0 {
			topic = "skill:" + t.Skills[0]
		}
		if err := h.desk.HelpWith(c, topic, h.now); errors.Is(err, concierge.ErrNothing) { // nobody who is in knows how
			t.Skills = nil
			h.check(h.desk.Help(c, h.now))
		} else {
			h.check(err)
		}
		return
	}
	t.Skills = nil
	if g.style != routing.LetMeBrowse {
		h.score.opened(t)
	}
	h.check(h.desk.Announce(c, styles()[g.style], h.now))
}

func (h *deskHouse) end(g *guest, why string) {
	if g.task != nil {
		h.over(g.task, why)
	}
	h.desk.Left(h.phones[g], h.now)
}

func (h *deskHouse) answer(o *offer, yes bool) bool {
	if !yes {
		h.check(h.desk.Decline(o.to.ID, concierge.OfferID(o.id), "busy", h.now))
		return false
	}
	_, err := h.desk.Accept(o.to.ID, concierge.OfferID(o.id), h.now)
	return h.check(err)
}

func (h *deskHouse) served(g *guest, p *presence) {
	h.check(h.desk.WrapUp(p.ID, h.ids[g], concierge.WrapUp{Served: true}, h.now))
	h.desk.Left(h.phones[g], h.now)
}

// settle takes what the desk has decided to those whom it concerns.
func (h *deskHouse) settle() {
	for _, e := range h.desk.Events() {
		g := h.guests[e.Visit]
		if c, ok := h.browsing(e); ok {
			h.over(c.task, routing.NoChoice.String())
		}
		if g == nil || e.Offer == "" {
			continue
		}
		if e.Kind == concierge.HeadsUpGiven {
			h.headsUp(g, e)
			continue
		}
		if e.Kind == concierge.OfferCreated {
			h.created(g, e)
			continue
		}
		if o := h.find(e); o != nil {
			h.settled(o, e.Kind)
		}
	}
}

func (h *deskHouse) created(g *guest, e concierge.Event) {
	if g.task == nil { // as when the desk asks anew for one whom nobody serves any more
		return
	}
	p := h.staff[slices.IndexFunc(h.staff, func(p *presence) bool { return p.ID == e.Associate })]
	o := h.asked(g.task, p, routing.Offer{Associate: e.Associate, Ring: routing.Ring(e.Ring), Timeout: time.Minute})
	o.id = string(e.Offer)
}

func (h *deskHouse) find(e concierge.Event) *offer {
	for _, p := range h.staff {
		for _, o := range p.open {
			if o.id == string(e.Offer) {
				return o
			}
		}
	}
	return nil
}

func (h *deskHouse) settled(o *offer, kind concierge.EventKind) {
	switch kind {
	case concierge.OfferTimedOut:
		o.close(routing.TimedOut)
		h.missed(o.to)
	case concierge.OfferDeclined:
		o.close(routing.Declined)
	case concierge.OfferAccepted:
		o.close(routing.Accepted)
	case concierge.OfferRescinded:
		o.close(routing.Rescinded)
	}
}

// browsing returns the guest of an event, if she had a choice and the desk now
// lets her look around: she did not answer.
func (h *deskHouse) browsing(e concierge.Event) (*guest, bool) {
	if e.Kind != concierge.HereChanged || !e.Customer.Valid() {
		return nil, false
	}
	g := h.guests[e.Visit]
	if g == nil || g.task == nil || !g.task.posed || g.task.done {
		return nil, false
	}
	return g, h.desk.Here(e.Customer, h.now).Stage == concierge.Browsing
}
