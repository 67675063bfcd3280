package staff

import (
	"fmt"
	"net/http"

	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/web/gate"
)

type rollJSON struct {
	Day    string         `json:"day"`
	People []rollLineJSON `json:"people"`
}

type rollLineJSON struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Shifts  []rota.Span `json:"shifts"`
	On      bool        `json:"on_shift"`
	Changed bool        `json:"changed_here"`
	Said    []rota.Span `json:"headquarters"`
	Covers  []string    `json:"covers"`
}

func (f *Face) jsonShifts(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	x, _, err := f.roll(r, a, r.URL.Query().Get("day"))
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := rollJSON{x.Day, []rollLineJSON{}}
	for _, l := range x.Lines {
		covers := []string{}
		for _, c := range l.Covers {
			covers = append(covers, c.ID)
		}
		out.People = append(out.People, rollLineJSON{l.ID, l.Name, spansOf(l.Shifts), l.On, l.Changed, spansOf(l.Said), covers})
	}
	gate.JSON(w, http.StatusOK, out)
}

func spansOf(shifts []floor.Shift) []rota.Span {
	out := []rota.Span{}
	for _, s := range shifts {
		out = append(out, rota.Span{From: s.From.UTC(), To: s.To.UTC()})
	}
	return out
}

func (f *Face) jsonSetShifts(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Associate string      `json:"associate"`
		Day       string      `json:"day"`
		Shifts    []rota.Span `json:"shifts"`
		Undo      bool        `json:"undo"`
	}
	err := gate.Read(r, &body)
	if err == nil && body.Associate == "" {
		err = f.incomplete(r, a, "associate: whose shifts")
	}
	if err == nil {
		err = f.setShifts(r, a, body.Associate, body.Day, body.Shifts, body.Undo)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonSetCovers(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Covers *[]string `json:"covers"`
		Undo   bool      `json:"undo"`
	}
	err := gate.Read(r, &body)
	switch {
	case err != nil:
	case body.Undo:
		err = f.setCovers(r, a, nil, true)
	case body.Covers == nil:
		err = f.incomplete(r, a, "covers: who stands in")
	default:
		err = f.setCovers(r, a, *body.Covers, false)
	}
	f.answer(w, r, err)
}

// incomplete says to a manager what a body lacks; to others there is nothing.
func (f *Face) incomplete(r *http.Request, a floor.AssociateID, what string) error {
	if err := f.manages(r, a); err != nil {
		return err
	}
	return fmt.Errorf("%w: %s", gate.ErrBody, what)
}
