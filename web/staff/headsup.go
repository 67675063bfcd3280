package staff

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

var errEstimate = fmt.Errorf("%w: answer: want in_5, in_15, please_cover or cannot", gate.ErrBody)

func (f *Face) postHeadsUp(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff", f.estimate(r, a, concierge.Estimate(r.PostFormValue("answer"))))
}

func (f *Face) jsonHeadsUp(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Answer concierge.Estimate `json:"answer"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.estimate(r, a, body.Answer)
	}
	f.answer(w, r, err)
}

func (f *Face) estimate(r *http.Request, a floor.AssociateID, say concierge.Estimate) error {
	if !slices.Contains([]concierge.Estimate{concierge.In5, concierge.In15, concierge.PleaseCover, concierge.Cannot}, say) {
		return errEstimate
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.AnswerHeadsUp(a, concierge.OfferID(r.PathValue("id")), say, now)
	})
}

type headsUpJSON struct {
	ID        concierge.OfferID `json:"id"`
	Requested bool              `json:"requested"`
	Waits     bool              `json:"waits"`
	Name      string            `json:"name,omitempty"`
	Created   time.Time         `json:"created_at"`
	Deadline  time.Time         `json:"deadline"`
}

func (f *Face) jsonHeadsUps(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	t, err := f.today(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := []headsUpJSON{}
	if h := t.HeadsUp; h != nil {
		out = append(out, headsUpJSON{h.ID, h.Requested, h.Waits, h.Name, h.Created.UTC(), h.Deadline.UTC()})
	}
	gate.JSON(w, http.StatusOK, out)
}

// headsUpView is the sheet over her page while she is with somebody. It makes
// no sound, and the name is folded away: she is in company.
type headsUpView struct {
	ID       concierge.OfferID
	Text     string
	Name     string
	Left, Of int // seconds
}

// Gone is how much of the ring is gone, in seconds.
func (v headsUpView) Gone() int { return max(0, v.Of-v.Left) }

func headsUpOf(h *concierge.HeadsUp, now time.Time) *headsUpView {
	if h == nil {
		return nil
	}
	v := &headsUpView{ID: h.ID, Name: named(h.Name), Text: "She is in the store. She can wait, meet someone else, or book.",
		Of:   max(1, int(h.Deadline.Sub(h.Created)/time.Second)),
		Left: max(0, int((h.Deadline.Sub(now)+time.Second-1)/time.Second))}
	switch {
	case h.Waits:
		v.Text = "She waits for you."
	case h.Requested:
		v.Text = "She asked for you. She can wait, meet someone else, or book."
	}
	return v
}
