package concierge

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/routing"
)

// A headsUp tells a busy associate that a client of hers is here. It asks for an
// estimate and for nothing else: she goes on with whom she serves.
type headsUp struct {
	id                OfferID
	stay              *stay
	associate         floor.AssociateID
	created, deadline time.Time
}

// A HeadsUp is the same as her own page shows it.
type HeadsUp struct {
	ID                OfferID
	Visit             floor.VisitID
	Requested         bool   // the customer asked for somebody
	Waits             bool   // she has chosen to wait
	Name              string // form of address, for when nobody else looks
	Created, Deadline time.Time
}

// An Estimate is what a busy associate answers.
type Estimate string

// The estimates.
const (
	In5         Estimate = "in_5"
	In15        Estimate = "in_15"
	PleaseCover Estimate = "please_cover"
	Cannot      Estimate = "cannot"
)

// tellBusy gives an associate the heads-up that routing has decided on. From
// now on the customer has the choice.
func (d *Desk) tellBusy(s *stay, o routing.Offer, now time.Time) {
	t := s.task
	d.closeHeadsUp(t, routing.TimedOut, now)
	t.Asked = append(t.Asked, routing.Asked{Associate: o.Associate, Ring: o.Ring, Outcome: routing.Pending, At: now, Timeout: o.Timeout})
	if t.Choice == routing.NotAsked {
		t.Choice = routing.Undecided
	}
	t.headsUp = &headsUp{id: OfferID("h-" + strings.ToLower(rand.Text()[:16])), stay: s, associate: o.Associate,
		created: now, deadline: now.Add(o.Timeout)}
	d.headsUps[t.headsUp.id] = t.headsUp
	s.told[o.Associate] = true
	d.emit(t.headsUp.event(HeadsUpGiven, now))
	d.here(s, now)
}

func (h *headsUp) event(kind EventKind, now time.Time) Event {
	return Event{Kind: kind, At: now, Visit: h.stay.id, Offer: h.id, Customer: h.stay.customer, Associate: h.associate, Ring: int(routing.HeadsUp)}
}

// closeHeadsUp ends the open heads-up of a task, if there is one.
func (d *Desk) closeHeadsUp(t *task, out routing.Outcome, now time.Time) {
	h := t.headsUp
	if h == nil {
		return
	}
	for i := range t.Asked {
		if a := &t.Asked[i]; a.Ring == routing.HeadsUp && a.Outcome == routing.Pending && a.Associate == h.associate {
			a.Outcome = out
		}
	}
	t.headsUp = nil
	delete(d.headsUps, h.id)
	d.emit(h.event(HeadsUpOver, now))
}

// AnswerHeadsUp is a busy associate's answer. The customer reads it at once,
// and is not told why.
func (d *Desk) AnswerHeadsUp(a floor.AssociateID, id OfferID, say Estimate, now time.Time) error {
	h := d.headsUps[id]
	if h == nil || h.associate != a || !now.Before(h.deadline) {
		return ErrMoved
	}
	s, at := h.stay, d.attends(a)
	switch say {
	case In5:
		at.freeAt = now.Add(5 * time.Minute)
	case In15:
		at.freeAt = now.Add(15 * time.Minute)
	case PleaseCover, Cannot:
		d.tally(now).Answered++
		d.closeHeadsUp(s.task, routing.Declined, now)
		d.wontCome(s.task)
		d.here(s, now)
		d.route(s, now)
		return nil
	default:
		return fmt.Errorf("answer %q: want %s, %s, %s or %s", say, In5, In15, PleaseCover, Cannot)
	}
	d.tally(now).Answered++
	d.closeHeadsUp(s.task, routing.Accepted, now)
	d.floorChanged(now) // everybody who waits for her reads when
	d.route(s, now)
	return nil
}

// wontCome lets a customer who waits choose anew where nobody is left to wait
// for. A request goes on to others by itself: she has asked for somebody.
func (d *Desk) wontCome(t *task) {
	if t.Choice == routing.WaitForHer && d.awaited(t) == (floor.AssociateID{}) {
		t.Choice = routing.NotAsked
	}
}

// awaited is the one of hers who has been told, and has not said that she
// cannot come: the one to wait for.
func (d *Desk) awaited(t *task) floor.AssociateID {
	for _, id := range t.Preferred {
		last := slices.IndexFunc(t.Asked, func(a routing.Asked) bool {
			return a.Associate == id && a.Ring == routing.HeadsUp && a.Outcome != routing.Declined && a.Outcome != routing.Rescinded
		})
		no := slices.ContainsFunc(t.Asked, func(a routing.Asked) bool { return a.Associate == id && a.Outcome == routing.Declined })
		if last >= 0 && !no {
			return id
		}
	}
	return floor.AssociateID{}
}

// sweepHeadsUps ends those whose time is over, or whose associate is no longer
// busy or in: there is nothing to estimate then.
func (d *Desk) sweepHeadsUps(now time.Time) {
	for _, h := range d.headsUps {
		at := d.attends(h.associate)
		if !now.Before(h.deadline) || !at.signedOn || at.status != routing.Busy && !d.serves(h.associate) {
			d.closeHeadsUp(h.stay.task, routing.TimedOut, now)
			d.route(h.stay, now)
		}
	}
}

// headsUpView is an open heads-up as its associate's page shows it. The name is
// there for when she is alone.
func (d *Desk) headsUpView(a floor.AssociateID) *HeadsUp {
	for _, h := range d.headsUps {
		if h.associate != a {
			continue
		}
		t := h.stay.task
		v := &HeadsUp{ID: h.id, Visit: h.stay.id, Requested: t.requested(), Waits: t.Choice == routing.WaitForHer,
			Created: h.created, Deadline: h.deadline}
		if p, err := d.person(h.stay.customer); err == nil {
			v.Name = d.formFor(p, h.stay, a, policy.RelationPreferred)
		}
		return v
	}
	return nil
}
