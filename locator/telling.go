package locator

import "math"

// Not every access point that is heard tells as much: how a near one is heard
// changes with every step, how a far one is, hardly; and a map that is unsure
// tells less. A reading's weight is the steepness of its mean strength there over
// its standard deviation: that of the path loss at the distance that the strength
// itself suggests, and of the residual where a survey knows it. Readings of weights
// w are as many as their participation ratio (sum w)2 / (sum w2), times plenty,
// and never more than there are: in a hall with two hundred access points the far
// ones no longer drown the near.
type telling [telledMost + 1]float32

// plenty is how many readings each of the steep ones stands for: with the dozen
// of a common store all count, as its effect was settled for.
const plenty = 2

// telledMost is the weakest strength that is told apart, in dB below 0 dBm.
const telledMost = 127

// newTelling returns an access point's weights by strength, in whole -dBm.
func newTelling(m *Map, a *AP) *telling {
	var w telling
	for i := range w {
		d := max(1, math.Pow(10, (a.P0+float64(i))/(10*a.N))) // metres
		steep := sq(10 * a.N / math.Ln10 / d)                 // (dB/m)2
		v := sq(m.Noise) + sq(m.Kernel.Nugget)
		if len(a.Readings) > 0 {
			steep += sq(m.Kernel.Sigma / m.Kernel.Length)
		} else {
			v += sq(m.Kernel.Sigma) + sq(a.P0SD) + sq(a.NSD*10*math.Log10(d))
		}
		w[i] = float32(math.Sqrt(steep / v))
	}
	return &w
}

// telling returns how many readings of equal weight this fix's are worth.
func (l *Locator) telling() float64 {
	var sum, squares float64
	for _, h := range l.work.heard {
		i := max(0, min(int(-h.rssi), telledMost))
		w := float64(l.tells[h.ap][i])
		sum += w
		squares += w * w
	}
	n := float64(max(1, len(l.work.heard)))
	if squares == 0 {
		return n
	}
	return max(1, min(n, plenty*sq(sum)/squares))
}
