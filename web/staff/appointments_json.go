package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/concierge/diary"
	"foyer/floor"
	"foyer/web/gate"
)

type appointmentJSON struct {
	ID        string    `json:"id"`
	Associate string    `json:"associate"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Half      bool      `json:"half_day"` // the hour is not settled
	State     string    `json:"state"`
	Name      string    `json:"name,omitempty"`
	Covering  string    `json:"covering,omitempty"`
	Topic     string    `json:"topic,omitempty"`
}

func (f *Face) jsonAppointments(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	list, _, _, err := f.appointments(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := []appointmentJSON{}
	for _, x := range list {
		out = append(out, appointmentJSON{x.ID, x.With.ID, x.From.UTC(), x.To.UTC(), x.Half, x.State, x.Name, x.Cover, x.Topic})
	}
	gate.JSON(w, http.StatusOK, out)
}

type spanJSON struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

func spans(list []diary.Span) []spanJSON {
	out := []spanJSON{}
	for _, s := range list {
		out = append(out, spanJSON{s.From.UTC(), s.To.UTC()})
	}
	return out
}

func (f *Face) jsonHours(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var within, others []diary.Span
	err := f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		within, others, err = d.Hours(a, r.PathValue("id"), now)
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, struct {
		Within []spanJSON `json:"within"` // the half day she asked for
		Others []spanJSON `json:"others"`
	}{spans(within), spans(others)})
}

// atJSON is the body of a confirmation and of a move.
type atJSON struct {
	At string `json:"at"`
}

func (f *Face) jsonConfirm(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body atJSON
	err := gate.Read(r, &body)
	if err == nil {
		err = f.confirm(r, a, body.At)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonMove(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body atJSON
	err := gate.Read(r, &body)
	if err == nil {
		err = f.move(r, a, body.At)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonDeclineAppointment(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.declineAppointment(r, a))
}

func (f *Face) jsonCover(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Associate string `json:"associate"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.cover(r, a, body.Associate)
	}
	f.answer(w, r, err)
}
