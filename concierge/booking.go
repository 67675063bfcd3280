package concierge

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/concierge/diary"
	"foyer/floor"
	"foyer/profile"
)

// maxTopic is how much a customer may write of what it is about, bytes.
const maxTopic = 100

// Request asks for a half day with one of hers, or with a cover; the associate
// settles the hour. It is written down before anybody is told.
func (d *Desk) Request(c floor.Customer, ref string, when diary.Span, topic string, now time.Time) (string, error) {
	p, err := d.profiles.Get(c)
	if err != nil {
		return "", ErrNothing
	}
	a, err := floor.ParseAssociate(ref)
	if err != nil || !slices.Contains(d.bookable(p), a) {
		return "", ErrNothing
	}
	ahead := 0
	for _, x := range p.Appointments {
		if x.Open() && now.Before(x.Until()) {
			ahead++
		}
	}
	switch {
	case !d.mayTell(c):
		return "", ErrConsent
	case len(topic) > maxTopic:
		return "", ErrWords
	case ahead >= maxAppointments:
		return "", ErrEnough
	case !diary.Fits(when, d.halves(c, a, now)):
		return "", ErrTaken
	}
	x := profile.Appointment{ID: "ap-" + strings.ToLower(rand.Text()[:16]), At: when.From.UTC(), For: when.To.Sub(when.From), With: a,
		Topic: strings.TrimSpace(topic), State: profile.Requested}
	err = d.words.Change(c, func(p *profile.Profile) error { p.Appointments = append(p.Appointments, x); return nil })
	if err != nil {
		return "", fmt.Errorf("ask for an appointment: %w", err)
	}
	d.booked(c, x, now)
	return x.ID, nil
}

// CancelAppointment takes back one of a customer's own. It holds even if the
// other side has confirmed.
func (d *Desk) CancelAppointment(c floor.Customer, id string, now time.Time) error {
	b, ok := d.bookings[id]
	if !ok || b.customer != c || !b.Open() || !now.Before(b.Until()) {
		return ErrNothing
	}
	return d.setAppointment(b, now, func(x *profile.Appointment) { x.State = profile.Cancelled })
}

// cancelAll takes back what a customer has ahead: she no longer lets associates
// know of her. What is only suspended stays.
func (d *Desk) cancelAll(c floor.Customer, now time.Time) {
	if d.mayTell(c) || d.consentsOf(c)[profile.ProfileToAssociates].Suspended {
		return
	}
	for _, b := range d.bookings {
		if b.customer != c || !b.Open() || !now.Before(b.Until()) {
			continue
		}
		if err := d.setAppointment(b, now, func(x *profile.Appointment) { x.State = profile.Cancelled }); err != nil {
			d.log.Error("an appointment outlives her word", "err", err)
		}
	}
}

// answersFor returns a booking that an associate answers for. A manager may answer
// for everybody.
func (d *Desk) answersFor(a floor.AssociateID, id string, now time.Time) (booking, error) {
	b, ok := d.bookings[id]
	if !ok || !d.attends(a).signedOn || !b.Open() || !now.Before(b.Until()) ||
		b.With != a && d.roster[a].Role != floor.RoleManager {
		return booking{}, ErrNothing
	}
	return b, nil
}

// Confirm is the associate's yes. Of a half day she says the hour.
func (d *Desk) Confirm(a floor.AssociateID, id string, at, now time.Time) error {
	b, err := d.answersFor(a, id, now)
	if err != nil {
		return err
	}
	hour := diary.Span{From: at, To: at.Add(diary.Length)}
	if b.half() && (!hour.Within(b.span()) || !diary.Fits(hour, d.freeTimes(b.With, id, now))) {
		return ErrTaken
	}
	return d.setAppointment(b, now, func(x *profile.Appointment) {
		if b.half() {
			x.At, x.For = at.UTC(), diary.Length
		}
		if x.State != profile.Covered {
			x.State = profile.Confirmed
		}
	})
}

