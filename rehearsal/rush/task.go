package rush

import (
	"slices"
	"time"

	"foyer/routing"
)

// A task is a customer to be looked after. Done says that it is over.
type task struct {
	routing.Task
	guest   *guest
	offers  []*offer
	done    bool
	free    bool      // somebody was free when she asked
	manager time.Time // when the first manager was asked
	posed   bool      // she was told that hers is busy
	next    time.Time // the last moment the router is to be asked again, so far
}

// An offer is a question to one seller.
type offer struct {
	task    *task
	to      *presence
	ring    routing.Ring
	headsUp bool
	at      time.Time
	place   int    // in task.Asked
	id      string // as the house calls it
}

func (o *offer) open() bool { return slices.Contains(o.task.offers, o) }

// asked takes note that a house asks a seller, and says what comes of it.
func (d *day) asked(t *task, p *presence, o routing.Offer) *offer {
	q := &offer{task: t, to: p, ring: o.Ring, headsUp: o.HeadsUp, at: d.now, place: len(t.Asked)}
	d.score.offered(q)
	t.Asked = append(t.Asked, routing.Asked{Associate: o.Associate, Ring: o.Ring, Outcome: routing.Pending, At: d.now, Timeout: o.Timeout})
	t.offers, p.open = append(t.offers, q), append(p.open, q)
	if o.HeadsUp {
		return q
	}
	p.lastOffer = d.now
	if t.Urgency == routing.Arrival {
		p.hour = append(slices.DeleteFunc(p.hour, func(t time.Time) bool { return d.now.Sub(t) >= time.Hour }), d.now)
	}
	if o.Ring >= routing.Covers && o.Ring <= routing.Floor {
		p.shift++
	}
	if o.Ring == routing.Manager && t.manager.IsZero() {
		t.manager = d.now
	}
	r := d.reply(p.seller, t.guest.visit, t.guest.asked[p.seller])
	t.guest.asked[p.seller]++
	if r.outcome != unseen {
		d.in(r.after, func() { d.answer(q, r.outcome) })
	}
	return q
}

// answer is a seller's yes or no, if she is still asked. A manager who was
// interrupted cannot leave her customer.
func (d *day) answer(o *offer, out outcome) {
	p := o.to
	free := p.status == routing.Available
	interrupted := o.ring == routing.Manager && !free
	switch {
	case !o.open() || p.lost:
	case out == no, interrupted:
		p.missed = 0
		d.house.answer(o, false)
	case free && d.house.answer(o, true):
		d.accepted(o.task, p)
	}
}

// close settles an offer.
func (o *offer) close(out routing.Outcome) {
	o.task.Asked[o.place].Outcome = out
	o.task.offers = slices.DeleteFunc(o.task.offers, func(x *offer) bool { return x == o })
	o.to.open = slices.DeleteFunc(o.to.open, func(x *offer) bool { return x == o })
}

// over closes a task.
func (d *day) over(t *task, why string) {
	for _, o := range slices.Clone(t.offers) {
		o.close(routing.Rescinded)
	}
	t.done, t.guest.task = true, nil
	d.score.ended(t, why)
}

// accepted sends a seller to a customer, and frees her afterwards.
func (d *day) accepted(t *task, p *presence) {
	g := t.guest
	d.score.accepted(t, p)
	d.over(t, "")
	g.server, p.with, p.missed = p, g, 0
	way := seconds(between(draw(d.seed, "way %d", g.n), 15, 50))
	busy := way + g.serve + wrapUp
	if d.score.browsing(t) {
		busy = way + unwanted // she only wants to look around, and says so
	}
	p.until = d.now.Add(busy)
	d.set(p, routing.Busy)
	d.at(p.until, func() {
		p.with, g.server = nil, nil
		g.gone = g.gone || busy > way+unwanted
		d.house.served(g, p)
		d.idle(p)
	})
}
