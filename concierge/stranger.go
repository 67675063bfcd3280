package concierge

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/routing"
)

// What strangers may ask of a store, so that one who means ill can neither keep
// everybody running nor fill the memory.
const (
	strangersAtOnce = 3                // asks that are open at a time
	strangersHour   = 12               // asks within an hour
	strangersMissed = 3                // of those, in vain, until no more are taken for that hour
	strangerAsks    = 30 * time.Minute // how long an ask lives at most
)

// ErrCrowded means that no more strangers can be helped at the moment.
var ErrCrowded = errors.New("too many who are not signed in ask for somebody")

// A StrangerID is all that the browser of somebody who is not signed in holds,
// and only while she asks for somebody.
type StrangerID string

// A stranger is somebody who is not signed in and asked for help: a place that
// she picked and nothing else. She is no customer and no phone, nothing of her is
// written down, and when she has been helped there is nothing left.
type stranger struct {
	id     StrangerID
	visit  floor.VisitID // by which associates know the ask
	task   routing.Task
	call   *call
	next   time.Time // when routing is to be asked again, zero: on a change
	waits  bool      // nobody can be asked just now
	server floor.AssociateID
	met    bool
}

// A call is the question to one associate whether she will go.
type call struct {
	id                OfferID
	associate         floor.AssociateID
	ring              routing.Ring
	created, deadline time.Time
}

// strangers are all who ask now, and when others did.
type strangers struct {
	open   []*stranger
	begun  []time.Time // of the last hour
	missed []time.Time // of the last hour: nobody was where the ask said
}

// Helped is what the page of somebody who is not signed in says of her ask.
type Helped struct {
	Zone   floor.ZoneID
	Asking bool   // nobody has answered yet
	Nobody bool   // nobody is free to be asked; she who is next is
	Coming string // first name of the one on the way, or with her
	Met    bool   // Coming has met her
}

// AskUnknown is the wish of somebody who is not signed in that somebody comes to
// a zone, or to no zone in particular. Who may ask how often from one device is
// the pages' to say.
func (d *Desk) AskUnknown(zone floor.ZoneID, now time.Time) (StrangerID, error) {
	x := &d.unknown
	x.begun, x.missed = within(x.begun, now), within(x.missed, now)
	if len(x.open) >= strangersAtOnce || len(x.begun) >= strangersHour || len(x.missed) >= strangersMissed {
		return "", ErrCrowded
	}
	s := &stranger{id: StrangerID(rand.Text()), visit: floor.NewVisitID()}
	s.task = routing.Task{ID: string(s.visit), Urgency: routing.Requested, Began: now, Zone: zone, Style: routing.ApproachMe}
	x.open, x.begun = append(x.open, s), append(x.begun, now)
	d.seek(s, now)
	return s.id, nil
}

// within keeps the moments of the last hour.
func within(all []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(all, func(t time.Time) bool { return now.Sub(t) >= time.Hour })
}

// Unknown is how it is with an ask; ok is false when it is over.
func (d *Desk) Unknown(id StrangerID) (h Helped, ok bool) {
	s := d.unknown.find(func(s *stranger) bool { return s.id == id })
	if s == nil {
		return Helped{}, false
	}
	h = Helped{Zone: s.task.Zone, Met: s.met}
	switch {
	case s.server.Valid():
		h.Coming = d.roster[s.server].Name
	case s.call == nil:
		h.Nobody = true
	default:
		h.Asking = true
	}
	return h, true
}

// CancelUnknown takes an ask back.
func (d *Desk) CancelUnknown(id StrangerID, now time.Time) {
	if s := d.unknown.find(func(s *stranger) bool { return s.id == id }); s != nil {
		d.part(s, now)
	}
}

func (x *strangers) find(is func(*stranger) bool) *stranger {
	if i := slices.IndexFunc(x.open, is); i >= 0 {
		return x.open[i]
	}
	return nil
}

// seek asks routing whom to ask next.
func (d *Desk) seek(s *stranger, now time.Time) {
	if s.call != nil || s.server.Valid() {
		return
	}
	e := routing.Explain(s.task, d.snapshot(now), d.routingRules(), now)
	if !e.Offered {
		s.next = e.Wait.Until
		if e.Wait.Over {
			s.next = s.task.Began.Add(strangerAsks)
		}
		if !s.waits {
			s.waits = true
			d.managersSee(now)
		}
		return
	}
	o := e.Offer
	s.waits = false
	s.task.Asked = append(s.task.Asked, routing.Asked{Associate: o.Associate, Ring: o.Ring, Outcome: routing.Pending, At: now, Timeout: o.Timeout})
	s.call = &call{id: OfferID("o-" + strings.ToLower(rand.Text()[:16])), associate: o.Associate, ring: o.Ring, created: now, deadline: now.Add(o.Timeout)}
	at := d.attends(o.Associate)
	at.lastOffer = now
	if o.Ring >= routing.Covers && o.Ring <= routing.Floor {
		at.shift++
	}
	d.emit(s.event(OfferCreated, now))
}

// event is one of the open call; it names no customer, for there is none.
func (s *stranger) event(kind EventKind, now time.Time) Event {
	return Event{Kind: kind, At: now, Visit: s.visit, Offer: s.call.id, Associate: s.call.associate, Relation: "none", Ring: int(s.call.ring)}
}

// hangUp closes the open call with an outcome.
func (d *Desk) hangUp(s *stranger, out routing.Outcome, kind EventKind, now time.Time) {
	for i := range s.task.Asked {
		if a := &s.task.Asked[i]; a.Outcome == routing.Pending && a.Associate == s.call.associate {
			a.Outcome = out
		}
	}
	d.emit(s.event(kind, now))
	s.call = nil
}

// part ends an ask: the open question goes, and who came is free again.
func (d *Desk) part(s *stranger, now time.Time) {
	d.unknown.open = slices.DeleteFunc(d.unknown.open, func(other *stranger) bool { return other == s })
	if s.call != nil {
		d.hangUp(s, routing.Rescinded, OfferRescinded, now)
	}
	if was := s.server; was.Valid() {
		s.server = floor.AssociateID{}
		d.emit(Event{Kind: CardRevoked, At: now, Visit: s.visit, Associate: was})
		d.free(was, s.met, now)
	}
	d.managersSee(now)
}

// managersSee says to managers that who waits has changed.
func (d *Desk) managersSee(now time.Time) {
	for _, id := range d.order {
		if d.roster[id].Role == floor.RoleManager && d.attends(id).signedOn {
			d.emit(Event{Kind: FloorChanged, At: now, Associate: id})
		}
	}
}

// sweepUnknown acts on what time alone brings.
func (d *Desk) sweepUnknown(now time.Time) {
	for _, s := range slices.Clone(d.unknown.open) {
		switch {
		case !s.server.Valid() && now.Sub(s.task.Began) >= strangerAsks, now.Sub(s.task.Began) >= 2*strangerAsks:
			d.part(s, now)
		case s.call != nil && (!now.Before(s.call.deadline) || !d.live(d.attends(s.call.associate), now)):
			d.hangUp(s, routing.TimedOut, OfferTimedOut, now)
			d.seek(s, now)
		case s.call == nil && !now.Before(s.next):
			d.seek(s, now)
		}
	}
}
