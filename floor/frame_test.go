package floor

import (
	"math"
	"testing"
)

func TestFramePlace(t *testing.T) {
	for name, c := range map[string]struct {
		frame Frame
		x, y  float64
		want  Point
	}{
		"the same drawing":              {Frame{Scale: 1}, 3, 4, Point{3, 4}},
		"origin elsewhere":              {Frame{At: Point{10, 20}, Scale: 1}, 3, 4, Point{13, 24}},
		"origin bottom left, y up":      {Frame{At: Point{0, 25}, Up: true, Scale: 1}, 3, 4, Point{3, 21}},
		"turned a quarter clockwise":    {Frame{Turn: 90, Scale: 1}, 3, 4, Point{-4, 3}},
		"turned, y up and not to scale": {Frame{At: Point{1, 1}, Turn: 90, Up: true, Scale: 2}, 3, 4, Point{9, 7}},
	} {
		got := c.frame.Place(c.x, c.y)
		if d := got.Distance(c.want); !(math.Abs(float64(d)) < 1e-9) {
			t.Errorf("%s: (%v, %v) lies at %v, want %v", name, c.x, c.y, got, c.want)
		}
	}
}
