package rehearsal

import (
	"math"
	"math/rand/v2"

	"foyer/floor"
)

// The shadows of racks, pillars and goods, in dB. Their sd is near the 5 dB
// that IEEE 802.11-03/940r4 gives for its model D beyond the breakpoint. Their
// correlation falls by 1/e every 3 m (the exponential law of Gudmundson,
// Electronics Letters 27(23), 1991, at the scale of aisles), and links to
// different access points share a part of it, as both Graziano (1978) and
// later measurements found.
const (
	shadowSD     = 4.6  // dB
	shadowLength = 3.0  // m
	shadowShared = 0.25 // share of the variance common to all access points
	shadowStep   = 0.5  // m between the nodes of the lattice
	shadowMargin = 9.0  // m around the outline that the lattice covers
	shadowWaves  = 160  // plane waves that make up one field
)

// A shadow is one correlated field per access point over a lattice; between
// the nodes it is bilinear. The fields of one node lie side by side, because
// they are read together.
type shadow struct {
	lo     floor.Point
	nx, ny int
	aps    int
	db     []float32 // [ny][nx][aps]
}

func newShadow(r *rand.Rand, outline floor.Polygon, aps int) *shadow {
	lo, hi := outline.Bounds()
	s := &shadow{lo: floor.Point{X: lo.X - shadowMargin, Y: lo.Y - shadowMargin}, aps: aps}
	s.nx = int(float64(hi.X-lo.X+2*shadowMargin)/shadowStep) + 2
	s.ny = int(float64(hi.Y-lo.Y+2*shadowMargin)/shadowStep) + 2
	s.db = make([]float32, s.nx*s.ny*aps)
	common := s.field(r)
	for a := range aps {
		own := s.field(r)
		for i := range own {
			own[i] = math.Sqrt(1-shadowShared)*own[i] + math.Sqrt(shadowShared)*common[i]
		}
		settle(own)
		for i, v := range own {
			s.db[i*aps+a] = float32(shadowSD * v)
		}
	}
	return s
}

// field returns a random field over the lattice with the covariance
// exp(-d/shadowLength): a sum of plane waves whose wave numbers are drawn from
// its spectrum. In the plane that spectrum's distribution inverts in closed
// form, k = sqrt(1/(1-u)^2 - 1)/length.
func (s *shadow) field(r *rand.Rand) []float64 {
	f := make([]float64, s.nx*s.ny)
	for range shadowWaves {
		u := r.Float64()
		k := math.Sqrt(1/((1-u)*(1-u))-1) / shadowLength
		sin, cos := math.Sincos(between(r, 0, 2*math.Pi))
		phase := between(r, 0, 2*math.Pi)
		// A rotation by the step along x replaces one cosine per node.
		dsin, dcos := math.Sincos(k * cos * shadowStep)
		for y := range s.ny {
			im, re := math.Sincos(phase + k*sin*shadowStep*float64(y))
			row := f[y*s.nx:][:s.nx]
			for x := range row {
				row[x] += re
				re, im = re*dcos-im*dsin, re*dsin+im*dcos
			}
		}
	}
	return f
}

// settle gives a field mean 0 and sd 1, so that no seed is an easy store.
func settle(f []float64) {
	var sum, squares float64
	for _, v := range f {
		sum += v
		squares += v * v
	}
	mean := sum / float64(len(f))
	sd := math.Sqrt(squares/float64(len(f)) - mean*mean)
	for i := range f {
		f[i] = (f[i] - mean) / sd
	}
}

// add adds the shadow over p to every access point's entry of dst, in dB.
// Beyond the lattice its border goes on.
func (s *shadow) add(dst []float64, p floor.Point) {
	x := min(max(float64(p.X-s.lo.X)/shadowStep, 0), float64(s.nx)-1.001)
	y := min(max(float64(p.Y-s.lo.Y)/shadowStep, 0), float64(s.ny)-1.001)
	ix, iy := int(x), int(y)
	fx, fy := float32(x-float64(ix)), float32(y-float64(iy))
	n := s.aps
	at := func(dx, dy int) []float32 { return s.db[((iy+dy)*s.nx+ix+dx)*n:][:n] }
	a, b, c, d := at(0, 0), at(1, 0), at(0, 1), at(1, 1)
	for i := range dst {
		dst[i] += float64((1-fy)*((1-fx)*a[i]+fx*b[i]) + fy*((1-fx)*c[i]+fx*d[i]))
	}
}
