package staff

import (
	"errors"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// followUpView asks for the words of a message.
type followUpView struct {
	look.Page
	Visit       floor.VisitID
	Name, Wrong string
	Text        string
}

// followUps adds the routes of what an associate leaves for a client.
func (f *Face) followUps(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/visits/{id}/follow-up", Associate, f.getFollowUp)
	page("POST", "/staff/visits/{id}/follow-up", Associate, f.postFollowUp)
	api("POST", "/v1/visits/{id}/follow-up", Associate, f.jsonFollowUp)
}

func (f *Face) getFollowUp(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.followUpPage(w, r, a, http.StatusOK, "", "")
}

func (f *Face) followUpPage(w http.ResponseWriter, r *http.Request, a floor.AssociateID, status int, text, wrong string) {
	v := followUpView{Page: f.base("A message", true), Visit: floor.VisitID(r.PathValue("id")), Text: text, Wrong: wrong}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		t, err := today(d, a, now)
		if err == nil && !d.MayWrite(a, v.Visit) {
			err = concierge.ErrNothing
		}
		for _, c := range t.Serving {
			if c.Visit == v.Visit {
				v.Name = named(c.Name)
			}
		}
		return err
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, status, "follow-up", v)
}

// mayWrite reports whether a client takes a message from an associate.
func (f *Face) mayWrite(r *http.Request, a floor.AssociateID, v floor.VisitID) (may bool) {
	err := f.do(r, func(d *concierge.Desk, _ time.Time) error { may = d.MayWrite(a, v); return nil })
	return may && err == nil
}

func (f *Face) followUp(r *http.Request, a floor.AssociateID, text string) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.FollowUp(a, floor.VisitID(r.PathValue("id")), text, now)
	})
}

func (f *Face) postFollowUp(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	text := r.PostFormValue("text")
	switch err := f.followUp(r, a, text); {
	case errors.Is(err, concierge.ErrWords):
		f.followUpPage(w, r, a, http.StatusUnprocessableEntity, text, "Write 1 to 280 letters.")
	case err != nil:
		f.sorry(w, r, err)
	default:
		http.Redirect(w, r, "/staff/visits/"+r.PathValue("id"), http.StatusSeeOther)
	}
}

func (f *Face) jsonFollowUp(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Text string `json:"text"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.followUp(r, a, body.Text)
	}
	f.answer(w, r, err)
}
