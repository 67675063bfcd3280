package locator

// solver diffuses fields by one implicit step per axis: along a line of cells it
// solves (1 + k(open left + open right)) x - k x_left - k x_right = f, which is
// stable for any time, stops at walls and keeps the sum; the kernel is a
// two-sided exponential of the right variance. The factors of Thomas's algorithm
// depend on walls and time only, so several fields share them.
type solver struct {
	g            *grid
	l            *gridLevel
	win          window
	k            float32 // variance per axis and step over twice the cell's area
	upper, scale []float32
	below, gain  []float32 // the same for columns
}

func (s *solver) prepare(g *grid, l *gridLevel, win window, variance float64) {
	s.g, s.l, s.win = g, l, win
	s.k = float32(variance / (2 * sq(g.cell)))
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(l, y)
		s.factorRow(from, to)
	}
	s.factorColumns()
}

// spread diffuses one field.
func (s *solver) spread(f []float32) {
	for y := s.win.y0; y < s.win.y1; y++ {
		from, to := s.win.row(s.l, y)
		s.solveRow1(f[from:to], from)
	}
	s.solveColumns(f)
}

func (s *solver) solveRow1(f []float32, from int) {
	n := len(f)
	open, upper, scale := s.g.openE[from:from+n], s.upper[from:from+n], s.scale[from:from+n]
	var p, left float32
	for x := range f {
		p = (f[x] + left*p) * scale[x]
		f[x] = p
		left = s.k * open[x]
	}
	for x := n - 2; x >= 0; x-- {
		p = f[x] + upper[x]*p
		f[x] = p
	}
}

// diffuse spreads three fields.
func (s *solver) diffuse(a, b, c []float32) {
	for y := s.win.y0; y < s.win.y1; y++ {
		from, to := s.win.row(s.l, y)
		s.solveRow(a[from:to], b[from:to], c[from:to], from)
	}
	s.solveColumns(a)
	s.solveColumns(b)
	s.solveColumns(c)
}

func (s *solver) factorRow(from, to int) {
	open, upper, scale := s.g.openE[from:to], s.upper[from:to], s.scale[from:to]
	var left, u float32
	for x := range open {
		right := s.k * open[x]
		if x == len(open)-1 {
			right = 0 // the window's edge reflects
		}
		d := 1 / (1 + left + right - left*u)
		u = right * d
		upper[x], scale[x] = u, d
		left = right
	}
}

// solveRow does three fields in step, which hides the latency of one.
func (s *solver) solveRow(f, g, h []float32, from int) {
	n := len(f)
	open, upper, scale := s.g.openE[from:from+n], s.upper[from:from+n], s.scale[from:from+n]
	g, h = g[:n], h[:n]
	var p, q, r, left float32
	for x := range f {
		d := scale[x]
		p, q, r = (f[x]+left*p)*d, (g[x]+left*q)*d, (h[x]+left*r)*d
		f[x], g[x], h[x] = p, q, r
		left = s.k * open[x]
	}
	for x := n - 2; x >= 0; x-- {
		u := upper[x]
		p, q, r = f[x]+u*p, g[x]+u*q, h[x]+u*r
		f[x], g[x], h[x] = p, q, r
	}
}

func (s *solver) factorColumns() {
	w, last := s.l.w, s.win.y1-1
	for y := s.win.y0; y < s.win.y1; y++ {
		from, to := s.win.row(s.l, y)
		if y == s.win.y0 {
			for i := from; i < to; i++ {
				below := s.k * s.g.openS[i]
				if y == last {
					below = 0
				}
				d := 1 / (1 + below)
				s.below[i], s.gain[i] = below*d, d
			}
			continue
		}
		for i := from; i < to; i++ {
			above, below := s.k*s.g.openS[i-w], s.k*s.g.openS[i]
			if y == last {
				below = 0
			}
			d := 1 / (1 + above + below - above*s.below[i-w])
			s.below[i], s.gain[i] = below*d, d
		}
	}
}

func (s *solver) solveColumns(f []float32) {
	w := s.l.w
	from, to := s.win.row(s.l, s.win.y0)
	for i := from; i < to; i++ {
		f[i] *= s.gain[i]
	}
	for y := s.win.y0 + 1; y < s.win.y1; y++ {
		from, to := s.win.row(s.l, y)
		n := to - from
		here, above := f[from:to], f[from-w:from-w+n]
		open, scale := s.g.openS[from-w:from-w+n], s.gain[from:from+n]
		for x := range here {
			here[x] = (here[x] + s.k*open[x]*above[x]) * scale[x]
		}
	}
	for y := s.win.y1 - 2; y >= s.win.y0; y-- {
		from, to := s.win.row(s.l, y)
		n := to - from
		here, below, upper := f[from:to], f[from+w:from+w+n], s.below[from:from+n]
		for x := range here {
			here[x] += upper[x] * below[x]
		}
	}
}
