package concierge

import (
	"slices"
	"sort"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
	"foyer/routing"
)

// SignOn begins an associate's attendance: she is available from now on.
func (d *Desk) SignOn(a floor.AssociateID, now time.Time) error {
	if _, ok := d.roster[a]; !ok {
		return ErrNothing
	}
	at := d.attends(a)
	if !at.signedOn {
		*at = attendance{signedOn: true, status: routing.Available, streams: at.streams, lastLive: now, reached: true}
		if d.serves(a) {
			at.status = routing.Busy
		}
	}
	d.floorChanged(now)
	return nil
}

// SignOff ends an associate's attendance: questions to her pass on, her cards
// close, and for whoever she was with somebody else is asked.
func (d *Desk) SignOff(a floor.AssociateID, now time.Time) {
	at := d.attends(a)
	at.signedOn, at.status = false, routing.OffShift
	for _, o := range d.offers {
		if o.associate == a {
			d.settle(o, routing.TimedOut)
			d.emit(o.event(OfferTimedOut, now))
			d.route(o.stay, now)
		}
	}
	d.passUnknown(a, true, now)
	for _, s := range d.stays {
		if _, ok := s.cards[a]; ok {
			delete(s.cards, a)
			d.emit(Event{Kind: CardRevoked, At: now, Visit: s.id, Associate: a})
		}
		if s.server == a {
			requested := s.task != nil && s.task.requested()
			s.task, s.server, s.stage, s.greeted = nil, floor.AssociateID{}, Announced, false
			d.open(s, requested, now) // anew: for routing, the old one is settled
			d.here(s, now)
		}
	}
	d.floorChanged(now)
}

// Live takes note that a stream to an associate's device opened now, or has
// closed; then reached is when something was last written to it.
func (d *Desk) Live(a floor.AssociateID, open bool, reached time.Time) {
	at := d.attends(a)
	if reached.After(at.lastLive) {
		at.lastLive = reached
	}
	switch {
	case open:
		at.streams++
		d.sweepLive(reached)
	case at.streams > 0:
		at.streams--
	}
}

func (d *Desk) live(a *attendance, now time.Time) bool {
	return a.streams > 0 || now.Sub(a.lastLive) < d.rules.Stream && a.signedOn
}

// passOn takes back what an associate is being asked and asks the next. An
// escalation may interrupt a manager who is busy.
func (d *Desk) passOn(a floor.AssociateID, now time.Time) {
	for _, o := range d.offers {
		if o.associate == a && !(o.ring == routing.Manager && d.attends(a).status == routing.Busy) {
			d.settle(o, routing.Rescinded)
			d.emit(o.event(OfferRescinded, now))
			d.route(o.stay, now)
		}
	}
	d.passUnknown(a, false, now)
}

// serves reports whether an associate is with somebody, or on the way.
func (d *Desk) serves(a floor.AssociateID) bool {
	for _, s := range d.stays {
		if s.server == a {
			return true
		}
	}
	return d.helps(a)
}

// floorChanged says to every signed-on associate that presences changed, and
// to the customers in the store.
func (d *Desk) floorChanged(now time.Time) {
	for _, id := range d.order {
		if at := d.staff[id]; at != nil && at.signedOn {
			d.emit(Event{Kind: FloorChanged, At: now, Associate: id})
		}
	}
	for _, s := range d.stays {
		d.here(s, now)
	}
}

