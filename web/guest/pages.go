package guest

import (
	"errors"
	"net/http"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// base is what every page of the face has.
func (f *Face) base(l speech, title string, known bool) look.Page {
	p := look.Page{Lang: l.Code, Title: title, Store: f.StoreName, Sheet: f.sheet.Path, Skip: l.T("Skip to content"), At: l.at}
	if known {
		p.Script, p.Stream = f.script.Path, "/v1/me/stream"
	}
	return p
}

// show writes a page whole, or an error and nothing of the page.
func (f *Face) show(w http.ResponseWriter, l speech, status int, name string, view any) {
	if err := look.Show(w, status, f.pages[l.Code], name, view); err != nil {
		f.Log.Error("page", "name", name, "err", err)
	}
}

// sorry shows in words why something was not done.
func (f *Face) sorry(w http.ResponseWriter, r *http.Request, err error) {
	l := f.speech(r)
	status, words := l.known(err)
	if errors.Is(err, gate.ErrBody) { // which says what a program is to send
		words = l.T("Something was missing in it. Open the page again and use its own buttons.")
	}
	if status == 0 {
		status, words = http.StatusServiceUnavailable, l.T("This did not work. Nothing was changed; try again in a minute.")
		if !errors.Is(err, r.Context().Err()) {
			f.Log.Error("guest page", "route", r.Pattern, "err", err)
		}
	}
	if errors.Is(err, concierge.ErrUnwritten) {
		f.Log.Error("guest page", "route", r.Pattern, "err", err)
	}
	f.refuse(w, l, status, l.notDone(err), words)
}

// Refuse shows people what the gate or a limit did not let through, in words
// that Say has put into theirs. It costs the desk nothing, for whoever asks too
// often gets it: her profile is not looked into.
func (f *Face) Refuse(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	l, _ := f.speaking(r, nil)
	f.refuse(w, l, status, title, text)
}

func (f *Face) refuse(w http.ResponseWriter, l speech, status int, title, text string) {
	f.show(w, l, status, "done", doneView{Page: f.base(l, l.T("Not done"), false), Title: title, Text: text})
}

// Say puts what the gate says into the language of whoever asks, as the phone
// says which.
func (f *Face) Say(r *http.Request, words string, args ...any) string {
	l, _ := f.speaking(r, nil)
	return l.T(words, args...)
}

// notDone is the title of what was not done, or only half.
func (l speech) notDone(err error) string {
	if errors.Is(err, concierge.ErrUnwritten) {
		return l.T("In force, not yet recorded.")
	}
	return l.T("Not done.")
}

func (f *Face) getHere(w http.ResponseWriter, r *http.Request) {
	f.here(w, r, http.StatusOK, r.URL.Query().Get("code"), false)
}

func (f *Face) here(w http.ResponseWriter, r *http.Request, status int, code string, wrong bool) {
	m, err := f.moment(r)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	known, l := m.who.Valid(), m.l
	v := l.viewOf(f.base(l, f.StoreName, known), m.Here, known, f.zone(m.Visit), m.now)
	v.Feed = l.feedViews(m.Feed, f.foreign(l), m.now)
	v.Wrong, v.Within = wrong, f.within()
	if known {
		f.renew(r, m.who)
		v.Notice = l.sentence(f.checks.notice(m.who))
		v.AskCode = (v.Notice != "" || wrong) && !m.InStore
	} else {
		if len(code) <= 128 {
			v.Code = code
		}
		if v.Helping, err = f.askOf(r); err != nil {
			f.sorry(w, r, err)
			return
		}
		if v.Helping.Open {
			w.Header().Set("Refresh", askRefresh)
		}
	}
	f.show(w, l, status, "here", v)
}

// zone is the name of the zone of a visit, "" if it is not to be shown.
func (f *Face) zone(v floor.VisitID) string {
	if v == "" {
		return ""
	}
	id, ok := f.Zones.Zone(v)
	if !ok {
		return ""
	}
	if z, _, ok := f.Plan().Zone(id); ok && !z.Private {
		return z.Name
	}
	return ""
}

func (f *Face) getPrivacy(w http.ResponseWriter, r *http.Request) {
	var d concierge.Dossier
	var offered []string
	m, err := f.moment(r, func(desk *concierge.Desk, m moment) error {
		if d.Notice = desk.Notice(m.want...); m.who.Valid() {
			d = desk.Dossier(m.who, m.now, m.want...)
		}
		offered = desk.Offered()
		return nil
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l, known := m.l, m.who.Valid()
	v := l.dossierOf(f.base(l, l.T("Your privacy"), known), m.Here, d, known, f.lent(r), m.now)
	for i, a := range v.Accesses {
		if z, _, ok := f.Plan().Zone(floor.ZoneID(a.Department)); ok {
			v.Accesses[i].Department = z.Name
		}
	}
	v.Runs = f.runs(l, offered, known)
	v.Noticed = !known && f.Phones.Noticed(r.Context(), gate.Peer(r))
	f.show(w, l, http.StatusOK, "privacy", v)
}
