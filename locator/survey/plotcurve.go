package survey

import (
	"fmt"
	"math"

	"foyer/floor/recording"
	"foyer/locator/survey/svg"
)

const (
	curveHeight = 220.0
	curveLeft   = 36.0 // for the axis's figures
)

// curvePane maps an error (m) and a share (0 to 1) to pixels.
type curvePane struct{ x, y, w, h, most float64 }

func (c curvePane) at(e, share float64) (x, y float64) {
	return c.x + min(e/c.most, 1)*c.w, c.y + (1-share)*c.h
}

// side draws the distribution of a split's errors and its figures, and returns
// where they end.
func (p *page) side(s *traced, x, y float64) float64 {
	errs := s.errors()
	walks := s.split == recording.TestTrack
	top := quantile(errs, 0.98)
	if walks {
		top = max(top, quantile(s.loose, 0.95))
	}
	step := round(top / 5)
	c := curvePane{x + curveLeft, y + 28, sideWidth - curveLeft - 8, curveHeight, step * math.Ceil(top/step+0.01)}
	p.d.Text(x, y+15, "Share of fixes with an error of at most", svg.A("font-weight", 600))
	p.axes(c, step)
	if walks {
		p.curve(c, s.loose, inkQuiet, 1.4, "5 4")
	}
	p.curve(c, errs, inkArea, 2.4, "none")
	p.marks(c, errs)
	below := c.y + c.h + 36
	p.d.Line(c.x, below+8, c.x+24, below+8, svg.A("stroke", inkArea), svg.A("stroke-width", 2.4))
	if !walks {
		p.d.Text(c.x+32, below+12, "foyer: one fix of a phone never met")
		return p.figures(s, x, below+34)
	}
	p.d.Text(c.x+32, below+12, "foyer")
	p.d.Line(c.x+92, below+8, c.x+116, below+8, svg.A("stroke", inkQuiet), svg.A("stroke-width", 1.4), svg.A("stroke-dasharray", "5 4"))
	p.d.Text(c.x+124, below+12, "unfiltered: each fix alone")
	return p.figures(s, x, below+34)
}

func (p *page) axes(c curvePane, step float64) {
	d := &p.d
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		x, y := c.at(0, share)
		d.Line(x, y, x+c.w, y, svg.A("stroke", inkLine))
		d.Text(x-6, y+4, fmt.Sprintf("%g %%", 100*share), svg.A("font-size", 10.5), svg.A("fill", inkQuiet), svg.A("text-anchor", "end"))
	}
	for k := 0; float64(k)*step < c.most+step/2; k++ {
		e := float64(k) * step
		x, y := c.at(e, 0)
		d.Line(x, y, x, y+4, svg.A("stroke", inkQuiet))
		text := fmt.Sprintf("%.3g", e)
		if k == 0 {
			text = "0 m"
		}
		d.Text(x, y+17, text, svg.A("font-size", 10.5), svg.A("fill", inkQuiet), svg.A("text-anchor", "middle"))
	}
}

// curve draws the cumulative share of sorted errors, up to the axis's end.
func (p *page) curve(c curvePane, errs []float64, ink string, width float64, dash string) {
	var line svg.Path
	line.Move(c.at(0, 0))
	n := float64(len(errs))
	for i, e := range errs {
		if e > c.most {
			line.To(c.at(c.most, float64(i)/n))
			break
		}
		line.To(c.at(e, float64(i)/n))
		line.To(c.at(e, float64(i+1)/n))
		if i == len(errs)-1 {
			line.To(c.at(c.most, 1))
		}
	}
	p.d.Path(&line, svg.A("class", "curve"), svg.A("fill", "none"), svg.A("stroke", ink), svg.A("stroke-width", width),
		svg.A("stroke-dasharray", dash), svg.A("stroke-linejoin", "round"))
}

// marks points at the median and at the error that nine fixes of ten keep.
func (p *page) marks(c curvePane, errs []float64) {
	for _, m := range []struct {
		name  string
		share float64
	}{{"median", 0.5}, {"p90", 0.9}} {
		e := quantile(errs, m.share)
		x, y := c.at(e, m.share)
		_, ground := c.at(0, 0)
		p.d.Line(x, y, x, ground, svg.A("stroke", inkArea), svg.A("stroke-dasharray", "2 3"))
		p.d.Circle(x, y, 4, svg.A("fill", "#ffffff"), svg.A("stroke", inkArea), svg.A("stroke-width", 2.0))
		anchor, dx, dy := "start", 9.0, 15.0
		if x > c.x+0.66*c.w {
			anchor, dx, dy = "end", -9.0, -7.0
		}
		p.d.Text(x+dx, y+dy, fmt.Sprintf("%s %.2f m", m.name, e), svg.A("font-weight", 600), svg.A("fill", inkArea), svg.A("text-anchor", anchor),
			svg.A("stroke", "#ffffff"), svg.A("stroke-width", 3.0), svg.A("paint-order", "stroke"))
	}
}

// figures lists what evaluate prints of a split.
func (p *page) figures(s *traced, x, y float64) float64 {
	r := &s.result
	errs := s.errors()
	rows := [][2]string{
		{"mean error", fmt.Sprintf("%.2f m", r.Mean)},
		{"each fix alone", fmt.Sprintf("%.2f m", r.MeanUnfiltered)},
		{"worst error", fmt.Sprintf("%.1f m", quantile(errs, 1))},
		{"truth in the 50 % region", fmt.Sprintf("%.0f %% of the time", 100*r.Coverage50)},
		{"truth in the 90 % region", fmt.Sprintf("%.0f %% of the time", 100*r.Coverage90)},
		{"90 % region, mean", fmt.Sprintf("%.1f m2", r.Area90)},
		{"circle that holds it as often", fmt.Sprintf("%.1f m2", r.Circle90)},
		{"called unknown", fmt.Sprintf("%d of %d", r.Unknown, r.N)},
	}
	if s.split != recording.TestTrack {
		rows = append(rows[:1], rows[2:]...)
	}
	if r.FloorHit != nil {
		rows = append(rows, [2]string{"right floor", fmt.Sprintf("%.0f %%", 100**r.FloorHit)})
	}
	for _, row := range rows {
		p.d.Line(x, y+6, x+sideWidth, y+6, svg.A("stroke", inkLine))
		p.d.Text(x, y, row[0], svg.A("fill", inkQuiet))
		p.d.Text(x+sideWidth, y, row[1], svg.A("text-anchor", "end"), svg.A("font-variant-numeric", "tabular-nums"))
		y += 22
	}
	return y
}
