package locator

import "math"

// An entry is what the map says of one access point at one node, in four bytes:
// the mean in the upper half, 1/256 dB a step from meanLow; a class of variance
// in the lower. A step of the mean is a thousandth of any noise, a class is
// 1.3 % of the variance wide.
type entry uint32

const (
	meanLow     = -160.0 // dBm; the highest that fits is 95.99
	meanStep    = 1.0 / 256
	shapeCount  = 1024
	shapeLow    = 0.25 // dB2: no noise is less
	shapeHigh   = 1e5  // dB2: beyond, an access point tells nothing
	entryBytes  = 4
	entryMedian = 0.5 // of a step: values are rounded to the nearest
)

// A shape is Student's t of one class of variance v (dB2), as two numbers, so
// that it costs two multiplications: with residual e, n degrees of freedom and
// p = (n+1)/2, (1 + e2/nv)^-p / sqrt(v) = (root + e2 inv)^-p, where
// root = v^(1/2p) and inv = root/nv.
type shape struct{ root, inv float32 }

// variance returns v.
func (s shape) variance() float32 { return s.root / (freedom * s.inv) }

// freedom is Student's degrees of freedom, power half of one more: 5 made
// regions' tails too heavy on all made-up stores, a Gaussian trusts an access
// point that moved.
const (
	freedom = 11
	power   = 6
)

// shapes is every class, by entry's lower half.
type shapes [shapeCount]shape

// shapeRate is classes per natural logarithm of variance.
func shapeRate() float64 { return (shapeCount - 1) / math.Log(shapeHigh/shapeLow) }

func newShapes() *shapes {
	var s shapes
	for i := range s {
		v := shapeLow * math.Exp(float64(i)/shapeRate())
		root := math.Pow(v, 0.5/power)
		s[i] = shape{float32(root), float32(root / (freedom * v))}
	}
	return &s
}

// packEntry rounds a mean (dBm) and a variance (dB2); what does not fit becomes
// the nearest that does.
func packEntry(mean, variance float64) entry {
	m := int((mean-meanLow)/meanStep + entryMedian)
	c := int(math.Log(max(variance, shapeLow)/shapeLow)*shapeRate() + entryMedian)
	return entry(max(0, min(m, math.MaxUint16))<<16 | min(c, shapeCount-1))
}

func (e entry) mean() float32 { return float32(e>>16)*meanStep + meanLow }

func (s *shapes) of(e entry) shape { return s[e%shapeCount] }
