package survey

import (
	"cmp"
	"slices"
)

// inOrder returns the scans point by point, in the order in which points first
// occur, and those of one point by time, if they have times.
func inOrder(scans []scan) []scan {
	var points []string
	of := map[string][]scan{}
	for _, c := range scans {
		if of[c.point] == nil {
			points = append(points, c.point)
		}
		of[c.point] = append(of[c.point], c)
	}
	out := scans[:0:0]
	for _, p := range points {
		if haveTimes(of[p]) {
			slices.SortStableFunc(of[p], func(a, b scan) int { return cmp.Compare(a.end, b.end) })
		}
		out = append(out, of[p]...)
	}
	return out
}

// haveTimes reports whether scans can be told apart by time.
func haveTimes(scans []scan) bool {
	same := true
	for i := range scans {
		if !scans[i].timed {
			return false
		}
		same = same && scans[i].end == scans[0].end
	}
	return !same
}

// What a track's times are made to keep, in seconds: a scan begins after the
// one before has ended, and scans without times are two seconds apart, as phones scan.
const (
	apart   = 0.001
	untimed = 2.0
)

// retime mends the times of tracks in order, so that every scan is a fix of its
// own: the format lets times be missing, equal and overlapping.
func retime(scans []scan) {
	for from := 0; from < len(scans); {
		to := from + 1
		for to < len(scans) && scans[to].point == scans[from].point {
			to++
		}
		track := scans[from:to]
		timed := haveTimes(track)
		for i := range track {
			switch c := &track[i]; {
			case !timed:
				c.setTime(untimed * float64(i))
			case i > 0:
				c.notBefore(track[i-1].end + apart)
			}
		}
		from = to
	}
}

// notBefore moves the rows of a scan that come before t to t.
func (c *scan) notBefore(t float64) {
	for i := range c.rows {
		c.rows[i].T = max(c.rows[i].T, t)
	}
	c.end = max(c.end, t)
}

// setTime gives all rows of a scan one time.
func (c *scan) setTime(t float64) {
	for i := range c.rows {
		c.rows[i].T = t
	}
	c.end = t
}
