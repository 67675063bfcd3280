package locator

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"foyer/floor"
)

// tables holds, per access point and cell, the map's mean and two numbers made
// of its variance v = map variance + noise2 (dB2), so that Student's t with n
// degrees of freedom costs two multiplications: with residual e and p = (n+1)/2,
// (1 + e2/nv)^-p / sqrt(v) = (root + e2 inv)^-p, root = v^(1/2p), inv = root/nv.
type tables struct {
	mean []float32 // dBm; [ap*cells + cell]
	root []float32
	inv  []float32
}

// freedom is Student's degrees of freedom, power half of one more: 5 made
// regions' tails too heavy on all made-up stores, a Gaussian trusts an access
// point that moved.
const (
	freedom = 11
	power   = 6
)

const coarseStep = 1.0 // m: the map is smooth, so it is computed this coarsely

// newTables makes the tables with as many goroutines as there are processors.
func newTables(m *Map, g *grid, s *site) *tables {
	t := &tables{}
	for _, p := range []*[]float32{&t.mean, &t.root, &t.inv} {
		*p = make([]float32, len(m.APs)*g.n)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(m.APs)) {
		all.Go(func() {
			for a := int(next.Add(1)) - 1; a < len(m.APs); a = int(next.Add(1)) - 1 {
				f := newField(m, &m.APs[a], s)
				for l := range g.levels {
					t.fill(f, g, l, a*g.n)
				}
			}
		})
	}
	all.Wait()
	return t
}

func (t *tables) fill(f *field, g *grid, level, base int) {
	l := &g.levels[level]
	noise := sq(f.m.Noise)
	step := max(1, int(math.Round(max(coarseStep, f.m.Kernel.Length/4)/g.cell)))
	cw, ch := (l.w-1)/step+2, (l.h-1)/step+2
	means, vars := f.lattice(g, level, step, cw, ch)
	for y := range l.h {
		for x := range l.w {
			u, v := float64(x%step)/float64(step), float64(y%step)/float64(step)
			k := y/step*cw + x/step
			mix := func(a []float64) float64 {
				return (a[k]*(1-u)+a[k+1]*u)*(1-v) + (a[k+cw]*(1-u)+a[k+cw+1]*u)*v
			}
			t.set(base+l.at+y*l.w+x, mix(means), mix(vars)+noise)
		}
	}
}

// lattice predicts every step-th cell of a level, in blocks about a kernel
// length wide that share one solution.
func (f *field) lattice(g *grid, level, step, cw, ch int) (means, vars []float64) {
	l := &g.levels[level]
	means, vars = make([]float64, cw*ch), make([]float64, cw*ch)
	side := max(1, int(f.m.Kernel.Length/(g.cell*float64(step))))
	radius := float64(side*step) * g.cell / math.Sqrt2
	for y := 0; y < ch; y += side {
		for x := 0; x < cw; x += side {
			f.focus(level, g.at(l, x*step+(side-1)*step/2, y*step+(side-1)*step/2), radius)
			for j := y; j < min(ch, y+side); j++ {
				for i := x; i < min(cw, x+side); i++ {
					means[j*cw+i], vars[j*cw+i] = f.predict(level, g.at(l, i*step, j*step))
				}
			}
		}
	}
	return means, vars
}

func (t *tables) set(i int, mean, v float64) {
	t.mean[i] = float32(mean)
	root := math.Pow(v, 0.5/power)
	t.root[i] = float32(root)
	t.inv[i] = float32(root / (freedom * v))
}

// curve tabulates what being heard, or silent, is worth: quarter-decibel steps
// of mean strength, as the factor that tables' product takes (power -1/p).
type curve struct{ heard, silent []float32 }

const (
	curveLow  = -140.0 // dBm
	curveHigh = 0.0
	curveStep = 4 // per dB
	leastHear = 0.005
)

func newCurve(h Hearing) *curve {
	n := int((curveHigh-curveLow)*curveStep) + 1
	c := &curve{make([]float32, n), make([]float32, n)}
	for i := range n {
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
	return max(0, min(i, int((curveHigh-curveLow)*curveStep)))
}
