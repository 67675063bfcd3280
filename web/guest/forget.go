package guest

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// forgetView asks once more, for this cannot be undone.
type forgetView struct {
	look.Page
	Switch switchView
}

func (f *Face) getForget(w http.ResponseWriter, r *http.Request, _ floor.Customer) {
	m, err := f.moment(r)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	f.show(w, l, http.StatusOK, "forget", forgetView{f.base(l, l.T("Your privacy"), false), l.switchOf(m.Here, true)})
}

// postForget erases her and ends her session on every device. Only a press on
// the page that asks counts.
func (f *Face) postForget(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	if r.PostFormValue("sure") != "yes" {
		http.Redirect(w, r, "/here/forget", http.StatusSeeOther)
		return
	}
	proof, err := f.forget(w, r, c)
	if err != nil {
		l := f.speech(r)
		f.refuse(w, l, http.StatusServiceUnavailable, l.T("Not yet forgotten."), l.T(half))
		return
	}
	http.Redirect(w, r, "/here/forgotten/"+proof, http.StatusSeeOther)
}

// half is said where an erasure could not be begun.
const half = "Nobody is told of you any more, but nothing could be destroyed yet: the store’s disk takes nothing. Press “Forget me” again in a minute."

// forget erases her. What could only be begun is finished without her: the page
// under its reference says how far it is.
func (f *Face) forget(w http.ResponseWriter, r *http.Request, c floor.Customer) (string, error) {
	proof, err := f.Rights.Forget(c)
	if err != nil {
		f.Log.Error("guest page", "route", r.Pattern, "err", err)
	}
	if err != nil && !(errors.Is(err, concierge.ErrBegun) && proof != "") {
		return "", err
	}
	setCookie(w, "", -1)
	f.checks.stale(c)
	return proof, nil
}

func (f *Face) jsonForget(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Forget bool `json:"forget"`
	}
	if err := gate.Read(r, &body); err != nil {
		f.answer(w, r, err)
		return
	}
	if !body.Forget {
		gate.Problem(w, http.StatusBadRequest, `Send {"forget":true}: this cannot be undone.`)
		return
	}
	proof, err := f.forget(w, r, c)
	if err != nil {
		gate.Problem(w, http.StatusServiceUnavailable, f.speech(r).T(half))
		return
	}
	f.tellErasure(w, r, proof)
}

// erasureView is what is kept of an erasure, in words.
type erasureView struct {
	look.Page
	Switch       switchView
	Proof, When  string
	Asked, HQ    string
	Waits        bool // headquarters has not confirmed
	Begun        bool // and not finished
	Lines        []erasedView
	Title, Store string
	Made         string
}

type erasedView struct {
	Name  string
	Count int // 0 where there can be one only
}

func (f *Face) erasureOf(l speech, proof string) (erasureView, concierge.Erasure, error) {
	e, err := f.Door.Erasure(proof)
	if err != nil {
		return erasureView{}, e, err
	}
	stamp := func(t time.Time) string { return l.Stamp(t.In(f.TimeZone)) }
	v := erasureView{Page: f.base(l, l.T("Forgotten"), false), Switch: l.switchOf(concierge.Here{}, false), Proof: strings.ToUpper(e.Proof),
		When: stamp(e.At), Begun: e.Begun, Asked: l.T("headquarters"), Title: l.T("You were forgotten"), Store: f.StoreName, Made: stamp(f.Now())}
	switch {
	case e.Here:
		v.Asked = l.T("you, on the store’s page")
	case e.Operator:
		v.Asked = l.T("the store")
	}
	for _, line := range e.Lines {
		x := erasedView{l.erasedWords(line.Kind), line.Count}
		if line.Kind == "profile" || line.Kind == "photo" {
			x.Count = 0
		}
		v.Lines = append(v.Lines, x)
	}
	v.HQ, v.Waits = l.toldWords(e, stamp)
	return v, e, nil
}

// toldWords say how far headquarters is.
func (l speech) toldWords(e concierge.Erasure, stamp func(time.Time) string) (words string, waits bool) {
	switch {
	case !e.Confirmed.IsZero():
		return l.T("Headquarters confirmed on %s that it knows, and tells our other stores.", stamp(e.Confirmed)), false
	case e.Operator:
		return l.T("Headquarters is told before anything else, if this store has one."), false
	case !e.Here:
		return l.T("Headquarters asked this store for it."), false
	case !e.Owed:
		return l.T("This store works alone: there is no headquarters to tell."), false
	case e.Told.IsZero():
		return l.T("Headquarters is still to be told. The store keeps trying."), true
	}
	return l.T("Headquarters is told before anything else, as soon as the line allows. It has not confirmed yet."), true
}

