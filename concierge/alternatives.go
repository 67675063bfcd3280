package concierge

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/routing"
)

// A Choice is what a customer would like while her own associate cannot come at
// once.
type Choice string

// The choices.
const (
	Wait         Choice = "wait"
	SomebodyElse Choice = "somebody_else"
	Book         Choice = "book"
	Browse       Choice = "browse"
)

// Alternatives is the choice a customer has, and how it stands with hers.
type Alternatives struct {
	Task    string    // what Choose calls it
	Who     Colleague // hers, of whom it speaks
	Cannot  bool      // Who has said that she cannot come now
	Wait    bool      // she may wait for Who
	Waiting bool      // and does
	Place   int       // in the line of those who wait for Who, from 1
	Else    bool      // she may ask for somebody else
	Until   time.Time // without an answer she is left to look around; zero: no hurry
}

// Choose is her answer.
func (d *Desk) Choose(c floor.Customer, id string, what Choice, now time.Time) error {
	s := d.stays[c]
	if s == nil || s.task == nil || s.task.ID != id || s.stage != Announced {
		return ErrMoved
	}
	t := s.task
	switch what {
	case Wait:
		if t.ended || d.awaited(t) == (floor.AssociateID{}) {
			return ErrMoved
		}
		t.Choice = routing.WaitForHer
	case SomebodyElse:
		d.closeHeadsUp(t, routing.Rescinded, now)
		if o := t.offer; o != nil && !t.requested() { // what was asked as an arrival is asked as that
			d.settle(o, routing.Rescinded)
			d.emit(o.event(OfferRescinded, now))
		}
		if !t.requested() {
			d.tally(now).Requests++
			t.Urgency, t.Style, t.Began = routing.Requested, routing.ApproachMe, now
		}
		t.Choice, t.ended = routing.SomebodyElse, false
	case Book, Browse:
		d.announce(s, LetMeBrowse, now)
		return nil
	default:
		return fmt.Errorf("choice %q: want %s, %s, %s or %s", what, Wait, SomebodyElse, Book, Browse)
	}
	t.next = time.Time{}
	d.here(s, now)
	d.route(s, now)
	return nil
}

// alternatives is the choice a customer has at this moment, nil if there is none.
func (d *Desk) alternatives(s *stay, now time.Time) *Alternatives {
	t := s.task
	if t == nil || s.stage != Announced || t.offer != nil || len(t.Preferred) == 0 {
		return nil
	}
	if t.requested() && (t.ended || t.Choice != routing.Undecided && t.Choice != routing.WaitForHer) {
		return nil
	}
	o := &Alternatives{Task: t.ID, Else: true}
	who := d.awaited(t)
	if o.Wait = who.Valid() && !t.ended; !o.Wait {
		who = t.Preferred[0]
		o.Cannot = d.said(t, who, routing.Declined)
	}
	o.Who = d.shownTo(s.customer, who, now)
	if o.Waiting = o.Wait && t.Choice == routing.WaitForHer; o.Waiting {
		o.Place = d.place(t, who)
	}
	for _, a := range t.Asked {
		if a.Ring == routing.HeadsUp && a.Associate == who && t.Choice == routing.Undecided {
			o.Until = a.At.Add(d.routingRules().ChoiceWithin)
		}
	}
	return o
}

func (d *Desk) said(t *task, a floor.AssociateID, what routing.Outcome) bool {
	for _, x := range t.Asked {
		if x.Associate == a && x.Outcome == what {
			return true
		}
	}
	return false
}

// place counts who waits for the same associate, and is before her.
func (d *Desk) place(mine *task, who floor.AssociateID) int {
	n := 1
	for _, s := range d.stays {
		t := s.task
		if t != nil && t != mine && !t.ended && t.Choice == routing.WaitForHer && d.awaited(t) == who && routing.Before(t.Task, mine.Task) < 0 {
			n++
		}
	}
	return n
}
