package guest

import (
	"errors"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// base is what every page of the face has.
func (f *Face) base(title string, known bool) look.Page {
	p := look.Page{Lang: "en", Title: title, Store: f.StoreName, Sheet: f.sheet.Path}
	if known {
		p.Script, p.Stream = f.script.Path, "/v1/me/stream"
	}
	return p
}

// show writes a page whole, or an error and nothing of the page.
func (f *Face) show(w http.ResponseWriter, status int, name string, view any) {
	if err := look.Show(w, status, f.pages, name, view); err != nil {
		f.Log.Error("page", "name", name, "err", err)
	}
}

// sorry shows in words why something was not done.
func (f *Face) sorry(w http.ResponseWriter, r *http.Request, err error) {
	status, words := known(err)
	if status == 0 {
		status, words = http.StatusServiceUnavailable, "This did not work. Nothing was changed; try again in a minute."
		if !errors.Is(err, r.Context().Err()) {
			f.Log.Error("guest page", "route", r.Pattern, "err", err)
		}
	}
	if errors.Is(err, concierge.ErrUnwritten) {
		f.Log.Error("guest page", "route", r.Pattern, "err", err)
	}
	f.Refuse(w, status, notDone(err)+".", words)
}

// Refuse shows people what the gate or a limit did not let through.
func (f *Face) Refuse(w http.ResponseWriter, status int, title, text string) {
	f.show(w, status, "done", doneView{Page: f.base("Not done", false), Title: title, Text: text})
}

// notDone is the title of what was not done, or only half.
func notDone(err error) string {
	if errors.Is(err, concierge.ErrUnwritten) {
		return "In force, not yet recorded"
	}
	return "Not done"
}

// moment asks the desk for the page of whoever asks.
func (f *Face) moment(r *http.Request) (h concierge.Here, c floor.Customer, now time.Time, err error) {
	c, ok := f.who(r)
	err = f.do(r, func(d *concierge.Desk, t time.Time) error {
		now = t.In(f.TimeZone)
		if h = d.Stranger(now); ok {
			h = d.Here(c, now)
		}
		return nil
	})
	return h, c, now, err
}

func (f *Face) getHere(w http.ResponseWriter, r *http.Request) {
	f.here(w, r, http.StatusOK, r.URL.Query().Get("code"), false)
}

func (f *Face) here(w http.ResponseWriter, r *http.Request, status int, code string, wrong bool) {
	h, c, now, err := f.moment(r)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	known := c.Valid()
	v := viewOf(f.base(f.StoreName, known), h, known, f.zone(h.Visit), now)
	v.Wrong = wrong
	if known {
		f.renew(r, c)
		v.Notice = f.checks.notice(c)
		v.AskCode = (v.Notice != "" || wrong) && !h.InStore
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
	f.show(w, status, "here", v)
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
	h, c, now, err := f.moment(r)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	known, d := c.Valid(), concierge.Dossier{}
	if !known {
		err = f.do(r, func(desk *concierge.Desk, _ time.Time) error { d.Notice = desk.Notice(languages(r)...); return nil })
	} else {
		err = f.do(r, func(desk *concierge.Desk, t time.Time) error { d = desk.Dossier(c, t, languages(r)...); return nil })
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := dossierOf(f.base("Your privacy", known), h, d, known, f.lent(r), now)
	v.Noticed = !known && f.Phones.Noticed(r.Context(), gate.Peer(r))
	f.show(w, http.StatusOK, "privacy", v)
}
