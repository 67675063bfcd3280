package staff

import (
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// errBlocked is what a body may say instead.
var errBlocked = fmt.Errorf("%w: blocked: want true or false", gate.ErrBody)

// A Door tells what takes longer than the desk may wait.
type Door interface {
	ListedBy(a floor.AssociateID, role floor.Role, now time.Time) ([]concierge.Lister, error)
}

// clientsView is who lists an associate.
type clientsView struct {
	look.Page
	Tabs tabsView
	All  []concierge.Lister
}

// listing adds the routes of who lists an associate, and to whom she does not
// want to be sent.
func (f *Face) listing(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/clients", Associate, f.getClients)
	page("POST", "/staff/clients/{id}", Associate, f.postClient)
	api("GET", "/v1/associate/listed-by", Associate, f.jsonListedBy)
	api("PUT", "/v1/associate/blocks/{id}", Associate, f.jsonRefuse)
}

func (f *Face) listedBy(r *http.Request, a floor.AssociateID) (all []concierge.Lister, t concierge.Today, err error) {
	t, err = f.today(r, a)
	if err == nil {
		all, err = f.Door.ListedBy(a, t.Role, f.Now())
	}
	return all, t, err
}

func (f *Face) refuse(r *http.Request, a floor.AssociateID, yes bool) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.Refuse(a, r.PathValue("id"), yes, now)
	})
}

func (f *Face) getClients(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	all, t, err := f.listedBy(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "clients", clientsView{f.base("Who lists me", true), tabsView{"me", t.Role == floor.RoleManager}, all})
}

func (f *Face) postClient(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	if err := f.refuse(r, a, r.PostFormValue("do") == "refuse"); err != nil {
		f.sorry(w, r, err)
		return
	}
	http.Redirect(w, r, "/staff/clients", http.StatusSeeOther)
}

type listerJSON struct {
	ID      string `json:"id"`
	Form    string `json:"form"`
	Blocked bool   `json:"blocked"`
}

func (f *Face) jsonListedBy(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	all, _, err := f.listedBy(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := []listerJSON{}
	for _, x := range all {
		out = append(out, listerJSON{x.Ref, x.Name, x.Refused})
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonRefuse(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Blocked *bool `json:"blocked"`
	}
	err := gate.Read(r, &body)
	if err == nil && body.Blocked == nil {
		err = errBlocked
	}
	if err == nil {
		err = f.refuse(r, a, *body.Blocked)
	}
	f.answer(w, r, err)
}
