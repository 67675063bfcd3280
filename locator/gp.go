package locator

import (
	"math"

	"foyer/floor"
)

// Constants of the mean map.
const (
	minRange2    = 1.0 // m2: the access point hangs above, and no phone is nearer
	levelHeight  = 4.0 // m between storeys, where the plan does not say more
	levelLoss    = 15  // dB through a storey's floor
	levelLossSD  = 8   // dB
	wallLossMost = 20  // dB: what walls take together, for signals go round them
	dense        = 120 // readings that are solved together
	nearest      = 16  // of more, these take part in one prediction
	mute         = 2   // kernel lengths from every reading: beyond, path loss alone predicts
)

// A field predicts one access point's mean strength anywhere: path loss plus a
// Gaussian-process residual through its readings (ordinary GP regression,
// Rasmussen and Williams 2006, algorithm 2.1), the path-loss parameters being
// uncertain too (section 2.7). Of more than `dense` readings only those nearest
// to the place in focus count: the kernel is local.
type field struct {
	m     *Map
	ap    *AP
	site  *site
	own   int // the access point's level
	pts   []fpoint
	all   weights // of all readings, if few
	some  weights // of the nearest ones
	order []ranked
	close []fpoint
}

type fpoint struct {
	at    floor.Point
	level int
	resid float64 // reading minus prior mean, dB
	h     float64 // -10 log10 range
	noise float64 // dB2
}

// site is what the prior mean needs of the plan.
type site struct {
	matern *matern
	levels map[floor.LevelID]int
	walls  [][]floor.Wall // by level
}

// matern tabulates the Matérn 3/2 correlation by distance in lengths.
type matern [maternReach*maternStep + 2]float64

const (
	maternReach = 8 // lengths: beyond, it is under 2e-5
	maternStep  = 64
)

func newMatern() *matern {
	var m matern
	for i := range m {
		u := math.Sqrt(3) * float64(i) / maternStep
		m[i] = (1 + u) * math.Exp(-u)
	}
	return &m
}

func (m *matern) at(d float64) float64 {
	if d >= maternReach {
		return 0
	}
	d *= maternStep
	i := int(d)
	return m[i] + (m[i+1]-m[i])*(d-float64(i))
}

func newSite(plan *floor.Plan) *site {
	s := &site{matern: newMatern(), levels: map[floor.LevelID]int{}}
	for i, l := range plan.Levels {
		s.levels[l.ID] = i
		s.walls = append(s.walls, l.Walls)
	}
	return s
}

func newField(m *Map, ap *AP, s *site) *field {
	f := &field{m: m, ap: ap, site: s, own: s.levels[ap.Level]}
	for _, r := range ap.Readings {
		p := m.Places[r.Place]
		level, ok := s.levels[p.Level]
		if !ok {
			continue
		}
		mean, h := f.prior(level, p.At)
		f.pts = append(f.pts, fpoint{at: p.At, level: level, resid: r.Mean - mean, h: h,
			noise: sq(m.Kernel.Nugget) + sq(m.Kernel.Single)/float64(p.Scans)})
	}
	if len(f.pts) <= dense {
		f.solve(f.pts, &f.all)
	}
	return f
}

// prior returns the path-loss mean at p in dBm and -10 log10 of the range.
func (f *field) prior(level int, p floor.Point) (mean, h float64) {
	own := f.own
	d := float64(p.Distance(f.ap.At))
	up := levelHeight * float64(level-own)
	h = -5 * math.Log10(d*d+up*up+minRange2+sq(f.ap.PlaceSD))
	mean = f.ap.P0 + f.ap.N*h
	if level != own {
		return mean - levelLoss*math.Abs(float64(level-own)), h
	}
	return mean - f.site.loss(level, f.ap.At, p), h
}

// loss sums the walls between two points, dB.
func (s *site) loss(level int, a, b floor.Point) float64 {
	var sum float64
	for _, w := range s.walls[level] {
		if floor.Crosses(a, b, w.From, w.To) {
			sum += w.Loss
		}
	}
	return min(sum, wallLossMost)
}

