package rush

import (
	"time"

	"foyer/routing"
)

const missesAway = 3 // in a row: she is asked whether she is still on the floor

// A presence is a seller at work.
type presence struct {
	*seller
	status    routing.PresenceStatus
	lost      bool // her device is out of reach
	with      *guest
	open      []*offer
	until     time.Time // she is busy until then, as she knows herself
	estimate  time.Time // what she has told of it
	rest      time.Duration
	lastOffer time.Time
	hour      []time.Time
	shift     int // offers of the rings R1 to R3
	missed    int
}

// hire lets a seller live her day.
func (d *day) hire(s *seller) {
	p := &presence{seller: s, status: routing.OffShift}
	d.staff = append(d.staff, p)
	if !s.from.Before(s.to) {
		return
	}
	d.at(s.from, func() { d.set(p, routing.Available) })
	d.at(s.to, func() { d.idle(p) })
	for _, b := range s.breaks {
		d.at(b.from, func() { p.rest = b.to.Sub(b.from); d.idle(p) })
	}
	for _, w := range s.walkIns {
		d.at(w.from, func() { d.walkIn(p, w) })
	}
	for _, l := range s.lost {
		d.at(l.from, func() { d.lose(p, true) })
		d.at(l.to, func() { d.lose(p, false) })
	}
}

// set is what a seller says of herself.
func (d *day) set(p *presence, s routing.PresenceStatus) {
	was := p.status
	p.status = s
	if s == routing.Available {
		p.estimate, p.missed = time.Time{}, 0
	}
	d.house.present(p, was)
}

// idle is a seller with nothing in hand: she goes home, takes the break that is
// due, or is free.
func (d *day) idle(p *presence) {
	switch {
	case p.with != nil || p.status == routing.Busy && d.now.Before(p.until):
	case p.status == routing.OnBreak && d.now.Before(p.until):
	case !d.now.Before(p.to):
		d.set(p, routing.OffShift)
	case p.rest > 0:
		p.until, p.rest = d.now.Add(p.rest), 0
		d.set(p, routing.OnBreak)
		d.at(p.until, func() { d.idle(p) })
	default:
		d.set(p, routing.Available)
	}
}

// walkIn is a customer whom no box knows: she is served by who is free.
func (d *day) walkIn(p *presence, w span) {
	if p.status != routing.Available || len(p.open) > 0 {
		return
	}
	p.until = w.to
	d.set(p, routing.Busy)
	d.at(w.to, func() { d.idle(p) })
}

// lose takes a seller's device out of reach, or brings it back.
func (d *day) lose(p *presence, lost bool) {
	p.lost = lost
	d.house.reach(p)
}

// missed counts an offer that nobody answered. The third in a row shows her as
// away, until she has seen the question and is back.
func (d *day) missed(p *presence) {
	if p.missed++; p.missed < missesAway || p.status != routing.Available {
		return
	}
	d.set(p, routing.Away)
	d.score.away++
	back := draw(d.seed, "back %s %d", p.ID.Ref(), d.score.away)
	d.in(minutes(between(back, 1, 8)), func() {
		if p.status == routing.Away {
			d.idle(p)
		}
	})
}

// person is what routing may know of her.
func (p *presence) person(now time.Time) routing.Person {
	in := p.status != routing.OffShift
	out := routing.Person{ID: p.ID, Role: p.Role, Tier: p.Tier, Status: p.status, OnShift: in, Live: in && !p.lost,
		Department: p.Department, Skills: p.Skills, Languages: p.Languages, LastOffer: p.lastOffer,
		OffersThisShift: p.shift, FreeAt: p.estimate}
	for _, t := range p.hour {
		if now.Sub(t) < time.Hour {
			out.OffersThisHour++
		}
	}
	for _, o := range p.open {
		if !o.headsUp {
			out.OpenTasks++
		}
	}
	if p.with != nil {
		out.OpenTasks++
	}
	return out
}
