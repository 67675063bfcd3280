package setup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"foyer/floor"
	"foyer/floor/imdf"
	"foyer/web/gate"
	"foyer/web/look"
)

// A draft is a plan that may still be wrong, and what only the drawing needs.
type draft struct {
	Plan     json.RawMessage    `json:"plan"`
	Pictures map[string]picture `json:"pictures,omitempty"`
	Measures []measure          `json:"measures,omitempty"`
}

// A picture lies under a level: its upper left corner, and how many metres one
// of its pixels is.
type picture struct {
	At    [2]float64 `json:"at"`
	Scale float64    `json:"scale"`
	Shown bool       `json:"shown"`
}

// A measure is a length that somebody took in the store.
type measure struct {
	Level  string     `json:"level"`
	From   [2]float64 `json:"from"`
	To     [2]float64 `json:"to"`
	Metres float64    `json:"metres"`
}

type planJSON struct {
	InForce json.RawMessage `json:"in_force,omitempty"`
	Draft   *draft          `json:"draft,omitempty"`
	Findings
}

// trouble answers for what is the box's fault.
func (f *Face) trouble(w http.ResponseWriter, r *http.Request, err error) {
	f.Log.Error("set-up request", "route", r.Pattern, "err", err)
	gate.Problem(w, http.StatusServiceUnavailable, "This did not work. What was kept before is still there; try again in a minute.")
}

// planView is the page of the editor.
type planView struct {
	look.Page
	Sign string // of an access point, for what the script draws
}

func (f *Face) getPlan(w http.ResponseWriter, r *http.Request) {
	p := planView{look.Page{Lang: "en", Title: "Floor plan", Store: f.StoreName, Sheet: f.sheet.Path, Script: f.script.Path, Technician: f.Technician(r)}, apSign}
	if err := look.Show(w, http.StatusOK, f.pages, "plan", p); err != nil {
		f.Log.Error("page", "name", "plan", "err", err)
	}
}

// kept returns the draft, or, if there is none, one of the plan in force.
func (f *Face) kept() (d draft, is bool, err error) {
	data, err := f.Drafting.Draft()
	if err != nil {
		return d, false, err
	}
	if data != nil {
		if err := json.Unmarshal(data, &d); err == nil && len(d.Plan) > 0 {
			return d, true, nil
		}
	}
	p := f.Drafting.InForce()
	if p == nil || len(p.Levels) == 0 {
		d.Plan = empty()
		return d, false, nil
	}
	d.Plan, err = p.JSON()
	return d, false, err
}

// empty is a floor to begin with: 20 by 12 m, to be drawn over.
func empty() json.RawMessage {
	return json.RawMessage(`{"schema":"` + floor.PlanSchema + `","name":"New floor","levels":[{"id":"ground","name":"Ground floor","height":3,"outline":[[0,0],[20,0],[20,12],[0,12]],"access_points":[]}]}`)
}

func (f *Face) jsonPlan(w http.ResponseWriter, r *http.Request) {
	d, is, err := f.kept()
	if err != nil {
		f.trouble(w, r, err)
		return
	}
	out := planJSON{Draft: &d, Findings: inspect(d.Plan)}
	if p := f.Drafting.InForce(); p != nil && len(p.Levels) > 0 {
		if out.InForce, err = p.JSON(); err != nil {
			f.trouble(w, r, err)
			return
		}
	}
	out.Kept = is
	gate.JSON(w, http.StatusOK, out)
}

// getFile gives the plan as a file: the draft if there is one.
func (f *Face) getFile(w http.ResponseWriter, r *http.Request) {
	d, _, err := f.kept()
	if err != nil {
		f.trouble(w, r, err)
		return
	}
	var nice bytes.Buffer
	if err := json.Indent(&nice, d.Plan, "", "  "); err != nil {
		f.trouble(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="plan.json"`)
	_, _ = w.Write(append(nice.Bytes(), '\n')) // the reader went away: nobody is left to tell
}

func (f *Face) putDraft(w http.ResponseWriter, r *http.Request) {
	var d draft
	if err := gate.Read(r, &d); err != nil {
		gate.Problem(w, http.StatusBadRequest, err.Error())
		return
	}
	var plan map[string]json.RawMessage
	if err := json.Unmarshal(d.Plan, &plan); err != nil || plan == nil {
		gate.Problem(w, http.StatusBadRequest, "plan: want an object")
		return
	}
	data, err := json.Marshal(d)
	if err == nil {
		err = f.Drafting.Keep(data)
	}
	if err != nil {
		f.trouble(w, r, err)
		return
	}
	out := inspect(d.Plan)
	out.Kept = true
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) deleteDraft(w http.ResponseWriter, r *http.Request) {
	if err := f.Drafting.Keep(nil); err != nil {
		f.trouble(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// postUse puts the draft in use. What is wrong with it is said, and nothing
// is changed then.
func (f *Face) postUse(w http.ResponseWriter, r *http.Request) {
	d, _, err := f.kept()
	if err == nil {
		err = f.Drafting.Use(r.Context(), gate.Who(r), d.Plan)
	}
	switch {
	case errors.Is(err, floor.ErrPlan):
		gate.JSON(w, http.StatusUnprocessableEntity, inspect(d.Plan))
	case err != nil:
		f.trouble(w, r, err)
	default:
		gate.JSON(w, http.StatusOK, struct {
			Since string `json:"since"`
		}{f.Now().In(f.TimeZone).Format("15:04")})
	}
}

// whyNot says why a file is no drawing.
func whyNot(err error) string {
	if errors.As(err, new(*json.SyntaxError)) || errors.As(err, new(*json.UnmarshalTypeError)) {
		return "It is neither GeoJSON, IMDF nor a plan: " + gate.Unread(err) + "."
	}
	return err.Error()
}

// postImport turns a drawing of somebody else's into a plan to finish. Nothing
// is kept of it here.
func (f *Face) postImport(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		gate.Problem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("The file is larger than %d MiB.", mostDrawing>>20))
		return
	}
	p, err := floor.ParsePlan(data) // our own file, from another box
	if err != nil && !bytes.Contains(data, []byte(floor.PlanSchema)) {
		p, err = imdf.Read(data)
	}
	if err != nil {
		gate.Problem(w, http.StatusUnprocessableEntity, "This file cannot be drawn. "+whyNot(err))
		return
	}
	out, err := p.JSON()
	if err != nil {
		f.trouble(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, draft{Plan: out})
}
