package staff

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/web/gate"
	"foyer/web/look"
)

// floorView is the manager's page.
type floorView struct {
	look.Page
	Heading, Clock string
	Plans          []levelView
	Oldest         *waitingView
	Waiting        []waitingView // after the oldest
	OnFloor        []onFloorView
	Warnings       []warningView
	Trouble        string // how many things to look at, in words
	Reveals        bool   // something that was opened, or is to be, waits for her
	Objections     int    // that wait to be settled
}

type levelView struct {
	Name string // "" where there is only one level
	Plan template.HTML
}

type waitingView struct {
	Zone, Age, Asked string
	Visit            floor.VisitID
	Unknown          bool // not signed in: there is nothing to decide
}

type onFloorView struct{ Name, State, Dot, Until string }

type warningView struct {
	Needs             bool
	Text, Since, Cure string
}

func (f *Face) getFloor(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	fl, now, err := f.floorOf(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := f.floorPage(fl, now)
	if all, err := f.objections(r, a); err == nil { // the page is worth more than the number
		v.Objections = len(all)
	}
	f.show(w, http.StatusOK, "floor", v)
}

func (f *Face) floorOf(r *http.Request, a floor.AssociateID) (fl concierge.Floor, now time.Time, err error) {
	err = f.do(r, func(d *concierge.Desk, t time.Time) error {
		now = t.In(f.TimeZone)
		if _, err := today(d, a, t); err != nil {
			return err
		}
		fl, err = d.Floor(a, t)
		return err
	})
	return fl, now, err
}

func (f *Face) floorPage(fl concierge.Floor, now time.Time) floorView {
	plan := f.Plan()
	v := floorView{Page: f.base("Floor", true), Heading: f.StoreName, Clock: now.Format("15:04")}
	v.Every = 15
	asking := make(map[floor.ZoneID]string)
	for i, x := range fl.Waiting {
		zone := "In the store"
		if id, ok := f.waitsAt(x); ok {
			if z, _, ok := plan.Zone(id); ok && !z.Private {
				zone = z.Name
				if asking[id] == "" { // the oldest comes first
					asking[id] = fmt.Sprintf("%d min", int(now.Sub(x.Since)/time.Minute))
				}
			}
		}
		line := waitingView{zone, age(now.Sub(x.Since)), capital(plural(x.Asked, "colleague was", "colleagues were")) + " asked.", x.Visit, x.Unknown}
		if i == 0 {
			v.Oldest = &line
			v.Say = "A client waits: " + zone + ", " + line.Age + "."
		} else {
			v.Waiting = append(v.Waiting, line)
		}
	}
	for _, l := range plan.Levels {
		lv := levelView{Name: l.Name, Plan: look.Plan(l, look.Drawing{Asking: asking, Names: true, Label: "Floor plan, " + l.Name})}
		if len(plan.Levels) == 1 {
			v.Heading += ", " + strings.ToLower(l.Name)
			lv.Name = ""
		}
		v.Plans = append(v.Plans, lv)
	}
	for _, c := range fl.OnShift {
		v.OnFloor = append(v.OnFloor, onFloorOf(c, now))
	}
	v.Reveals = fl.Reveals > 0
	v.warn(f.Warnings(), now)
	return v
}

func (v *floorView) warn(list []health.Warning, now time.Time) {
	for _, x := range list {
		v.Warnings = append(v.Warnings, warningView{x.Severity == health.NeedsYou, x.Text, since(x.Since, now), x.Cure})
	}
	if n := len(list); n > 0 {
		v.Trouble = capital(plural(n, "thing", "things")) + " to look at"
	}
}

func onFloorOf(c concierge.Colleague, now time.Time) onFloorView {
	v := onFloorView{Name: c.Name, State: "away"}
	if !c.Until.IsZero() {
		v.Until = c.Until.In(now.Location()).Format("15:04")
	}
	switch c.Presence {
	case concierge.InNow:
		v.State, v.Dot = "available", "free"
	case concierge.Busy:
		v.State, v.Dot = "with a client", "busy"
	case concierge.InToday:
		v.State, v.Dot = "not available", "out"
	}
	return v
}

func age(d time.Duration) string {
	s := max(0, int(d/time.Second))
	return fmt.Sprintf("%d min %d s", s/60, s%60)
}

func since(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return "Since " + t.Format("15:04")
	}
	return "Since " + t.Format("2 January, 15:04")
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

type floorJSON struct {
	OnShift  []personJSON  `json:"on_shift"`
	Waiting  []waitingJSON `json:"waiting"`
	Warnings []warningJSON `json:"warnings"`
}

type personJSON struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	Presence concierge.Presence `json:"presence"`
	Until    *time.Time         `json:"until,omitempty"`
}

type waitingJSON struct {
	Visit floor.VisitID `json:"visit"`
	Since time.Time     `json:"since"`
	Asked int           `json:"asked"`
	Zone  floor.ZoneID  `json:"zone,omitempty"`
}

type warningJSON struct {
	Code     health.Code `json:"code"`
	Severity string      `json:"severity"`
	Since    time.Time   `json:"since"`
	Text     string      `json:"text"`
	Cure     string      `json:"cure"`
}

func (f *Face) jsonFloor(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	fl, _, err := f.floorOf(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := floorJSON{OnShift: []personJSON{}, Waiting: []waitingJSON{}, Warnings: []warningJSON{}}
	for _, c := range fl.OnShift {
		p := personJSON{ID: c.ID, Name: c.Name, Presence: c.Presence}
		if !c.Until.IsZero() {
			t := c.Until.UTC()
			p.Until = &t
		}
		out.OnShift = append(out.OnShift, p)
	}
	for _, x := range fl.Waiting {
		zone, _ := f.waitsAt(x)
		out.Waiting = append(out.Waiting, waitingJSON{x.Visit, x.Since.UTC(), x.Asked, zone})
	}
	for _, x := range f.Warnings() {
		out.Warnings = append(out.Warnings, warningJSON{x.Code, x.Severity.String(), x.Since.UTC(), x.Text, x.Cure})
	}
	gate.JSON(w, http.StatusOK, out)
}
