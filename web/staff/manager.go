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
	"foyer/routing"
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
	Full           []string // how full the zones are, in words
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
	Now              string // who is being asked, "" for nobody
	Visit            floor.VisitID
	Unknown          bool // not signed in: there is nothing to decide
	Longer           bool // somebody stands in
}

type onFloorView struct {
	Name, State, Dot, Until string
	Longer                  bool // she stands in for a colleague
}

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
		line := waitingView{Zone: zone, Age: age(now.Sub(x.Since)), Asked: capital(plural(x.Asked, "colleague was", "colleagues were")) + " asked.",
			Now: askedNow(x.Ring), Visit: x.Visit, Unknown: x.Unknown, Longer: x.StandIn}
		if i == 0 {
			v.Oldest = &line
			v.Say = "A client waits: " + zone + ", " + line.Age + "."
		} else {
			v.Waiting = append(v.Waiting, line)
		}
	}
	full := f.fullness(plan)
	v.Full = fullWords(plan, full)
	for _, l := range plan.Levels {
		lv := levelView{Name: l.Name, Plan: look.Plan(l, look.Drawing{Asking: asking, Counts: full, Names: true, Label: "Floor plan, " + l.Name})}
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

func warnings(list []health.Warning, now time.Time) (out []warningView) {
	for _, x := range list {
		out = append(out, warningView{x.Severity == health.NeedsYou, x.Text, since(x.Since, now), x.Cure})
	}
	return out
}

func (v *floorView) warn(list []health.Warning, now time.Time) {
	v.Warnings = warnings(list, now)
	if n := len(list); n > 0 {
		v.Trouble = capital(plural(n, "thing", "things")) + " to look at"
	}
}

func onFloorOf(c concierge.OnFloor, now time.Time) onFloorView {
	v := onFloorView{Name: c.Name, Longer: c.StandIn}
	if !c.Until.IsZero() {
		v.Until = c.Until.In(now.Location()).Format("15:04")
	}
	switch c.State {
	case concierge.OnAvailable:
		v.State, v.Dot = "available", "free"
	case concierge.OnBusy:
		v.State, v.Dot = "with a client", "busy"
		if !c.FreeAt.IsZero() {
			v.State += ", free at about " + c.FreeAt.In(now.Location()).Format("15:04")
		}
	case concierge.OnAway:
		v.State, v.Dot = "away: out of reach, or no answer", "gone"
	default:
		v.State, v.Dot = "not available", "out"
	}
	return v
}

// askedNow says who is being asked, by ring.
func askedNow(ring int) string {
	if ring < 0 {
		return "Nobody is being asked just now."
	}
	switch routing.Ring(ring) {
	case routing.Preferred, routing.HeadsUp:
		return "One of her own is being asked."
	case routing.Covers:
		return "A colleague who knows her is being asked."
	case routing.Qualified, routing.Language:
		return "A colleague of the department is being asked."
	case routing.Manager:
		return "A manager is being asked."
	case routing.Override:
		return "Whom you chose is being asked."
	}
	return "A colleague nearby is being asked."
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
