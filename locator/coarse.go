package locator

import "math"

const (
	coarseEvery = 4 // nodes each way between those weighed first

	// hopeless is how far (nats) below the best a node is that a fix can do
	// without. Chosen on 2026-11-25 by what leaving nodes out costs over left-out
	// places of three public surveys and walks through five made-up stores: at 8
	// at most 0.003 nats of the logarithmic score and 2 mm of error, at 4 up to
	// 0.07 nats; 10 takes a fifth longer on large floors.
	hopeless = 8
)

// coarse spares a fix that looks everywhere most of the work: every fourth node
// each way is weighed first, with the belief round it, and the nodes among four
// hopeless ones lose what belief they have.
func (e *nodeEvidence) coarse() {
	w := &e.l.work.nodes
	win, lv := w.wins[e.level], &e.l.nodes.levels[e.level]
	if win.empty() {
		return
	}
	e.stride, e.best = coarseEvery, float32(math.Inf(-1))
	for y := win.y0; y < win.y1; y += coarseEvery {
		from, _ := win.row(lv, y)
		e.add(win.x0, y, from, sparse(win.x1-win.x0))
	}
	e.flush()
	e.prune(win, lv, e.best-hopeless)
}

// score notes what flush found of a run of the nodes weighed first.
func (e *nodeEvidence) score(r run) {
	w := &e.l.work.nodes
	win, lv := w.wins[e.level], &e.l.nodes.levels[e.level]
	i, j := int(r.x-win.x0)/coarseEvery, int(r.y-win.y0)/coarseEvery
	for k := range r.n {
		s := e.l.work.block.ll[r.in+k] + fastLog(max(w.most(win, lv, i+k, j), leastNormal))
		w.scores[j*sparse(win.x1-win.x0)+i+k] = s
		e.best = max(e.best, s)
	}
}

const leastNormal = 1.2e-38 // what fastLog takes

// sparse returns how many of n nodes in a line are weighed first.
func sparse(n int32) int { return (int(n)-1)/coarseEvery + 1 }

// most returns the largest belief of the nodes nearer to a coarse node than the
// next coarse one is.
func (w *nodework) most(win window, lv *gridLevel, i, j int) float32 {
	x, y := win.x0+int32(i*coarseEvery), win.y0+int32(j*coarseEvery)
	near := window{max(win.x0, x-coarseEvery+1), max(win.y0, y-coarseEvery+1), min(win.x1, x+coarseEvery), min(win.y1, y+coarseEvery)}
	var best float32
	for y := near.y0; y < near.y1; y++ {
		from, to := near.row(lv, y)
		for _, m := range w.mass[from:to] {
			best = max(best, m)
		}
	}
	return best
}

// prune takes the belief of every node whose coarse neighbours all score under
// least.
func (e *nodeEvidence) prune(win window, lv *gridLevel, least float32) {
	w := &e.l.work.nodes
	cols, rows := sparse(win.x1-win.x0), sparse(win.y1-win.y0)
	for y := win.y0; y < win.y1; y++ {
		j := int(y-win.y0) / coarseEvery
		above, below := w.scores[j*cols:(j+1)*cols], w.scores[min(j+1, rows-1)*cols:]
		from, _ := win.row(lv, y)
		for i := range cols {
			next := min(i+1, cols-1)
			if max(above[i], above[next], below[i], below[next]) < least {
				at := from + i*coarseEvery
				clear(w.mass[at:min(at+coarseEvery, from+int(win.x1-win.x0))])
			}
		}
	}
}
