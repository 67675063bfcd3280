package guest

import (
	"errors"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// errShown means that a code is on no screen of the store.
var errShown = errors.New("this code is on no associate's screen now: it changes every minute")

// present takes her to be in the store by a code on an associate's screen. It
// says nothing of her phone: it binds none, and nobody learns where she is.
func (f *Face) present(r *http.Request, c floor.Customer, code string) error {
	if !f.Doors.Shown(code, f.Now()) {
		return errShown
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.PresentByCode(c, now) })
}

// tries limits how many codes one customer may try.
func (f *Face) tries(w http.ResponseWriter, r *http.Request, c floor.Customer) bool {
	wait := f.codes.Wait("customer "+c.Ref(), f.Now())
	if wait > 0 {
		f.tooMany(w, r, wait, "Too many codes were tried.")
	}
	return wait == 0
}

func (f *Face) postCode(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	if !f.tries(w, r, c) {
		return
	}
	err := f.present(r, c, r.PostFormValue("code"))
	if errors.Is(err, errShown) {
		f.here(w, r, http.StatusUnprocessableEntity, "", true)
		return
	}
	f.back(w, r, "/here", err)
}

func (f *Face) jsonCode(w http.ResponseWriter, r *http.Request, c floor.Customer, code string) {
	if !f.tries(w, r, c) {
		return
	}
	err := f.present(r, c, code)
	if errors.Is(err, errShown) {
		gate.Problem(w, http.StatusUnprocessableEntity, f.speech(r).sentence(sentence(err)))
		return
	}
	f.answer(w, r, err)
}
