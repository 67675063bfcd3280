package staff

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/doors"
	"foyer/web/gate"
)

// The cookies: the device's stays with it, the associate's ends with her shift.
const (
	deviceCookie = "__Host-device"
	staffCookie  = "__Host-staff"
)

// managerHours is how long a manager who is on no shift may stay signed on:
// somebody has to read what is wrong before the schedule has come.
const managerHours = 8 * time.Hour

// errShift means that an associate is on no shift now.
var errShift = errors.New("not on shift")

// handler answers a request of an associate who is signed on.
type handler func(w http.ResponseWriter, r *http.Request, a floor.AssociateID)

func value(r *http.Request, name string) string {
	k, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return k.Value
}

// who returns the associate of a request's session. After her shift it holds
// until she has finished with the client she is with.
func (f *Face) who(r *http.Request) (floor.AssociateID, bool) {
	s, ok := f.Doors.Staff(value(r, staffCookie), value(r, deviceCookie), f.Now())
	if ok && s.Late {
		err := f.do(r, func(d *concierge.Desk, now time.Time) error {
			t, err := d.Today(s.Associate, now)
			ok = len(t.Serving) > 0
			return err
		})
		ok = ok && err == nil
	}
	return s.Associate, ok
}

// page lets signed-on associates through and sends others to the sign-on.
func (f *Face) page(h handler) http.HandlerFunc {
	return f.admit(h, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/staff", http.StatusSeeOther)
	})
}

// api lets signed-on associates through and tells others to sign on.
func (f *Face) api(h handler) http.HandlerFunc {
	return f.admit(h, func(w http.ResponseWriter, _ *http.Request) {
		gate.Problem(w, http.StatusUnauthorized, "Sign on with your PIN first.")
	})
}

func (f *Face) admit(h handler, other http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, ok := f.who(r)
		if !ok {
			other(w, r)
			return
		}
		if wait := f.accounts.Wait(a.Ref(), f.Now()); wait > 0 {
			gate.TooMany(w, wait, "Too many requests from this account.")
			return
		}
		h(w, r, a)
	}
}

// manages reports whether an associate is a manager; to others what she asks for
// does not exist.
func (f *Face) manages(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		if !d.Manages(a) {
			return concierge.ErrNothing
		}
		return nil
	})
}

// ManagerPage lets managers through to a page of another face on this listener;
// to everybody else it does not exist.
func (f *Face) ManagerPage(h http.HandlerFunc) http.HandlerFunc {
	return f.page(func(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
		if err := f.manages(r, a); err != nil {
			f.sorry(w, r, err)
			return
		}
		h(w, gate.As(r, a))
	})
}

// ManagerAPI does so for what machines ask.
func (f *Face) ManagerAPI(h http.HandlerFunc) http.HandlerFunc {
	return f.api(func(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
		if err := f.manages(r, a); err != nil {
			f.answer(w, r, err)
			return
		}
		h(w, gate.As(r, a))
	})
}

// signOn checks the PIN, begins her attendance and a session that ends with
// her shift.
func (f *Face) signOn(w http.ResponseWriter, r *http.Request, id, pin string) error {
	device := value(r, deviceCookie)
	if !f.Doors.Device(device, f.Now()) {
		return doors.ErrClosed
	}
	a, err := floor.ParseAssociate(id)
	if err != nil {
		return fmt.Errorf("%w: %w", doors.ErrClosed, err)
	}
	if err := f.Doors.SignOn(device, a, pin, f.Now()); err != nil {
		return err
	}
	var until, now time.Time
	err = f.do(r, func(d *concierge.Desk, t time.Time) error {
		now = t
		until, err = attend(d, a, t)
		return err
	})
	if err != nil {
		return err
	}
	if old := value(r, staffCookie); old != "" {
		if err := f.Doors.End(old); err != nil {
			return err
		}
	}
	token, err := f.Doors.Begin(device, a, until, now)
	if err != nil {
		return err
	}
	setCookie(w, staffCookie, token, 0)
	return nil
}

// attend begins an associate's attendance if it has not begun, and returns
// when her session ends.
func attend(d *concierge.Desk, a floor.AssociateID, now time.Time) (time.Time, error) {
	if err := d.SignOn(a, now); err != nil {
		return time.Time{}, err
	}
	t, err := d.Today(a, now)
	switch {
	case err != nil:
		return time.Time{}, err
	case t.OnShift:
		return t.Until, nil
	case t.Role == floor.RoleManager:
		return now.Add(managerHours), nil
	}
	d.SignOff(a, now)
	return time.Time{}, errShift
}

// today is her first page's content. After a restart of the box the desk has
// forgotten who was on the floor; her session has not.
func today(d *concierge.Desk, a floor.AssociateID, now time.Time) (concierge.Today, error) {
	t, err := d.Today(a, now)
	if !errors.Is(err, concierge.ErrNothing) {
		return t, err
	}
	if _, err := attend(d, a, now); err != nil {
		return t, err
	}
	return d.Today(a, now)
}

// today is her first page's content, for a request.
func (f *Face) today(r *http.Request, a floor.AssociateID) (t concierge.Today, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) { t, err = today(d, a, now); return err })
	return t, err
}

// signOff ends her attendance and her sessions on every device.
func (f *Face) signOff(w http.ResponseWriter, r *http.Request, a floor.AssociateID) error {
	if err := f.Doors.EndAll(a); err != nil {
		return err
	}
	clean(w)
	setCookie(w, staffCookie, "", -1)
	f.Hub.Drop(Audience(a))
	return f.do(r, func(d *concierge.Desk, now time.Time) error { d.SignOff(a, now); return nil })
}

func setCookie(w http.ResponseWriter, name, token string, maxAge int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// do runs g at the desk and returns its error, or the loop's.
func (f *Face) do(r *http.Request, g func(d *concierge.Desk, now time.Time) error) error {
	return concierge.Do(r.Context(), f.Loop, g)
}
