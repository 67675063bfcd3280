package staff

import (
	"errors"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
	"foyer/web/look"
)

// base is what every page of the face has; live pages listen.
func (f *Face) base(title string, live bool) look.Page {
	p := look.Page{Lang: "en", Title: title, Store: f.StoreName, Sheet: f.sheet.Path, Script: f.script.Path, Also: f.app.duty.Path,
		App: manifestPath, Icon: f.app.marks[2].Path}
	if live {
		p.Patience = int(2 * f.beat() / time.Millisecond)
		p.Stream = "/v1/associate/stream?page=" // the page adds a number of its own
	}
	return p
}

// show writes a page whole, or an error and nothing of the page.
func (f *Face) show(w http.ResponseWriter, status int, name string, view any) {
	if err := look.Show(w, status, f.pages, name, view); err != nil {
		f.Log.Error("page", "name", name, "err", err)
	}
}

// getStaff is the one address of the face: the sign-on, today, or the
// question she is being asked.
func (f *Face) getStaff(w http.ResponseWriter, r *http.Request) {
	a, ok := f.who(r)
	if !ok && f.Technician(r) {
		http.Redirect(w, r, "/staff/setup", http.StatusSeeOther)
		return
	}
	if !ok {
		if value(r, staffCookie) != "" { // her session is over: so is what the device keeps of it
			clean(w)
			setCookie(w, staffCookie, "", -1)
		}
		f.signOnPage(w, r, http.StatusOK, "", "")
		return
	}
	var t concierge.Today
	var ahead []concierge.Appointment
	var now time.Time
	err := f.do(r, func(d *concierge.Desk, at time.Time) (err error) {
		now = at.In(f.TimeZone)
		if t, err = today(d, a, now); err == nil && t.Offer == nil {
			ahead, err = d.AppointmentsOf(a, at)
		}
		return err
	})
	switch {
	case errors.Is(err, errShift), errors.Is(err, concierge.ErrNothing):
		f.signOnPage(w, r, http.StatusOK, "", "Your shift is over.")
	case err != nil:
		f.sorry(w, r, err)
	case t.Offer != nil:
		title := "A client is here"
		if t.Offer.Requested {
			title = "A client would like to see you"
		}
		v := offerOf(f.base(title, true), *t.Offer, f.whereIs(t.Offer.Visit), now)
		v.Sound = heard(r, t.Offer.Escalated) && t.Status != routing.DoNotDisturb
		if t.Offer.Unknown {
			v = f.unknownOffer(v, *t.Offer)
		}
		f.show(w, http.StatusOK, "offer", v)
	default:
		v := f.todayOf(f.base("Today", true), t, now)
		v.Coming = coming(ahead, a, now)
		f.show(w, http.StatusOK, "today", v)
	}
}

// signOnPage asks for a name, or, if it is known, for the PIN.
func (f *Face) signOnPage(w http.ResponseWriter, r *http.Request, status int, who, wrong string) {
	v := signOnView{Page: f.base("Sign on", false), Paired: f.Doors.Device(value(r, deviceCookie), f.Now()), Wrong: wrong}
	if v.Paired {
		err := f.do(r, func(d *concierge.Desk, _ time.Time) error {
			for _, a := range d.Roster() {
				v.Names = append(v.Names, nameView{a.ID.Ref(), a.Name})
			}
			return nil
		})
		if err != nil {
			f.sorry(w, r, err)
			return
		}
	}
	for i := range v.Names {
		if v.Names[i].ID == who {
			v.Who = &v.Names[i]
		}
	}
	f.show(w, status, "sign-on", v)
}

func (f *Face) getMe(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	t, err := f.today(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := meView{Page: f.base("Me", true), Tabs: tabsView{"me", t.Role == floor.RoleManager}, Name: t.Name}
	if t.OnShift {
		v.Until = t.Until.In(f.TimeZone).Format("15:04")
	}
	v.Sound = heard(r, false)
	f.show(w, http.StatusOK, "me", v)
}
