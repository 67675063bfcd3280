package survey

import (
	"fmt"
	"math"

	"foyer/floor"
	"foyer/locator/survey/svg"
)

// ground draws a level: outline, walls, and the openings where people come in,
// dashed. A guessed outline is dashed all round.
func (p *page) ground(c chart, l *floor.Level, fill string) {
	ring := outline(c, l.Outline)
	p.d.Path(&ring, svg.A("fill", fill), svg.A("stroke", inkWall), svg.A("stroke-width", 1.4))
	var walls, doors svg.Path
	for _, w := range l.Walls {
		walls.Move(c.at(w.From))
		walls.To(c.at(w.To))
	}
	p.d.Path(&walls, svg.A("stroke", inkWall), svg.A("stroke-width", 1.4), svg.A("stroke-linecap", "round"))
	for _, e := range l.Entrances {
		if a, b, ok := onEdge(l.Outline, e); ok {
			doors.Move(c.at(a))
			doors.To(c.at(b))
		}
	}
	p.d.Path(&doors, svg.A("stroke", "#ffffff"), svg.A("stroke-width", 3.0), svg.A("stroke-dasharray", "3 3"))
}

func outline(c chart, g floor.Polygon) (ring svg.Path) {
	for i, p := range g {
		if i == 0 {
			ring.Move(c.at(p))
		} else {
			ring.To(c.at(p))
		}
	}
	ring.Shut()
	return ring
}

// onEdge returns an entrance's opening along the outline's edge nearest to it.
func onEdge(g floor.Polygon, e floor.Entrance) (a, b floor.Point, ok bool) {
	best := floor.Metre(1)
	for i, p := range g {
		q := g[(i+1)%len(g)]
		length := p.Distance(q)
		if length == 0 {
			continue
		}
		ux, uy := (q.X-p.X)/length, (q.Y-p.Y)/length
		off := floor.Metre(math.Abs(float64((e.At.X-p.X)*uy - (e.At.Y-p.Y)*ux)))
		along := (e.At.X-p.X)*ux + (e.At.Y-p.Y)*uy
		if off < best && along >= 0 && along <= length {
			half := e.Width / 2
			best, ok = off, true
			a = floor.Point{X: p.X + ux*max(0, along-half), Y: p.Y + uy*max(0, along-half)}
			b = floor.Point{X: p.X + ux*min(length, along+half), Y: p.Y + uy*min(length, along+half)}
		}
	}
	return a, b, ok
}

// survey dots the surveyed places of a level.
func (p *page) survey(c chart, level floor.LevelID) {
	var dots svg.Path
	for _, place := range p.trace.m.Places {
		if place.Level == level {
			x, y := c.at(place.At)
			dots.Move(x, y)
			dots.To(x, y)
		}
	}
	p.d.Path(&dots, svg.A("stroke", "#c3cbd3"), svg.A("stroke-width", 2.6), svg.A("stroke-linecap", "round"))
}

const mostNames = 60 // access points with names on one map

// masts marks the access points whose place is known.
func (p *page) masts(c chart, l *floor.Level) {
	for _, a := range l.AccessPoints {
		x, y := c.at(a.At)
		p.mast(x, y)
		if len(l.AccessPoints) <= mostNames {
			p.name(c, x, y, string(a.ID))
		}
	}
}

// name writes beside a mark, on a halo so that it can be read over lines, and
// on the side where there is room.
func (p *page) name(c chart, x, y float64, text string) {
	anchor, dx := "start", 6.0
	if x+6.2*float64(len(text)) > c.x+c.width {
		anchor, dx = "end", -6.0
	}
	p.d.Text(x+dx, y-4, text, svg.A("font-size", 9.5), svg.A("fill", inkAP), svg.A("text-anchor", anchor),
		svg.A("stroke", "#ffffff"), svg.A("stroke-width", 2.4), svg.A("paint-order", "stroke"))
}

// ruler draws a scale bar of a round number of metres below a map.
func (p *page) ruler(c chart) {
	m := round(c.width / c.scale / 5)
	x, y := c.x, c.y+c.height+12
	p.d.Rect(x, y, m*c.scale/2, 3, svg.A("fill", inkText))
	p.d.Rect(x+m*c.scale/2, y, m*c.scale/2, 3, svg.A("fill", "#ffffff"), svg.A("stroke", inkText), svg.A("stroke-width", 0.8))
	p.d.Text(x+m*c.scale+6, y+5, fmt.Sprintf("%g m", m), svg.A("font-size", 10.5), svg.A("fill", inkQuiet))
}
