package guest

import (
	"errors"
	"net/http"
	"slices"
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
	if wait := f.codes.Wait(gate.Peer(r).String(), f.Now()); wait > 0 {
		gate.TooMany(w, wait, "Too many codes were tried from this device.")
		return
	}
	_, err := f.signIn(w, r, r.PostFormValue("code"))
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
	f.back(w, r, "/here", f.help(r, c))
}

func (f *Face) help(r *http.Request, c floor.Customer) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Help(c, now) })
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
	if err := f.do(r, func(d *concierge.Desk, now time.Time) error { return d.SetVisibility(c, v, now) }); err != nil {
		return err
	}
	f.checks.stale(c)
	if v != concierge.Invisible {
		f.renew(r, c)
	}
	return nil
}

// postWithdraw ends one consent, or all. The page that says so is the answer
// itself: a withdrawal sent twice is the same withdrawal.
func (f *Face) postWithdraw(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	purpose := r.PathValue("purpose")
	told, err := f.withdraw(r, c, purpose)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	if purpose != "" && purpose != "presence" && purpose != "profile_to_associates" {
		http.Redirect(w, r, "/here/privacy#allow", http.StatusSeeOther)
		return
	}
	text := "Our other stores follow as soon as the line allows; until then, nothing new leaves this one."
	if len(told) > 0 {
		screens := "’s screen was"
		if len(told) > 1 {
			screens = "’s screens were"
		}
		text = and(told) + screens + " cleared at " + f.Now().In(f.TimeZone).Format("15:04") + ". " + text
	}
	f.show(w, http.StatusOK, "done", doneView{Page: f.base("Done", false),
		Switch: switchOf(concierge.Here{Visibility: concierge.AskEachVisit, Stage: concierge.Hidden}, false),
		Done:   true, Title: "Done. Nobody is told any more.", Text: text})
}

// withdraw takes a consent back and returns who knew of her until then.
func (f *Face) withdraw(r *http.Request, c floor.Customer, purpose string) (told []string, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) error {
		known := slices.ContainsFunc(d.Dossier(c, now).Consents, func(l concierge.ConsentLine) bool { return l.Purpose == purpose })
		if purpose != "" && !known {
			return concierge.ErrNothing
		}
		told = d.Here(c, now).Told
		return d.Withdraw(c, purpose, now)
	})
	return told, err
}
