package guest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/concierge/diary"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// errTimes is what a body may say instead.
var errTimes = fmt.Errorf("%w: from, to: want one of the half days that GET /v1/me/associates/{id}/times returns", gate.ErrBody)

// appointmentsView is what she has ahead, and with whom she may make one.
type appointmentsView struct {
	look.Page
	Switch switchView
	Ahead  []appointmentView
	With   []associateView
	Closed bool // she does not allow that associates know of her
}

type appointmentView struct {
	ID, When, With, Topic, State string
	Open                         bool
}

// timesView are the half days in which one associate can be met.
type timesView struct {
	look.Page
	Switch   switchView
	ID, Name string
	Times    []timeView
}

type timeView struct{ From, To, Name string }

func (f *Face) getAppointments(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var v appointmentsView
	m, err := f.moment(r, func(d *concierge.Desk, m moment) error {
		for _, a := range d.Appointments(c, m.now) {
			v.Ahead = append(v.Ahead, m.l.appointmentOf(a, m.now))
		}
		for _, a := range d.Bookable(c, m.now) {
			v.With = append(v.With, associateView{a.ID, a.Name, m.l.presence(a, m.now)})
		}
		return nil
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v.Page, v.Switch, v.Closed = f.base(l, l.T("Your appointments"), true), l.switchOf(m.Here, true), !m.MayTell
	f.show(w, l, http.StatusOK, "appointments", v)
}

func (l speech) appointmentOf(a concierge.Appointment, now time.Time) appointmentView {
	who := a.With.Name
	if who == "" {
		who = l.T("An associate who no longer works here")
	}
	v := appointmentView{ID: a.ID, When: l.whenWords(a.From, a.To, a.Half, now), With: who, Topic: a.Topic, Open: true}
	switch a.State {
	case "requested":
		v.State = l.T("asked for; %s will say the hour", who)
	case "confirmed":
		v.State = l.T("agreed")
	case "moved":
		v.State = l.T("%s has moved it; if it does not suit you, cancel it", who)
	case "covered":
		v.State = l.T("%s stands in", who)
	case "declined":
		v.State, v.Open = l.T("not possible; choose another time"), false
	case "cancelled":
		v.State, v.Open = l.T("cancelled"), false
	}
	return v
}

// whenWords says when an appointment is; of one whose hour is open, the half day.
func (l speech) whenWords(from, to time.Time, half bool, now time.Time) string {
	from = from.In(now.Location())
	day := l.soon(from, now)
	switch {
	case !half:
		return l.T("%s, %s to %s", day, l.Clock(from), l.Clock(to.In(now.Location())))
	case from.Hour() < 12:
		return l.T("%s, in the morning", day)
	}
	return l.T("%s, in the afternoon", day)
}

func (f *Face) getTimes(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var v timesView
	m, err := f.moment(r, func(d *concierge.Desk, m moment) error {
		who, halves, err := d.Times(c, r.PathValue("id"), m.now)
		v.ID, v.Name = who.ID, who.Name
		for _, s := range halves {
			v.Times = append(v.Times, timeView{s.From.UTC().Format(time.RFC3339), s.To.UTC().Format(time.RFC3339), m.l.whenWords(s.From, s.To, true, m.now)})
		}
		return err
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v.Page, v.Switch = f.base(l, l.T("Book a time"), false), l.switchOf(m.Here, true)
	f.show(w, l, http.StatusOK, "times", v)
}

// postAppointment asks for the half day whose button was pressed: its two ends.
func (f *Face) postAppointment(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	from, to, _ := strings.Cut(r.PostFormValue("when"), " ")
	_, err := f.book(r, c, r.PostFormValue("associate"), from, to, r.PostFormValue("topic"))
	f.back(w, r, "/here/appointments", err)
}

func (f *Face) book(r *http.Request, c floor.Customer, who, from, to, topic string) (id string, err error) {
	begin, err1 := time.Parse(time.RFC3339, from)
	end, err2 := time.Parse(time.RFC3339, to)
	if err1 != nil || err2 != nil {
		return "", errTimes
	}
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		id, err = d.Request(c, who, diary.Span{From: begin, To: end}, topic, now)
		return err
	})
	return id, err
}

func (f *Face) postCancelAppointment(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here/appointments", f.cancelAppointment(r, c))
}

func (f *Face) cancelAppointment(r *http.Request, c floor.Customer) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.CancelAppointment(c, r.PathValue("id"), now) })
}
