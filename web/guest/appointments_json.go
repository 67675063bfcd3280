package guest

import (
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

var errCovers = fmt.Errorf("%w: covers: want asked, welcome or never", gate.ErrBody)

type appointmentJSON struct {
	ID    string        `json:"id"`
	With  colleagueJSON `json:"associate"`
	From  time.Time     `json:"from"`
	To    time.Time     `json:"to"`
	Half  bool          `json:"half_day"` // the hour is not settled
	Topic string        `json:"topic,omitempty"`
	State string        `json:"state"`
}

func (f *Face) jsonAppointments(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	out := []appointmentJSON{}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		for _, a := range d.Appointments(c, now) {
			out = append(out, appointmentJSON{a.ID, colleagueOnWire(a.With), a.From.UTC(), a.To.UTC(), a.Half, a.Topic, a.State})
		}
		return nil
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonAppointment(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Associate string `json:"associate"`
		From      string `json:"from"`
		To        string `json:"to"`
		Topic     string `json:"topic"`
	}
	err := gate.Read(r, &body)
	var id string
	if err == nil {
		id, err = f.book(r, c, body.Associate, body.From, body.To, body.Topic)
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusCreated, struct {
		ID string `json:"id"`
	}{id})
}

func (f *Face) jsonCancelAppointment(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.cancelAppointment(r, c))
}

type spanJSON struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

func (f *Face) jsonTimes(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	out := []spanJSON{}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		_, halves, err := d.Times(c, r.PathValue("id"), now)
		for _, s := range halves {
			out = append(out, spanJSON{s.From.UTC(), s.To.UTC()})
		}
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) postCovers(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here/associates", f.covers(r, c, concierge.CoverWish(r.PostFormValue("covers"))))
}

func (f *Face) jsonCovers(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Covers concierge.CoverWish `json:"covers"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.covers(r, c, body.Covers)
	}
	f.answer(w, r, err)
}

// covers is her word on colleagues who stand in for hers.
func (f *Face) covers(r *http.Request, c floor.Customer, wish concierge.CoverWish) error {
	if wish != concierge.CoversAsked && wish != concierge.CoversWelcome && wish != concierge.CoversNever {
		return errCovers
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.SetCovers(c, wish, now) })
}

// coversOf is the same as her page puts it, and who would stand in now.
func (l speech) coversOf(wish concierge.CoverWish, stand []concierge.Colleague) (out []coverView, who string) {
	var names []string
	for _, a := range stand {
		names = append(names, a.Name)
	}
	for _, x := range []struct {
		wish concierge.CoverWish
		name string
	}{{concierge.CoversAsked, l.T("When I ask")}, {concierge.CoversWelcome, l.T("Also when I come")}, {concierge.CoversNever, l.T("Nobody")}} {
		out = append(out, coverView{string(x.wish), x.name, x.wish == wish})
	}
	return out, l.And(names)
}
