package locator

// work is what one fix needs besides the phone's belief: one per Locator, so
// that a fix allocates nothing. Between fixes its fields are zero.
type work struct {
	g          *grid
	stay, walk []float32
	offset     []float32 // dB, mean
	p          []float32 // stay + walk after the fix
	mass       []float32 // scratch of move: stay + walk, diffused like walk
	moment     []float32 // scratch of move: mass times offset
	nodes      nodework
	block      *block
	row        [4][]float32 // scratch for one row of nodes
	usual      float32      // dB: the phone's offset where nothing better is known
	solver     solver
	wins       []window // in use, by level
	tight      []window // what the fix leaves
	wide       []window // what it reports
	histogram  histogram
	heavy      []weighted
	echoes     [echoes]echo
	sum        []float32 // per access point: readings of this fix
	count      []int32
	heard      []heard
	quiet      []int32
	nearQuiet  []int32 // those that may be heard where belief is
	plain      bool    // some reading is of a source that hears with every access point
	serving    int32   // access point that a serving source tells of, -1 if none
	hinted     bool    // the track's hint belongs to this fix
}

type heard struct {
	ap    int32
	rssi  float32 // dBm, mean of this fix's readings
	trust float32 // share of its precision to keep, 0 to 1
}

func newWork(g *grid, n *lattice, aps int) *work {
	w := &work{g: g, nodes: newNodework(n), block: newBlock(aps), sum: make([]float32, aps), count: make([]int32, aps),
		heard: make([]heard, 0, aps), quiet: make([]int32, 0, aps), nearQuiet: make([]int32, 0, aps),
		wins: make([]window, len(g.levels)), tight: make([]window, len(g.levels)), wide: make([]window, len(g.levels))}
	for _, p := range []*[]float32{&w.stay, &w.walk, &w.offset, &w.p, &w.mass, &w.moment, &w.solver.upper, &w.solver.scale, &w.solver.below, &w.solver.gain} {
		*p = make([]float32, g.n)
	}
	w.heavy = make([]weighted, 0, g.n)
	width := 0
	for _, l := range n.levels {
		width = max(width, l.w)
	}
	for i := range w.row {
		w.row[i] = make([]float32, width)
	}
	return w
}

func (w *work) begin() {
	for _, h := range w.heard {
		w.sum[h.ap], w.count[h.ap] = 0, 0
	}
	w.heard, w.quiet = w.heard[:0], w.quiet[:0]
	w.plain, w.serving, w.hinted = false, -1, false
}

// add takes one reading. Readings of one access point within a fix are far from
// independent (Youssef and Agrawala 2005), so they count once, as their mean.
func (w *work) add(ap int, rssi float32) {
	w.sum[ap] += rssi
	w.count[ap]++
	if w.count[ap] == 1 {
		w.heard = append(w.heard, heard{ap: int32(ap)})
	}
}

// silent takes an access point that is alive; it is silent unless heard.
func (w *work) silent(ap int) {
	if w.count[ap] == 0 {
		w.quiet = append(w.quiet, int32(ap))
	}
}

// forget zeroes what was reported of a level.
func (w *work) forget(level int) {
	l, win := &w.g.levels[level], w.wide[level]
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(l, y)
		clear(w.p[from:to])
	}
}
