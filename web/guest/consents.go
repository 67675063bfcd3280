package guest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
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
	l := f.speech(r)
	text := l.T("Our other stores follow as soon as the line allows; until then, nothing new leaves this one.")
	if at := l.Clock(f.Now().In(f.TimeZone)); len(told) == 1 {
		text = l.T("%s’s screen was cleared at %s.", told[0], at) + " " + text
	} else if len(told) > 1 {
		text = l.T("The screens of %s were cleared at %s.", l.And(told), at) + " " + text
	}
	f.show(w, l, http.StatusOK, "done", doneView{Page: f.base(l, l.T("Done"), false),
		Switch: l.switchOf(concierge.Here{Visibility: concierge.AskEachVisit, Stage: concierge.Hidden}, false),
		Done:   true, Title: l.T("Done. Nobody is told any more."), Text: text})
}

// withdraw takes a consent back and returns who knew of her until then. Her no is
// not compared with what is on the disk, which may not be readable.
func (f *Face) withdraw(r *http.Request, c floor.Customer, purpose string) (told []string, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) error {
		told = d.Here(c, now).Told
		return d.Withdraw(c, purpose, now)
	})
	return told, err
}

// lineOf returns what the page says of a purpose, under the notice in force.
func lineOf(d *concierge.Desk, c floor.Customer, purpose string, now time.Time, languages ...string) (concierge.ConsentLine, concierge.Notice, bool) {
	all := d.Dossier(c, now, languages...)
	i := slices.IndexFunc(all.Consents, func(l concierge.ConsentLine) bool { return l.Purpose == purpose })
	if i < 0 {
		return concierge.ConsentLine{}, all.Notice, false
	}
	return all.Consents[i], all.Notice, true
}

// agreed is the text that stands for a switch, exactly as she reads it, with the
// name that the receipt gives it: the notice's version, if there is one, and the
// SHA-256 of the text.
func (l speech) agreed(n concierge.Notice, c concierge.ConsentLine) concierge.Agreed {
	name, hint := l.purposeWords(c)
	text := name + "\n" + hint
	if c.Text != "" {
		text += "\n" + c.Text
	}
	if n.Text != "" {
		text = n.Text + "\n" + text
	}
	if n.Language == "" {
		n.Language = l.Code // of the page itself
	}
	sum := sha256.Sum256([]byte(text))
	id := "page-" + hex.EncodeToString(sum[:])
	if n.Version != "" {
		id = n.Version + " " + id
	}
	return concierge.Agreed{ID: id, Text: text, Notice: n}
}

func (f *Face) postGrant(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	seen := r.PostFormValue("notice") // here: the desk waits for no network
	f.back(w, r, "/here/privacy#allow", f.grant(r, c, r.PathValue("purpose"), func(shown string) bool { return seen == shown }))
}

func (f *Face) jsonGrant(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Notice string `json:"notice"`
	}
	if r.ContentLength != 0 {
		if err := gate.Read(r, &body); err != nil {
			f.answer(w, r, err)
			return
		}
	}
	// What an app has shown without naming it nobody here knows; a notice it must
	// have shown.
	f.answer(w, r, f.grant(r, c, r.PathValue("purpose"), func(shown string) bool {
		return body.Notice == shown || body.Notice == "" && strings.HasPrefix(shown, "page-")
	}))
}

// grant allows a purpose, if she has read the words that stand for it now: a
// press on older ones allows nothing, and the page shows the new ones. Her phone
// may be looked for from now on, so it is.
func (f *Face) grant(r *http.Request, c floor.Customer, purpose string, read func(notice string) bool) error {
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		l, want := f.speaking(r, d.Languages(c))
		line, n, ok := lineOf(d, c, purpose, now, want...)
		if !ok {
			return concierge.ErrNothing
		}
		words := l.agreed(n, line)
		if !read(words.ID) {
			return concierge.ErrMoved
		}
		return d.Grant(c, purpose, words, now)
	})
	if err == nil {
		f.checks.stale(c)
		f.renew(r, c)
	}
	return err
}
