package rehearsal

import (
	"math"

	"foyer/floor"
)

// shellLoss is what the front of the shop takes from a signal at normal
// incidence, in dB: coated double glazing and its frame (ITU-R P.2040,
// P.2109), a middling figure.
const shellLoss = 8

// barriers returns what stands in the way of people and signals on a level:
// its walls, and its outline without the openings of the entrances.
func barriers(l *floor.Level) []floor.Wall {
	walls := append([]floor.Wall(nil), l.Walls...)
	for i, a := range l.Outline {
		b := l.Outline[(i+1)%len(l.Outline)]
		walls = append(walls, shell(l, i, a, b)...)
	}
	return walls
}

// shell returns the solid parts of the outline's edge i from a to b.
func shell(l *floor.Level, i int, a, b floor.Point) []floor.Wall {
	long := float64(a.Distance(b))
	if long == 0 {
		return nil
	}
	solid := [][2]float64{{0, long}}
	for _, e := range l.Entrances {
		if edgeOf(l.Outline, e.At) != i {
			continue
		}
		_, along := nearest(a, b, e.At)
		half := float64(e.Width) / 2
		solid = without(solid, along*long-half, along*long+half)
	}
	var out []floor.Wall
	for _, s := range solid {
		out = append(out, floor.Wall{From: lerp(a, b, s[0]/long), To: lerp(a, b, s[1]/long), Loss: shellLoss})
	}
	return out
}

// without cuts the stretch from lo to hi out of the pieces.
func without(pieces [][2]float64, lo, hi float64) [][2]float64 {
	var out [][2]float64
	for _, p := range pieces {
		if left := min(p[1], lo); left > p[0] {
			out = append(out, [2]float64{p[0], left})
		}
		if right := max(p[0], hi); right < p[1] {
			out = append(out, [2]float64{right, p[1]})
		}
	}
	return out
}

// edgeOf returns the number of the edge of g that is nearest to p.
func edgeOf(g floor.Polygon, p floor.Point) int {
	best, at := math.Inf(1), 0
	for i, a := range g {
		if d, _ := nearest(a, g[(i+1)%len(g)], p); d < best {
			best, at = d, i
		}
	}
	return at
}

// nearest returns the distance in metres from p to the segment a-b, and where
// on it the nearest point lies, 0 at a to 1 at b.
func nearest(a, b, p floor.Point) (dist, along float64) {
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	if l2 := dx*dx + dy*dy; l2 > 0 {
		along = min(max((float64(p.X-a.X)*dx+float64(p.Y-a.Y)*dy)/l2, 0), 1)
	}
	return float64(p.Distance(lerp(a, b, along))), along
}

func lerp(a, b floor.Point, f float64) floor.Point {
	return floor.Point{X: a.X + (b.X-a.X)*floor.Metre(f), Y: a.Y + (b.Y-a.Y)*floor.Metre(f)}
}

// clearance returns the smallest distance in metres between the segment a-b
// and the wall, 0 if they cross.
func clearance(a, b floor.Point, w floor.Wall) float64 {
	if floor.Crosses(a, b, w.From, w.To) {
		return 0
	}
	d1, _ := nearest(w.From, w.To, a)
	d2, _ := nearest(w.From, w.To, b)
	d3, _ := nearest(a, b, w.From)
	d4, _ := nearest(a, b, w.To)
	return min(d1, d2, d3, d4)
}
