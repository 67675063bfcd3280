package setup

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"slices"
	"strings"

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

// curve draws how large a share of the places stays within an error.
func curve(errs []float64) template.HTML {
	const wide, high, most = 640.0, 120.0, 8.0
	sorted := slices.Sorted(slices.Values(errs))
	x := func(m float64) float64 { return 40 + min(m, most)/most*wide }
	y := func(share float64) float64 { return 10 + (1-share)*high }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plan curve" viewBox="0 0 700 160" role="img" aria-label="Share of places found within an error: half within %.1f m, nine in ten within %.1f m">`, at(errs, 0.5), at(errs, 0.9))
	for _, s := range []float64{0, 0.5, 0.9, 1} {
		fmt.Fprintf(&b, `<path class="grid" d="M40 %.1fH680"/><text x="20" y="%.1f">%.0f %%</text>`, y(s), y(s)+3, 100*s)
	}
	for m := 0.0; m <= most; m += 2 {
		fmt.Fprintf(&b, `<text x="%.0f" y="152">%g m</text>`, x(m), m)
	}
	fmt.Fprintf(&b, `<path class="line" d="M%.1f %.1f`, x(0), y(0))
	for i, e := range sorted {
		fmt.Fprintf(&b, "H%.1fV%.1f", x(e), y(float64(i+1)/float64(len(sorted))))
	}
	b.WriteString(`H680"/></svg>`)
	return template.HTML(b.String())
}

const (
	reach = 6.0 // m; beyond it a place says nothing of the floor around it
	grain = 1.0 // m, the least side of a measured cell
)

// drawMeasured draws a level as a heat map of the measured error: between the
// places what they say, the nearest the most; nothing where nobody has walked, and
// nothing in private zones.
func drawMeasured(l *floor.Level, misses []Miss) template.HTML {
	lo, hi := l.Outline.Bounds()
	side := max(grain, math.Sqrt(float64(hi.X-lo.X)*float64(hi.Y-lo.Y))/50)
	var under, over strings.Builder
	for x := float64(lo.X); x < float64(hi.X); x += side {
		for y := float64(lo.Y); y < float64(hi.Y); y += side {
			p := floor.Point{X: floor.Metre(x + side/2), Y: floor.Metre(y + side/2)}
			if e, ok := measuredAt(l.ID, p, misses); ok && l.Outline.Contains(p) && !private(l, p) {
				fmt.Fprintf(&under, `<rect class="k%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class(e), x*10, y*10, side*10+.2, side*10+.2)
			}
		}
	}
	for _, m := range misses {
		if m.Level == l.ID {
			fmt.Fprintf(&over, `<circle class="pt k%d" cx="%.1f" cy="%.1f" r="3"><title>%s: %.1f m</title></circle>`, class(m.Error), m.At.X*10, m.At.Y*10, template.HTMLEscapeString(m.Point), m.Error)
		}
	}
	if under.Len() == 0 {
		under.WriteString("<g/>")
	}
	return look.Layered(*l, look.Drawing{Names: true, Label: "Heat map of the measured error, darker where places are found worse; by zone it stands in the table"},
		template.HTML(under.String()), template.HTML(over.String()))
}

func private(l *floor.Level, p floor.Point) bool {
	return slices.ContainsFunc(l.Zones, func(z floor.Zone) bool { return z.Private && z.Outline.Contains(p) })
}

// measuredAt is the error that places around p say, by the inverse square of their
// distance (Shepard 1968); false where none is near.
func measuredAt(level floor.LevelID, p floor.Point, misses []Miss) (float64, bool) {
	sum, weight := 0.0, 0.0
	for _, m := range misses {
		d := float64(m.At.Distance(p))
		if m.Level != level || d > reach {
			continue
		}
		w := 1 / math.Max(d*d, 0.25)
		sum, weight = sum+w*m.Error, weight+w
	}
	return sum / weight, weight > 0
}
