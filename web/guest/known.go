package guest

import (
	"net/http"
	"strconv"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// perPage is how many purchases one page has.
const perPage = 40

// knownView is what she can correct, hide or object to.
type knownView struct {
	look.Page
	Switch    switchView
	Stated    []concierge.KnownItem
	Purchases []boughtView
	Notes     []noteView
	Settled   []settledView
	From      int
	Newer     int // where the page before begins, -1 if there is none
	Older     int // where the next begins, 0 if there is none
}

type boughtView struct {
	concierge.KnownItem
	When string
}

type noteView struct {
	concierge.KnownItem
	When, Goes, Reads string
}

// readers says who is shown a note.
func (l speech) readers(n concierge.KnownItem) string {
	switch n.For {
	case "my_associates":
		return l.T("Your associates are shown it.")
	case "service":
		return l.T("Whoever serves you is shown it.")
	}
	return l.T("Only %s is shown it.", n.By)
}

// settledView is what became of an objection of hers.
type settledView struct {
	concierge.KnownSettlement
	When string
}

func (f *Face) getKnown(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var k concierge.Known
	m, err := f.moment(r, func(d *concierge.Desk, _ moment) (err error) { k, err = d.Known(c); return err })
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v := knownView{Page: f.base(l, l.T("Your privacy"), false), Switch: l.switchOf(m.Here, true), Stated: k.Stated, Newer: -1}
	if from, err := strconv.Atoi(r.URL.Query().Get("from")); err == nil && from > 0 && from < len(k.Purchases) {
		v.From, v.Newer = from, max(0, from-perPage)
	}
	date := func(t time.Time) string { return l.Date(t.In(f.TimeZone)) }
	for i, b := range k.Purchases[v.From:] {
		if i == perPage {
			v.Older = v.From + perPage
			break
		}
		v.Purchases = append(v.Purchases, boughtView{b, date(b.At)})
	}
	for _, n := range k.Notes {
		v.Notes = append(v.Notes, noteView{n, date(n.At), date(n.Until), l.readers(n)})
	}
	for _, s := range k.Settled {
		v.Settled = append(v.Settled, settledView{s, date(s.At)})
	}
	f.show(w, l, http.StatusOK, "known", v)
}

// change does one thing to one item of hers.
func (f *Face) change(r *http.Request, what string, c floor.Customer, id, text string) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		switch what {
		case "hide", "show":
			return d.Hide(c, id, what == "hide", now)
		case "object", "accept":
			return d.Object(c, id, what == "object", now)
		case "share", "keep":
			return d.ShareNote(c, id, what == "share", now)
		case "correct", "remove":
			if (text == "") != (what == "remove") {
				return errText
			}
			return d.Correct(c, id, text, now)
		}
		return concierge.ErrNothing
	})
}

// postKnown takes the item from the form: no address names what she bought.
func (f *Face) postKnown(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	what, text, to := r.PathValue("what"), "", "/here/known"
	if what == "correct" {
		text = r.PostFormValue("text")
	}
	if from, err := strconv.Atoi(r.PostFormValue("from")); err == nil && from > 0 {
		to += "?from=" + strconv.Itoa(from)
	}
	switch what {
	case "hide", "show":
		to += "#bought"
	case "object", "accept", "share", "keep":
		to += "#notes"
	}
	f.back(w, r, to, f.change(r, what, c, r.PostFormValue("id"), text))
}

func (f *Face) jsonHidden(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Hidden *bool `json:"hidden"`
	}
	err := gate.Read(r, &body)
	switch {
	case err == nil && body.Hidden == nil:
		err = errHidden
	case err == nil && *body.Hidden:
		err = f.change(r, "hide", c, r.PathValue("id"), "")
	case err == nil:
		err = f.change(r, "show", c, r.PathValue("id"), "")
	}
	f.answer(w, r, err)
}

func (f *Face) jsonObject(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.change(r, "object", c, r.PathValue("id"), ""))
}

func (f *Face) jsonAccept(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.change(r, "accept", c, r.PathValue("id"), ""))
}