// DeclineAppointment is her no.
func (d *Desk) DeclineAppointment(a floor.AssociateID, id string, now time.Time) error {
	b, err := d.answersFor(a, id, now)
	if err != nil {
		return err
	}
	return d.setAppointment(b, now, func(x *profile.Appointment) { x.State = profile.Declined })
}

// Move puts an appointment to another free time; the customer may cancel it.
func (d *Desk) Move(a floor.AssociateID, id string, from, now time.Time) error {
	b, err := d.answersFor(a, id, now)
	if err != nil {
		return err
	}
	if !diary.Fits(diary.Span{From: from, To: from.Add(diary.Length)}, d.freeTimes(b.With, id, now)) {
		return ErrTaken
	}
	return d.setAppointment(b, now, func(x *profile.Appointment) { x.At, x.For, x.State = from.UTC(), diary.Length, profile.Moved })
}

// Hours are the free hours of whom an appointment is with; first those within
// the half day that was asked for.
func (d *Desk) Hours(a floor.AssociateID, id string, now time.Time) (within, others []diary.Span, err error) {
	b, err := d.answersFor(a, id, now)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range d.freeTimes(b.With, id, now) {
		if b.half() && h.Within(b.span()) {
			within = append(within, h)
		} else {
			others = append(others, h)
		}
	}
	return within, others, nil
}

// CoverAppointment gives an appointment to a colleague. Only a manager does, and
// only to one whom the customer has not blocked, who is trained and free then.
func (d *Desk) CoverAppointment(manager floor.AssociateID, id, ref string, now time.Time) error {
	b, err := d.answersFor(manager, id, now)
	if err != nil || d.roster[manager].Role != floor.RoleManager {
		return ErrNothing
	}
	a, err := floor.ParseAssociate(ref)
	who, known := d.roster[a]
	p, gone := d.person(b.customer)
	if err != nil || gone != nil || !known || who.Tier == floor.TierUntrained || slices.Contains(p.Blocked, a) {
		return ErrNothing
	}
	free := d.freeTimes(a, id, now)
	if !slices.ContainsFunc(free, func(s diary.Span) bool { return s.Within(b.span()) }) {
		return ErrTaken
	}
	return d.setAppointment(b, now, func(x *profile.Appointment) { x.With, x.State = a, profile.Covered })
}

// setAppointment changes an appointment, on the disk first, and tells everybody
// whom it concerns: also one who had it until now.
func (d *Desk) setAppointment(b booking, now time.Time, change func(*profile.Appointment)) error {
	was, next := b.With, b.Appointment
	err := d.words.Change(b.customer, func(p *profile.Profile) error {
		i := slices.IndexFunc(p.Appointments, func(x profile.Appointment) bool { return x.ID == b.ID })
		if i < 0 {
			return ErrNothing
		}
		change(&p.Appointments[i])
		next = p.Appointments[i]
		return nil
	})
	if err != nil {
		return fmt.Errorf("change an appointment: %w", err)
	}
	if was != next.With {
		d.emit(Event{Kind: FloorChanged, At: now, Associate: was})
	}
	d.booked(b.customer, next, now)
	return nil
}

// booked tells of an appointment as it now stands.
func (d *Desk) booked(c floor.Customer, x profile.Appointment, now time.Time) {
	d.bookings[x.ID] = booking{c, x}
	d.emit(Event{Kind: Booked, At: now, Customer: c, Associate: x.With, Booking: &BookingFact{
		ID: x.ID, State: string(x.State), From: x.At, To: x.Until()}})
	d.emit(Event{Kind: HereChanged, At: now, Customer: c})
	for id, at := range d.staff {
		if at.signedOn && d.roster[id].Role == floor.RoleManager {
			d.emit(Event{Kind: FloorChanged, At: now, Associate: id})
		}
	}
}