func (f *field) cov(p, q *fpoint) float64 {
	d := distance(p.at, q.at)
	c := sq(f.ap.P0SD) + sq(f.ap.NSD)*p.h*q.h
	if p.level != q.level {
		return c
	}
	if p.level != f.own {
		c += sq(levelLossSD)
	}
	return c + sq(f.m.Kernel.Sigma)*f.site.matern.at(d/f.m.Kernel.Length)
}

// weights holds a solved set of readings: chol factors their covariance, alpha
// is its inverse times the residuals.
type weights struct {
	chol  cholesky
	alpha []float64
	k, x  []float64 // scratch
}

func (f *field) solve(pts []fpoint, w *weights) {
	n := len(pts)
	w.chol.reset(n)
	w.alpha, w.k, w.x = resize(w.alpha, n), resize(w.k, n), resize(w.x, n)
	for i := range pts {
		for j := range i {
			w.chol.a[i*n+j] = f.cov(&pts[i], &pts[j])
		}
		w.chol.a[i*n+i] = f.cov(&pts[i], &pts[i]) + pts[i].noise
		w.alpha[i] = pts[i].resid
	}
	w.chol.factorize()
	w.chol.forward(w.alpha)
	w.chol.backward(w.alpha)
}

// predict returns mean (dBm) and variance (dB2) of the map at p, which is in
// focus.
func (f *field) predict(level int, p floor.Point) (mean, variance float64) {
	mean, h := f.prior(level, p)
	here := fpoint{at: p, level: level, h: h}
	variance = f.cov(&here, &here)
	pts, w := f.pts, &f.all
	if len(f.pts) > dense {
		pts, w = f.close, &f.some
	}
	if len(pts) == 0 {
		return mean, variance
	}
	for i := range pts {
		w.k[i] = f.cov(&here, &pts[i])
		mean += w.k[i] * w.alpha[i]
	}
	copy(w.x, w.k)
	w.chol.forward(w.x)
	for _, x := range w.x {
		variance -= x * x
	}
	return mean, max(variance, 0)
}

// focus prepares predictions within radius (m) of a place: of many readings it
// solves the nearest. Neighbouring cells share one solution.
func (f *field) focus(level int, p floor.Point, radius float64) {
	if len(f.pts) <= dense {
		return
	}
	f.order = f.order[:0]
	for i := range f.pts {
		q := &f.pts[i]
		dx, dy := float64(p.X-q.at.X), float64(p.Y-q.at.Y)
		d := dx*dx + dy*dy
		if q.level != level || len(f.order) == nearest && d >= f.order[nearest-1].d {
			continue
		}
		at := len(f.order)
		if at == nearest {
			at--
		} else {
			f.order = append(f.order, ranked{})
		}
		for ; at > 0 && f.order[at-1].d > d; at-- {
			f.order[at] = f.order[at-1]
		}
		f.order[at] = ranked{d, i}
	}
	f.close = f.close[:0]
	if len(f.order) == 0 || f.order[0].d > sq(mute*f.m.Kernel.Length+radius) {
		return
	}
	for _, o := range f.order {
		f.close = append(f.close, f.pts[o.i])
	}
	f.solve(f.close, &f.some)
}

type ranked struct {
	d float64 // m2
	i int
}

// Predict returns the map's mean strength (dBm) of an access point at a place
// of the plan and the mean's variance (dB2). It is meant for fitting and for
// drawing; fixes use tables.
func (m *Map) Predict(plan *floor.Plan, ap int, places []Place) (mean, variance []float64) {
	s := newSite(plan)
	f := newField(m, &m.APs[ap], s)
	for _, p := range places {
		f.focus(s.levels[p.Level], p.At, 0)
		a, v := f.predict(s.levels[p.Level], p.At)
		mean, variance = append(mean, a), append(variance, v)
	}
	return mean, variance
}

// distance is Point.Distance without Hypot's care for huge numbers.
func distance(a, b floor.Point) float64 {
	return math.Sqrt(sq(float64(a.X-b.X)) + sq(float64(a.Y-b.Y)))
}

func sq(x float64) float64 { return x * x }
