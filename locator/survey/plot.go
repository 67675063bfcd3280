package survey

import (
	"fmt"
	"io"
	"math"
	"slices"

	"foyer/floor/recording"
	"foyer/locator/survey/svg"
)

// The page, pixels.
const (
	pageWidth  = 1320.0
	pageEdge   = 28.0
	headHeight = 108.0
	sideWidth  = 340.0 // of the column with the distribution
	gutter     = 24.0
	mapsWidth  = pageWidth - 2*pageEdge - sideWidth - gutter
)

// Inks. The error's go from cool to hot and differ in lightness too, so that
// those who see no red and green, and printers, tell them apart.
const (
	inkText  = "#1d2733"
	inkQuiet = "#66727f"
	inkLine  = "#d5dbe1"
	inkTruth = "#3f4a55"
	inkWall  = "#727e8a"
	inkAP    = "#5b3a8c"
	inkArea  = "#2f6fb3"
	inkMiss  = "#a4161a"
)

func inkErrors() []string { return []string{"#2166ac", "#2ba3b8", "#e3a008", "#e4572e", "#8c0d1f"} }

// ramp sorts errors (m) into the colours.
type ramp struct{ limits []float64 }

// newRamp chooses round limits, so that about nine fixes of ten lie below the
// third.
func newRamp(errs []float64) ramp {
	unit := round(quantile(errs, 0.9) / 3)
	return ramp{[]float64{unit, 2 * unit, 3 * unit, 5 * unit}}
}

// round returns the nearest of 0.1, 0.2, 0.5, 1, 2, 5 and so on.
func round(v float64) float64 {
	if !(v > 0.1) {
		return 0.1
	}
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	best := ten
	for _, k := range []float64{2, 5, 10} {
		if math.Abs(math.Log(k*ten/v)) < math.Abs(math.Log(best/v)) {
			best = k * ten
		}
	}
	return best
}

func (r ramp) ink(e float64) string {
	i, _ := slices.BinarySearch(r.limits, e)
	return inkErrors()[i]
}

// Plot draws what Evaluate kept as an SVG: for every split the floor, each
// track's truth, every fix joined to its truth by a line coloured by the error,
// the 90 % regions of some, and the distribution of the errors.
func (t *Trace) Plot(w io.Writer) error {
	if t == nil || len(t.splits) == 0 {
		return fmt.Errorf("plot: %w: nothing was evaluated", ErrNoRows)
	}
	var all []float64
	for i := range t.splits {
		all = append(all, t.splits[i].errors()...)
	}
	slices.Sort(all)
	p := &page{trace: t, ramp: newRamp(all)}
	first := t.splits[0].result
	title := fmt.Sprintf("%s, survey %s", first.Set, first.Survey)
	y := p.legend(title)
	for i := range t.splits {
		y = p.split(&t.splits[i], y)
	}
	return p.d.Write(w, pageWidth, y+pageEdge/2, "Where foyer thought phones were: "+title)
}

// page is the drawing under way.
type page struct {
	d     svg.Drawing
	trace *Trace
	ramp  ramp
}

// legend writes the page's head and returns where it ends.
func (p *page) legend(title string) float64 {
	d := &p.d
	d.Text(pageEdge, 40, title, svg.A("font-size", 22.0), svg.A("font-weight", 600))
	x, y := pageEdge+5, 66.0
	say := func(text string) {
		d.Text(x, y+4, text, svg.A("fill", inkQuiet))
		x += 6.4*float64(len([]rune(text))) + 22
	}
	d.Line(x, y, x+24, y, svg.A("stroke", inkTruth), svg.A("stroke-width", 1.6))
	p.start(x, y)
	x += 32
	say("truth, begins at the ring")
	for i, ink := range inkErrors() {
		d.Line(x, y, x+16, y, svg.A("stroke", ink))
		d.Circle(x+16, y, 2.6, svg.A("fill", ink))
		x += 24
		say(p.ramp.says(i))
	}
	x, y = pageEdge, y+22
	d.Rect(x, y-6, 18, 12, svg.A("fill", inkArea), svg.A("fill-opacity", 0.13), svg.A("stroke", inkArea), svg.A("stroke-width", 0.8))
	x += 37
	say("90 % region of some fixes, in the locator's own cells (red and dashed: it misses the truth)")
	p.mast(x, y)
	x += 12
	say("access point")
	if len(p.trace.m.Places) > 0 {
		d.Circle(x, y, 1.6, svg.A("fill", "#b9c2cb"))
		x += 10
		say("surveyed place")
	}
	return headHeight
}

// says names the errors of a colour.
func (r ramp) says(i int) string {
	switch {
	case i == 0:
		return fmt.Sprintf("fix off by under %g m", r.limits[0])
	case i < len(r.limits):
		return fmt.Sprintf("%g to %g m", r.limits[i-1], r.limits[i])
	}
	return fmt.Sprintf("over %g m", r.limits[i-1])
}

// split draws one split below y and returns where it ends.
func (p *page) split(s *traced, y float64) float64 {
	r := &s.result
	p.d.Line(pageEdge, y, pageWidth-pageEdge, y, svg.A("stroke", inkLine))
	name := map[recording.Split]string{recording.TestStatic: "standing (test_static)", recording.TestTrack: "walking (test_track)"}[s.split]
	p.d.Text(pageEdge, y+26, fmt.Sprintf("%s: mean error %.2f m", name, r.Mean), svg.A("font-size", 16.0), svg.A("font-weight", 600))
	p.d.Text(pageWidth-pageEdge, y+26, fmt.Sprintf("%s · %s · survey %s · %d fixes", r.Set, r.Split, r.Survey, r.N),
		svg.A("fill", inkQuiet), svg.A("text-anchor", "end"))
	top := y + 42
	left := p.maps(s, top)
	right := p.side(s, pageWidth-pageEdge-sideWidth, top)
	return max(left, right) + 20
}

// start marks where a track begins.
func (p *page) start(x, y float64) {
	p.d.Circle(x, y, 4.2, svg.A("fill", "#ffffff"), svg.A("stroke", inkTruth), svg.A("stroke-width", 1.6))
}

// mast marks an access point.
func (p *page) mast(x, y float64) {
	var t svg.Path
	t.Move(x, y-4.6)
	t.To(x+4.2, y+3)
	t.To(x-4.2, y+3)
	t.Shut()
	p.d.Path(&t, svg.A("fill", inkAP), svg.A("stroke", "#ffffff"), svg.A("stroke-width", 0.8))
}
