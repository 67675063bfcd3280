package staff

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// errVisibility is what a body may say instead.
var errVisibility = fmt.Errorf("%w: visibility: want hidden, today or two_weeks", gate.ErrBody)

// own adds the routes of what is an associate's own: what she shares of her
// days, her conduct, practice, and what she leaves for a client.
func (f *Face) own(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/schedule", Associate, f.getSchedule)
	page("POST", "/staff/schedule", Associate, f.postSchedule)
	api("GET", "/v1/associate/schedule-visibility", Associate, f.jsonSchedule)
	api("PUT", "/v1/associate/schedule-visibility", Associate, f.jsonSetSchedule)
	f.conduct(page, api)
	f.practise(page, api)
	f.followUps(page, api)
}

// scheduleView is her days, and what her clients see of them.
type scheduleView struct {
	look.Page
	Tabs    tabsView
	Days    []dayView
	Choices []statusView
	Sees    string
}

// dayView is one of her days: her hours, and the appointments in them.
type dayView struct {
	Day, Hours string
	Ahead      []appointmentView
}

func (f *Face) visibility(r *http.Request, a floor.AssociateID) (v rota.Visibility, t concierge.Today, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		if t, err = today(d, a, now); err == nil {
			v, err = d.ScheduleVisibility(a)
		}
		return err
	})
	return v, t, err
}

// days are her own days, the next first, with the appointments that are hers.
func (f *Face) days(r *http.Request, a floor.AssociateID) (out []dayView, err error) {
	var shifts []floor.Shift
	var ahead []concierge.Appointment
	now := f.Now().In(f.TimeZone)
	err = f.do(r, func(d *concierge.Desk, at time.Time) (err error) {
		shifts = d.OwnShifts(a, at)
		ahead, err = d.AppointmentsOf(a, at)
		return err
	})
	for _, s := range shifts {
		from, to := s.From.In(f.TimeZone), s.To.In(f.TimeZone)
		v := dayView{Day: from.Format("Monday 2 January"), Hours: from.Format("15:04") + " to " + to.Format("15:04")}
		for _, x := range ahead {
			if x.With.ID == a.Ref() && s.Covers(x.From) {
				v.Ahead = append(v.Ahead, appointmentOf(x, a, now))
			}
		}
		out = append(out, v)
	}
	return out, err
}

func (f *Face) share(r *http.Request, a floor.AssociateID, v rota.Visibility) error {
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.SetScheduleVisibility(a, v, now)
	})
	if errors.Is(err, rota.ErrVisibility) {
		return errVisibility
	}
	return err
}

func (f *Face) getSchedule(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	chosen, t, err := f.visibility(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := scheduleView{Page: f.base("My schedule", true), Tabs: tabsView{"schedule", t.Role == floor.RoleManager}}
	if v.Days, err = f.days(r, a); err != nil {
		f.sorry(w, r, err)
		return
	}
	for _, c := range []struct {
		visibility rota.Visibility
		name, sees string
	}{
		{rota.Hidden, "Nothing", "They read “not available just now” unless you are on the floor."},
		{rota.Today, "Today", "They read whether you are in today, and in which half of the day."},
		{rota.TwoWeeks, "Two weeks", "They read the days of your published shifts, in halves, two weeks ahead."},
	} {
		v.Choices = append(v.Choices, statusView{string(c.visibility), c.name, c.visibility == chosen})
		if c.visibility == chosen {
			v.Sees = c.sees
		}
	}
	f.show(w, http.StatusOK, "schedule", v)
}

func (f *Face) postSchedule(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	if err := f.share(r, a, rota.Visibility(r.PostFormValue("visibility"))); err != nil {
		f.sorry(w, r, err)
		return
	}
	http.Redirect(w, r, "/staff/schedule", http.StatusSeeOther)
}

type visibilityJSON struct {
	Visibility rota.Visibility `json:"visibility"`
}

func (f *Face) jsonSchedule(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	v, _, err := f.visibility(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, visibilityJSON{v})
}

func (f *Face) jsonSetSchedule(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body visibilityJSON
	err := gate.Read(r, &body)
	if err == nil {
		err = f.share(r, a, body.Visibility)
	}
	f.answer(w, r, err)
}
