package setup

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"slices"

	"foyer/floor"
	"foyer/web/look"
)

// reportView is how well the floor is located, measured, as a picture and in
// words.
type reportView struct {
	look.Page
	None    bool // nothing was measured yet
	InUse   bool
	Levels  []levelTab
	Level   floor.LevelID
	Plan    template.HTML
	Legend  []string
	Half    float64
	Nine    float64
	Worst   string // the worst place, in words
	Curve   template.HTML
	Classes []classLine
	Cover   []coverLine
	Zones   []zoneReport
	Tests   []testLine
	Problem string
}

// classLine is how many places are found how well.
type classLine struct {
	Class, Name string
	Places      int
	Percent     int
}

// coverLine says of a region how often it really held the place.
type coverLine struct {
	Said, Held int // percent
	Of         int // fixes
	Verdict    string
}

type zoneReport struct {
	Name    string
	Error   float64 // m, the mean over its places
	Right   int     // percent
	Verdict string
}

type testLine struct {
	ID, When   string
	Seconds    int
	Half, Nine float64
	Right      string
	In90       int
}

func (f *Face) getReport(w http.ResponseWriter, r *http.Request) {
	v := f.reportOf(r.FormValue("level"))
	v.Technician = f.Technician(r)
	if err := look.Show(w, http.StatusOK, f.pages, "report", v); err != nil {
		f.Log.Error("page", "name", "report", "err", err)
	}
}

func (f *Face) reportOf(level string) reportView {
	v := reportView{Page: look.Page{Lang: "en", Title: "Accuracy", Store: f.StoreName, Sheet: f.sheet.Path, Script: f.walkScript.Path}, Legend: legend()}
	walk, plan := f.Surveying.Walk(), f.Drafting.InForce()
	if plan == nil || len(plan.Levels) == 0 {
		v.None = true
		return v
	}
	for _, t := range f.Surveying.TestWalks() {
		v.Tests = append(v.Tests, f.testLine(t))
	}
	v.InUse, v.None = walk.InUse, len(walk.Misses) == 0
	at := max(0, slices.IndexFunc(plan.Levels, func(l floor.Level) bool { return string(l.ID) == level }))
	v.Level = plan.Levels[at].ID
	for i, l := range plan.Levels {
		v.Levels = append(v.Levels, levelTab{l.ID, l.Name, i == at})
	}
	if !v.None {
		v.measure(walk.Misses, plan)
		v.Plan = drawMeasured(&plan.Levels[at], walk.Misses)
	}
	return v
}

func (f *Face) testLine(t TestWalk) testLine {
	l := testLine{ID: t.ID, When: t.At.In(f.TimeZone).Format("2 January, 15:04"), Seconds: t.Seconds, Half: t.Half, Nine: t.Nine, In90: percent(t.In90), Right: "in no zone"}
	if t.Zones > 0 {
		l.Right = fmt.Sprintf("%d %%", percent(float64(t.Right)/float64(t.Zones)))
	}
	return l
}

func percent(share float64) int { return int(100*share + 0.5) }

// measure fills in what the places say.
func (v *reportView) measure(misses []Miss, plan *floor.Plan) {
	var errs []float64
	n := 0
	var half, nine float64
	counts := make([]int, len(legend()))
	worst := misses[0]
	for _, m := range misses {
		errs = append(errs, m.Error)
		counts[class(m.Error)-1]++
		half, nine, n = half+m.Half*float64(m.Fixes), nine+m.Nine*float64(m.Fixes), n+m.Fixes
		if m.Error > worst.Error {
			worst = m
		}
	}
	v.Half, v.Nine = at(errs, 0.5), at(errs, 0.9)
	v.Worst = fmt.Sprintf("%.1f m, at %s", worst.Error, worst.Point)
	if z := zoneNamed(plan, worst.Zone); z != "" {
		v.Worst += " in " + z
	}
	v.Curve = curve(errs)
	for i, c := range counts {
		v.Classes = append(v.Classes, classLine{fmt.Sprintf("k%d", i+1), legend()[i], c, percent(float64(c) / float64(len(misses)))})
	}
	if n > 0 {
		v.Cover = []coverLine{cover(50, half/float64(n), n), cover(90, nine/float64(n), n)}
	}
	v.zones(misses, plan)
}

// cover judges a region: it is honest if it holds the place as often as it says.
// What chance alone does over n fixes, of which those of one place hang together,
// is no fault.
func cover(said int, held float64, n int) coverLine {
	p := float64(said) / 100
	slack := 0.05 + 2*math.Sqrt(p*(1-p)/math.Max(1, float64(n)/5))
	c := coverLine{Said: said, Held: percent(held), Of: n, Verdict: "as it should be"}
	switch {
	case held < p-slack:
		c.Verdict = "too sure of itself: walk where it is worst once more"
	case held > p+slack:
		c.Verdict = "more careful than need be"
	}
	return c
}

func (v *reportView) zones(misses []Miss, plan *floor.Plan) {
	for _, l := range plan.Levels {
		for _, z := range l.Zones {
			r := zoneReport{Name: z.Name}
			n, right := 0.0, 0.0
			for _, m := range misses {
				if m.Zone == z.ID {
					n++
					r.Error += m.Error
					right += m.Right
				}
			}
			if n == 0 {
				continue
			}
			r.Error /= n
			r.Right = percent(right / n)
			switch {
			case r.Right >= 85:
				r.Verdict = "reliable"
			case r.Right >= 60:
				r.Verdict = "mostly right"
			default:
				r.Verdict = "hard to tell from what is beside it"
			}
			v.Zones = append(v.Zones, r)
		}
	}
	slices.SortStableFunc(v.Zones, func(a, b zoneReport) int { return cmp.Compare(b.Right, a.Right) })
}

func zoneNamed(plan *floor.Plan, id floor.ZoneID) string {
	if z, _, ok := plan.Zone(id); ok && !z.Private {
		return z.Name
	}
	return ""
}
