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
func agreed(n concierge.Notice, l concierge.ConsentLine) concierge.Agreed {
	name, hint := purposeWords(l)
	text := name + "\n" + hint
	if l.Text != "" {
		text += "\n" + l.Text
	}
	if n.Text != "" {
		text = n.Text + "\n" + text
	}
	if n.Language == "" {
		n.Language = "en" // of the page itself
	}
	sum := sha256.Sum256([]byte(text))
	id := "page-" + hex.EncodeToString(sum[:])
	if n.Version != "" {
		id = n.Version + " " + id
	}
	return concierge.Agreed{ID: id, Text: text, Notice: n}
}

// languages are what the browser asks for, the best first.
func languages(r *http.Request) (out []string) {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(part, ";")
		if tag = strings.TrimSpace(tag); tag != "" && tag != "*" && len(out) < 8 {
			out = append(out, tag)
		}
	}
	return out
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
		l, n, ok := lineOf(d, c, purpose, now, languages(r)...)
		if !ok {
			return concierge.ErrNothing
		}
		words := agreed(n, l)
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
