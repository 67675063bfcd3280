package locator

import (
	"math"

	"foyer/floor"
)

// A Loss is what the survey says of one access point's path loss: mean strength
// P0 - 10 N log10(d) dBm at d metres, walls aside, each with its posterior
// standard deviation.
type Loss struct {
	Readings int // places where it was heard
	P0, P0SD float64
	N, NSD   float64
	RMS      float64 // dB, of the readings round this path loss; what is left for the map's residual
	LeftOut  float64 // dB, rms of each reading round what the map makes of all the others
}

// lossReadings bounds the readings that take part: neighbours tell the same, and
// the work grows with the cube.
const lossReadings = 240

// PathLoss returns the posterior of an access point's path-loss parameters from
// the map's prior and its readings, the Gaussian-process residual being
// correlated between them: generalised least squares with a prior (Rasmussen
// and Williams 2006, section 2.7), and leave-one-out residuals (their equation
// 5.12). Of many readings an even share is used.
func (m *Map) PathLoss(plan *floor.Plan, ap int) Loss {
	f := newField(m, &m.APs[ap], newSite(plan))
	l := Loss{Readings: len(f.pts), P0: f.ap.P0, P0SD: f.ap.P0SD, N: f.ap.N, NSD: f.ap.NSD}
	pts := f.pts
	if len(pts) > lossReadings {
		pts = nil
		for i := range lossReadings {
			pts = append(pts, f.pts[i*len(f.pts)/lossReadings])
		}
	}
	if len(pts) == 0 {
		return l
	}
	dP, dN := f.regress(pts, &l)
	l.P0 += dP
	l.N += dN
	var sum float64
	for _, p := range pts {
		sum += sq(p.resid - dP - dN*p.h)
	}
	l.RMS = math.Sqrt(sum / float64(len(pts)))
	l.LeftOut = f.leaveOneOut(pts)
	return l
}

// regress writes the parameters' posterior deviations and returns how far the
// readings move their means from the prior's.
func (f *field) regress(pts []fpoint, l *Loss) (dP, dN float64) {
	n := len(pts)
	var c cholesky
	c.reset(n)
	one, h, z := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range pts {
		for j := range i + 1 {
			prior := sq(f.ap.P0SD) + sq(f.ap.NSD)*pts[i].h*pts[j].h
			c.a[i*n+j] = f.cov(&pts[i], &pts[j]) - prior
		}
		c.a[i*n+i] += pts[i].noise
		one[i], h[i], z[i] = 1, pts[i].h, pts[i].resid
	}
	c.factorize()
	for _, v := range [][]float64{one, h, z} {
		c.forward(v)
	}
	a, b, d := 1/sq(f.ap.P0SD)+dot(one, one), dot(one, h), 1/sq(f.ap.NSD)+dot(h, h)
	u, v := dot(one, z), dot(h, z)
	det := a*d - b*b
	l.P0SD, l.NSD = math.Sqrt(d/det), math.Sqrt(a/det)
	return (d*u - b*v) / det, (a*v - b*u) / det
}

// leaveOneOut returns the rms (dB) of the readings round what the map predicts
// at their places from the others.
func (f *field) leaveOneOut(pts []fpoint) float64 {
	n := len(pts)
	var w weights
	f.solve(pts, &w)
	column := make([]float64, n)
	var sum float64
	for i := range pts {
		clear(column)
		column[i] = 1
		w.chol.forward(column) // the i-th diagonal entry of the inverse is its square
		sum += sq(w.alpha[i] / dot(column, column))
	}
	return math.Sqrt(sum / float64(n))
}

func dot(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
