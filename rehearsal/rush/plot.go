package rush

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"foyer/locator/survey/svg"
)

// The drawing, in pixels, and what its axes reach.
const (
	plotWidth  = 960.0
	plotHeight = 430.0
	plotTop    = 64.0
	plotFloor  = 360.0
	curveLeft  = 60.0
	curveRight = 470.0
	curveMost  = 240.0 // s
	loadLeft   = 560.0
	loadRight  = 940.0
)

func colours() []string { return []string{"#0b6e4f", "#c8553d", "#5b6c8f", "#c9a227"} }

// Plot draws how soon requests were accepted, and how the visits were shared.
func (r Result) Plot(w io.Writer) error {
	var d svg.Drawing
	d.Text(curveLeft, 28, fmt.Sprintf("A day of %d associates and %d visits, seed %d", r.Associates, r.Visits, r.Seed),
		svg.A("font-size", 16.0), svg.A("font-weight", "600"))
	r.curves(&d)
	r.loads(&d)
	for i, f := range r.Routers {
		x := curveLeft + 150*float64(i)
		d.Rect(x, plotHeight-24, 12, 12, svg.A("fill", colours()[i]))
		d.Text(x+18, plotHeight-13, f.Router)
	}
	return d.Write(w, plotWidth, plotHeight, "Time until requests were accepted, and visits per associate, by router")
}

func label(d *svg.Drawing, x, y float64, text, anchor string) {
	d.Text(x, y, text, svg.A("text-anchor", anchor), svg.A("fill", "#5a6572"), svg.A("font-size", 11.0))
}

// curves draws, for each router, which share of its requests was accepted by a
// time; those never accepted keep the curve below the top.
func (r Result) curves(d *svg.Drawing) {
	at := func(s float64) float64 { return curveLeft + (curveRight-curveLeft)*min(s, curveMost)/curveMost }
	up := func(share float64) float64 { return plotFloor - (plotFloor-plotTop)*share }
	d.Text(curveLeft, plotTop-14, "Share of requests accepted by a time, s", svg.A("font-weight", "600"))
	for share := 0; share <= 100; share += 25 {
		y := up(float64(share) / 100)
		d.Line(curveLeft, y, curveRight, y, svg.A("stroke", "#e3e7ec"))
		label(d, curveLeft-8, y+4, fmt.Sprintf("%d %%", share), "end")
	}
	for s := 0.0; s <= curveMost; s += 60 {
		label(d, at(s), plotFloor+18, fmt.Sprintf("%.0f", s), "middle")
	}
	for s, text := range map[float64]string{level.Seconds(): "service level", managerBy.Seconds(): "manager"} {
		d.Line(at(s), plotTop, at(s), plotFloor, svg.A("stroke", "#9aa5b1"), svg.A("stroke-dasharray", "4 4"))
		label(d, at(s)+4, plotFloor-6, text, "start")
	}
	d.Circle(at(level.Seconds()), up(barWithin), 4, svg.A("fill", "none"), svg.A("stroke", "#1d2733"))
	for i, f := range r.Routers {
		due := float64(f.Accepted + f.Unanswered)
		var p svg.Path
		p.Move(at(0), up(0))
		for n, wait := range f.waits {
			if wait > curveMost {
				break
			}
			p.To(at(wait), up(float64(n)/due))
			p.To(at(wait), up(float64(n+1)/due))
		}
		in, _ := slices.BinarySearch(f.waits, curveMost)
		p.To(at(curveMost), up(float64(in)/max(due, 1)))
		d.Path(&p, svg.A("fill", "none"), svg.A("stroke", colours()[i]), svg.A("stroke-width", 2.0))
	}
}

// loads draws each associate's visits in fair shares, the busiest first.
func (r Result) loads(d *svg.Drawing) {
	const most = 3.0 // fair shares
	up := func(shares float64) float64 { return plotFloor - (plotFloor-plotTop)*min(shares, most)/most }
	d.Text(loadLeft, plotTop-14, "Visits per associate, in fair shares, busiest first", svg.A("font-weight", "600"))
	for _, s := range []float64{0, 1, 1.5, 2, 3} {
		stroke := "#e3e7ec"
		if s == 1 || s == 1.5 {
			stroke = "#9aa5b1"
		}
		d.Line(loadLeft, up(s), loadRight, up(s), svg.A("stroke", stroke))
		label(d, loadLeft-8, up(s)+4, fmt.Sprintf("%g", s), "end")
	}
	bar := 0.84 / float64(len(r.Routers)) // of a bar, of an associate's place
	for i, f := range r.Routers {
		var shares []float64
		for _, l := range f.Load {
			shares = append(shares, float64(l.Taken)/max(l.Fair, 1))
		}
		slices.SortFunc(shares, func(a, b float64) int { return cmp.Compare(b, a) })
		wide := (loadRight - loadLeft) / float64(len(shares))
		for n, s := range shares {
			x := loadLeft + wide*(float64(n)+0.1+bar*float64(i))
			d.Rect(x, up(s), max(0.85*bar*wide, 0.5), plotFloor-up(s), svg.A("fill", colours()[i]))
		}
	}
}
