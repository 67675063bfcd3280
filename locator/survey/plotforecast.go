package survey

import (
	"fmt"
	"io"
	"math"
	"slices"

	"foyer/floor"
	"foyer/locator/survey/svg"
)

// heat maps an expected error (m) to a colour, pale where it is least.
type heat struct{ lo, hi float64 }

func newHeat(cells []ForecastCell) heat {
	var v []float64
	for _, c := range cells {
		v = append(v, c.Error)
	}
	slices.Sort(v)
	return heat{math.Floor(quantile(v, 0.02)), max(math.Ceil(quantile(v, 0.98)), math.Floor(quantile(v, 0.02))+1)}
}

// ink mixes the two nearest of five inks; they grow darker all the way.
func (h heat) ink(e float64) string {
	stops := heatStops()
	at := min(max((e-h.lo)/(h.hi-h.lo), 0), 1) * float64(len(stops)-1)
	i := min(int(at), len(stops)-2)
	u := at - float64(i)
	mix := func(k int) int { return int(math.Round(stops[i][k]*(1-u) + stops[i+1][k]*u)) }
	return fmt.Sprintf("#%02x%02x%02x", mix(0), mix(1), mix(2))
}

func heatStops() [][3]float64 {
	return [][3]float64{{237, 246, 249}, {176, 214, 226}, {246, 196, 83}, {222, 95, 60}, {122, 16, 36}}
}

// Plot draws a forecast as an SVG: a heat map of every level with its access
// points and the place where one more helps most, a legend in metres, and the
// figures.
func (f *Forecast) Plot(w io.Writer) error {
	p := &page{}
	d := &p.d
	d.Text(pageEdge, 40, "Forecast for "+f.Plan, svg.A("font-size", 22.0), svg.A("font-weight", 600))
	d.Text(pageEdge, 64, fmt.Sprintf("Expected error of one fix, before any survey, of a phone never met: mean %.1f m with %d access points", f.Mean, f.AccessPoints),
		svg.A("fill", inkQuiet))
	d.Line(pageEdge, 80, pageWidth-pageEdge, 80, svg.A("stroke", inkLine))
	h := newHeat(f.Cells)
	left := f.maps(p, h, 92)
	right := f.figures(p, h, pageWidth-pageEdge-sideWidth, 92)
	return d.Write(w, pageWidth, max(left, right)+pageEdge/2, "Forecast for "+f.Plan)
}

func (f *Forecast) maps(p *page, h heat, y float64) float64 {
	for i := range f.plan.Levels {
		l := &f.plan.Levels[i]
		lo, hi := l.Outline.Bounds()
		c := newChart(pageEdge, y+24, min(mapsWidth/float64(hi.X-lo.X), 620/float64(hi.Y-lo.Y)), lo, hi)
		p.d.Open("g", svg.A("class", "panel"))
		p.d.Text(c.x, c.y-9, called(l), svg.A("font-weight", 600))
		f.cells(p, h, c, l)
		p.ground(c, l, "none")
		p.masts(c, l)
		f.suggestion(p, c, l)
		p.ruler(c)
		p.d.Close()
		y += c.height + 60
	}
	return y
}

// cells paints a level, each cell as the mean of itself and its neighbours: what
// differs from one to the next is chance. Where under three access points are
// audible it is hatched.
func (f *Forecast) cells(p *page, h heat, c chart, l *floor.Level) {
	clip := "inside-" + string(l.ID)
	ring := outline(c, l.Outline)
	p.d.Open("clipPath", svg.A("id", clip))
	p.d.Path(&ring)
	p.d.Close()
	p.d.Open("g", svg.A("clip-path", "url(#"+clip+")"))
	side := f.Side * c.scale
	cells := smooth(f.Cells, l.ID, f.Side)
	for _, q := range cells { // first larger: an outline may leave gaps at the edge
		x, y := c.at(q.At)
		p.d.Rect(x-side, y-side, 2*side, 2*side, svg.A("fill", h.ink(q.Error)))
	}
	var hatch svg.Path
	for _, q := range cells {
		x, y := c.at(q.At)
		p.d.Rect(x-side/2, y-side/2, side+0.6, side+0.6, svg.A("class", "cell"), svg.A("fill", h.ink(q.Error)))
		if q.Audible < fewAPs {
			hatch.Move(x-side/2, y+side/2)
			hatch.To(x+side/2, y-side/2)
		}
	}
	p.d.Path(&hatch, svg.A("class", "hatch"), svg.A("stroke", inkText), svg.A("stroke-opacity", 0.45), svg.A("stroke-width", 0.9))
	p.d.Close()
}

