package concierge

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
	"foyer/routing"
)

// A task is one customer to be looked after, and the question now open.
type task struct {
	routing.Task
	offer   *offer
	headsUp *headsUp  // open, of a busy associate of hers
	next    time.Time // when routing is to be asked again, zero: on a change
	ended   bool
}

// An offer is a question to one associate, until she answers or time does.
type offer struct {
	id        OfferID
	stay      *stay
	associate floor.AssociateID
	relation  policy.Relation
	ring      routing.Ring
	created   time.Time
	deadline  time.Time
}

func (t *task) requested() bool { return t.Urgency == routing.Requested }

// open makes a task of a stay, if routing admits one.
func (d *Desk) open(s *stay, requested bool, now time.Time) {
	p, err := d.person(s.customer)
	if err != nil {
		return
	}
	t := d.taskOf(s, p, requested, now)
	if errors.Is(routing.Admit(t), routing.ErrBrowsing) {
		return
	}
	s.task = &task{Task: t}
	d.route(s, now)
}

// taskOf is what routing is told of a stay.
func (d *Desk) taskOf(s *stay, p profile.Profile, requested bool, began time.Time) routing.Task {
	t := routing.Task{
		ID: string(s.id), Urgency: routing.Arrival, Began: began, Languages: p.Languages,
		Preferred: d.preferredOf(p), Blocked: p.Blocked, Style: routingStyle(s.style),
		Quiet: slices.Contains(p.Wishes, "quiet"),
	}
	if s.history {
		t.Served = d.served.of(s.customer)
	}
	if s.place {
		t.Zone = s.zone
	}
	if requested {
		t.Urgency, t.Style = routing.Requested, routing.ApproachMe
	}
	if requested && s.skill != "" {
		t.Skills = []string{s.skill}
	}
	t.Priority = p.Priority
	t.Covers, t.CoversWelcome = d.coversOf(p), p.Covers == profile.CoversWelcome
	if a, ok := d.appointmentNow(p, began); ok && !slices.Contains(p.Blocked, a.With) { // who has promised to be there comes first
		t.Preferred = slices.DeleteFunc(t.Preferred, func(id floor.AssociateID) bool { return id == a.With })
		t.Preferred = append([]floor.AssociateID{a.With}, t.Preferred...)
	}
	return t
}

func routingStyle(s Style) routing.ServiceStyle {
	switch s {
	case ApproachMe:
		return routing.ApproachMe
	case OnlyMine:
		return routing.OnlyMine
	}
	return routing.LetMeBrowse
}

// route asks routing whom to ask next.
func (d *Desk) route(s *stay, now time.Time) {
	t := s.task
	if t == nil || t.offer != nil || t.ended {
		return
	}
	o, wait, ok := d.decide(s, now)
	if !ok {
		t.next, t.ended = wait.Until, wait.Over
		switch {
		case wait.Reason == routing.NoChoice: // nobody is pushed on her
			d.announce(s, LetMeBrowse, now)
		case t.ended:
			if t.requested() && wait.Reason == routing.Exhausted {
				d.tally(now).Nobody++
			}
			d.closeHeadsUp(t, routing.Rescinded, now)
			d.here(s, now)
		}
		return
	}
	if o.HeadsUp {
		d.tellBusy(s, o, now)
		return
	}
	d.closeHeadsUp(t, routing.TimedOut, now)
	d.ask(s, o, now)
}

func newOfferID() OfferID { return OfferID("o-" + strings.ToLower(rand.Text()[:16])) }

func (o *offer) event(kind EventKind, now time.Time) Event {
	return Event{Kind: kind, At: now, Visit: o.stay.id, Offer: o.id, Customer: o.stay.customer, Associate: o.associate,
		Relation: o.relation.String(), Ring: int(o.ring), Style: o.stay.style, History: o.stay.history}
}

// routingRules are the rules of routing with this desk's times.
func (d *Desk) routingRules() routing.Rules {
	r := d.rules.Routing
	if r.Loops == 0 { // nobody has said
		r = routing.Defaults()
	}
	r.OfferTimeout, r.OnlyTimeout, r.ArrivalExpires, r.ServedWindow = d.rules.Offer, d.rules.Alone, d.rules.Arrival, d.servedWindow()
	return r
}

// servedWindow is how long having served a customer counts: headquarters' table
// says so, or the rules.
func (d *Desk) servedWindow() time.Duration {
	if w := d.policy.Params().ServedWindow; w > 0 {
		return w
	}
	return d.rules.Served
}

// settle closes the open question of a task with an outcome.
func (d *Desk) settle(o *offer, out routing.Outcome) {
	t := o.stay.task
	for i := range t.Asked {
		if t.Asked[i].Outcome == routing.Pending && t.Asked[i].Associate == o.associate && t.Asked[i].Ring != routing.HeadsUp {
			t.Asked[i].Outcome = out
		}
	}
	t.offer = nil
	delete(d.offers, o.id)
}

// chooseAnew gives a customer her time to choose once more: while another one of
// hers was being asked her page did not have the question.
func (t *task) chooseAnew(now time.Time) {
	for i := range t.Asked {
		if a := &t.Asked[i]; a.Ring == routing.HeadsUp && t.Choice == routing.Undecided && a.Outcome != routing.Declined {
			a.At = now
		}
	}
}

