package locator

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// tables holds what the map says of every access point at every node where it
// can be heard at all, made once: a fix reads it and computes no map. The
// variance of an entry is the map's and the noise's together.
type tables struct {
	*shapes
	sheets []sheet // [access point*levels + level]
	levels int
	bytes  int64
}

// A sheet is one access point on one level: entries for the nodes of a window,
// row by row, and one for all nodes outside.
type sheet struct {
	win  window
	loud window // the part where silence tells anything
	far  entry
	in   []entry
}

const (
	// hearable (standard deviations of an entry) is how much luckier than the
	// mean a reading may be and still count as possible.
	hearable = 2
	// faint (Hearing.Spread below Half) is where an access point is as good as
	// never heard, for a phone that hears loudest dB better than usual.
	faint   = 2
	loudest = 3
)

// newTables makes the tables with as many goroutines as there are processors.
func newTables(m *Map, n *lattice, s *site) *tables {
	t := &tables{shapes: newShapes(), levels: len(n.levels), sheets: make([]sheet, len(m.APs)*len(n.levels))}
	var next, bytes atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(m.APs)) {
		all.Go(func() {
			for a := int(next.Add(1)) - 1; a < len(m.APs); a = int(next.Add(1)) - 1 {
				f := newField(m, &m.APs[a], s)
				for l := range n.levels {
					sh := &t.sheets[a*t.levels+l]
					sh.fill(f, n, l)
					bytes.Add(int64(len(sh.in)) * entryBytes)
				}
			}
		})
	}
	all.Wait()
	t.bytes = bytes.Load()
	return t
}

func (t *tables) sheet(ap int32, level int) *sheet { return &t.sheets[int(ap)*t.levels+level] }

// fill predicts a level's nodes and keeps those worth it.
func (s *sheet) fill(f *field, n *lattice, level int) {
	l := &n.levels[level]
	means, vars := f.lattice(n, level)
	least := f.m.Hearing.Half - faint*f.m.Hearing.Spread
	for i := range means {
		vars[i] += sq(f.m.Noise)
		x, y := int32(i%l.w), int32(i/l.w)
		if means[i]+hearable*math.Sqrt(vars[i]) >= least {
			s.win = s.win.with(x, y)
		}
		if means[i]+loudest >= least {
			s.loud = s.loud.with(x, y)
		}
	}
	mean, variance := float64(meanLow), 0.0
	s.in = make([]entry, 0, s.win.size())
	for i := range means {
		if x, y := int32(i%l.w), int32(i/l.w); s.win.holds(x, y) {
			s.in = append(s.in, packEntry(means[i], vars[i]))
		} else {
			mean, variance = max(mean, means[i]), max(variance, vars[i])
		}
	}
	s.far = packEntry(mean, variance)
}

// lattice predicts every node of a level, in blocks about a kernel length wide
// that share one solution.
func (f *field) lattice(n *lattice, level int) (means, vars []float64) {
	l := &n.levels[level]
	means, vars = make([]float64, l.w*l.h), make([]float64, l.w*l.h)
	side := max(1, int(f.m.Kernel.Length/n.cell))
	radius := float64(side) * n.cell / math.Sqrt2
	for y := 0; y < l.h; y += side {
		for x := 0; x < l.w; x += side {
			f.focus(level, n.at(l, x+(side-1)/2, y+(side-1)/2), radius)
			for j := y; j < min(l.h, y+side); j++ {
				for i := x; i < min(l.w, x+side); i++ {
					means[j*l.w+i], vars[j*l.w+i] = f.predict(level, n.at(l, i, j))
				}
			}
		}
	}
	return means, vars
}

// read unpacks nodes of row y, from x on, every stride-th, as many as mean holds.
func (t *tables) read(s *sheet, x, y int32, stride int, mean, root, inv []float32) {
	n := len(mean)
	from, to := n, n // the nodes inside the window
	if y >= s.win.y0 && y < s.win.y1 {
		from = min(n, (max(0, int(s.win.x0-x))+stride-1)/stride)
		to = max(from, min(n, (max(0, int(s.win.x1-x))+stride-1)/stride))
	}
	t.readFar(s.far, mean[:from], root, inv)
	t.readFar(s.far, mean[to:], root[to:], inv[to:])
	if from == to {
		return
	}
	mean, root, inv = mean[from:to], root[from:to], inv[from:to]
	at := int(y-s.win.y0)*int(s.win.x1-s.win.x0) + int(x-s.win.x0) + from*stride
	if in := s.in[at:]; stride == 1 {
		in, root, inv = in[:len(mean)], root[:len(mean)], inv[:len(mean)]
		for k, e := range in {
			form := &t.shapes[e%shapeCount]
			mean[k], root[k], inv[k] = e.mean(), form.root, form.inv
		}
		return
	}
	for k := range mean {
		e := s.in[at+k*stride]
		form := t.of(e)
		mean[k], root[k], inv[k] = e.mean(), form.root, form.inv
	}
}

// readFar unpacks nodes outside the window.
func (t *tables) readFar(far entry, mean, root, inv []float32) {
	form, m := t.of(far), far.mean()
	for k := range mean {
		mean[k], root[k], inv[k] = m, form.root, form.inv
	}
}

// at returns the entry of a node.
func (s *sheet) at(x, y int32) entry {
	if !s.win.holds(x, y) {
		return s.far
	}
	return s.in[(y-s.win.y0)*(s.win.x1-s.win.x0)+x-s.win.x0]
}

// look returns mean (dBm) and variance (dB2) of an access point in a cell of a
// level, column x and row y, interpolated.
func (t *tables) look(n *lattice, ap int32, level, x, y int) (mean, variance float32) {
	s := t.sheet(ap, level)
	i, j, u, v := n.left[x], n.left[y], n.part[x], n.part[y]
	for _, c := range [...]struct {
		dx, dy int32
		share  float32
	}{{0, 0, (1 - u) * (1 - v)}, {1, 0, u * (1 - v)}, {0, 1, (1 - u) * v}, {1, 1, u * v}} {
		e := s.at(i+c.dx, j+c.dy)
		mean += c.share * e.mean()
		variance += c.share * t.of(e).variance()
	}
	return mean, variance
}
