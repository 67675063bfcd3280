package guest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

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
		if _, ok := lineOf(d, c, purpose, now); !ok && purpose != "" {
			return concierge.ErrNothing
		}
		told = d.Here(c, now).Told
		return d.Withdraw(c, purpose, now)
	})
	return told, err
}

// lineOf returns what the page says of a purpose.
func lineOf(d *concierge.Desk, c floor.Customer, purpose string, now time.Time) (concierge.ConsentLine, bool) {
	lines := d.Dossier(c, now).Consents
	i := slices.IndexFunc(lines, func(l concierge.ConsentLine) bool { return l.Purpose == purpose })
	if i < 0 {
		return concierge.ConsentLine{}, false
	}
	return lines[i], true
}

// noticeOf names the words that stand beside a switch, for the receipt: the
// SHA-256 of the two lines, exactly as she reads them.
func noticeOf(l concierge.ConsentLine) string {
	name, hint := purposeWords(l)
	sum := sha256.Sum256([]byte(name + "\n" + hint))
	return "page-" + hex.EncodeToString(sum[:])
}

func (f *Face) postGrant(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	seen := r.PostFormValue("notice") // here: the desk waits for no network
	f.back(w, r, "/here/privacy#allow", f.grant(r, c, r.PathValue("purpose"), func(shown string) bool { return seen == shown }))
}

func (f *Face) jsonGrant(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.grant(r, c, r.PathValue("purpose"), func(string) bool { return true })) // what an app has shown nobody here knows
}

// grant allows a purpose, if she has read the words that stand for it now: a
// press on older ones allows nothing, and the page shows the new ones. Her phone
// may be looked for from now on, so it is.
func (f *Face) grant(r *http.Request, c floor.Customer, purpose string, read func(notice string) bool) error {
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		l, ok := lineOf(d, c, purpose, now)
		if !ok {
			return concierge.ErrNothing
		}
		if !read(noticeOf(l)) {
			return concierge.ErrMoved
		}
		return d.Grant(c, purpose, noticeOf(l), now)
	})
	if err == nil {
		f.checks.stale(c)
		f.renew(r, c)
	}
	return err
}
