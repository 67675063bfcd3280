package concierge

import (
	"time"

	"foyer/floor"
	"foyer/routing"
)

// called returns whose open question an offer is, if it is a stranger's, and
// whether it is put to an associate.
func (d *Desk) called(a floor.AssociateID, id OfferID) (s *stranger, ok bool) {
	s = d.unknown.find(func(s *stranger) bool { return s.call != nil && s.call.id == id })
	return s, s != nil && s.call.associate == a
}

// helping returns the ask that an associate serves under a visit's name.
func (d *Desk) helping(a floor.AssociateID, v floor.VisitID) *stranger {
	return d.unknown.find(func(s *stranger) bool { return s.visit == v && s.server == a && a.Valid() })
}

// goTo is an associate's yes to a stranger. There is nobody to know anything of,
// so no access is written down.
func (d *Desk) goTo(s *stranger, now time.Time) (Card, error) {
	if !now.Before(s.call.deadline) {
		return Card{}, ErrMoved
	}
	a := s.call.associate
	if !d.attends(a).signedOn {
		return Card{}, ErrMoved
	}
	d.hangUp(s, routing.Accepted, OfferAccepted, now)
	s.server, s.met = a, false
	at := d.attends(a)
	at.status, at.missed, at.freeAt, at.wrap = routing.Busy, 0, time.Time{}, time.Time{}
	d.floorChanged(now)
	return s.card(now, d.rules.CardLife), nil
}

// card is a card without anything: a place that she picked, and what to say.
func (s *stranger) card(now time.Time, life time.Duration) Card {
	return Card{CardView{Visit: s.visit, AsOf: now, Expires: now.Add(life), Relation: "none", Greeted: s.met,
		Unknown: true, Place: s.task.Zone, First: "She is not signed in: nothing is known of her.", Closing: "Ask what you may do for her."}}
}

// turnDown is an associate's no.
func (d *Desk) turnDown(s *stranger, now time.Time) {
	d.attends(s.call.associate).missed = 0
	d.hangUp(s, routing.Declined, OfferDeclined, now)
	d.seek(s, now)
}

// met takes note that an associate has found her.
func (d *Desk) metUnknown(s *stranger, now time.Time) {
	s.met = true
	d.emit(Event{Kind: FloorChanged, At: now, Associate: s.server, Visit: s.visit})
}

// helped ends the ask. Who was not there counts: several of them, and strangers
// are not taken at their word for a while.
func (d *Desk) helped(s *stranger, found bool, now time.Time) {
	if !found && !s.met {
		d.unknown.missed = append(d.unknown.missed, now)
	}
	d.part(s, now)
}

// passUnknown takes back what an associate is asked for strangers. With gone,
// somebody else is asked for those whom she was going to see, too.
func (d *Desk) passUnknown(a floor.AssociateID, gone bool, now time.Time) {
	for _, s := range d.unknown.open {
		switch {
		case s.call != nil && s.call.associate == a:
			d.hangUp(s, routing.TimedOut, OfferTimedOut, now)
		case s.server == a && gone:
			s.server, s.met = floor.AssociateID{}, false
			s.task.Asked = nil // anew
			d.emit(Event{Kind: CardRevoked, At: now, Visit: s.visit, Associate: a})
		default:
			continue
		}
		d.seek(s, now)
	}
}

// burden is what strangers ask of an associate now.
func (d *Desk) burden(a floor.AssociateID) (n int) {
	for _, s := range d.unknown.open {
		if s.server == a || s.call != nil && s.call.associate == a {
			n++
		}
	}
	return n
}

// helps reports whether an associate is with a stranger, or on the way.
func (d *Desk) helps(a floor.AssociateID) bool {
	return d.unknown.find(func(s *stranger) bool { return s.server == a }) != nil
}

// unknownToday puts strangers on an associate's page: after a question about a
// customer, which comes first.
func (d *Desk) unknownToday(a floor.AssociateID, t *Today) {
	for _, s := range d.unknown.open {
		if s.server == a {
			t.Serving = append(t.Serving, Client{Visit: s.visit, Greeted: s.met, Unknown: true, Place: s.task.Zone})
		}
		if c := s.call; c != nil && c.associate == a && t.Offer == nil {
			t.Offer = &Offer{ID: c.id, Visit: s.visit, Requested: true, Cover: true, Unknown: true, Place: s.task.Zone, Created: c.created, Deadline: c.deadline}
		}
	}
}

// unknownWaiting are the strangers whom nobody goes to yet.
func (d *Desk) unknownWaiting() (out []Waiting) {
	for _, s := range d.unknown.open {
		if !s.server.Valid() {
			out = append(out, Waiting{Visit: s.visit, Since: s.task.Began, Asked: len(s.task.Asked), Ring: ringNow(s.task.Asked), Unknown: true, Place: s.task.Zone})
		}
	}
	return out
}
