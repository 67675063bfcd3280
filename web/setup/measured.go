package setup

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"foyer/floor"
	"foyer/web/look"
)

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
