package staff

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
	"foyer/web/gate"
	"foyer/web/look"
)

// decides adds the routes of what a manager decides about requests that wait,
// and of what she reads of how the floor works.
func (f *Face) decides(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/tasks/{id}", Manager, f.getTask)
	page("POST", "/staff/tasks/{id}/assign", Manager, f.postAssign)
	page("POST", "/staff/tasks/{id}/escalate", Manager, f.postEscalate)
	page("POST", "/staff/tasks/{id}/cancel", Manager, f.postCancelTask)
	page("GET", "/staff/figures", Manager, f.getFigures)
	api("GET", "/v1/tasks/{id}/explain", Manager, f.jsonExplain)
	api("POST", "/v1/tasks/{id}/assign", Manager, f.jsonAssign)
	api("POST", "/v1/tasks/{id}/escalate", Manager, f.jsonEscalate)
	api("POST", "/v1/tasks/{id}/cancel", Manager, f.jsonCancelTask)
	api("GET", "/v1/metrics/floor", Manager, f.jsonFigures)
	api("GET", "/v1/floor/stream", Manager, f.serveFloorStream)
}

// serveFloorStream is a manager's stream of what changes on the floor: the one
// she has as an associate, for it carries both.
func (f *Face) serveFloorStream(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	if err := f.manages(r, a); err != nil {
		f.answer(w, r, err)
		return
	}
	f.serveStream(w, r, a)
}

// taskView is a request that waits: why who was asked, and what a manager can do.
type taskView struct {
	look.Page
	ID    string
	Zone  string
	Lines []string // what was decided, the last first
	Whom  []nameView
	Over  bool // nobody waits in it any more
}

func (f *Face) getTask(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	id := r.PathValue("id")
	v := taskView{Page: f.base("A request", false), ID: id}
	err := f.do(r, func(d *concierge.Desk, at time.Time) error {
		if _, err := today(d, a, at); err != nil {
			return err
		}
		accounts, err := d.WhyTask(a, id, at)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, who := range d.Roster() {
			names[who.ID.Ref()] = who.Name
		}
		for _, x := range accounts {
			v.Lines = append([]string{lineOf(x, names, at.In(f.TimeZone))}, v.Lines...)
		}
		whom, err := d.Candidates(a, id, at)
		v.Over = errors.Is(err, concierge.ErrNothing)
		for _, c := range whom {
			v.Whom = append(v.Whom, nameView{c.ID, c.Name})
		}
		return nil
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v.Zone = f.whereIs(floor.VisitID(id)).words()
	f.show(w, http.StatusOK, "task", v)
}

// lineOf is a decision in one sentence, with the points that made it.
func lineOf(x routing.Account, names map[string]string, now time.Time) string {
	at := x.At.In(now.Location()).Format("15:04:05")
	if x.Associate == "" {
		return at + ": nobody asked; " + x.Reason + "."
	}
	who := names[x.Associate]
	if who == "" {
		who = "somebody who has left"
	}
	line := fmt.Sprintf("%s: %s asked, %s", at, who, x.Ring)
	for _, c := range x.Considered {
		if c.Associate != x.Associate || len(c.Score) == 0 {
			continue
		}
		var points []string
		for _, t := range c.Score {
			points = append(points, fmt.Sprintf("%s %+.0f", strings.ReplaceAll(t.Name, "_", " "), t.Points))
		}
		line += " (" + strings.Join(points, ", ") + ")"
	}
	return line + "."
}

func (f *Face) postAssign(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/floor", f.assign(r, a, r.PostFormValue("associate")))
}

func (f *Face) assign(r *http.Request, a floor.AssociateID, who string) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Assign(a, r.PathValue("id"), who, now) })
}

func (f *Face) postEscalate(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/floor", f.escalate(r, a))
}

func (f *Face) escalate(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Escalate(a, r.PathValue("id"), now) })
}

func (f *Face) postCancelTask(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/floor", f.cancelTask(r, a))
}

func (f *Face) cancelTask(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.CancelTask(a, r.PathValue("id"), now) })
}

func (f *Face) jsonAssign(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Associate string `json:"associate"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.assign(r, a, body.Associate)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonEscalate(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.escalate(r, a))
}

func (f *Face) jsonCancelTask(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.cancelTask(r, a))
}

func (f *Face) jsonExplain(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var out []routing.Account
	err := f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		out, err = d.WhyTask(a, r.PathValue("id"), now)
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}
