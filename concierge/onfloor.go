package concierge

import (
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/routing"
)

// Manages reports whether an associate is a manager who has signed on.
func (d *Desk) Manages(a floor.AssociateID) bool {
	return d.roster[a].Role == floor.RoleManager && d.attends(a).signedOn
}

// Counts reports whether a phone may be counted among those in a zone: it is
// somebody's, and she has not said "not today". It belongs to the flow.
func (d *Desk) Counts(p floor.Phone) bool {
	s := d.stays[d.phones[p]]
	return s != nil && s.stage != Hidden
}

// onFloor is somebody who has signed on, as a manager sees her.
func (d *Desk) onFloor(a floor.AssociateID, now time.Time) OnFloor {
	at := d.attends(a)
	out := OnFloor{Colleague: d.colleague(a, now), State: OnOther}
	switch {
	case !d.live(at, now) || at.status == routing.Away:
		out.State = OnAway
	case at.status == routing.Available:
		out.State = OnAvailable
	case at.status == routing.Busy:
		out.State = OnBusy
	}
	for _, s := range d.stays {
		if s.server == a && d.standsIn(s, a, now) {
			out.StandIn = true
		}
	}
	return out
}

// waiting is a request nobody has accepted yet, as a manager sees it.
func (d *Desk) waiting(s *stay, now time.Time) Waiting {
	w := Waiting{Visit: s.id, Since: s.task.Began, Asked: len(s.task.Asked), Ring: ringNow(s.task.Asked)}
	if n := len(s.task.Asked); n > 0 {
		w.StandIn = d.standsIn(s, s.task.Asked[n-1].Associate, now)
	}
	return w
}

// standsIn reports whether an associate goes to a client who has associates of
// her own, is none of them, and has not served her before.
func (d *Desk) standsIn(s *stay, a floor.AssociateID, now time.Time) bool {
	p, err := d.person(s.customer)
	if err != nil || len(d.preferredOf(p)) == 0 {
		return false
	}
	r := d.relationIn(p, s, a, now)
	return r != policy.RelationPreferred && r != policy.RelationServed
}

// ringNow is the ring of who is being asked, -1 if nobody is.
func ringNow(asked []routing.Asked) int {
	if n := len(asked); n > 0 && asked[n-1].Outcome == routing.Pending {
		return int(asked[n-1].Ring)
	}
	return -1
}
