package rush

import (
	"slices"
	"time"

	"foyer/routing"
)

// A task is a customer to be looked after. Done says how it ended.
type task struct {
	routing.Task
	guest   *guest
	offers  []*offer
	done    bool
	ended   string    // "", or why without anybody's yes
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
	place   int // in task.Asked
}

// open makes a task of a visit, if the router admits one.
func (d *day) open(g *guest, u routing.Urgency) {
	t := &task{Task: g.visit.task(u, d.now), guest: g}
	if !d.router.admits(t) {
		return
	}
	g.task = t
	d.tasks = append(d.tasks, t)
	d.dirty = true
	if u == routing.Arrival {
		d.score.arrivals++
	}
}

// route asks the router whom to ask next.
func (d *day) route(t *task) {
	asks, wait := d.router.next(t, d.snapshot(), d.now)
	for _, o := range asks {
		d.ask(t, o)
	}
	switch {
	case wait.Over:
		d.end(t, wait.Reason.String())
	case wait.Ends.After(t.next) && len(asks) == 0:
		t.next = wait.Ends
		d.at(wait.Ends, func() { d.dirty = d.dirty || !t.done })
	}
}

// ask puts a question to a seller, and says what comes of it.
func (d *day) ask(t *task, o routing.Offer) {
	p := d.staff[slices.IndexFunc(d.staff, func(p *presence) bool { return p.ID == o.Associate })]
	q := &offer{task: t, to: p, ring: o.Ring, headsUp: o.HeadsUp, at: d.now, place: len(t.Asked)}
	d.score.offered(q)
	t.Asked = append(t.Asked, routing.Asked{Associate: o.Associate, Ring: o.Ring, Outcome: routing.Pending, At: d.now, Timeout: o.Timeout})
	t.offers, p.open = append(t.offers, q), append(p.open, q)
	d.in(o.Timeout, func() {
		if q.open() {
			d.miss(q)
		}
	})
	d.dirty = true
	if o.HeadsUp {
		d.headsUp(q)
		return
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
}

func (o *offer) open() bool { return slices.Contains(o.task.offers, o) }

// answer is a seller's yes or no, if she is still asked and still free.
func (d *day) answer(o *offer, out outcome) {
	p := o.to
	free := p.status == routing.Available
	serving := o.ring == routing.Manager && !free // she was interrupted, and cannot leave
	switch {
	case !o.open() || p.lost:
	case out == no, serving:
		p.missed = 0
		d.close(o, routing.Declined)
	case free:
		d.close(o, routing.Accepted)
		d.accept(o.task, p)
	}
}

// close settles an offer.
func (d *day) close(o *offer, out routing.Outcome) {
	o.task.Asked[o.place].Outcome = out
	o.task.offers = slices.DeleteFunc(o.task.offers, func(x *offer) bool { return x == o })
	o.to.open = slices.DeleteFunc(o.to.open, func(x *offer) bool { return x == o })
	d.dirty = true
}

// accept sends a seller to a customer, and frees her afterwards.
func (d *day) accept(t *task, p *presence) {
	g := t.guest
	d.score.accepted(t, p)
	d.end(t, "")
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
		d.idle(p)
	})
}

// end closes a task and takes back what is still asked.
func (d *day) end(t *task, why string) {
	for _, o := range slices.Clone(t.offers) {
		d.close(o, routing.Rescinded)
	}
	t.done, t.ended, t.guest.task, d.dirty = true, why, nil, true
	d.score.ended(t)
}
