package locator

import (
	"math"

	"foyer/floor"
)

// curve tabulates what being heard, or silent, is worth: quarter-decibel steps
// of mean strength, as the factor that tables' product takes (power -1/p).
type curve struct{ heard, silent [curveCount]float32 }

const (
	curveLow   = -140.0 // dBm
	curveHigh  = 0.0
	curveStep  = 4 // per dB
	curveCount = (curveHigh-curveLow)*curveStep + 1
	leastHear  = 0.005
)

func newCurve(h Hearing) *curve {
	c := &curve{}
	for i := range c.heard {
		p := h.Probability(floor.DBm(curveLow + float64(i)/curveStep))
		c.heard[i] = float32(math.Pow(p, -h.Weight/power))
		c.silent[i] = float32(math.Pow(1-p, -h.Weight/power))
	}
	return c
}

// Probability returns how probable an access point of mean strength s is heard
// in one fix.
func (h Hearing) Probability(s floor.DBm) float64 {
	phi := 0.5 * math.Erfc(-(float64(s)-h.Half)/h.Spread/math.Sqrt2)
	return leastHear + (h.Most-leastHear)*phi
}

func curveIndex(s float32) int {
	i := int((s - curveLow) * curveStep)
	return max(0, min(i, curveCount-1))
}
