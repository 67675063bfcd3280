package survey

import (
	"fmt"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
	"foyer/locator/survey/svg"
)

// chart maps metres of a level to pixels.
type chart struct {
	x, y   float64 // of the level's upper left corner
	lo     floor.Point
	scale  float64 // pixels per metre
	width  float64
	height float64
}

func newChart(x, y, scale float64, lo, hi floor.Point) chart {
	return chart{x, y, lo, scale, float64(hi.X-lo.X) * scale, float64(hi.Y-lo.Y) * scale}
}

func (c chart) at(p floor.Point) (x, y float64) {
	return c.x + float64(p.X-c.lo.X)*c.scale, c.y + float64(p.Y-c.lo.Y)*c.scale
}

// panel is one map: the fixes of one track, or of all standing phones, of one
// level.
type panel struct {
	name  string
	level *floor.Level
	fixes []*tracedFix
	close bool // the map shows part of the level
}

func (t *Trace) panels(s *traced) []panel {
	var out []panel
	index := map[string]int{}
	for i := range s.fixes {
		f := &s.fixes[i]
		level := t.level(f.level)
		if level == nil {
			continue
		}
		name := called(level)
		if s.split == recording.TestTrack {
			name = f.point
			if len(t.plan.Levels) > 1 {
				name += ", " + called(level)
			}
		}
		k, ok := index[name]
		if !ok {
			k = len(out)
			index[name] = k
			out = append(out, panel{name: name, level: level})
		}
		out[k].fixes = append(out[k].fixes, f)
	}
	return out
}

// called returns what a level is called: a recording without a plan numbers
// its floors.
func called(l *floor.Level) string {
	if l.Name == "" || l.Name == string(l.ID) {
		return "floor " + string(l.ID)
	}
	return l.Name
}

func (t *Trace) level(id floor.LevelID) *floor.Level {
	for i := range t.plan.Levels {
		if t.plan.Levels[i].ID == id {
			return &t.plan.Levels[i]
		}
	}
	return nil
}

// maps draws the panels of a split in columns and returns where they end.
func (p *page) maps(s *traced, y float64) float64 {
	panels := p.trace.panels(s)
	columns := 1
	switch {
	case len(panels) > 6:
		columns = 3
	case len(panels) > 1:
		columns = 2
	}
	width := (mapsWidth - gutter*float64(columns-1)) / float64(columns)
	tallest := []float64{620, 430, 320}[columns-1]
	row := 0.0
	for i, q := range panels {
		if i%columns == 0 {
			y += row
			row = 0
		}
		lo, hi := q.window(width / tallest)
		scale := min(width/float64(hi.X-lo.X), tallest/float64(hi.Y-lo.Y))
		c := newChart(pageEdge+float64(i%columns)*(width+gutter), y+24, scale, lo, hi)
		p.panel(c, q, s.split)
		row = max(row, c.height+56)
	}
	return y + row
}

// panel draws one map.
func (p *page) panel(c chart, q panel, split recording.Split) {
	d := &p.d
	var sum float64
	for _, f := range q.fixes {
		sum += f.e
	}
	d.Open("g", svg.A("class", "panel"))
	d.Text(c.x, c.y-9, fmt.Sprintf("%s: %d fixes, mean %.2f m", shortened(q.name, int(c.width/7.2)-24), len(q.fixes), sum/float64(len(q.fixes))), svg.A("font-weight", 600))
	c.clip(d)
	d.Note(q.name)
	p.ground(c, q.level, "#fafbfc")
	p.survey(c, q.level.ID)
	for _, f := range q.fixes {
		p.region(c, f)
	}
	if split == recording.TestTrack {
		p.way(c, q.fixes)
	}
	for _, f := range q.fixes {
		p.fix(c, f, split == recording.TestStatic)
	}
	if split == recording.TestTrack {
		p.start(c.at(q.fixes[0].truth))
	}
	p.masts(c, q.level)
	d.Close()
	if q.close {
		d.Rect(c.x, c.y, c.width, c.height, svg.A("fill", "none"), svg.A("stroke", inkLine))
		p.inset(c, q.level)
	}
	p.ruler(c)
	d.Close()
}

// clip opens a frame beyond which nothing is drawn.
func (c chart) clip(d *svg.Drawing) {
	const slack = 6 // pixels, for marks on the edge
	x, y, w, h := c.x-slack, c.y-slack, c.width+2*slack, c.height+2*slack
	d.Open("svg", svg.A("x", x), svg.A("y", y), svg.A("width", w), svg.A("height", h), svg.A("viewBox", fmt.Sprintf("%.2f %.2f %.2f %.2f", x, y, w, h)))
}

// way draws where a phone truly went.
func (p *page) way(c chart, fixes []*tracedFix) {
	var way svg.Path
	for i, f := range fixes {
		x, y := c.at(f.truth)
		if i == 0 {
			way.Move(x, y)
		} else {
			way.To(x, y)
		}
	}
	p.d.Path(&way, svg.A("fill", "none"), svg.A("stroke", inkTruth), svg.A("stroke-width", 1.6), svg.A("stroke-linejoin", "round"))
}

// shortened returns a name of at most n characters: its ends tell more than its
// middle.
func shortened(name string, n int) string {
	r := []rune(name)
	if n = max(n, 9); len(r) <= n {
		return name
	}
	return string(r[:n/2]) + "…" + string(r[len(r)-(n-1)/2:])
}

// region outlines the cells of a fix's 90 % region on its level.
func (p *page) region(c chart, f *tracedFix) {
	var cells []locator.Strip
	for _, s := range f.region {
		if s.Level == f.level {
			cells = append(cells, s)
		}
	}
	if len(cells) == 0 {
		return
	}
	ink, dash := inkArea, "none"
	if !f.held {
		ink, dash = inkMiss, "4 3"
	}
	fill, edge := shape(c, cells)
	p.d.Open("g", svg.A("class", "region"))
	p.d.Note(fmt.Sprintf("90 %% region of %s: %.0f m2", f.scan, f.area))
	p.d.Path(&fill, svg.A("fill", ink), svg.A("fill-opacity", 0.09))
	p.d.Path(&edge, svg.A("fill", "none"), svg.A("stroke", ink), svg.A("stroke-opacity", 0.55), svg.A("stroke-width", 0.9), svg.A("stroke-dasharray", dash))
	p.d.Close()
}

// fix draws one fix: a dot, and a line to where the phone truly was.
func (p *page) fix(c chart, f *tracedFix, alone bool) {
	d := &p.d
	x0, y0 := c.at(f.truth)
	x, y := c.at(f.at)
	ink := p.ramp.ink(f.e)
	d.Open("g", svg.A("class", "fix"))
	note := fmt.Sprintf("%s: off by %.1f m", f.scan, f.e)
	fill := ink
	if f.guess != f.level {
		note, fill = note+", on floor "+string(f.guess), "#ffffff"
	}
	if f.unknown {
		note += ", unknown"
	}
	d.Note(note)
	d.Line(x0, y0, x, y, svg.A("stroke", ink), svg.A("stroke-width", 0.9), svg.A("stroke-opacity", 0.75))
	if alone {
		d.Circle(x0, y0, 2.6, svg.A("fill", "#ffffff"), svg.A("stroke", inkTruth), svg.A("stroke-width", 1.3))
	}
	d.Circle(x, y, 2.1, svg.A("fill", fill), svg.A("stroke", ink), svg.A("stroke-width", 0.6))
	d.Close()
}
