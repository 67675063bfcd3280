package concierge

import (
	"errors"
	"slices"
	"sort"
	"time"

	"foyer/concierge/diary"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
)

// ErrTaken means that the time is not free, or not any more.
var ErrTaken = errors.New("that time is not free any more")

// ErrEnough means that she has as many appointments ahead as fit.
var ErrEnough = errors.New("enough appointments ahead")

const (
	maxAppointments = 4                // that a customer has ahead
	early           = 30 * time.Minute // before an appointment, her arrival counts as hers
)

// An Appointment is a time as one of those whom it concerns sees it: the
// customer, the associate, the manager.
type Appointment struct {
	ID       string
	From, To time.Time
	With     Colleague
	Half     bool   // a half day: its hour is not settled
	Topic    string // hers to read, and the associate's
	State    string // requested, confirmed, moved, declined, cancelled or covered
	Name     string // form of address, as far as this reader knows it
	Cover    string // first name of whose client she is, where With covers
}

// A booking is an appointment and whose it is.
type booking struct {
	customer floor.Customer
	profile.Appointment
}

// loadBookings reads who has appointments. It reads every profile, once.
func (d *Desk) loadBookings() {
	clear(d.bookings)
	err := d.profiles.Each(func(p profile.Profile) error { d.index(p); return nil })
	if err != nil {
		d.log.Error("appointments are not all known", "err", err)
	}
}

// index takes note of the appointments of one customer.
func (d *Desk) index(p profile.Profile) {
	d.unbook(p.Customer)
	for _, a := range p.Appointments {
		d.bookings[a.ID] = booking{p.Customer, a}
	}
}

func (d *Desk) unbook(c floor.Customer) {
	for id, b := range d.bookings {
		if b.customer == c {
			delete(d.bookings, id)
		}
	}
}

// span is when a booking is.
func (b booking) span() diary.Span { return diary.Span{From: b.At, To: b.Until()} }

// half reports whether a booking is for a half day: nobody has settled the hour.
func (b booking) half() bool { return b.For > diary.Length }

// taken is when an associate is not free: what is agreed to the hour.
func (d *Desk) taken(a floor.AssociateID, but string) (out []diary.Span) {
	for id, b := range d.bookings {
		if b.With == a && b.Open() && !b.half() && id != but {
			out = append(out, b.span())
		}
	}
	return out
}

// freeTimes is when somebody can be met.
func (d *Desk) freeTimes(a floor.AssociateID, but string, now time.Time) []diary.Span {
	return diary.Free(d.shifts[a], d.taken(a, but), now, d.zone)
}

// bookable is whom a customer may meet by appointment: her own, and their covers.
func (d *Desk) bookable(p profile.Profile) []floor.AssociateID {
	return slices.Concat(d.preferredOf(p), d.coversOf(p))
}

// Bookable is the same with their days, the dearest first.
func (d *Desk) Bookable(c floor.Customer, now time.Time) []Colleague {
	p, err := d.profiles.Get(c)
	if err != nil {
		return nil
	}
	var out []Colleague
	for _, a := range d.bookable(p) {
		out = append(out, d.shownTo(c, a, now))
	}
	return out
}

// Times returns the half days in which one whom a customer may meet has a free
// hour: no more of her days than she shares.
func (d *Desk) Times(c floor.Customer, ref string, now time.Time) (with Colleague, halves []diary.Span, err error) {
	p, err := d.profiles.Get(c)
	if err != nil {
		return Colleague{}, nil, ErrNothing
	}
	a, err := floor.ParseAssociate(ref)
	if err != nil || !slices.Contains(d.bookable(p), a) {
		return Colleague{}, nil, ErrNothing
	}
	return d.shownTo(c, a, now), d.halves(c, a, now), nil
}

// halves are the half days of an associate that a customer may book. One who does
// not want to be sent to her has none, like one who shares none.
func (d *Desk) halves(c floor.Customer, a floor.AssociateID, now time.Time) []diary.Span {
	seen := d.shares(a)
	if slices.Contains(d.refusing(c), a) {
		return nil
	}
	return slices.DeleteFunc(diary.Halves(d.freeTimes(a, "", now), d.zone), func(s diary.Span) bool {
		return seen == rota.Hidden || seen == rota.Today && !d.sameDay(s.From, now)
	})
}

// appointmentNow returns the appointment that a customer comes for, if there is
// one: what was agreed, not what she has only asked for.
func (d *Desk) appointmentNow(p profile.Profile, now time.Time) (profile.Appointment, bool) {
	for _, a := range p.Appointments {
		agreed := a.State == profile.Confirmed || a.State == profile.Moved || a.State == profile.Covered
		if agreed && !now.Before(a.At.Add(-early)) && now.Before(a.Until()) {
			return a, true
		}
	}
	return profile.Appointment{}, false
}

// isExpected reports whether a customer comes for an appointment: then her
// arrival is a request, for somebody has promised her to be there.
func (d *Desk) isExpected(c floor.Customer, now time.Time) bool {
	p, err := d.person(c)
	if err != nil {
		return false
	}
	_, ok := d.appointmentNow(p, now)
	return ok
}

// Appointments are a customer's own, the next first.
func (d *Desk) Appointments(c floor.Customer, now time.Time) []Appointment {
	var out []Appointment
	for _, b := range d.bookings {
		if b.customer == c && now.Before(b.Until()) {
			out = append(out, Appointment{ID: b.ID, From: b.At, To: b.Until(), With: d.named(b.With, now), Half: b.half(), Topic: b.Topic, State: string(b.State)})
		}
	}
	return byTime(out)
}

// named is an associate as an appointment has her: one who has left has no name.
func (d *Desk) named(a floor.AssociateID, now time.Time) Colleague {
	if _, ok := d.roster[a]; !ok {
		return Colleague{ID: a.Ref(), Presence: Unavailable}
	}
	return d.shown(a, now)
}

// AppointmentsOf are what an associate has ahead; a manager sees everybody's,
// without whose they are.
func (d *Desk) AppointmentsOf(a floor.AssociateID, now time.Time) ([]Appointment, error) {
	who, ok := d.roster[a]
	if !ok || !d.attends(a).signedOn {
		return nil, ErrNothing
	}
	var out []Appointment
	for _, b := range d.bookings {
		if !now.Before(b.Until()) || !b.Open() || b.With != a && who.Role != floor.RoleManager {
			continue
		}
		v := Appointment{ID: b.ID, From: b.At, To: b.Until(), With: d.named(b.With, now), Half: b.half(), State: string(b.State)}
		if p, err := d.profiles.Get(b.customer); err == nil && b.With == a && d.mayTell(b.customer) {
			v.Topic = b.Topic
			v.Name, v.Cover = d.expected(p, a)
		}
		out = append(out, v)
	}
	return byTime(out), nil
}

// expected names a customer to the associate she will meet: her own by the form
// of address, to a cover by whose client she is.
func (d *Desk) expected(p profile.Profile, a floor.AssociateID) (name, of string) {
	mine := d.preferredOf(p)
	if slices.Contains(mine, a) {
		s := &stay{customer: p.Customer, stage: Announced, opened: true}
		return d.formFor(p, s, a, policy.RelationPreferred), ""
	}
	if len(mine) > 0 {
		of = d.roster[mine[0]].Name
	}
	return "", of
}

func byTime(list []Appointment) []Appointment {
	sort.Slice(list, func(i, j int) bool {
		if !list[i].From.Equal(list[j].From) {
			return list[i].From.Before(list[j].From)
		}
		return list[i].ID < list[j].ID
	})
	return list
}
