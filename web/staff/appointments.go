package staff

import (
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/concierge/diary"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

var errAt = fmt.Errorf("%w: at: want an hour of GET /v1/appointments/{id}/hours, such as 2026-11-26T14:00:00Z", gate.ErrBody)

// appointmentsView is what an associate has ahead; a manager's has everybody's.
type appointmentsView struct {
	look.Page
	Tabs  tabsView
	Ahead []appointmentView
}

type appointmentView struct {
	ID, When, Who, With, Topic, State string
	Asked                             bool // it waits for her answer
}

// appointmentPage is one of them, with the hours it may be put to.
type appointmentPage struct {
	look.Page
	appointmentView
	Tabs           tabsView
	Within, Others []hourView
	Covers         []nameView // whom a manager may give it to
}

type hourView struct{ Value, Name string }

func (f *Face) appointments(r *http.Request, a floor.AssociateID) (list []concierge.Appointment, t concierge.Today, now time.Time, err error) {
	err = f.do(r, func(d *concierge.Desk, at time.Time) (err error) {
		now = at.In(f.TimeZone)
		if t, err = today(d, a, at); err == nil {
			list, err = d.AppointmentsOf(a, at)
		}
		return err
	})
	return list, t, now, err
}

func (f *Face) getAppointments(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	list, t, now, err := f.appointments(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := appointmentsView{Page: f.base("Appointments", true), Tabs: tabsView{"schedule", t.Role == floor.RoleManager}}
	for _, x := range list {
		v.Ahead = append(v.Ahead, appointmentOf(x, a, now))
	}
	f.show(w, http.StatusOK, "appointments", v)
}

func appointmentOf(x concierge.Appointment, a floor.AssociateID, now time.Time) appointmentView {
	v := appointmentView{ID: x.ID, When: whenWords(x, now), Who: x.Name, Topic: x.Topic, Asked: x.State == "requested"}
	if x.With.ID != a.Ref() {
		v.With = x.With.Name
	}
	switch {
	case v.Who != "":
	case x.Cover != "":
		v.Who = "A client of " + x.Cover
	default:
		v.Who = "A client"
	}
	v.State = map[string]string{"requested": "asked for", "confirmed": "agreed", "moved": "moved; she may cancel", "covered": "covered"}[x.State]
	return v
}

// coming are an associate's own appointments of today, three at the most.
func coming(ahead []concierge.Appointment, a floor.AssociateID, now time.Time) (out []appointmentView) {
	for _, x := range ahead {
		from := x.From.In(now.Location())
		if x.With.ID != a.Ref() || from.Format(time.DateOnly) != now.Format(time.DateOnly) || len(out) == 3 {
			continue
		}
		v := appointmentOf(x, a, now)
		v.When = from.Format("15:04")
		if x.Half {
			v.When = "Today"
		}
		out = append(out, v)
	}
	return out
}

func whenWords(x concierge.Appointment, now time.Time) string {
	from := x.From.In(now.Location())
	day := from.Format("Monday 2 January")
	switch {
	case !x.Half:
		return day + ", " + from.Format("15:04")
	case from.Hour() < 12:
		return day + ", in the morning"
	}
	return day + ", in the afternoon"
}

func (f *Face) getAppointment(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	id := r.PathValue("id")
	v := appointmentPage{Page: f.base("Appointment", false)}
	err := f.do(r, func(d *concierge.Desk, at time.Time) error {
		now := at.In(f.TimeZone)
		t, err := today(d, a, at)
		if err != nil {
			return err
		}
		list, err := d.AppointmentsOf(a, at)
		if err != nil {
			return err
		}
		within, others, err := d.Hours(a, id, at)
		for _, x := range list {
			if x.ID == id {
				v.appointmentView = appointmentOf(x, a, now)
			}
		}
		v.Tabs, v.Within, v.Others = tabsView{"schedule", t.Role == floor.RoleManager}, hours(within, now, 24), hours(others, now, 12)
		if t.Role == floor.RoleManager {
			for _, who := range d.Roster() {
				if who.Role == floor.RoleAssociate {
					v.Covers = append(v.Covers, nameView{who.ID.Ref(), who.Name})
				}
			}
		}
		return err
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "appointment", v)
}

// hours names the first hours of a list.
func hours(list []diary.Span, now time.Time, most int) (out []hourView) {
	for _, h := range list[:min(len(list), most)] {
		out = append(out, hourView{h.From.UTC().Format(time.RFC3339), h.From.In(now.Location()).Format("Monday 15:04")})
	}
	return out
}

func (f *Face) postConfirm(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/appointments", f.confirm(r, a, r.PostFormValue("at")))
}

func (f *Face) confirm(r *http.Request, a floor.AssociateID, text string) error {
	return f.at(r, text, func(d *concierge.Desk, at, now time.Time) error { return d.Confirm(a, r.PathValue("id"), at, now) })
}

func (f *Face) postMove(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/appointments", f.move(r, a, r.PostFormValue("at")))
}

func (f *Face) move(r *http.Request, a floor.AssociateID, text string) error {
	return f.at(r, text, func(d *concierge.Desk, at, now time.Time) error { return d.Move(a, r.PathValue("id"), at, now) })
}

// at reads an hour; without one it is zero, which is right for what has its
// hour.
func (f *Face) at(r *http.Request, text string, g func(d *concierge.Desk, at, now time.Time) error) error {
	var at time.Time
	if text != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return errAt
		}
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return g(d, at, now) })
}

func (f *Face) postDeclineAppointment(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/appointments", f.declineAppointment(r, a))
}

func (f *Face) declineAppointment(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.DeclineAppointment(a, r.PathValue("id"), now) })
}

func (f *Face) postCover(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/appointments", f.cover(r, a, r.PostFormValue("associate")))
}

func (f *Face) cover(r *http.Request, a floor.AssociateID, who string) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.CoverAppointment(a, r.PathValue("id"), who, now)
	})
}
