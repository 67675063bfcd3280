package floor

import "math"

// A Frame is a vendor's own drawing of a level, laid upon the plan, so that
// positions that the vendor computed can be read.
type Frame struct {
	ID   string // as the vendor's reports call the drawing
	At   Point  // where the drawing's origin lies, metres in the level's frame
	Turn Degree // from the level's x axis to the drawing's, clockwise as drawn
	Up   bool   // the drawing's y axis points up, not down as a plan's
	// Scale is metres of the plan for one of the drawing's, 1 if both are
	// true to scale.
	Scale float64
}

// Degree is an angle in degrees.
type Degree float64

// Place returns the place, in the level's frame, of a position x, y (metres)
// in the drawing's.
func (f Frame) Place(x, y float64) Point {
	if f.Up {
		y = -y
	}
	sin, cos := math.Sincos(float64(f.Turn) * math.Pi / 180)
	return Point{
		X: f.At.X + Metre(f.Scale*(x*cos-y*sin)),
		Y: f.At.Y + Metre(f.Scale*(x*sin+y*cos)),
	}
}
