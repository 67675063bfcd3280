package guest

import (
	"errors"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// back answers a form: the page again, or why not.
func (f *Face) back(w http.ResponseWriter, r *http.Request, to string, err error) {
	if err != nil && !errors.Is(err, concierge.ErrMoved) { // moved on: the page says how it is now
		f.sorry(w, r, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (f *Face) postSession(w http.ResponseWriter, r *http.Request) {
	if wait := f.codes.Wait(gate.PeerKey(r), f.Now()); wait > 0 {
		f.tooMany(w, r, wait, "Too many codes were tried from this device.")
		return
	}
	_, err := f.signIn(w, r, r.PostFormValue("code"), r.PostFormValue("phone") == "shared")
	if errors.Is(err, concierge.ErrNothing) {
		f.here(w, r, http.StatusUnprocessableEntity, "", true)
		return
	}
	f.back(w, r, "/here", err)
}

func (f *Face) postSignOut(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.signOut(w, r, c))
}

func (f *Face) postAnnounce(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.announce(r, c, concierge.Style(r.PostFormValue("style"))))
}

func (f *Face) announce(r *http.Request, c floor.Customer, s concierge.Style) error {
	if s != concierge.ApproachMe && s != concierge.LetMeBrowse && s != concierge.OnlyMine {
		return errStyle
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Announce(c, s, now) })
}

func (f *Face) postNotToday(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.notToday(r, c))
}

func (f *Face) notToday(r *http.Request, c floor.Customer) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.NotToday(c, now) })
}

func (f *Face) postHelp(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.help(r, c, r.PostFormValue("topic")))
}

func (f *Face) help(r *http.Request, c floor.Customer, topic string) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.HelpWith(c, topic, now) })
}

func (f *Face) postCancelHelp(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.cancelHelp(r, c))
}

func (f *Face) cancelHelp(r *http.Request, c floor.Customer) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.CancelHelp(c, now) })
}

func (f *Face) postVisibility(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	to := "/here"
	if r.PostFormValue("from") == "privacy" {
		to = "/here/privacy"
	}
	f.back(w, r, to, f.visibility(r, c, concierge.Visibility(r.PostFormValue("mode"))))
}

// visibility changes when others may learn of her. Visible again, her phone
// is looked for at once.
func (f *Face) visibility(r *http.Request, c floor.Customer, v concierge.Visibility) error {
	if v != concierge.Automatic && v != concierge.AskEachVisit && v != concierge.Invisible {
		return errMode
	}
	if v == concierge.Automatic && f.lent(r) {
		return errLent
	}
	if err := f.do(r, func(d *concierge.Desk, now time.Time) error { return d.SetVisibility(c, v, now) }); err != nil {
		return err
	}
	f.checks.stale(c)
	if v != concierge.Invisible {
		f.renew(r, c)
	}
	return nil
}
