package concierge

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/routing"
)

// ErrUnfit means that a manager wants somebody asked who may not be: the text
// says why.
var ErrUnfit = errors.New("cannot be asked about this client")

// overridden returns the task of a visit that a manager may decide about: one
// that somebody waits in.
func (d *Desk) overridden(manager floor.AssociateID, id string) (*stay, error) {
	s := d.visits[floor.VisitID(id)]
	if !d.Manages(manager) || s == nil || s.task == nil || !s.task.requested() || s.stage == Serving {
		return nil, ErrNothing
	}
	return s, nil
}

// Assign has a manager's choice asked next, whoever is being asked. She is asked,
// not sent: what nobody gets round (her shift, the customer's block, training)
// the manager does not get round either.
func (d *Desk) Assign(manager floor.AssociateID, id, ref string, now time.Time) error {
	s, err := d.overridden(manager, id)
	if err != nil {
		return err
	}
	a, err := floor.ParseAssociate(ref)
	if err != nil {
		return ErrNothing
	}
	if why := d.unfit(s, a, now); why != "" {
		return fmt.Errorf("%w: %s", ErrUnfit, why)
	}
	d.override(s, now)
	s.task.ended = false
	d.decided.say(s, routing.Account{Task: id, Urgency: s.task.Urgency.String(), At: now.UTC(), Associate: a.Ref(), Ring: "manager's choice",
		Timeout: d.rules.Offer, Considered: []routing.Considered{}})
	d.ask(s, routing.Offer{Associate: a, Ring: routing.Override, Timeout: d.rules.Offer}, now)
	return nil
}

// unfit says why an associate may not be asked about a stay even by a manager.
func (d *Desk) unfit(s *stay, a floor.AssociateID, now time.Time) string {
	who, known := d.roster[a]
	at := d.attends(a)
	_, on := d.onShift(a, now)
	asked := slices.ContainsFunc(d.offersTo(a), func(o *offer) bool { return o.stay != s })
	switch {
	case !known || !at.signedOn || !on && who.Role != floor.RoleManager:
		return "she is not in"
	case !d.live(at, now):
		return "her device is out of reach"
	case slices.Contains(s.task.Blocked, a):
		return "the client does not want her"
	case who.Tier == floor.TierUntrained:
		return "she is not trained"
	case d.serves(a) || asked:
		return "she is with another client"
	case at.status != routing.Available && at.status != routing.Busy:
		return "she is not available"
	}
	return ""
}

func (d *Desk) offersTo(a floor.AssociateID) (out []*offer) {
	for _, o := range d.offers {
		if o.associate == a {
			out = append(out, o)
		}
	}
	return out
}

// Escalate has a manager asked at once.
func (d *Desk) Escalate(manager floor.AssociateID, id string, now time.Time) error {
	s, err := d.overridden(manager, id)
	if err != nil {
		return err
	}
	at := now
	for _, who := range append([]floor.AssociateID{manager}, d.order...) {
		if d.roster[who].Role != floor.RoleManager || d.unfit(s, who, at) != "" {
			continue
		}
		d.override(s, now)
		s.task.ended = false
		d.decided.say(s, routing.Account{Task: id, Urgency: s.task.Urgency.String(), At: now.UTC(), Associate: who.Ref(), Ring: "escalated by a manager",
			Timeout: d.routingRules().ManagerTimeout, Considered: []routing.Considered{}})
		d.ask(s, routing.Offer{Associate: who, Ring: routing.Manager, Timeout: d.routingRules().ManagerTimeout}, now)
		return nil
	}
	return fmt.Errorf("%w: no manager is free", ErrUnfit)
}

// CancelTask ends a request: nobody is asked any more, and the customer's page
// says so and offers her a time.
func (d *Desk) CancelTask(manager floor.AssociateID, id string, now time.Time) error {
	s, err := d.overridden(manager, id)
	if err != nil {
		return err
	}
	d.override(s, now)
	s.task.ended = true
	d.decided.say(s, routing.Account{Task: id, Urgency: s.task.Urgency.String(), At: now.UTC(), Reason: "cancelled by a manager", Considered: []routing.Considered{}})
	d.here(s, now)
	return nil
}

// override takes back whatever is being asked about a stay.
func (d *Desk) override(s *stay, now time.Time) {
	d.closeHeadsUp(s.task, routing.Rescinded, now)
	if o := s.task.offer; o != nil {
		d.settle(o, routing.Rescinded)
		d.emit(o.event(OfferRescinded, now))
	}
	if s.task.Choice == routing.Undecided {
		s.task.Choice = routing.NotAsked
	}
}

// WhyTask explains a task to a manager: her floor is her business.
func (d *Desk) WhyTask(manager floor.AssociateID, id string, now time.Time) ([]routing.Account, error) {
	if !d.Manages(manager) {
		return nil, ErrNothing
	}
	return d.ExplainTask(id, now)
}

// Candidates are whom a manager may have asked about a task now.
func (d *Desk) Candidates(manager floor.AssociateID, id string, now time.Time) ([]Colleague, error) {
	s, err := d.overridden(manager, id)
	if err != nil {
		return nil, err
	}
	var out []Colleague
	for _, a := range d.order {
		if d.unfit(s, a, now) == "" {
			out = append(out, d.colleague(a, now))
		}
	}
	return out, nil
}

// ask asks an associate about a stay.
func (d *Desk) ask(s *stay, o routing.Offer, now time.Time) {
	t := s.task
	t.Asked = append(t.Asked, routing.Asked{Associate: o.Associate, Ring: o.Ring, Outcome: routing.Pending, At: now, Timeout: o.Timeout})
	t.offer = &offer{id: newOfferID(), stay: s, associate: o.Associate,
		relation: d.relation(s, o.Associate, now), ring: o.Ring, created: now, deadline: now.Add(o.Timeout)}
	d.offers[t.offer.id] = t.offer
	a := d.attends(o.Associate)
	a.lastOffer = now
	if t.Urgency == routing.Arrival {
		a.hour = append(slices.DeleteFunc(a.hour, func(t time.Time) bool { return now.Sub(t) >= time.Hour }), now)
	}
	if o.Ring >= routing.Covers && o.Ring <= routing.Floor {
		a.shift++
	}
	if t.offer.relation == policy.RelationPreferred {
		s.told[o.Associate] = true // a cover learns no name before her yes
	}
	d.emit(t.offer.event(OfferCreated, now))
	d.here(s, now)
}
