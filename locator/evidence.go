package locator

const (
	folding = 8  // access points per logarithm: their product fits a float32
	blockOf = 64 // nodes weighed together: what they read stays in the caches

	// unweighed is the log-likelihood of a node that was not worth weighing.
	unweighed = -1e4

	// What a fix touches besides the map's entries: five numbers a node; a cell's
	// eleven, the ways out of it, whether it is inside, and its belief at rest.
	nodeBytes = 5 * 4
	cellBytes = 11*4 + 2*4 + 1 + bytesPerCell
)

// nodeEvidence is what a fix's readings say of the nodes of one level.
type nodeEvidence struct {
	l                *Locator
	level            int
	precision, alpha float32 // of the offset's prior (1/dB2); power of the likelihood
	rounds           int
	cut              float32 // belief worth weighing
	stride           int     // nodes from one that is weighed to the next
	best             float32 // log-likelihood, or score, so far
}

// block is scratch for some runs of nodes.
type block struct {
	runs                                        []run
	n                                           int
	prior, guess, info, num, den, prod, log, ll [blockOf]float32
	mean, root, inv                             []float32 // by access point heard, then node
}

// A run is n nodes, every stride-th from column x of row y, where the level's
// node numbered at lies; they are in a block from its number in on.
type run struct {
	x, y      int32
	at, n, in int
}

func newBlock(aps int) *block {
	n := min(aps, maxPending) * blockOf
	return &block{runs: make([]run, 0, blockOf), mean: make([]float32, n), root: make([]float32, n), inv: make([]float32, n)}
}

// choose turns to a level and finds the silent access points that matter there.
func (e *nodeEvidence) choose(level int) {
	e.level = level
	w := e.l.work
	w.nearQuiet = w.nearQuiet[:0]
	for _, ap := range w.quiet {
		if e.l.tab.sheet(ap, level).loud.meets(w.nodes.wins[level]) {
			w.nearQuiet = append(w.nearQuiet, ap)
		}
	}
}

// fine weighs every node that has belief.
func (e *nodeEvidence) fine() {
	w := &e.l.work.nodes
	win, lv := w.wins[e.level], &e.l.nodes.levels[e.level]
	e.stride = 1
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(lv, y)
		for at := from; at < to; {
			if w.mass[at] == 0 {
				w.ll[at] = unweighed
				at++
				continue
			}
			n := 1
			for at+n < to && w.mass[at+n] > 0 {
				n++
			}
			e.add(win.x0+int32(at-from), y, at, n)
			at += n
		}
	}
	e.flush()
}

// add puts n nodes into the block, and weighs it when it is full.
func (e *nodeEvidence) add(x, y int32, at, n int) {
	b := e.l.work.block
	for n > 0 {
		k := min(n, blockOf-b.n)
		b.runs = append(b.runs, run{x, y, at, k, b.n})
		b.n += k
		x, at, n = x+int32(k*e.stride), at+k*e.stride, n-k
		if b.n == blockOf {
			e.flush()
		}
	}
}

// flush weighs the block: the offset that explains the readings best at each
// node is found first (one or two reweighted least-squares steps from the node's
// Gaussian), then the t likelihood is taken, with Laplace's correction for the
// offset's remaining width.
func (e *nodeEvidence) flush() {
	w, b, tab := &e.l.work.nodes, e.l.work.block, e.l.tab
	for _, r := range b.runs {
		for k := range r.n {
			i, prior := r.at+k*e.stride, e.l.work.usual
			if w.mass[i] > 0 {
				prior = w.moment[i] / w.mass[i]
			}
			b.prior[r.in+k], b.guess[r.in+k], b.ll[r.in+k] = prior, prior, w.ll[i]
		}
	}
	for j, h := range e.l.work.heard {
		s := tab.sheet(h.ap, e.level)
		for _, r := range b.runs {
			from, to := j*blockOf+r.in, j*blockOf+r.in+r.n
			tab.read(s, r.x, r.y, e.stride, b.mean[from:to], b.root[from:to], b.inv[from:to])
		}
	}
	e.l.stats.Touched += uint64(b.n * (nodeBytes + entryBytes*len(e.l.work.heard)))
	for range e.rounds {
		e.offsets(b.n)
	}
	e.likelihood(b.n)
	for _, r := range b.runs {
		if e.stride > 1 {
			e.score(r)
		} else {
			e.keep(r)
		}
	}
	b.runs, b.n = b.runs[:0], 0
}

