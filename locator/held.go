package locator

// Held is how much of a belief the regions take that are reported to hold the
// truth half of the time and nine times in ten. A belief that is made of wary
// parts, readings that count little and doubles tails, is itself a little wider
// than the errors are; what a share of it really holds is measured on places and
// walks that the map has not seen, and the shares follow (recalibration:
// Kuleshov, Fenner and Ermon 2018). The zero value trusts the belief as it is.
type Held struct {
	Half float64 // of the belief, in the region of 50 %
	Most float64 // in the region of 90 %
}

func (h Held) orBelief() Held { return Held{or(h.Half, half), or(h.Most, most)} }

// What regions are to hold.
const (
	half = 0.5
	most = 0.9
)

// Take returns how much of the belief a region takes that is to hold the truth
// with probability p.
func (h Held) Take(p float64) float64 {
	h = h.orBelief()
	return bend(p, half, h.Half, most, h.Most)
}

// Hold returns how often the region that takes a share of the belief is to hold
// the truth: the inverse of Take.
func (h Held) Hold(share float64) float64 {
	h = h.orBelief()
	return bend(share, h.Half, half, h.Most, most)
}

// bend returns the line from (0, 0) to (1, 1) that is bent at (a, fa) and (b, fb).
func bend(x, a, fa, b, fb float64) float64 {
	switch {
	case x < a:
		return x * fa / a
	case x < b:
		return fa + (x-a)*(fb-fa)/(b-a)
	default:
		return fb + (x-b)*(1-fb)/(1-b)
	}
}
