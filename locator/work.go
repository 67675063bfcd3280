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
	ll         []float32 // tempered log-likelihood
	solver     solver
	row        row
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
	plain      bool  // some reading is of a source that hears with every access point
	serving    int32 // access point that a serving source tells of, -1 if none
	hinted     bool  // the track's hint belongs to this fix
}

type heard struct {
	ap    int32
	rssi  float32 // dBm, mean of this fix's readings
	trust float32 // share of its precision to keep, 0 to 1
}

func newWork(g *grid, aps int) *work {
	w := &work{g: g, sum: make([]float32, aps), count: make([]int32, aps),
		heard: make([]heard, 0, aps), quiet: make([]int32, 0, aps),
		wins: make([]window, len(g.levels)), tight: make([]window, len(g.levels)), wide: make([]window, len(g.levels))}
	for _, p := range []*[]float32{&w.stay, &w.walk, &w.offset, &w.p, &w.mass, &w.moment, &w.ll, &w.solver.upper, &w.solver.scale, &w.solver.below, &w.solver.gain} {
		*p = make([]float32, g.n)
	}
	w.heavy = make([]weighted, 0, g.n)
	width := 0
	for _, l := range g.levels {
		width = max(width, l.w)
	}
	for _, p := range []*[]float32{&w.row.num, &w.row.den, &w.row.prod, &w.row.log} {
		*p = make([]float32, width)
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

// load unpacks a phone's belief into windows r cells larger.
func (w *work) load(t *track, r int) {
	for i := range w.wins {
		l := &w.g.levels[i]
		win := t.wins[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(l, y)
			for c := from; c < to; c++ {
				w.stay[c], w.walk[c], w.offset[c] = unpack(t.stay[c]), unpack(t.walk[c]), unpack(t.offset[c])
			}
		}
		w.wins[i] = win.grow(l, r)
	}
}

// store packs what the fix leaves and zeroes the fields.
func (w *work) store(t *track) {
	for i := range w.wins {
		l, win := &w.g.levels[i], w.tight[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(l, y)
			for c := from; c < to; c++ {
				t.stay[c], t.walk[c], t.offset[c] = pack(w.stay[c]), pack(w.walk[c]), pack(w.offset[c])
			}
		}
		t.wins[i] = win
		w.forget(i)
		for y := w.wins[i].y0; y < w.wins[i].y1; y++ {
			from, to := w.wins[i].row(l, y)
			for _, f := range [...][]float32{w.stay, w.walk, w.offset, w.p} {
				clear(f[from:to])
			}
		}
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