// keep notes what flush found of a run.
func (e *nodeEvidence) keep(r run) {
	w, b := &e.l.work.nodes, e.l.work.block
	copy(w.guess[r.at:r.at+r.n], b.guess[r.in:])
	copy(w.info[r.at:r.at+r.n], b.info[r.in:])
	copy(w.ll[r.at:r.at+r.n], b.ll[r.in:])
	copy(w.moment[r.at:r.at+r.n], b.prior[r.in:])
	for k := r.at; k < r.at+r.n; k++ {
		if w.mass[k] >= e.cut {
			e.best = max(e.best, w.ll[k])
		}
	}
}

// offsets finds the offset that reconciles the readings with each node's own
// Gaussian (dB), and what they tell about it (1/dB2). A second call starts from
// the first one's result.
func (e *nodeEvidence) offsets(n int) {
	b := e.l.work.block
	num, den, guess := b.num[:n], b.den[:n], b.guess[:n]
	clear(num)
	clear(den)
	for j, h := range e.l.work.heard {
		k := j * blockOf
		mean, root, inv := b.mean[k:k+n], b.root[k:k+n], b.inv[k:k+n]
		for x := range num {
			r := h.rssi - mean[x]
			d := r - guess[x]
			k := inv[x] * h.trust
			v := k / (root[x] + d*d*k)
			num[x] += v * r
			den[x] += v
		}
	}
	a := 2 * power * e.alpha
	info, prior := b.info[:n], b.prior[:n]
	for x := range num {
		info[x] = a * den[x]
		guess[x] = (a*num[x] + e.precision*prior[x]) / (info[x] + e.precision)
	}
}

// likelihood adds the tempered log-likelihood of each node.
func (e *nodeEvidence) likelihood(n int) {
	b, c := e.l.work.block, e.l.curve
	prod, log, guess := b.prod[:n], b.log[:n], b.guess[:n]
	for k := range prod {
		prod[k], log[k] = 1, 0
	}
	for j, h := range e.l.work.heard {
		k := j * blockOf
		mean, root, inv := b.mean[k:k+n], b.root[k:k+n], b.inv[k:k+n]
		for i := range prod {
			m := mean[i] + guess[i]
			d := h.rssi - m
			prod[i] *= (root[i] + d*d*inv[i]*h.trust) * c.heard[curveIndex(m)]
		}
		fold(prod, log, j)
	}
	e.silence(len(e.l.work.heard))
	info, prior, ll := b.info[:n], b.prior[:n], b.ll[:n]
	for k := range prod {
		d := guess[k] - prior[k]
		ll[k] += -power*e.alpha*(log[k]+fastLog(prod[k])) - 0.5*d*d*e.precision - 0.5*fastLog(1+info[k]/e.precision)
	}
}

// silence takes into the product what silent access points say, those that
// might be heard.
func (e *nodeEvidence) silence(factors int) {
	b, c := e.l.work.block, e.l.curve
	for _, ap := range e.l.work.nearQuiet {
		s := e.l.tab.sheet(ap, e.level)
		for _, r := range b.runs {
			if r.y < s.loud.y0 || r.y >= s.loud.y1 {
				continue
			}
			prod, guess := b.prod[r.in:r.in+r.n], b.guess[r.in:r.in+r.n]
			for i := range prod {
				if x := r.x + int32(i*e.stride); x >= s.loud.x0 && x < s.loud.x1 {
					prod[i] *= c.silent[curveIndex(s.at(x, r.y).mean()+guess[i])]
				}
			}
		}
		fold(b.prod[:b.n], b.log[:b.n], factors)
		factors++
	}
}

func fold(prod, log []float32, j int) {
	if j%folding != folding-1 {
		return
	}
	for x := range prod {
		log[x] += fastLog(prod[x])
		prod[x] = 1
	}
}
