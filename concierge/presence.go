package concierge

import (
	"time"

	"foyer/floor"
	"foyer/routing"
)

// attends returns what is known of an associate's presence.
func (d *Desk) attends(a floor.AssociateID) *attendance {
	at := d.staff[a]
	if at == nil {
		at = &attendance{status: routing.OffShift}
		d.staff[a] = at
	}
	return at
}

// onShift reports whether the schedule has an associate in now, and until
// when.
func (d *Desk) onShift(a floor.AssociateID, now time.Time) (time.Time, bool) {
	for _, s := range d.shifts[a] {
		if s.Covers(now) {
			return s.To, true
		}
	}
	return time.Time{}, false
}

// nextShift returns the beginning of an associate's next shift.
func (d *Desk) nextShift(a floor.AssociateID, now time.Time) (time.Time, bool) {
	var next time.Time
	for _, s := range d.shifts[a] {
		if s.From.After(now) && (next.IsZero() || s.From.Before(next)) {
			next = s.From
		}
	}
	return next, !next.IsZero()
}

// sweepShifts signs off associates whose shift is over, unless they are still
// with somebody: nobody is asked anything off shift. Managers decide themselves.
func (d *Desk) sweepShifts(now time.Time) {
	for id, at := range d.staff {
		_, on := d.onShift(id, now)
		if at.signedOn && !on && !d.serves(id) && d.roster[id].Role != floor.RoleManager {
			d.SignOff(id, now)
		}
	}
}

// sweepLive tells everybody whose pages show it that an associate's device has
// been out of reach for long enough, or is back.
func (d *Desk) sweepLive(now time.Time) {
	flipped := false
	for _, at := range d.staff {
		live := d.live(at, now)
		flipped = flipped || at.signedOn && live != at.reached
		at.reached = live
	}
	if flipped {
		d.floorChanged(now)
	}
}

// snapshot is the floor as routing may know it.
func (d *Desk) snapshot(now time.Time) routing.Snapshot {
	s := routing.Snapshot{Hops: d.hops}
	for _, id := range d.order {
		a, at := d.roster[id], d.attends(id)
		at.lapse(now)
		_, on := d.onShift(id, now)
		p := routing.Person{
			ID: id, Role: a.Role, Tier: a.Tier, Status: at.status, OnShift: on && at.signedOn, Live: d.live(at, now),
			Department: a.Department, Skills: a.Skills, Languages: a.Languages,
			LastOffer: at.lastOffer, OffersThisShift: at.shift, FreeAt: at.freeAt,
		}
		for _, t := range at.hour {
			if now.Sub(t) < time.Hour {
				p.OffersThisHour++
			}
		}
		for _, o := range d.offers {
			if o.associate == id {
				p.OpenTasks++
			}
		}
		for _, st := range d.stays {
			if st.server == id {
				p.OpenTasks++
			}
		}
		p.OpenTasks += d.burden(id)
		s.People = append(s.People, p)
	}
	return s
}

// colleague is an associate as a customer may see her: never why she is away.
func (d *Desk) colleague(a floor.AssociateID, now time.Time) Colleague {
	c := Colleague{ID: a.Ref(), Name: d.roster[a].Name}
	at := d.attends(a)
	until, on := d.onShift(a, now)
	here := on && at.signedOn && d.live(at, now)
	switch {
	case here && at.status == routing.Available:
		c.Presence, c.Until = InNow, until
	case here && at.status == routing.Busy:
		c.Presence, c.Until = Busy, until
		if at.freeAt.After(now) {
			c.FreeAt = at.freeAt
		}
	case on:
		c.Presence, c.Until = InToday, until
	default:
		c.Presence = Unavailable
		if next, ok := d.nextShift(a, now); ok && next.Sub(now) < 14*24*time.Hour {
			c.Presence, c.From = InAgain, next
			if d.sameDay(next, now) {
				c.Presence = LaterToday
			}
		}
	}
	return c
}

// sameDay reports whether two moments are of one day in the store.
func (d *Desk) sameDay(a, b time.Time) bool {
	y, m, day := a.In(d.zone).Date()
	y2, m2, day2 := b.In(d.zone).Date()
	return y == y2 && m == m2 && day == day2
}
