package guest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

func (f *Face) getAssociates(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var v associatesView
	m, err := f.moment(r, func(d *concierge.Desk, m moment) error {
		for _, a := range d.Others(c) {
			v.Others = append(v.Others, associateView{a.ID, a.Name, ""})
		}
		for _, a := range d.Blocked(c) {
			v.Barred = append(v.Barred, associateView{a.ID, a.Name, ""})
		}
		wish, stand := d.Covers(c, m.now)
		v.Covers, v.Stand = m.l.coversOf(wish, stand)
		return nil
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v.Page, v.Switch, v.Gone = f.base(l, l.T("Your associates"), true), l.switchOf(m.Here, true), l.goneWords(m.Gone)
	for _, a := range m.Mine {
		v.Mine = append(v.Mine, associateView{a.ID, a.Name, l.presence(a, m.now)})
	}
	f.show(w, l, http.StatusOK, "associates", v)
}

// postBlock has an associate not be sent to her, or again.
func (f *Face) postBlock(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here/associates", f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.Block(c, r.PostFormValue("associate"), r.PostFormValue("do") == "block", now)
	}))
}

// errBlocked is what a body may say instead.
var errBlocked = fmt.Errorf("%w: blocked: want true or false", gate.ErrBody)

func (f *Face) jsonBlock(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Blocked *bool `json:"blocked"`
	}
	err := gate.Read(r, &body)
	if err == nil && body.Blocked == nil {
		err = errBlocked
	}
	if err == nil {
		err = f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Block(c, r.PathValue("id"), *body.Blocked, now) })
	}
	f.answer(w, r, err)
}

// postAssociates adds one to hers, has one asked before the others, or takes one
// out.
func (f *Face) postAssociates(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	who, do := r.PostFormValue("associate"), r.PostFormValue("do")
	f.back(w, r, "/here/associates", f.do(r, func(d *concierge.Desk, now time.Time) error {
		var refs []string
		for _, a := range d.Here(c, now).Mine {
			refs = append(refs, a.ID)
		}
		refs = slices.DeleteFunc(refs, func(ref string) bool { return ref == who })
		switch do {
		case "add":
			refs = append(refs, who)
		case "first":
			refs = append([]string{who}, refs...)
		}
		return d.Prefer(c, refs, now)
	}))
}

// associatesJSON is whom she has named, and whom else she may.
type associatesJSON struct {
	Mine   []namedJSON `json:"mine"`
	Others []namedJSON `json:"others"`
}

type namedJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (f *Face) jsonAssociates(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var others []concierge.Colleague
	m, err := f.moment(r, func(d *concierge.Desk, _ moment) error { others = d.Others(c); return nil })
	if err != nil {
		f.answer(w, r, err)
		return
	}
	named := func(list []concierge.Colleague) []namedJSON {
		out := []namedJSON{}
		for _, a := range list {
			out = append(out, namedJSON{a.ID, a.Name})
		}
		return out
	}
	gate.JSON(w, http.StatusOK, associatesJSON{named(m.Mine), named(others)})
}

// errNamed is what a body may say instead.
var errNamed = fmt.Errorf("%w: associates: missing; [] names nobody", gate.ErrBody)

func (f *Face) jsonPrefer(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Associates []string `json:"associates"`
	}
	err := gate.Read(r, &body)
	if err == nil && body.Associates == nil {
		err = errNamed
	}
	if err == nil {
		err = f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Prefer(c, body.Associates, now) })
	}
	f.answer(w, r, err)
}
