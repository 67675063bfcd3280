package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

type noteJSON struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	Visibility string    `json:"visibility"`
	Text       string    `json:"text"`
	At         time.Time `json:"at"`
	Until      time.Time `json:"until"`
	Personal   []string  `json:"sounds_personal,omitempty"` // topics, for which it was made hers alone
}

func noteOnWire(n concierge.NoteLine) noteJSON {
	return noteJSON{n.ID, n.Kind, n.Visibility, n.Text, n.At.UTC(), n.Until.UTC(), n.Topics}
}

func (f *Face) jsonNotes(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	out := struct {
		Notes   []noteJSON  `json:"notes"`
		Handoff handoffJSON `json:"handoff"`
	}{Notes: []noteJSON{}}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		n, err := d.Notes(a, floor.VisitID(r.PathValue("id")), now)
		for _, x := range n.Mine {
			out.Notes = append(out.Notes, noteOnWire(x))
		}
		out.Handoff = handoffJSON(n.Handoff)
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonWriteNote(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Kind       string `json:"kind"`
		Visibility string `json:"visibility"`
		Text       string `json:"text"`
	}
	var n concierge.NoteLine
	err := gate.Read(r, &body)
	if err == nil {
		n, err = f.writeNote(r, a, floor.VisitID(r.PathValue("id")), concierge.NoteDraft(body))
	}
	f.noted(w, r, http.StatusCreated, n, err)
}

// noted answers with a note.
func (f *Face) noted(w http.ResponseWriter, r *http.Request, status int, n concierge.NoteLine, err error) {
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, status, noteOnWire(n))
}

func (f *Face) jsonEditNote(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Text       string `json:"text"`
		Visibility string `json:"visibility"`
		Renew      bool   `json:"renew"`
	}
	var n concierge.NoteLine
	err := gate.Read(r, &body)
	if err == nil {
		err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
			n, err = d.EditNote(a, r.PathValue("id"), concierge.NoteChange(body), now)
			return err
		})
	}
	f.noted(w, r, http.StatusOK, n, err)
}

func (f *Face) jsonRemoveNote(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.do(r, func(d *concierge.Desk, now time.Time) error { return d.RemoveNote(a, r.PathValue("id"), now) }))
}
