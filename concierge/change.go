package concierge

import (
	"maps"
	"slices"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
	"foyer/routing"
)

// Changed takes note that a profile or a consent is not what it was: what she
// no longer allows ends now, and cards are decided anew.
func (d *Desk) Changed(c floor.Customer, now time.Time) {
	d.forgetServed(c)
	d.forgetMessages(c)
	s := d.stays[c]
	p, ok := d.noticeable(c)
	if d.unbook(c); p.Customer == c {
		d.index(p)
		d.cancelAll(c, now)
	}
	switch {
	case !ok:
		d.unbind(c, now)
	case s == nil:
	case !d.mayTell(c) && s.stage != Awaiting:
		d.hide(s, now)
	default:
		s.history, s.place = d.allowed(c, profile.HistoryStore), d.allowed(c, profile.PositionsForService)
		d.reconsider(s, p, now)
		d.here(s, now)
		return
	}
	d.emit(Event{Kind: HereChanged, At: now, Customer: c})
}

// ChangedAll says so of everybody who is here: what is known of them opens no
// more, or again.
func (d *Desk) ChangedAll(now time.Time) {
	for _, c := range slices.Collect(maps.Keys(d.stays)) {
		d.Changed(c, now)
	}
}

// forgetMessages forgets what was left for one who does not take messages.
func (d *Desk) forgetMessages(c floor.Customer) {
	if d.allowed(c, profile.ContentPersonal) || d.consentsOf(c)[profile.ContentPersonal].Suspended {
		return
	}
	if all, err := messagesOf(d.messages, c); err == nil && len(all) == 0 {
		return
	}
	if err := d.messages.Forget(c); err != nil {
		d.log.Error("forget what was left for her", "err", err)
	}
}

// forgetServed forgets who served one who does not let visits be kept.
func (d *Desk) forgetServed(c floor.Customer) {
	if d.allowed(c, profile.HistoryStore) || d.consentsOf(c)[profile.HistoryStore].Suspended {
		return // what is suspended is not used, and not forgotten
	}
	for id, v := range d.past[c] {
		v.Kept = false
		d.past[c][id] = v
	}
	if err := d.conduct.DropKept(c); err != nil {
		d.log.Error("forget her visits", "err", err)
	}
	if len(d.served.of(c)) == 0 {
		return
	}
	if err := d.served.forgetWho(c); err != nil {
		d.log.Error("forget who served", "err", err)
	}
}

// reconsider lets a change reach a stay that goes on: the grace of one who now
// wishes to be asked, the question to an associate she no longer wants, cards.
func (d *Desk) reconsider(s *stay, p profile.Profile, now time.Time) {
	if Visibility(p.Visibility) != Automatic || d.lent[s.customer] {
		d.askAgain(s, now)
	}
	d.redecide(s, now)
	if s.stage == Browsing {
		d.tellMine(s, now)
	}
	if s.server.Valid() && slices.Contains(p.Blocked, s.server) {
		d.withdrawTask(s, now)
		d.emit(Event{Kind: CardRevoked, At: now, Visit: s.id, Associate: s.server})
		d.revoke(s, now)
		s.stage = Announced
	}
	t := s.task
	if t == nil {
		return
	}
	next := d.taskOf(s, p, t.requested(), t.Began)
	t.Preferred, t.Blocked, t.Languages, t.Quiet = next.Preferred, next.Blocked, next.Languages, next.Quiet
	t.Covers, t.CoversWelcome = next.Covers, next.CoversWelcome
	if o := t.offer; o != nil && (slices.Contains(p.Blocked, o.associate) || d.relationIn(p, s, o.associate, now) != o.relation) {
		d.settle(o, routing.Rescinded)
		d.emit(o.event(OfferRescinded, now))
		d.route(s, now)
	}
}

// askAgain ends the grace of one who no longer wishes to be announced without
// a question.
func (d *Desk) askAgain(s *stay, now time.Time) {
	if s.stage == Grace {
		s.stage, s.deadline = Awaiting, now.Add(d.rules.Ask)
	}
}

// redecide closes what was decided of a stay, so that whoever looks at it asks
// anew, and tells everybody who has learnt of her.
func (d *Desk) redecide(s *stay, now time.Time) {
	clear(s.cards)
	for a := range s.told {
		d.emit(Event{Kind: FloorChanged, At: now, Associate: a})
	}
}

// admits reports whether an associate may look at a stay at all at this
// moment, and as what: her profile is read anew, for a consent or a block can
// be on the disk before the desk has been told.
func (d *Desk) admits(p profile.Profile, s *stay, a floor.AssociateID, now time.Time) (policy.Relation, bool) {
	ok := d.attends(a).signedOn && !slices.Contains(p.Blocked, a) && d.mayTell(s.customer)
	return d.relationIn(p, s, a, now), ok
}

// unbind ends the stay and the leases: from the next report on, her phone is
// a stranger's.
func (d *Desk) unbind(c floor.Customer, now time.Time) {
	d.binder.Forget(c.Ref())
	for p, owner := range d.phones {
		if owner == c {
			d.binder.Release(p)
			d.unfollow(p)
			d.emit(Event{Kind: PhoneReleased, At: now, Phone: p})
		}
	}
	if s := d.stays[c]; s != nil {
		d.hide(s, now)
		d.drop(s)
	}
}

// Dismiss ends everything that moves of a customer who is to be erased, or who
// signs out.
func (d *Desk) Dismiss(c floor.Customer, now time.Time) {
	delete(d.lent, c)
	if _, err := d.profiles.Get(c); err != nil {
		d.unbook(c)
	}
	d.unbind(c, now)
	d.decided.forget(c)
	d.forgetReveals(c)
	d.emit(Event{Kind: HereChanged, At: now, Customer: c})
}

// Erased dismisses once more one who is erased by now: a check-in that waited
// for her phone may have come in between.
func (d *Desk) Erased(c floor.Customer, now time.Time) {
	delete(d.unwritten, c)
	if s := d.stays[c]; s != nil {
		s.forgotten = true
	}
	delete(d.past, c)
	d.Dismiss(c, now)
}
