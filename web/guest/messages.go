package guest

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// messageView is what somebody left for her.
type messageView struct{ ID, Name, When, Text string }

func (l speech) messagesIn(all []concierge.Message, now time.Time) (out []messageView) {
	for _, m := range all {
		name := m.Name
		if name == "" {
			name = l.T("Somebody who has left")
		}
		out = append(out, messageView{m.ID, name, l.day(m.At, now), m.Text})
	}
	return out
}

func (f *Face) takeOff(r *http.Request, c floor.Customer) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.TakeOff(c, r.PathValue("id"), now) })
}

func (f *Face) postTakeOff(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.takeOff(r, c))
}

func (f *Face) jsonTakeOff(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.takeOff(r, c))
}

type messageJSON struct {
	ID   string    `json:"id"`
	From string    `json:"from,omitempty"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

func (f *Face) jsonMessages(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	out := []messageJSON{}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		for _, m := range d.Messages(c, now) {
			out = append(out, messageJSON{m.ID, m.Name, m.At, m.Text})
		}
		return nil
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}
