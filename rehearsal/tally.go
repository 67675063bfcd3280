package rehearsal

import "math"

// A tally is a histogram of even bins from 0, so that a demo may run for days
// in the same memory. Percentiles are exact to one bin and never flatter: they
// are the upper edge of the bin in which the nearest rank lies.
type tally struct {
	width float64
	bins  []uint32 // the last one holds everything beyond
	n     int
	most  float64
}

// newTally returns a tally of values up to most in bins of a width.
func newTally(width, most float64) *tally {
	return &tally{width: width, bins: make([]uint32, int(math.Ceil(most/width))+1)}
}

// add counts a value; a negative one counts as 0, NaN as beyond everything.
func (t *tally) add(v float64) {
	i := len(t.bins) - 1
	if math.IsNaN(v) { // or it would spread through max
		v = t.width * float64(len(t.bins))
	}
	if v < t.width*float64(i) {
		i = max(int(math.Ceil(v/t.width))-1, 0)
	}
	t.bins[i]++
	t.n++
	t.most = max(t.most, v)
}

// percentile returns the value that q percent of the values do not exceed, by
// nearest rank; 0 if there are none.
func (t *tally) percentile(q float64) float64 {
	if t.n == 0 {
		return 0
	}
	rank := max(int(math.Ceil(q/100*float64(t.n))), 1)
	for i, c := range t.bins {
		if rank -= int(c); rank <= 0 {
			if i == len(t.bins)-1 {
				return t.most
			}
			return min(t.width*float64(i+1), t.most)
		}
	}
	return t.most
}
