package staff

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// errWhy is what a body without a reason gets.
var errWhy = fmt.Errorf("%w: why: want a reason that she can read, 300 bytes at the most", gate.ErrBody)

// objectionsView lists what a manager has to settle.
type objectionsView struct {
	look.Page
	All []objectionView
}

// objectionView is one of them. Its address leads to nobody.
type objectionView struct {
	look.Page
	concierge.Objection
	When string
}

// settling adds the routes of objections to notes.
func (f *Face) settling(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/objections", Manager, f.getObjections)
	page("GET", "/staff/objections/{id}", Manager, f.getObjection)
	page("POST", "/staff/objections/{id}", Manager, f.postObjection)
	api("GET", "/v1/objections", Manager, f.jsonObjections)
	api("GET", "/v1/objections/{id}", Manager, f.jsonObjection)
	api("POST", "/v1/objections/{id}/uphold", Manager, f.jsonSettle(false))
	api("POST", "/v1/objections/{id}/reject", Manager, f.jsonSettle(true))
}

func (f *Face) objections(r *http.Request, a floor.AssociateID) (all []concierge.Objection, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		if _, err = today(d, a, now); err == nil {
			all, err = d.Objections(a)
		}
		return err
	})
	return all, err
}

func (f *Face) objection(r *http.Request, a floor.AssociateID) (o concierge.Objection, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		if _, err = today(d, a, now); err == nil {
			o, err = d.Objection(a, r.PathValue("id"), now)
		}
		return err
	})
	return o, err
}

func (f *Face) settle(r *http.Request, a floor.AssociateID, keep bool, why string) error {
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.Settle(a, r.PathValue("id"), keep, why, now)
	})
	if errors.Is(err, concierge.ErrWhy) {
		return errWhy
	}
	return err
}

func (f *Face) dated(o concierge.Objection) objectionView {
	return objectionView{f.base("Objection", true), o, o.At.In(f.TimeZone).Format("2 January 2006")}
}

func (f *Face) getObjections(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	all, err := f.objections(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := objectionsView{Page: f.base("Objections", true)}
	for _, o := range all {
		v.All = append(v.All, f.dated(o))
	}
	f.show(w, http.StatusOK, "objections", v)
}

func (f *Face) getObjection(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	o, err := f.objection(r, a)
	switch {
	case errors.Is(err, concierge.ErrNothing):
		f.Refuse(w, r, http.StatusNotFound, gate.Nothing, "It may have been settled, or taken back.")
	case err != nil:
		f.sorry(w, r, err)
	default:
		f.show(w, http.StatusOK, "objection", f.dated(o))
	}
}

func (f *Face) postObjection(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	err := f.settle(r, a, r.PostFormValue("settle") == "keep", r.PostFormValue("why"))
	switch {
	case errors.Is(err, errWhy):
		f.Refuse(w, r, http.StatusBadRequest, "Say why.", "She can read it. 300 letters at the most.")
	case errors.Is(err, concierge.ErrNothing):
		f.Refuse(w, r, http.StatusNotFound, gate.Nothing, "It may have been settled, or taken back.")
	case err != nil:
		f.sorry(w, r, err)
	default:
		http.Redirect(w, r, "/staff/objections", http.StatusSeeOther)
	}
}

type objectionJSON struct {
	ID   string    `json:"id"`
	By   string    `json:"by"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	Text string    `json:"text,omitempty"` // of one that was opened
}

func (f *Face) jsonObjections(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	all, err := f.objections(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := []objectionJSON{}
	for _, o := range all {
		out = append(out, objectionJSON{o.Ref, o.By, o.Kind, o.At.UTC(), ""})
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonObjection(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	o, err := f.objection(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, objectionJSON{o.Ref, o.By, o.Kind, o.At.UTC(), o.Text})
}

func (f *Face) jsonSettle(keep bool) handler {
	return func(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
		var body struct {
			Why string `json:"why"`
		}
		err := gate.Read(r, &body)
		if err == nil {
			err = f.settle(r, a, keep, body.Why)
		}
		f.answer(w, r, err)
	}
}
