package floor

import "math"

// Metre is a length on the plan.
type Metre float64

// A Point is a place on a level, metres in the plan's frame.
type Point struct{ X, Y Metre }

// Distance returns the straight distance between p and q in metres.
func (p Point) Distance(q Point) Metre {
	return Metre(math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)))
}

// Finite reports whether both coordinates are numbers.
func (p Point) Finite() bool {
	s := float64(p.X) + float64(p.Y)
	return !math.IsNaN(s) && !math.IsInf(s, 0)
}

// A Polygon is a closed line of corners; the last joins the first.
type Polygon []Point

// Contains reports whether p lies inside the polygon (even-odd rule; points
// on an edge may fall on either side).
func (g Polygon) Contains(p Point) bool {
	in := false
	for i, j := 0, len(g)-1; i < len(g); j, i = i, i+1 {
		a, b := g[i], g[j]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < (b.X-a.X)*(p.Y-a.Y)/(b.Y-a.Y)+a.X {
			in = !in
		}
	}
	return in
}

// Area returns the enclosed area in square metres (the shoelace formula).
func (g Polygon) Area() float64 {
	var twice float64
	for i, j := 0, len(g)-1; i < len(g); j, i = i, i+1 {
		twice += float64(g[j].X*g[i].Y - g[i].X*g[j].Y)
	}
	return math.Abs(twice) / 2
}

// Bounds returns the smallest upright rectangle around the polygon.
func (g Polygon) Bounds() (lo, hi Point) {
	if len(g) == 0 {
		return lo, hi
	}
	lo, hi = g[0], g[0]
	for _, p := range g[1:] {
		lo.X, lo.Y = min(lo.X, p.X), min(lo.Y, p.Y)
		hi.X, hi.Y = max(hi.X, p.X), max(hi.Y, p.Y)
	}
	return lo, hi
}

// Centre returns the mean of the corners, a place to write a name.
func (g Polygon) Centre() Point {
	var c Point
	for _, p := range g {
		c.X += p.X / Metre(len(g))
		c.Y += p.Y / Metre(len(g))
	}
	return c
}

// simple reports the first pair of edges that cross, or -1, -1.
func (g Polygon) simple() (int, int) {
	n := len(g)
	for i := range n {
		for j := i + 2; j < n; j++ {
			if i == 0 && j == n-1 {
				continue // neighbours round the corner
			}
			if Crosses(g[i], g[(i+1)%n], g[j], g[(j+1)%n]) {
				return i, j
			}
		}
	}
	return -1, -1
}

// Crosses reports whether the open segments a-b and c-d intersect in a point.
func Crosses(a, b, c, d Point) bool {
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}

func side(a, b, p Point) float64 {
	return float64((b.X-a.X)*(p.Y-a.Y) - (b.Y-a.Y)*(p.X-a.X))
}