func (f *Face) jsonCorrect(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Text string `json:"text"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.change(r, "correct", c, r.PathValue("id"), body.Text)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonRemove(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.change(r, "remove", c, r.PathValue("id"), ""))
}

type knownJSON struct {
	ID       string     `json:"id"`
	Text     string     `json:"text"`
	By       string     `json:"by,omitempty"`
	At       *time.Time `json:"at,omitempty"`
	Withheld bool       `json:"withheld,omitempty"`
	For      string     `json:"for,omitempty"`      // of a note: author, my_associates or service
	Personal bool       `json:"personal,omitempty"` // she decides whom it is for
	Until    *time.Time `json:"until,omitempty"`
}

// jsonAudience says whether her associates may read a personal note.
func (f *Face) jsonAudience(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Audience string `json:"audience"`
	}
	err := gate.Read(r, &body)
	what := map[string]string{"my_associates": "share", "author": "keep"}[body.Audience]
	switch {
	case err == nil && what == "":
		err = errAudience
	case err == nil:
		err = f.change(r, what, c, r.PathValue("id"), "")
	}
	f.answer(w, r, err)
}

// jsonKnown answers with one of the lists.
func (f *Face) jsonKnown(list func(concierge.Known) []concierge.KnownItem) handler {
	return func(w http.ResponseWriter, r *http.Request, c floor.Customer) {
		out := []knownJSON{}
		err := f.do(r, func(d *concierge.Desk, _ time.Time) error {
			k, err := d.Known(c)
			for _, x := range list(k) {
				out = append(out, knownJSON{x.ID, x.Text, x.By, instant(x.At), x.Withheld, x.For, x.Personal, instant(x.Until)})
			}
			return err
		})
		if err != nil {
			f.answer(w, r, err)
			return
		}
		gate.JSON(w, http.StatusOK, out)
	}
}

type settledJSON struct {
	Note string    `json:"note"`
	Kept bool      `json:"kept"`
	Why  string    `json:"why,omitempty"`
	At   time.Time `json:"at"`
}

// jsonSettled answers with what became of her objections.
func (f *Face) jsonSettled(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	out := []settledJSON{}
	err := f.do(r, func(d *concierge.Desk, _ time.Time) error {
		k, err := d.Known(c)
		for _, s := range k.Settled {
			out = append(out, settledJSON{s.Note, s.Kept, s.Why, s.At.UTC()})
		}
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

// rights adds the routes of what she may ask for beyond a visit.
func (f *Face) rights(page, api func(method, path string, h handler)) {
	f.questionRoutes(page, api)
	page("GET", "/here/known", f.getKnown)
	page("POST", "/here/known/{what}", f.postKnown)
	page("GET", "/here/preview", f.getPreview)
	page("GET", "/here/audience", f.getAudience)
	page("POST", "/here/audience", f.postAudience)
	page("POST", "/here/blocks", f.postBlock)
	page("POST", "/here/phone", f.postPhone)
	page("GET", "/here/photo", f.getPhoto)
	page("GET", "/here/photo/mine", f.getOwnPhoto)
	page("POST", "/here/photo", f.postPhoto)
	page("POST", "/here/photo/remove", f.postDropPhoto)
	page("GET", "/here/receipts", f.getReceipts)
	page("GET", "/here/receipts/{id}", f.getReceipt)
	page("GET", "/here/receipts/{id}/page", f.getReceiptPage)
	page("GET", "/here/export", f.getExport)
	page("GET", "/here/export/about-me.html", f.getExportPage)
	page("GET", "/here/export/about-me.json", f.getExportJSON)
	page("GET", "/here/forget", f.getForget)
	page("POST", "/here/forget", f.postForget)
	api("GET", "/v1/me/preferences", f.jsonKnown(func(k concierge.Known) []concierge.KnownItem { return k.Stated }))
	api("PUT", "/v1/me/preferences/{id}", f.jsonCorrect)
	api("DELETE", "/v1/me/preferences/{id}", f.jsonRemove)
	api("GET", "/v1/me/items", f.jsonKnown(func(k concierge.Known) []concierge.KnownItem { return k.Purchases }))
	api("PUT", "/v1/me/items/{id}/hidden", f.jsonHidden)
	api("GET", "/v1/me/notes", f.jsonKnown(func(k concierge.Known) []concierge.KnownItem { return k.Notes }))
	api("POST", "/v1/me/notes/{id}/object", f.jsonObject)
	api("DELETE", "/v1/me/notes/{id}/object", f.jsonAccept)
	api("GET", "/v1/me/objections", f.jsonSettled)
	api("PUT", "/v1/me/notes/{id}/audience", f.jsonAudience)
	api("GET", "/v1/me/audience", f.jsonReaches)
	api("PUT", "/v1/me/audience", f.jsonReach)
	api("PUT", "/v1/me/blocks/{id}", f.jsonBlock)
	api("PUT", "/v1/me/phone", f.jsonPhone)
	api("PUT", "/v1/me/photo", f.jsonPhoto)
	api("DELETE", "/v1/me/photo", f.jsonDropPhoto)
	api("GET", "/v1/me/consents", f.jsonConsents)
	api("GET", "/v1/me/receipts/{id}", f.jsonReceipt)
	api("GET", "/v1/me/export", f.jsonExport)
	api("POST", "/v1/me/erasure", f.jsonForget)
}