// erasedWords name what was destroyed.
func (l speech) erasedWords(kind string) string {
	switch kind {
	case "profile":
		return l.T("Your name and how you like to be served")
	case "photo":
		return l.T("Your picture")
	case "stated":
		return l.T("What you told us")
	case "purchases":
		return l.T("What you bought, as associates could see it")
	case "notes":
		return l.T("Notes about you")
	case "reveals":
		return l.T("What was opened with a reason, and what you said against it")
	case "appointments":
		return l.T("Appointments")
	case "consents":
		return l.T("What you allowed")
	case "accesses":
		return l.T("That a card seen by somebody was yours")
	case "served":
		return l.T("Who has served you")
	case "visits":
		return l.T("Visits in which you were served, and what you said of them")
	case "messages":
		return l.T("What associates left for you")
	case "invitations":
		return l.T("Codes of yours")
	}
	return spaced(kind)
}

// getForgotten shows what is kept of an erasure to whoever holds its proof.
func (f *Face) getForgotten(w http.ResponseWriter, r *http.Request) {
	l := f.speech(r)
	v, _, err := f.erasureOf(l, r.PathValue("proof"))
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, l, http.StatusOK, "forgotten", v)
}

// getReport is the same as a file to keep. There is none of what is not done.
func (f *Face) getReport(w http.ResponseWriter, r *http.Request) {
	l := f.speech(r)
	v, _, err := f.erasureOf(l, r.PathValue("proof"))
	if err == nil && v.Begun {
		http.Redirect(w, r, "/here/forgotten/"+r.PathValue("proof"), http.StatusSeeOther)
		return
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.file(w, r, l, "report", "forgotten-"+strings.ToLower(v.Proof)+".html", v)
}

// file writes a page of its own that is to be kept, not shown.
func (f *Face) file(w http.ResponseWriter, r *http.Request, l speech, name, as string, view any) {
	var b bytes.Buffer
	if err := f.pages[l.Code].ExecuteTemplate(&b, name, view); err != nil {
		f.sorry(w, r, err)
		return
	}
	keep(w, "text/html; charset=utf-8", as, b.Bytes())
}

// keep answers with a file for her to keep. Its name names nobody.
func keep(w http.ResponseWriter, kind, as string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+as+`"`)
	_, _ = w.Write(body) // the reader went away: nobody is left to tell
}

type erasureJSON struct {
	Proof     string         `json:"proof"`
	At        time.Time      `json:"at"`
	Asked     string         `json:"asked"`
	Finished  bool           `json:"finished"` // false: it proves nothing yet, and is being finished
	Destroyed map[string]int `json:"destroyed"`
	HQ        string         `json:"headquarters"` // none, owed, told, confirmed
	Confirmed *time.Time     `json:"confirmed,omitempty"`
}

func (f *Face) jsonErasure(w http.ResponseWriter, r *http.Request) {
	f.tellErasure(w, r, r.PathValue("proof"))
}

func (f *Face) tellErasure(w http.ResponseWriter, r *http.Request, proof string) {
	e, err := f.Door.Erasure(proof)
	if err != nil {
		if !errors.Is(err, concierge.ErrNothing) {
			f.Log.Error("guest request", "route", r.Pattern, "err", err)
		}
		f.answer(w, r, err)
		return
	}
	out := erasureJSON{Proof: e.Proof, At: e.At.UTC(), Asked: "headquarters", Finished: !e.Begun, Destroyed: map[string]int{}, HQ: "none", Confirmed: instant(e.Confirmed)}
	switch {
	case e.Here:
		out.Asked = "customer"
	case e.Operator:
		out.Asked = "operator"
	}
	switch {
	case !e.Confirmed.IsZero():
		out.HQ = "confirmed"
	case e.Owed && e.Told.IsZero():
		out.HQ = "owed"
	case e.Owed:
		out.HQ = "told"
	}
	for _, l := range e.Lines {
		out.Destroyed[l.Kind] = l.Count
	}
	status := http.StatusOK
	if e.Begun {
		status, out.Destroyed = http.StatusAccepted, map[string]int{}
	}
	gate.JSON(w, status, out)
}
