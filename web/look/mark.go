package look

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// A Mark is foyer's sign in one size, for the screen a page is installed on.
type Mark struct {
	Asset
	Size int  // pixels, of each side
	Bare bool // all of it is ground: the device cuts it to its own form
}

// Marks draws the sign: 192 and 512 pixels, 180 for phones that round it
// themselves, 512 with a margin for those that cut it.
func Marks() ([]Mark, error) {
	var out []Mark
	for _, m := range []struct {
		size int
		bare bool
	}{{192, false}, {512, false}, {180, true}, {512, true}} {
		var b bytes.Buffer
		if err := png.Encode(&b, drawMark(m.size, m.bare)); err != nil {
			return nil, fmt.Errorf("draw the sign: %w", err)
		}
		out = append(out, Mark{asset(fmt.Sprintf("mark-%d.png", m.size), "image/png", b.Bytes()), m.size, m.bare})
	}
	return out, nil
}

// drawMark draws an open door on green ground, with soft edges.
func drawMark(size int, bare bool) image.Image {
	ground, door := color.NRGBA{0x1E, 0x4D, 0x40, 0xFF}, color.NRGBA{0xFF, 0xFD, 0xF9, 0xFF}
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	scale := 1.0
	if bare {
		scale = 0.8 // what a device cuts off is a tenth on each side
	}
	for y := range size {
		for x := range size {
			u, v := (float64(x)+.5)/float64(size)-.5, (float64(y)+.5)/float64(size)-.5
			edge := 1 / float64(size)
			c := ground
			c = blend(c, door, cover(frame(u/scale, v/scale), edge/scale))
			c = blend(c, door, cover(leaf(u/scale, v/scale), edge/scale))
			if !bare {
				c.A = uint8(255 * cover(rounded(u, v, .5, .5, .22), edge))
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// frame is the distance from the door's frame: a line around the opening.
func frame(u, v float64) float64 {
	return math.Abs(rounded(u, v+.02, .19, .28, .02)) - .02
}

// leaf is the distance from the open leaf, which hangs at the left and comes
// towards whoever looks; without its knob.
func leaf(u, v float64) float64 {
	along := u + .19
	leaf := max(math.Abs(u+.075)-.115, -.3+along*.3-v, v-.26-along*.45)
	return max(leaf, .022-math.Hypot(u, v-.03))
}

// rounded is the distance from a rectangle with half sides w and h and corners
// of radius r, negative inside.
func rounded(u, v, w, h, r float64) float64 {
	x, y := math.Abs(u)-w+r, math.Abs(v)-h+r
	return math.Hypot(max(x, 0), max(y, 0)) + min(max(x, y), 0) - r
}

// cover is how much of a pixel of a size lies inside, by its distance.
func cover(distance, pixel float64) float64 {
	return max(0, min(1, .5-distance/pixel))
}

func blend(a, b color.NRGBA, t float64) color.NRGBA {
	mix := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t + .5) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), mix(a.A, b.A)}
}
