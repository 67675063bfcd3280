package look

import (
	"fmt"
	"html/template"
	"strings"

	"foyer/floor"
)

// perMetre is how many units of the drawing one metre takes, so that the type
// sizes of the sheet fit a store of about 40 m.
const perMetre = 10

// A Drawing says what a plan shows besides the floor itself.
type Drawing struct {
	Here   floor.ZoneID            // the zone filled, "" for none
	Asking map[floor.ZoneID]string // zones where somebody waits, and for how long in words
	Counts map[floor.ZoneID]int    // how many are in zones at least, as far as it may be told
	Names  bool                    // write the zones' names
	halo   bool                    // names stand on colours
	Label  string                  // the whole picture in one sentence
}

// Plan draws a level: outline, walls, doors, zones; private zones are hatched
// and never filled, whatever d says. Nobody is a point on it.
func Plan(l floor.Level, d Drawing) template.HTML { return Layered(l, d, "", "") }

// Layered is Plan with drawings of the caller's: under lies on the zones and
// below walls and private zones, over lies on everything. They never show
// where anybody is.
func Layered(l floor.Level, d Drawing, under, over template.HTML) template.HTML {
	lo, hi := l.Outline.Bounds()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plan" viewBox="%g %g %g %g" role="img" aria-label="%s">`,
		units(lo.X)-4, units(lo.Y)-4, units(hi.X-lo.X)+8, units(hi.Y-lo.Y)+8, template.HTMLEscapeString(d.Label))
	b.WriteString(`<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hl" d="M0 0V5"/></pattern></defs>`)
	fmt.Fprintf(&b, `<path class="floor" d="%s"/>`, path(l.Outline))
	if under != "" {
		fmt.Fprintf(&b, `<clipPath id="fl"><path d="%s"/></clipPath><g clip-path="url(#fl)">%s</g>`, path(l.Outline), under)
	}
	for _, z := range l.Zones {
		if under != "" && !z.Private {
			continue // its colours are the drawing's
		}
		class := "zone"
		switch _, asking := d.Asking[z.ID]; {
		case z.Private:
			class = "priv"
		case z.ID == d.Here:
			class = "zone here"
		case asking:
			class = "zone ask"
		}
		fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, class, path(z.Outline))
	}
	b.WriteString(`<path class="wall" d="`)
	for _, w := range l.Walls {
		fmt.Fprintf(&b, "M%g %gL%g %g", units(w.From.X), units(w.From.Y), units(w.To.X), units(w.To.Y))
	}
	fmt.Fprintf(&b, `"/><path class="floor" fill-opacity="0" d="%s"/>`, path(l.Outline))
	doors(&b, l)
	d.halo = under != ""
	if d.Names {
		names(&b, l, d)
	}
	b.WriteString(string(over))
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// doors opens the outline where an entrance is, along its nearest edge.
func doors(b *strings.Builder, l floor.Level) {
	b.WriteString(`<path class="door" d="`)
	for _, e := range l.Entrances {
		a, c := nearestEdge(l.Outline, e.At)
		long := a.Distance(c)
		if long == 0 {
			continue
		}
		dx, dy := (c.X-a.X)/long*e.Width/2, (c.Y-a.Y)/long*e.Width/2
		fmt.Fprintf(b, "M%g %gL%g %g", units(e.At.X-dx), units(e.At.Y-dy), units(e.At.X+dx), units(e.At.Y+dy))
	}
	b.WriteString(`"/>`)
}

// nearestEdge returns the edge of g whose ends are, taken together, the least
// detour from p.
func nearestEdge(g floor.Polygon, p floor.Point) (from, to floor.Point) {
	best := floor.Metre(-1)
	for i := range g {
		a, c := g[i], g[(i+1)%len(g)]
		detour := a.Distance(p) + p.Distance(c) - a.Distance(c)
		if best < 0 || detour < best {
			best, from, to = detour, a, c
		}
	}
	return from, to
}

func names(b *strings.Builder, l floor.Level, d Drawing) {
	for _, z := range l.Zones {
		x, y := spot(l, z)
		name := template.HTMLEscapeString(z.Name)
		if z.Private {
			fmt.Fprintf(b, `<text class="s halo" x="%g" y="%g">%s</text>`, x, y+3, name)
			continue
		}
		if n := d.Counts[z.ID]; n > 0 {
			fmt.Fprintf(b, `<text class="s" x="%g" y="%g">%d or more</text>`, x, y+countBelow(d.Asking[z.ID]), n)
		}
		age := d.Asking[z.ID]
		if age == "" {
			class := ""
			if d.halo {
				class = ` class="halo"`
			}
			fmt.Fprintf(b, `<text%s x="%g" y="%g">%s</text>`, class, x, y+3, name)
			continue
		}
		fmt.Fprintf(b, `<rect class="mark" x="%g" y="%g" width="36" height="17" rx="8.5"/><text class="markt" x="%g" y="%g">%s</text><text x="%g" y="%g">%s</text>`,
			x-18, y-18, x, y-6.8, template.HTMLEscapeString(age), x, y+10, name)
	}
}

// countBelow is how far below its spot the number in a zone stands: below the
// name, which a request pushes down.
func countBelow(asking string) float64 {
	if asking != "" {
		return 21
	}
	return 14
}

// spot is where a zone's name stands: at its centre, or, if a wall runs
// through there, above or below, in units of the drawing.
func spot(l floor.Level, z floor.Zone) (x, y float64) {
	c := z.Outline.Centre()
	for _, dy := range []floor.Metre{0, 1.5, -1.5, 3, -3, 4.5, -4.5} {
		p := floor.Point{X: c.X, Y: c.Y + dy}
		if z.Outline.Contains(p) && !walled(l, p) {
			return units(p.X), units(p.Y)
		}
	}
	return units(c.X), units(c.Y)
}

// walled reports whether a wall runs through the place of a name at p, or
// stands around it: a name takes about 4 by 1 m.
func walled(l floor.Level, p floor.Point) bool {
	const w, h = 2.2, .8
	corners := floor.Polygon{{X: p.X - w, Y: p.Y - h}, {X: p.X + w, Y: p.Y - h}, {X: p.X + w, Y: p.Y + h}, {X: p.X - w, Y: p.Y + h}}
	for _, wall := range l.Walls {
		if corners.Contains(wall.From) || corners.Contains(wall.To) {
			return true
		}
		for i, a := range corners {
			if floor.Crosses(a, corners[(i+1)%len(corners)], wall.From, wall.To) {
				return true
			}
		}
	}
	return false
}

func path(g floor.Polygon) string {
	var b strings.Builder
	for i, p := range g {
		c := "L"
		if i == 0 {
			c = "M"
		}
		fmt.Fprintf(&b, "%s%g %g", c, units(p.X), units(p.Y))
	}
	b.WriteString("Z")
	return b.String()
}

// units turns metres into units of the drawing, to a hundredth.
func units(m floor.Metre) float64 { return float64(int(m*perMetre*100)) / 100 }
