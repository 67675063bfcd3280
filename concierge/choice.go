package concierge

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// Announce is her yes: ApproachMe lets her associates come, LetMeBrowse lets
// them know and nothing more.
func (d *Desk) Announce(c floor.Customer, style Style, now time.Time) error {
	if style != ApproachMe && style != OnlyMine && style != LetMeBrowse {
		return fmt.Errorf("announce: style %q: want %s, %s or %s", style, ApproachMe, OnlyMine, LetMeBrowse)
	}
	s := d.stays[c]
	if s == nil {
		return ErrMoved
	}
	if !d.mayTell(c) {
		return ErrConsent
	}
	d.announce(s, style, now)
	return nil
}

// announce lets associates know, as far as her style allows.
func (d *Desk) announce(s *stay, style Style, now time.Time) {
	d.profiles.Keep(s.customer)
	was := s.stage
	s.style, s.deadline = style, time.Time{}
	if style == LetMeBrowse {
		d.withdrawTask(s, now)
		d.revoke(s, now)
		s.stage, s.browsed = Browsing, true
	} else if s.stage != Serving {
		s.stage = Announced
	}
	if !s.opened {
		s.opened = true
		d.emit(Event{Kind: VisitAnnounced, At: now, Visit: s.id, Customer: s.customer, Style: style, History: s.history})
	}
	d.tellMine(s, now)
	if s.task == nil && s.stage == Announced && was != Announced {
		expected := d.isExpected(s.customer, now)
		if expected {
			d.tally(now).Requests++
		}
		d.open(s, expected, now)
	}
	if style == LetMeBrowse {
		d.open(s, false, now) // routing refuses it: a browser is offered to nobody
	}
	d.here(s, now)
}

// NotToday is her no, at any moment of the visit. It holds until the day ends,
// also when she comes again or the box begins anew.
func (d *Desk) NotToday(c floor.Customer, now time.Time) error {
	s := d.stays[c]
	if s == nil {
		return ErrMoved
	}
	d.hide(s, now)
	err := d.words.Change(c, func(p *profile.Profile) error { p.NotToday = now; return nil })
	if err != nil {
		return fmt.Errorf("not today: %w: %w", ErrUnwritten, err)
	}
	return nil
}

// Help is her wish that somebody comes. Asking announces her.
func (d *Desk) Help(c floor.Customer, now time.Time) error {
	s := d.stays[c]
	if s == nil {
		return ErrMoved
	}
	if !d.mayTell(c) {
		return ErrConsent
	}
	if s.stage == Serving || s.task != nil && s.task.requested() && !s.task.ended {
		return nil
	}
	d.withdrawTask(s, now)
	s.stage = Announced // before announce, which then opens no arrival task
	d.announce(s, ApproachMe, now)
	d.tally(now).Requests++
	d.open(s, true, now)
	d.here(s, now)
	return nil
}

// CancelHelp takes the wish back; that she is here stays known.
func (d *Desk) CancelHelp(c floor.Customer, now time.Time) error {
	s := d.stays[c]
	if s == nil || s.task == nil {
		return ErrMoved
	}
	d.withdrawTask(s, now)
	d.here(s, now)
	return nil
}

// SetVisibility changes when associates may learn of her, at once. What hides
// her holds before it is written, and also where it cannot be.
func (d *Desk) SetVisibility(c floor.Customer, v Visibility, now time.Time) error {
	switch v {
	case Automatic:
	case AskEachVisit:
		if s := d.stays[c]; s != nil {
			d.askAgain(s, now)
		}
	case Invisible:
		u := d.unwritten[c]
		u.invisible = true
		d.unwritten[c] = u
		d.Changed(c, now)
	default:
		return fmt.Errorf("visibility %q: want %s, %s or %s", v, Automatic, AskEachVisit, Invisible)
	}
	err := d.words.Change(c, func(p *profile.Profile) error {
		p.Visibility = profile.Visibility(v)
		return nil
	})
	switch {
	case err != nil && v == Automatic: // her yes must be on the disk to count
		return fmt.Errorf("set visibility: %w", err)
	case err != nil:
		return fmt.Errorf("set visibility: %w: %w", ErrUnwritten, err)
	}
	d.unsaid(c, true)
	if v != Invisible {
		d.Changed(c, now)
	}
	return nil
}

// Withdraw takes back one purpose, or all with purpose "". What rests on it
// ends before the call returns, and before it is written down: a disk that
// takes nothing must not keep her in sight.
func (d *Desk) Withdraw(c floor.Customer, purpose string, now time.Time) error {
	purposes := profile.Purposes()
	if purpose != "" {
		purposes = []profile.Purpose{profile.Purpose(purpose)}
		if !purposes[0].Valid() {
			return ErrNothing
		}
	}
	d.unsaid(c, false, purposes...)
	u := d.unwritten[c]
	u.ended = append(u.ended, purposes...)
	d.unwritten[c] = u
	if !lateNo {
		d.Changed(c, now)
	}
	consents, err := d.words.Withdraw(c, now, purposes...)
	if err != nil {
		return fmt.Errorf("withdraw: %w: %w", ErrUnwritten, err)
	}
	d.unsaid(c, false, purposes...)
	for _, p := range purposes {
		d.emit(consentChanged(c, p, consents[p], now))
	}
	return nil
}

// consentChanged is the event of her word on one purpose.
func consentChanged(c floor.Customer, p profile.Purpose, x profile.Consent, now time.Time) Event {
	return Event{Kind: ConsentChanged, At: now, Customer: c, Consent: &ConsentFact{
		Purpose: string(p), Granted: x.Granted, Wall: x.At.Wall, Count: x.At.Count, Node: x.At.Node,
		Notice: x.Notice, Method: x.Method}}
}
