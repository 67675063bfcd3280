package concierge

import (
	"maps"
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// A stay is a customer's visit as people live it: the radio's visit, what she
// chose, and who is with her.
type stay struct {
	customer  floor.Customer
	id        floor.VisitID
	phone     floor.Phone
	zone      floor.ZoneID // where the radio has her, for whom it is near
	stage     Stage
	deadline  time.Time // of the question or the grace
	until     time.Time // its end, where only a code says that she is here; else zero
	style     Style
	skill     string // what she asked help with; empty: anything
	opened    bool   // announced at least once: headquarters may learn of it
	history   bool   // she lets visits be kept
	place     bool   // she lets herself be found
	task      *task
	told      map[floor.AssociateID]bool // who has learnt that she is here
	server    floor.AssociateID          // who said yes
	greeted   bool
	servers   []floor.AssociateID // who has served her in this stay
	forgotten bool                // she wants this visit forgotten
	browsed   bool                // she has asked to look around alone in it
	owned     bool                // who came up to her then has said so
	cards     map[floor.AssociateID]Card
	handoff   handoffAsk
	shares    []*share                        // what was opened to somebody
	asks      []*ask                          // of her
	photo     map[floor.AssociateID]time.Time // until when she who has looked may look at the picture
}

// Bound is a phone that was leased to a customer.
type Bound struct {
	Phone    floor.Phone
	Customer floor.Customer
}

// Arrive takes note of a lease: from now on visits of this phone are hers. She
// may have said no since she checked in; then the lease ends at once.
func (d *Desk) Arrive(b Bound) {
	if _, ok := d.noticeable(b.Customer); !ok {
		d.binder.Release(b.Phone)
		d.emit(Event{Kind: PhoneReleased, Phone: b.Phone})
		return
	}
	d.phones[b.Phone] = b.Customer
	d.followed.Store(b.Phone, true)
}

// Present returns who is here, or whose phone is leased.
func (d *Desk) Present() []floor.Customer {
	here := slices.Collect(maps.Keys(d.stays))
	return slices.AppendSeq(here, maps.Values(d.phones))
}

// Left takes note that a lease ended: what the phone does from now on is
// nobody's, and the visit it stood for is over.
func (d *Desk) Left(p floor.Phone, now time.Time) {
	s := d.stays[d.phones[p]]
	d.unfollow(p)
	if s != nil && s.phone == p {
		d.end(s, now)
	}
}

func (d *Desk) unfollow(p floor.Phone) {
	delete(d.phones, p)
	d.followed.Delete(p)
}

// Greet takes a change of a physical visit.
func (d *Desk) Greet(v floor.Visit, now time.Time) {
	if s := d.visits[v.ID]; s != nil && v.State == floor.Ended {
		if s.phone == v.Phone { // else the stay goes on by another lease
			d.end(s, now)
		}
		return
	}
	c, ok := d.phones[v.Phone]
	if !ok || v.State != floor.Present {
		return
	}
	s := d.stays[c]
	if s != nil {
		s.zone = v.Zone
	}
	switch {
	case s == nil:
		d.begin(c, v, now)
	case d.visits[v.ID] != nil: // known
	case s.phone == v.Phone:
		// The radio's visit before has ended, even if that is told later: what
		// she chose then does not hold for this one.
		d.end(s, now)
		d.begin(c, v, now)
	default:
		// A new lease within the same stay: the radio counts a new visit,
		// people do not.
		s.phone, s.until = v.Phone, time.Time{}
		d.visits[v.ID] = s
	}
}

// begin opens a stay, unless she wishes to stay unnoticed.
func (d *Desk) begin(c floor.Customer, v floor.Visit, now time.Time) {
	p, ok := d.noticeable(c)
	if !ok {
		return
	}
	s := &stay{customer: c, id: v.ID, phone: v.Phone, zone: v.Zone, style: Style(p.Style),
		history: d.allowed(c, profile.HistoryStore), place: d.allowed(c, profile.PositionsForService),
		cards: map[floor.AssociateID]Card{}, told: map[floor.AssociateID]bool{},
		photo: map[floor.AssociateID]time.Time{}}
	d.index(p)
	d.stays[c], d.visits[v.ID] = s, s
	d.profiles.Keep(c)
	s.stage, s.deadline = Awaiting, now.Add(d.rules.Ask)
	switch {
	case !p.NotToday.IsZero() && d.sameDay(p.NotToday, now):
		s.stage, s.deadline = Hidden, time.Time{}
	case Visibility(p.Visibility) == Automatic && !d.lent[c] && d.mayTell(c):
		s.stage, s.deadline = Grace, now.Add(d.rules.Grace)
	}
	d.here(s, now)
}

// noticeable returns her profile, and whether she may be noticed at all.
func (d *Desk) noticeable(c floor.Customer) (profile.Profile, bool) {
	p, err := d.person(c)
	visible := err == nil && Visibility(p.Visibility) != Invisible && !d.unwritten[c].invisible
	return p, visible && d.allowed(c, profile.Presence)
}

// mayTell reports whether associates may learn of her at all (floor F1).
func (d *Desk) mayTell(c floor.Customer) bool {
	return d.allowed(c, profile.ProfileToAssociates)
}

// here says that her page has something new.
func (d *Desk) here(s *stay, now time.Time) {
	d.emit(Event{Kind: HereChanged, At: now, Visit: s.id, Customer: s.customer})
}

// Sweep acts on what time alone brings: the end of a grace, of a question, of
// an offer, of a visit that only a code began.
func (d *Desk) Sweep(now time.Time) {
	for _, s := range d.stays {
		d.sweepPhotos(s, now)
		switch {
		case !s.until.IsZero() && !now.Before(s.until):
			d.end(s, now)
		case s.stage != Grace && s.stage != Awaiting || now.Before(s.deadline):
		case s.stage == Grace && d.mayTell(s.customer):
			d.announce(s, s.style, now)
		default:
			d.hide(s, now) // no answer is a no, and nothing is kept
			s.stage = Away // her page promised to ask no more
		}
	}
	d.sweepPresence(now)
	d.sweepHeadsUps(now)
	d.sweepShifts(now)
	d.sweepPast(now)
	d.retier(now)
	d.sweepLive(now)
	d.sweepOffers(now)
	d.sweepTasks(now)
	d.sweepUnknown(now)
	d.sweepReveals(now)
}

// end closes a stay: cards go, questions are withdrawn, nothing is left but
// what headquarters may be told.
func (d *Desk) end(s *stay, now time.Time) {
	d.withdrawTask(s, now)
	d.remember(s, now)
	d.revoke(s, now)
	if s.opened {
		d.emit(Event{Kind: VisitEnded, At: now, Visit: s.id, Customer: s.customer, History: s.history, Style: s.style})
		d.tellMine(s, now)
	}
	d.drop(s)
	d.emit(Event{Kind: HereChanged, At: now, Customer: s.customer})
}

// drop forgets a stay, and deletes the picture that was for it.
func (d *Desk) drop(s *stay) {
	if err := d.profiles.DropPhoto(s.customer); err != nil {
		d.log.Error("a picture stays until it is a day old", "err", err)
	}
	delete(d.stays, s.customer)
	d.profiles.Let(s.customer)
	for id, other := range d.visits {
		if other == s {
			d.forgetCards(id)
			delete(d.visits, id)
		}
	}
}

// hide ends everything that others know of the stay and keeps only that she
// is not to be asked again.
func (d *Desk) hide(s *stay, now time.Time) {
	d.withdrawTask(s, now)
	d.remember(s, now)
	d.revoke(s, now)
	if s.opened {
		d.emit(Event{Kind: VisitEnded, At: now, Visit: s.id, Customer: s.customer, History: s.history, Style: s.style})
	}
	d.profiles.Let(s.customer)
	was := s.stage
	s.stage, s.opened, s.server, s.deadline = Hidden, false, floor.AssociateID{}, time.Time{}
	if was == Announced || was == Browsing || was == Serving {
		d.tellMine(s, now)
	}
	d.here(s, now)
}

// revoke takes back every card of the stay.
func (d *Desk) revoke(s *stay, now time.Time) {
	for a := range s.cards {
		d.emit(Event{Kind: CardRevoked, At: now, Visit: s.id, Associate: a})
	}
	clear(s.cards)
	s.shares, s.asks = nil, nil
	if was := s.server; was.Valid() {
		s.server = floor.AssociateID{}
		d.free(was, s.greeted, now)
	}
}

// tellMine says to her preferred associates that their lists changed. Those
// who are in learn of one who looks around.
func (d *Desk) tellMine(s *stay, now time.Time) {
	p, err := d.person(s.customer)
	if err != nil {
		return
	}
	for _, a := range d.preferredOf(p) {
		if s.stage == Browsing && d.attends(a).signedOn && d.noticed(p, s, a) {
			s.told[a] = true
		}
		d.emit(Event{Kind: FloorChanged, At: now, Associate: a})
	}
}

// preferred returns the associates she named, in her order, without those who
// left or whom she blocked.
func (d *Desk) preferred(c floor.Customer) []floor.AssociateID {
	p, err := d.profiles.Get(c)
	if err != nil {
		return nil
	}
	return d.preferredOf(p)
}

func (d *Desk) preferredOf(p profile.Profile) []floor.AssociateID {
	var out []floor.AssociateID
	for _, a := range p.Preferred {
		if _, ok := d.roster[a]; ok && !slices.Contains(p.Blocked, a) {
			out = append(out, a)
		}
	}
	return out
}
