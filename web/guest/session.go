package guest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// cookie is Lax: she comes by a link in a mail or on a sign, and is to be
// known when she does. What changes anything is a POST, which Lax withholds.
const cookie = "__Host-guest"

// handler answers a request of a customer who is signed in.
type handler func(w http.ResponseWriter, r *http.Request, c floor.Customer)

// who returns the customer of a request's session.
func (f *Face) who(r *http.Request) (floor.Customer, bool) {
	k, err := r.Cookie(cookie)
	if err != nil {
		return floor.Customer{}, false
	}
	return f.Doors.Guest(k.Value, f.Now())
}

// page lets signed-in customers through and sends others to the first page.
func (f *Face) page(h handler) http.HandlerFunc {
	return f.admit(h, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/here", http.StatusSeeOther)
	})
}

// api lets signed-in customers through and tells others to sign in.
func (f *Face) api(h handler) http.HandlerFunc {
	return f.admit(h, func(w http.ResponseWriter, r *http.Request) {
		gate.Problem(w, http.StatusUnauthorized, f.speech(r).T("Sign in with your code first."))
	})
}

func (f *Face) admit(h handler, other http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, ok := f.who(r)
		if !ok {
			other(w, r)
			return
		}
		if wait := f.accounts.Wait(c.Ref(), f.Now()); wait > 0 {
			f.tooMany(w, r, wait, "Too many requests from this account.")
			return
		}
		h(w, r, c)
	}
}

// signIn spends a code, begins a session and leases the phone, which is lent if
// others use it, too. A phone that cannot be found is no reason to keep her out.
func (f *Face) signIn(w http.ResponseWriter, r *http.Request, code string, lent bool) (floor.Customer, error) {
	now := f.Now()
	c, err := f.Door.Redeem(r.Context(), code, now)
	if err != nil {
		return c, err
	}
	if err := f.enter(w, r, c, lent, now); err != nil {
		return c, err
	}
	f.checkIn(r, c, lent)
	return c, nil
}

// enter begins a session of c, and ends whose it was on this phone before.
func (f *Face) enter(w http.ResponseWriter, r *http.Request, c floor.Customer, lent bool, now time.Time) error {
	admit, life := f.Doors.Admit, 14*24*60*60
	if lent {
		admit, life = f.Doors.AdmitLent, 12*60*60
	}
	token, err := admit(c, now)
	if err != nil {
		return err
	}
	if before, ok := f.who(r); ok && before != c { // the phone has changed hands
		if err := f.signOut(w, r, before); err != nil {
			return err
		}
	}
	setCookie(w, token, life)
	return nil
}

// postPhone takes her word that others use this phone, too: her session on it is
// of this day from now on, and she is asked at each visit. That it is hers alone
// takes a code again: somebody else may be holding it.
func (f *Face) postPhone(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	if r.PostFormValue("phone") != "shared" {
		f.back(w, r, "/here/privacy", concierge.ErrNothing)
		return
	}
	f.back(w, r, "/here/privacy#come", f.lend(w, r, c))
}

func (f *Face) jsonPhone(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Shared bool `json:"shared"`
	}
	err := gate.Read(r, &body)
	if err == nil && !body.Shared {
		err = errShared
	}
	if err == nil {
		err = f.lend(w, r, c)
	}
	f.answer(w, r, err)
}

// errShared is what a body may say instead.
var errShared = fmt.Errorf("%w: shared: only true; that a phone is hers alone takes a code again", gate.ErrBody)

func (f *Face) lend(w http.ResponseWriter, r *http.Request, c floor.Customer) error {
	if f.lent(r) {
		return nil
	}
	before, err := r.Cookie(cookie)
	if err != nil {
		return concierge.ErrNothing
	}
	token, err := f.Doors.AdmitLent(c, f.Now())
	if err != nil {
		return err
	}
	setCookie(w, token, 12*60*60)
	if err := f.Doors.Dismiss(before.Value); err != nil {
		return err
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { d.Lent(c, true, now); return nil })
}

// lent reports whether the session of a request is on a phone that others use.
func (f *Face) lent(r *http.Request) bool {
	k, err := r.Cookie(cookie)
	return err == nil && f.Doors.Lent(k.Value, f.Now())
}

// checkIn leases the phone behind r while she waits, for a short time.
func (f *Face) checkIn(r *http.Request, c floor.Customer, lent bool) error {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	f.checks.start(c, f.Now())
	err := f.lease(ctx, job{c, gate.Peer(r), lent})
	f.checks.done(c, err)
	return err
}

// lease has the desk know what phone it is before there is a visit of it.
func (f *Face) lease(ctx context.Context, j job) error {
	if err := f.Loop.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Lent(j.customer, j.lent, now) }); err != nil {
		return err
	}
	return f.Door.CheckIn(ctx, j.customer, j.peer, f.Now())
}

func setCookie(w http.ResponseWriter, token string, maxAge int) {
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// signOut ends the session of the request, and with it her visit: whoever
// holds the phone now could not say no for her.
func (f *Face) signOut(w http.ResponseWriter, r *http.Request, c floor.Customer) error {
	k, err := r.Cookie(cookie)
	if err != nil {
		return nil
	}
	setCookie(w, "", -1)
	f.Hub.Drop(Audience(c))
	if err := f.Doors.Dismiss(k.Value); err != nil {
		return err
	}
	f.checks.stale(c)
	return f.do(r, func(d *concierge.Desk, now time.Time) error { d.Dismiss(c, now); return nil })
}

// do runs g at the desk and returns its error, or the loop's.
func (f *Face) do(r *http.Request, g func(d *concierge.Desk, now time.Time) error) error {
	return concierge.Do(r.Context(), f.Loop, g)
}
