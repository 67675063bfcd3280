package setup

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"foyer/floor"
	"foyer/health"
	"foyer/web/look"
)

// Health is how the box is. Nothing of it is about a person.
type Health struct {
	Warnings []health.Warning
	Sensors  []Sensor
	Update   *Update // nil: nothing is to be installed, or the box is not updated this way
	Version  string
	Started  time.Time
	Waiting  int // events headquarters does not have yet
}

// A Sensor is what reports to the box: an access point's agent, a controller.
type Sensor struct {
	ID        string
	Last      time.Time // zero: never
	PerMinute float64
	Fails     string // why nothing can come of it
}

// An Update is how another version stands. Held says why it goes no further by
// itself, in words.
type Update struct {
	Wanted  string
	State   string // in words
	Percent int    // of this state, -1 if nothing can be said
	Held    string
	Failed  bool
}

// healthView is the page.
type healthView struct {
	look.Page
	Title, Clock string
	Needs, Watch []warningLine
	Well         []wellLine
	Plans        []levelDrawing
	Heard        string
	APs          []ageLine
	Sensors      []ageLine
	Update       *Update
	Version      string
	Running      string
	HQ           string
}

type warningLine struct {
	Text, Since, Cure string
}

type wellLine struct{ Text, Proof string }

type ageLine struct {
	Name, Where, Age string
	Bad              bool
}

func (f *Face) getHealth(w http.ResponseWriter, r *http.Request) {
	v := f.healthOf()
	v.Technician = f.Technician(r)
	if err := look.Show(w, http.StatusOK, f.pages, "health", v); err != nil {
		f.Log.Error("page", "name", "health", "err", err)
	}
}

func (f *Face) healthOf() healthView {
	h, p, now := f.Health(), f.Progress(), f.Now().In(f.TimeZone)
	v := healthView{Page: look.Page{Lang: "en", Title: "Health", Store: f.StoreName, Sheet: f.sheet.Path, Script: f.walkScript.Path, Every: 10},
		Title: "All is well", Clock: now.Format("15:04"), Update: h.Update, Version: h.Version}
	for _, x := range h.Warnings {
		line := warningLine{x.Text, "Since " + moment(x.Since, now) + ".", x.Cure}
		if x.Severity == health.NeedsYou {
			v.Needs = append(v.Needs, line)
		} else {
			v.Watch = append(v.Watch, line)
		}
	}
	if n := len(h.Warnings); n > 0 {
		v.Title = things(n)
		v.Say = v.Title + "."
	}
	plan := f.Drafting.InForce()
	if plan == nil {
		plan = new(floor.Plan)
	}
	v.accessPoints(plan, p.Heard, now)
	v.sensors(h.Sensors, now)
	v.well(h, p, now)
	if !h.Started.IsZero() {
		v.Running = lasts(now.Sub(h.Started))
	}
	return v
}

// accessPoints are those of the plan, with how long ago each was heard, the one
// that is silent longest first.
func (v *healthView) accessPoints(plan *floor.Plan, heard []AccessPoint, now time.Time) {
	last := map[floor.APID]time.Time{}
	for _, a := range heard {
		last[a.ID] = a.Last
	}
	type aged struct {
		ageLine
		at time.Time
	}
	var all []aged
	n := 0
	for i := range plan.Levels {
		l := &plan.Levels[i]
		off := map[floor.APID]bool{}
		for _, a := range l.AccessPoints {
			t := last[a.ID]
			bad := t.IsZero() || now.Sub(t) > quiet
			off[a.ID] = bad
			if !bad {
				n++
			}
			all = append(all, aged{ageLine{string(a.ID), zoneName(l, a.At), ago(t, now), bad}, t})
		}
		v.Plans = append(v.Plans, levelDrawing{l.Name, drawAPs(l, off)})
	}
	slices.SortStableFunc(all, func(a, b aged) int { return cmp.Or(boolean(b.Bad)-boolean(a.Bad), a.at.Compare(b.at)) })
	for _, a := range all {
		v.APs = append(v.APs, a.ageLine)
	}
	if len(all) > 0 {
		v.Heard = fmt.Sprintf("%d of %d access points are heard.", n, len(all))
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (v *healthView) sensors(all []Sensor, now time.Time) {
	for _, s := range all {
		line := ageLine{Name: s.ID, Age: ago(s.Last, now), Bad: s.Fails != "" || s.Last.IsZero() || now.Sub(s.Last) > quiet}
		switch {
		case s.Fails != "":
			line.Where = capital(s.Fails)
		case line.Bad && !s.Last.IsZero():
			line.Where = "Silent since " + moment(s.Last, now)
		case !line.Bad:
			line.Where = fmt.Sprintf("%.0f reports a minute", s.PerMinute)
		}
		v.Sensors = append(v.Sensors, line)
	}
}

// well are the things that prove something; one that proves nothing is not said.
func (v *healthView) well(h Health, p Progress, now time.Time) {
	bad := func(c health.Code) bool {
		return slices.ContainsFunc(h.Warnings, func(w health.Warning) bool { return w.Code == c })
	}
	say := func(text, proof string) { v.Well = append(v.Well, wellLine{text, proof}) }
	if hq := p.Headquarters; hq.Configured && hq.Up {
		say("Headquarters is reached", fmt.Sprintf("Last heard %s. %s.", moment(hq.Contact, now), waiting(h.Waiting)))
	} else if hq.Configured {
		v.HQ = waiting(h.Waiting)
	}
	if p.ClockSure && !bad(health.ClockUnsure) {
		say("The clock is right", "Headquarters or a time server has told it.")
	}
	if !bad(health.LedgerBroken) {
		say("The log of who saw what is unbroken", "It is read whole every day.")
	}
	if p.Surveyed {
		say("A radio map of this store is in use", "The survey’s report says how good it is.")
	}
}

// Bar is an update's progress in whole percent for the page, -1 for none.
func (u *Update) Bar() int { return min(u.Percent, 100) }