// Today is an associate's first page.
func (d *Desk) Today(a floor.AssociateID, now time.Time) (Today, error) {
	who, ok := d.roster[a]
	at := d.attends(a)
	if !ok || !at.signedOn {
		return Today{}, ErrNothing
	}
	t := Today{Name: who.Name, Role: who.Role, Status: at.status, HeadsUp: d.headsUpView(a), Wrapping: at.wrap, Quiet: at.quiet}
	t.Until, t.OnShift = d.onShift(a, now)
	for _, o := range d.offers {
		if o.associate == a {
			t.Offer = d.offerView(o)
		}
	}
	for _, s := range d.stays {
		p, err := d.person(s.customer)
		if err != nil {
			continue
		}
		switch {
		case s.server == a:
			t.Serving = append(t.Serving, Client{Visit: s.id, Name: d.formFor(p, s, a, d.relationIn(p, s, a, now)), Greeted: s.greeted, Browsed: s.browsed})
		case s.stage == Browsing && d.noticed(p, s, a):
			t.Browsing = append(t.Browsing, Client{Visit: s.id, Name: d.formFor(p, s, a, policy.RelationPreferred)})
		}
	}
	d.unknownToday(a, &t)
	t.Handoffs = d.handoffs(a, now)
	byVisit := func(c []Client) func(i, j int) bool {
		return func(i, j int) bool { return c[i].Visit < c[j].Visit }
	}
	sort.Slice(t.Serving, byVisit(t.Serving))
	sort.Slice(t.Browsing, byVisit(t.Browsing))
	return t, nil
}

// noticed reports whether an associate's list has a line for one who looks
// around: only her own associates', and theirs only if the table shows it.
func (d *Desk) noticed(p profile.Profile, s *stay, a floor.AssociateID) bool {
	return slices.Contains(d.preferredOf(p), a) && d.shows(policy.FactInStore, p, s, a, policy.RelationPreferred)
}

func (d *Desk) offerView(o *offer) *Offer {
	v := &Offer{ID: o.id, Visit: o.stay.id, Requested: o.stay.task.requested(), Escalated: o.ring == routing.Manager, Created: o.created, Deadline: o.deadline}
	v.Cover = o.relation != policy.RelationPreferred
	if !v.Cover {
		if p, err := d.person(o.stay.customer); err == nil {
			v.Name = d.formFor(p, o.stay, o.associate, o.relation)
		}
		return v
	}
	if mine := d.preferred(o.stay.customer); len(mine) > 0 {
		v.Covering = d.roster[mine[0]].Name
	}
	return v
}

// Greeted is said when the associate has met the customer: the place and the
// picture go.
func (d *Desk) Greeted(a floor.AssociateID, v floor.VisitID, now time.Time) error {
	if s := d.helping(a, v); s != nil {
		d.metUnknown(s, now)
		return nil
	}
	s := d.visits[v]
	if s == nil || s.server != a {
		return ErrNothing
	}
	s.greeted = true
	s.servedBy(a)
	for other, c := range s.cards {
		c.view.Greeted, c.view.Photo = c.view.Greeted || other == a, false
		if s.cards[other] = c; other != a {
			d.emit(Event{Kind: FloorChanged, At: now, Associate: other, Visit: s.id})
		}
	}
	d.emit(Event{Kind: FloorChanged, At: now, Associate: a, Visit: s.id})
	d.here(s, now)
	return nil
}

// Greeting reports whether the place of a visit may still be shown: from the
// announcement until she has been greeted, where she allows to be found.
func (d *Desk) Greeting(v floor.VisitID) bool {
	s := d.visits[v]
	return s != nil && s.opened && s.place && !s.greeted && s.stage != Hidden
}

// Floor is a manager's page: people and requests, never purchases.
func (d *Desk) Floor(a floor.AssociateID, now time.Time) (Floor, error) {
	if !d.Manages(a) {
		return Floor{}, ErrNothing
	}
	var f Floor
	for _, id := range d.order {
		if at := d.staff[id]; at != nil && at.signedOn {
			f.OnShift = append(f.OnShift, d.onFloor(id, now))
		}
	}
	for _, s := range d.stays {
		if s.task != nil && s.task.requested() && s.stage != Serving {
			f.Waiting = append(f.Waiting, d.waiting(s, now))
		}
	}
	f.Waiting = append(f.Waiting, d.unknownWaiting()...)
	sort.Slice(f.Waiting, func(i, j int) bool { return f.Waiting[i].Since.Before(f.Waiting[j].Since) })
	if waits, err := d.Reveals(a, now); err == nil {
		f.Reveals = len(waits)
	}
	return f, nil
}
