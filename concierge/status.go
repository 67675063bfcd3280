package concierge

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/routing"
)

// Said is what an associate says of herself.
type Said struct {
	Status routing.PresenceStatus
	Until  time.Time // of DoNotDisturb, no longer than the rules allow; zero: as long
	FreeAt time.Time // of Busy: about when she will be free; zero: she does not say
}

// SetStatus is what an associate says of herself.
func (d *Desk) SetStatus(a floor.AssociateID, s routing.PresenceStatus, now time.Time) error {
	return d.Say(a, Said{Status: s}, now)
}

// Say is the same, with when it ends. Who is wrapping up and says that she is
// free, is.
func (d *Desk) Say(a floor.AssociateID, say Said, now time.Time) error {
	at := d.attends(a)
	if !at.signedOn {
		return ErrNothing
	}
	if say.Status == routing.OffShift {
		return fmt.Errorf("status %v: sign off instead", say.Status)
	}
	at.status, at.missed, at.wrap, at.quiet, at.freeAt = say.Status, 0, time.Time{}, time.Time{}, time.Time{}
	switch say.Status {
	case routing.DoNotDisturb:
		at.quiet = now.Add(d.rules.Quiet)
		if say.Until.After(now) && say.Until.Before(at.quiet) {
			at.quiet = say.Until
		}
	case routing.Busy:
		if say.FreeAt.After(now) {
			at.freeAt = say.FreeAt
		}
	}
	if at.status != routing.Available {
		d.passOn(a, now)
	}
	d.floorChanged(now)
	d.sweepTasks(now)
	return nil
}

// free makes an associate available after a visit, unless she said otherwise
// meanwhile or serves somebody else. After having served she has a while to
// wrap up.
func (d *Desk) free(a floor.AssociateID, served bool, now time.Time) {
	at := d.attends(a)
	if d.serves(a) {
		return
	}
	if at.status == routing.Busy {
		at.status, at.freeAt = routing.Available, time.Time{}
		if served && d.rules.WrapUp > 0 {
			at.status, at.wrap = routing.Busy, now.Add(d.rules.WrapUp)
			at.freeAt = at.wrap
		}
	}
	d.emit(Event{Kind: FloorChanged, At: now, Associate: a})
}

// sweepPresence ends what has an end: wrapping up, and not to be disturbed.
// After the latter she is asked whether she is still on the floor.
func (d *Desk) sweepPresence(now time.Time) {
	changed := false
	for _, at := range d.staff {
		changed = at.lapse(now) || changed
	}
	if changed {
		d.floorChanged(now)
		d.sweepTasks(now)
	}
}

// lapse ends what of a status has ended by now, and reports whether something
// has.
func (at *attendance) lapse(now time.Time) bool {
	switch {
	case !at.wrap.IsZero() && !now.Before(at.wrap):
		at.wrap = time.Time{}
		if at.status == routing.Busy {
			at.status, at.freeAt = routing.Available, time.Time{}
		}
	case at.status == routing.DoNotDisturb && !now.Before(at.quiet):
		at.status, at.quiet = routing.Away, time.Time{}
	default:
		return false
	}
	return true
}