// Accept is an associate's yes. The access is written down first; where that
// cannot be done, nothing is shown and the question stays open.
func (d *Desk) Accept(a floor.AssociateID, id OfferID, now time.Time) (Card, error) {
	if s, ok := d.called(a, id); ok {
		return d.goTo(s, now)
	}
	o := d.offers[id]
	if o == nil || o.associate != a || !now.Before(o.deadline) {
		return Card{}, ErrMoved
	}
	s := o.stay
	p, err := d.person(s.customer)
	if err != nil {
		return Card{}, ErrNothing
	}
	rel, ok := d.admits(p, s, a, now)
	if !ok {
		return Card{}, ErrMoved
	}
	o.relation = rel
	card, shown, err := d.makeCard(p, s, a, o.relation, now)
	if err != nil {
		return Card{}, err
	}
	d.settle(o, routing.Accepted)
	s.server, s.stage, s.greeted, s.told[a] = a, Serving, false, true
	s.cards[a] = card
	at := d.attends(a)
	at.status, at.missed, at.freeAt, at.wrap = routing.Busy, 0, time.Time{}, time.Time{}
	d.emit(o.event(OfferAccepted, now))
	d.emit(shown)
	d.askHandoff(s, a, o.relation, now)
	d.tellMine(s, now)
	d.here(s, now)
	return card, nil
}

// Decline is an associate's no. The next one is asked.
func (d *Desk) Decline(a floor.AssociateID, id OfferID, reason string, now time.Time) error {
	if s, ok := d.called(a, id); ok {
		d.turnDown(s, now)
		return nil
	}
	o := d.offers[id]
	if o == nil || o.associate != a {
		return ErrMoved
	}
	d.attends(a).missed = 0
	d.settle(o, routing.Declined)
	o.stay.task.chooseAnew(now)
	d.emit(o.event(OfferDeclined, now))
	d.route(o.stay, now)
	return nil
}

// sweepOffers lets questions pass whose time is over or whose associate can
// no longer see them.
func (d *Desk) sweepOffers(now time.Time) {
	for _, o := range d.offers {
		a := d.attends(o.associate)
		if now.Before(o.deadline) && d.live(a, now) {
			continue
		}
		d.settle(o, routing.TimedOut)
		o.stay.task.chooseAnew(now)
		d.emit(o.event(OfferTimedOut, now))
		if a.missed++; a.missed >= missesAway && a.status == routing.Available && d.spared(o.associate, now) {
			a.status = routing.Away // three in a row: is she still on the floor?
			d.emit(Event{Kind: FloorChanged, At: now, Associate: o.associate})
		}
		d.route(o.stay, now)
	}
}

// missesAway is how many questions in a row somebody lets pass before she is
// shown as away.
const missesAway = 3

// spared reports whether the floor can do without an associate: the last
// manager within reach is asked however often she misses, for a request is to
// reach somebody.
func (d *Desk) spared(a floor.AssociateID, now time.Time) bool {
	if d.roster[a].Role != floor.RoleManager {
		return true
	}
	for _, id := range d.order {
		at := d.attends(id)
		if id != a && d.roster[id].Role == floor.RoleManager && at.signedOn && d.live(at, now) &&
			(at.status == routing.Available || at.status == routing.Busy) {
			return true
		}
	}
	return false
}

// sweepTasks asks routing again where time has come. A task that waits for a
// change is asked at each sweep: what changes is the floor. Who waits for the
// same people is asked about in the order of routing.
func (d *Desk) sweepTasks(now time.Time) {
	var due []*stay
	for _, s := range d.stays {
		if t := s.task; t != nil && t.offer == nil && !t.ended && !now.Before(t.next) {
			due = append(due, s)
		}
	}
	slices.SortFunc(due, func(a, b *stay) int { return routing.Before(a.task.Task, b.task.Task) })
	for _, s := range due {
		d.route(s, now)
	}
}

// withdrawTask ends a task and takes back its open question.
func (d *Desk) withdrawTask(s *stay, now time.Time) {
	if s.task == nil {
		return
	}
	if o := s.task.offer; o != nil {
		d.settle(o, routing.Rescinded)
		d.emit(o.event(OfferRescinded, now))
	}
	d.closeHeadsUp(s.task, routing.Rescinded, now)
	s.task = nil
}

// relation is what an associate is to the customer of a stay, the closest
// first (the relation tuples of the discretion policy).
func (d *Desk) relation(s *stay, a floor.AssociateID, now time.Time) policy.Relation {
	p, err := d.person(s.customer)
	if err != nil {
		return policy.RelationNone
	}
	return d.relationIn(p, s, a, now)
}

func (d *Desk) relationIn(p profile.Profile, s *stay, a floor.AssociateID, now time.Time) policy.Relation {
	if slices.Contains(d.preferredOf(p), a) {
		return policy.RelationPreferred
	}
	if at, ok := d.served.at(s.customer, a); ok && s.history && now.Sub(at) < d.servedWindow() {
		return policy.RelationServed
	}
	if d.roster[a].Role == floor.RoleManager {
		return policy.RelationManager
	}
	if s.server == a || s.task != nil && s.task.offer != nil && s.task.offer.associate == a || s.task != nil && asked(s.task, a) {
		return policy.RelationSubstitute
	}
	return policy.RelationNone
}

// asked reports whether a is being asked in this very moment: an offer is
// recorded before its relation is computed.
func asked(t *task, a floor.AssociateID) bool {
	n := len(t.Asked)
	return n > 0 && t.Asked[n-1].Associate == a && t.Asked[n-1].Outcome == routing.Pending
}
