package concierge

import (
	"fmt"
	"time"

	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/profile"
	"foyer/routing"
)

// A WrapUp is how an associate ends her service. Served means that she has served
// the customer, which is remembered for the next visit if the customer lets
// visits be kept; Next, that somebody else is to go on; Approached, that she came
// up to one who had asked to look around alone.
type WrapUp struct{ Served, Next, Approached bool }

// WrapUp ends the service.
func (d *Desk) WrapUp(a floor.AssociateID, v floor.VisitID, w WrapUp, now time.Time) error {
	if s := d.helping(a, v); s != nil {
		if w.Next {
			d.handOnUnknown(s, now)
			return nil
		}
		d.helped(s, w.Served, now)
		return nil
	}
	s := d.visits[v]
	if s == nil || s.server != a {
		return ErrNothing
	}
	if err := d.approached(s, a, w, now); err != nil {
		return err
	}
	if w.Served {
		s.servedBy(a)
	}
	if w.Served && !s.forgotten && d.allowed(s.customer, profile.HistoryStore) {
		if err := d.served.put(s.customer, a, now); err != nil {
			return fmt.Errorf("wrap up: %w", err)
		}
	}
	d.remember(s, now)
	delete(s.cards, a)
	s.task, s.server, s.stage = nil, floor.AssociateID{}, Announced
	d.emit(Event{Kind: CardRevoked, At: now, Visit: s.id, Associate: a})
	d.free(a, true, now)
	if w.Next {
		d.handOn(s, a, now)
	}
	d.tellMine(s, now)
	d.here(s, now)
	return nil
}

// approached puts on record that an associate came up to one who looked around.
// It is about no customer, and said once of a visit.
func (d *Desk) approached(s *stay, a floor.AssociateID, w WrapUp, now time.Time) error {
	if !w.Approached || !s.browsed || s.owned {
		return nil
	}
	if err := d.conduct.Mark(a, conduct.Approached, now); err != nil {
		return fmt.Errorf("wrap up: %w", err)
	}
	s.owned = true
	return nil
}

// handOn asks for somebody else to go on with a customer. Whoever hands her on
// counts as having said no; of one who wants only her own associates none but
// they are asked.
func (d *Desk) handOn(s *stay, from floor.AssociateID, now time.Time) {
	p, err := d.person(s.customer)
	if err != nil {
		return
	}
	s.greeted = false
	t := &task{Task: d.taskOf(s, p, s.style != OnlyMine, now)}
	t.Asked = []routing.Asked{{Associate: from, Ring: routing.Override, Outcome: routing.Declined, At: now}}
	s.task = t
	d.route(s, now)
}

// handOnUnknown asks for somebody else to go on with one who is not signed in.
func (d *Desk) handOnUnknown(s *stranger, now time.Time) {
	from := s.server
	d.emit(Event{Kind: CardRevoked, At: now, Visit: s.visit, Associate: from})
	s.server, s.met = floor.AssociateID{}, false
	s.task.Began = now
	s.task.Asked = []routing.Asked{{Associate: from, Ring: routing.Override, Outcome: routing.Declined, At: now}}
	d.free(from, true, now)
	d.seek(s, now)
}