// smooth returns a level's cells with the mean error of each one's 3 x 3
// neighbours.
func smooth(cells []ForecastCell, level floor.LevelID, side float64) []ForecastCell {
	var out []ForecastCell
	for _, c := range cells {
		if c.Level != level {
			continue
		}
		var sum, n float64
		for _, o := range cells {
			if o.Level == level && math.Abs(float64(o.At.X-c.At.X)) < 1.5*side && math.Abs(float64(o.At.Y-c.At.Y)) < 1.5*side {
				sum, n = sum+o.Error, n+1
			}
		}
		c.Error = sum / n
		out = append(out, c)
	}
	return out
}

// suggestion rings the place where one more access point helps most.
func (f *Forecast) suggestion(p *page, c chart, l *floor.Level) {
	b := f.Better
	if !b.Worthwhile() || b.Level != l.ID {
		return
	}
	x, y := c.at(b.At)
	p.d.Circle(x, y, 11, svg.A("class", "suggestion"), svg.A("fill", "#ffffff"), svg.A("fill-opacity", 0.8), svg.A("stroke", inkText), svg.A("stroke-width", 2.0))
	p.mast(x, y+1)
	anchor, dx := "middle", 0.0
	switch {
	case x < c.x+120:
		anchor, dx = "start", -11.0
	case x > c.x+c.width-120:
		anchor, dx = "end", 11.0
	}
	dy := 27.0
	if y > c.y+c.height-36 {
		dy = -18
	}
	p.d.Text(x+dx, y+dy, fmt.Sprintf("one more here: mean %.1f to %.1f m", b.Before, b.After), svg.A("font-weight", 600), svg.A("text-anchor", anchor),
		svg.A("stroke", "#ffffff"), svg.A("stroke-width", 3.5), svg.A("paint-order", "stroke"))
}

// figures draws the legend and lists what plan prints.
func (f *Forecast) figures(p *page, h heat, x, y float64) float64 {
	d := &p.d
	d.Text(x, y+15, "Expected error", svg.A("font-weight", 600))
	d.Open("linearGradient", svg.A("id", "heat"))
	for i := range heatStops() {
		u := float64(i) / float64(len(heatStops())-1)
		d.Put("stop", svg.A("offset", u), svg.A("stop-color", h.ink(h.lo+u*(h.hi-h.lo))))
	}
	d.Close()
	d.Rect(x, y+26, sideWidth, 14, svg.A("fill", "url(#heat)"), svg.A("stroke", inkWall), svg.A("stroke-width", 0.6))
	step := max(1, round((h.hi-h.lo)/5))
	for e := h.lo; e <= h.hi; e += step {
		at := x + sideWidth*(e-h.lo)/(h.hi-h.lo)
		anchor := "middle"
		switch {
		case e == h.lo:
			anchor = "start"
		case e == h.hi:
			anchor = "end"
		}
		d.Text(at, y+56, fmt.Sprintf("%g m", e), svg.A("font-size", 10.5), svg.A("fill", inkQuiet), svg.A("text-anchor", anchor))
	}
	y += 88
	rows := [][2]string{
		{"mean error", fmt.Sprintf("%.1f m", f.Mean)},
		{"half of the fixes within", fmt.Sprintf("%.1f m", f.Median)},
		{"nine of ten within", fmt.Sprintf("%.1f m", f.P90)},
		{"floor with under 3 audible (hatched)", fmt.Sprintf("%.0f %%", 100*f.Few)},
	}
	if f.RightFloor != nil {
		rows = append(rows, [2]string{"right floor", fmt.Sprintf("%.0f %%", 100**f.RightFloor)})
	}
	if b := f.Better; !b.Worthwhile() {
		rows = append(rows, [2]string{"one more access point", "helps little"})
	} else {
		rows = append(rows, [2]string{"one more access point, at", fmt.Sprintf("(%.1f, %.1f) m", b.At.X, b.At.Y)},
			[2]string{"  lowers the mean by", fmt.Sprintf("%.2f ± %.2f m", b.Before-b.After, b.SE)})
	}
	for _, row := range rows {
		d.Line(x, y+6, x+sideWidth, y+6, svg.A("stroke", inkLine))
		d.Text(x, y, row[0], svg.A("fill", inkQuiet))
		d.Text(x+sideWidth, y, row[1], svg.A("text-anchor", "end"))
		y += 22
	}
	for _, line := range f.method() {
		d.Text(x, y+8, line, svg.A("fill", inkQuiet), svg.A("font-size", 10.5))
		y += 15
	}
	return y
}

// method says how the figures came about.
func (f *Forecast) method() []string {
	return []string{
		fmt.Sprintf("At %d places, %d made-up phones each: strengths drawn from", len(f.Cells), f.Draws),
		"what the map of a plan alone believes (path loss, walls, and how",
		fmt.Sprintf("far both are off), phones differing by %g dB, located by foyer", phoneSpread),
		"itself. It holds as far as the store is like that model. Surveyed,",
		"and over several fixes of one phone, errors are smaller.",
	}
}
