package guest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/letter"
	"foyer/web/look"
)

// exportView offers her what is held of her as files.
type exportView struct {
	look.Page
	Switch switchView
}

func (f *Face) getExport(w http.ResponseWriter, r *http.Request, _ floor.Customer) {
	m, err := f.moment(r)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	f.show(w, l, http.StatusOK, "export", exportView{f.base(l, l.T("Your privacy"), true), l.switchOf(m.Here, true)})
}

// copyOf collects everything that is held of her, and the language she reads it
// in. What takes long is read on this request's goroutine, not at the desk.
func (f *Face) copyOf(r *http.Request, c floor.Customer) (y concierge.Copy, l speech, err error) {
	var m concierge.Moment
	err = f.do(r, func(d *concierge.Desk, now time.Time) error {
		defer d.Hold(c)()
		m = d.Moment(c, now)
		l, _ = f.speaking(r, d.Languages(c))
		return nil
	})
	if err != nil {
		return y, l, err
	}
	this := ""
	if k, err := r.Cookie(cookie); err == nil {
		this = k.Value
	}
	all, err := f.Doors.Sessions(c, this)
	if err != nil {
		return y, l, err
	}
	sessions := make([]concierge.CopySession, 0, len(all))
	for _, s := range all {
		sessions = append(sessions, concierge.CopySession{Until: s.Until, This: s.This})
	}
	y, err = f.Door.Copy(c, m, sessions, f.Now())
	return y, l, err
}

// getExportJSON is the file for machines.
func (f *Face) getExportJSON(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	y, _, err := f.copyOf(r, c)
	var body []byte
	if err == nil {
		body, err = json.MarshalIndent(y, "", "  ")
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	keep(w, "application/json", "about-me.json", body)
}

// jsonExport is the same for an app.
func (f *Face) jsonExport(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	y, _, err := f.copyOf(r, c)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, y)
}

// getExportPage is the file for reading.
func (f *Face) getExportPage(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	y, l, err := f.copyOf(r, c)
	var page bytes.Buffer
	if err == nil {
		err = letter.Write(&page, y, letter.Options{Store: f.StoreName, Zone: f.TimeZone, Tongue: l.Tongue})
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	keep(w, "text/html; charset=utf-8", "about-me.html", page.Bytes())
}
