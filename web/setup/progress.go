package setup

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// Progress is how far the store is prepared. Nothing of it is about a person.
type Progress struct {
	Guest, Staff string        // addresses of the pages
	ClockSure    bool          // the time can be trusted
	Headquarters Headquarters  // the line
	Heard        []AccessPoint // those of the plan
	Unknown      []Unknown     // those that report and are not on the plan
	Surveyed     bool          // a radio map of this store is in use
	Located      int           // phones whose place is known now
}

// Headquarters is how the line to it is.
type Headquarters struct {
	Configured, Up bool
	Contact        time.Time // last; zero: never
}

// AccessPoint is one of the plan, and when it last reported; zero: never.
type AccessPoint struct {
	ID   floor.APID
	Last time.Time
}

// Unknown is one that reports under a name that the plan does not have.
type Unknown struct{ Name, Sensor string }

// A step of the five.
type step struct {
	No           int
	Name, Text   string
	Done, Here   bool
	Lead, Remedy string
}

// setupView is the page of one step.
type setupView struct {
	look.Page
	Steps   []step
	At      step
	Next    int
	Plan    []levelDrawing
	Silent  []silentAP
	Unknown []Unknown
	APs     []floor.APID
	Problem string
	Progress
}

type levelDrawing struct {
	Name string
	Plan template.HTML
}

type silentAP struct {
	ID    floor.APID
	Where string
}

// quiet is after how long without a report an access point is not heard.
const quiet = 2 * time.Minute

func (f *Face) getSetup(w http.ResponseWriter, r *http.Request) { f.setupPage(w, r, http.StatusOK, "") }

func (f *Face) setupPage(w http.ResponseWriter, r *http.Request, status int, problem string) {
	at, _ := strconv.Atoi(r.FormValue("step"))
	v := f.setupOf(at, problem)
	v.Technician = f.Technician(r)
	if err := look.Show(w, status, f.pages, "setup", v); err != nil {
		f.Log.Error("page", "name", "setup", "err", err)
	}
}

func (f *Face) setupOf(at int, problem string) setupView {
	p, plan := f.Progress(), f.Drafting.InForce()
	if plan == nil {
		plan = new(floor.Plan)
	}
	v := setupView{Page: look.Page{Lang: "en", Title: "Set-up", Store: f.StoreName, Sheet: f.sheet.Path, Script: f.walkScript.Path, Every: 5},
		Progress: p, Problem: problem, Unknown: p.Unknown}
	if problem != "" {
		v.Every = 0 // the address is the action's
	}
	v.hear(plan, f.Now())
	v.Steps = f.steps(&v, plan)
	if at < 1 || at > len(v.Steps) {
		at = len(v.Steps)
		if i := slices.IndexFunc(v.Steps, func(s step) bool { return !s.Done }); i >= 0 {
			at = i + 1
		}
	}
	v.Steps[at-1].Here = true
	v.At, v.Next = v.Steps[at-1], at+1
	return v
}

// hear sorts the access points of the plan into heard and silent.
func (v *setupView) hear(plan *floor.Plan, now time.Time) {
	last := map[floor.APID]time.Time{}
	for _, a := range v.Heard {
		last[a.ID] = a.Last
	}
	for i := range plan.Levels {
		l := &plan.Levels[i]
		off := map[floor.APID]bool{}
		for _, a := range l.AccessPoints {
			v.APs = append(v.APs, a.ID)
			if t := last[a.ID]; t.IsZero() || now.Sub(t) > quiet {
				off[a.ID] = true
				v.Silent = append(v.Silent, silentAP{a.ID, zoneName(l, a.At)})
			}
		}
		v.Plan = append(v.Plan, levelDrawing{l.Name, drawAPs(l, off)})
	}
	slices.SortFunc(v.Silent, func(a, b silentAP) int { return cmp.Compare(a.ID, b.ID) })
}

func zoneName(l *floor.Level, p floor.Point) string {
	for _, z := range l.Zones {
		if z.Outline.Contains(p) {
			return z.Name
		}
	}
	return l.Name
}

// steps are the five, and how each stands.
func (f *Face) steps(v *setupView, plan *floor.Plan) []step {
	p := &v.Progress
	zones, private, size := 0, 0, ""
	for i, l := range plan.Levels {
		for _, z := range l.Zones {
			if z.Private {
				private++
			}
			zones++
		}
		if lo, hi := l.Outline.Bounds(); i == 0 {
			size = fmt.Sprintf("%.0f by %.0f m, ", float64(hi.X-lo.X), float64(hi.Y-lo.Y))
		}
	}
	network := step{No: 1, Name: "Power and network", Text: "Staff reach it at " + p.Staff, Done: p.ClockSure,
		Lead: "The box is on the shop’s switch.", Remedy: "The clock is not sure yet: headquarters or a time server tells it. Is the line to the internet plugged in?"}
	join := step{No: 2, Name: "Join headquarters", Text: "Not heard yet", Done: p.Headquarters.Configured && !p.Headquarters.Contact.IsZero(),
		Lead: "The box belongs to the chain once headquarters has answered.", Remedy: "Run foyer enroll with the command that headquarters printed; foyer doctor --network says what is in the way."}
	if join.Done {
		join.Text = "Last heard " + p.Headquarters.Contact.In(f.TimeZone).Format("2 January, 15:04")
	}
	draw := step{No: 3, Name: "Draw the floor", Text: "No floor plan yet", Done: len(plan.Levels) > 0, Lead: "The plan says where zones, walls and access points are.",
		Remedy: "Draw it, or read a file of the architect’s."}
	if draw.Done {
		draw.Text = fmt.Sprintf("%s%d zones, %d private", size, zones, private)
	}
	heard := len(v.APs) - len(v.Silent)
	find := step{No: 4, Name: "Find the access points", Text: fmt.Sprintf("%d of %d are heard", heard, len(v.APs)),
		Done: len(v.APs) > 0 && len(v.Silent) == 0, Lead: "Each access point of the plan is to be heard."}
	walk := step{No: 5, Name: "Walk and check", Text: "Fifteen minutes, a phone in your hand", Done: p.Surveyed && p.Located > 0,
		Lead: "Walk the floor once; then a phone that is signed in is found."}
	if p.Surveyed {
		walk.Text = fmt.Sprintf("Walked; %d located now", p.Located)
	}
	return []step{network, join, draw, find, walk}
}

// postAlias says that a name that reports is an access point of the plan.
func (f *Face) postAlias(w http.ResponseWriter, r *http.Request) {
	err := f.alias(r, r.PostFormValue("name"), floor.APID(r.PostFormValue("ap")))
	if err != nil {
		f.setupPage(w, r, http.StatusConflict, capital(err.Error())+".")
		return
	}
	http.Redirect(w, r, "/staff/setup?step=4", http.StatusSeeOther)
}

func (f *Face) alias(r *http.Request, name string, id floor.APID) error {
	plan := f.Drafting.InForce()
	if plan == nil || name == "" {
		return errors.New("there is no floor plan yet: draw the floor first")
	}
	data, err := plan.JSON()
	if err != nil {
		return err
	}
	if plan, err = floor.ParsePlan(data); err != nil { // a copy: the one in force is everybody's
		return err
	}
	for i := range plan.Levels {
		for j := range plan.Levels[i].AccessPoints {
			if a := &plan.Levels[i].AccessPoints[j]; a.ID == id {
				a.Aliases = append(a.Aliases, name)
				if data, err = plan.JSON(); err != nil {
					return err
				}
				return f.Drafting.Use(r.Context(), gate.Who(r), data)
			}
		}
	}
	return fmt.Errorf("the plan has no access point %q", id)
}
