package setup

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// surveyView is the page of a walk. It is fetched again while something
// changes.
type surveyView struct {
	look.Page
	Walk
	Plan       template.HTML
	Levels     []levelTab
	Level      floor.LevelID
	Measured   bool // the page shows what was measured, not the forecast
	Half, Nine float64
	Foretold   [2]float64 // the same of the forecast
	Zones      []zoneLine
	Strip      template.HTML
	Legend     []string
	Percent    int
	Enough     bool // places to learn of
	Problem    string
}

type levelTab struct {
	ID   floor.LevelID
	Name string
	Here bool
}

type zoneLine struct {
	Name  string
	Right int // percent
}

func (f *Face) addSurvey(t *gate.Routes, who string) {
	t.Add("GET", "/staff/survey", who, f.Page(f.getSurvey))
	post := func(path string, h func(r *http.Request) error) {
		t.Add("POST", path, who, f.Page(func(w http.ResponseWriter, r *http.Request) {
			if err := h(r); err != nil {
				f.surveyPage(w, r, http.StatusConflict, capital(err.Error())+".")
				return
			}
			http.Redirect(w, r, "/staff/survey"+suffix(r), http.StatusSeeOther)
		}))
	}
	s := f.Surveying
	post("/staff/survey/begin", func(r *http.Request) error { return s.Begin(r.Context(), gate.Peer(r)) })
	post("/staff/survey/end", func(*http.Request) error { s.End(); return nil })
	post("/staff/survey/stand", f.stand)
	post("/staff/survey/move", func(*http.Request) error { return s.Move() })
	post("/staff/survey/drop", func(r *http.Request) error { return s.Drop(r.PostFormValue("point")) })
	post("/staff/survey/fit", func(*http.Request) error { return s.Fit() })
	post("/staff/survey/use", func(r *http.Request) error { return s.Use(r.Context()) })
	f.addTests(t, who, post)
	post("/staff/survey/discard", func(*http.Request) error { return s.Discard() })
}

// suffix keeps what the page shows over an action.
func suffix(r *http.Request) string {
	if l := r.PostFormValue("level"); l != "" && len(l) <= 64 {
		return "?level=" + template.URLQueryEscaper(l)
	}
	return ""
}

func (f *Face) stand(r *http.Request) error {
	var p floor.Point
	_, across := fmt.Sscan(r.PostFormValue("x"), &p.X)
	_, down := fmt.Sscan(r.PostFormValue("y"), &p.Y)
	if across != nil || down != nil {
		return errors.New("tap the plan where you stand, or write how many metres across and down it is")
	}
	return f.Surveying.Stand(floor.LevelID(r.PostFormValue("level")), p)
}

func (f *Face) getSurvey(w http.ResponseWriter, r *http.Request) {
	f.surveyPage(w, r, http.StatusOK, "")
}

func (f *Face) surveyPage(w http.ResponseWriter, r *http.Request, status int, problem string) {
	v := f.surveyOf(r.FormValue("level"), r.FormValue("show") == "measured", problem)
	v.Technician = f.Technician(r)
	if err := look.Show(w, status, f.pages, "survey", v); err != nil {
		f.Log.Error("page", "name", "survey", "err", err)
	}
}

func (f *Face) surveyOf(level string, measured bool, problem string) surveyView {
	v := surveyView{Page: look.Page{Lang: "en", Title: "Survey walk", Store: f.StoreName, Sheet: f.sheet.Path, Script: f.walkScript.Path},
		Walk: f.Surveying.Walk(), Problem: problem, Legend: legend()}
	plan := f.Drafting.InForce()
	if plan == nil || len(plan.Levels) == 0 {
		return v
	}
	v.Measured = measured && v.Misses != nil
	v.Enough = len(v.Places) >= 4
	if v.Here != nil {
		level = string(v.Here.Level)
	}
	at := max(0, slices.IndexFunc(plan.Levels, func(l floor.Level) bool { return string(l.ID) == level }))
	v.Level = plan.Levels[at].ID
	for i, l := range plan.Levels {
		v.Levels = append(v.Levels, levelTab{l.ID, l.Name, i == at})
	}
	if v.Total > 0 {
		v.Percent = 100 * v.Done / v.Total
	}
	switch {
	case problem != "":
		// the address is the action's: the page must not be fetched from there
	case v.Testing: // a tap must not meet a page that is being swapped
		v.Every = 5
	case v.Working != "" || v.Here != nil:
		v.Every = 1
	case v.Running:
		v.Every = 5
	}
	v.Plan = drawSurvey(&plan.Levels[at], &v)
	v.figures(plan)
	return v
}

// figures are how well the floor is located, foretold or measured.
func (v *surveyView) figures(plan *floor.Plan) {
	var told, off []float64
	for _, c := range v.Forecast {
		told = append(told, c.Error)
	}
	right, n := map[floor.ZoneID]float64{}, map[floor.ZoneID]float64{}
	for _, m := range v.Misses {
		off = append(off, m.Error)
		if m.Zone != "" {
			right[m.Zone] += m.Right
			n[m.Zone]++
		}
	}
	v.Foretold = [2]float64{at(told, 0.5), at(told, 0.9)}
	v.Half, v.Nine = v.Foretold[0], v.Foretold[1]
	if !v.Measured {
		return
	}
	v.Half, v.Nine = at(off, 0.5), at(off, 0.9)
	v.Strip = strip(v.Misses)
	for _, l := range plan.Levels {
		for _, z := range l.Zones {
			if n[z.ID] > 0 {
				v.Zones = append(v.Zones, zoneLine{z.Name, int(100*right[z.ID]/n[z.ID] + 0.5)})
			}
		}
	}
	slices.SortStableFunc(v.Zones, func(a, b zoneLine) int { return cmp.Compare(b.Right, a.Right) })
}

// at returns a quantile of values.
func at(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[min(len(v)-1, int(q*float64(len(v))))]
}
