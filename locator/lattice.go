package locator

// coarseStep (m) is how far apart the map's nodes are at most, unless a plan is
// so large that cells are larger: the map is smooth, and so is what a fix makes
// of it. Chosen on 2026-11-25 by what it costs against a fix at every cell of
// 0.5 m, over left-out places of two public surveys and walks through four
// made-up stores, followed and fix by fix: 0.007 m of error and 0.02 nats of the
// logarithmic score on average, 0.04 m and 0.06 nats at worst. Nodes of 1.8 m
// cost the largest store 0.07 m and 0.15 nats, however fine its cells.
const coarseStep = 1.0

// A lattice is where the map is known and a fix's likelihood is computed: at
// every step-th cell each way, one more than needed on the far sides, so that
// every cell lies among four nodes. Belief has cells of its own, finer ones,
// whose likelihood is interpolated. Its levels are numbered like a grid's.
type lattice struct {
	grid
	step int
	left []int32   // by column or row of cells: the node before it
	part []float32 // and how far the cell is on the way to the next
}

func newLattice(g *grid, step int) *lattice {
	n := &lattice{step: step}
	n.cell = g.cell * float64(step)
	shift := (g.cell - n.cell) / 2 // a node is where its first cell's centre is
	most := 0
	for i := range g.levels {
		l := &g.levels[i]
		w, h := nodesOf(l, step)
		n.levels = append(n.levels, gridLevel{id: l.id, x0: l.x0 + shift, y0: l.y0 + shift, w: w, h: h, at: n.n})
		n.n += w * h
		most = max(most, l.w, l.h)
	}
	n.left, n.part = make([]int32, most), make([]float32, most)
	for i := range most {
		n.left[i], n.part[i] = int32(i/step), float32(i%step)/float32(step)
	}
	return n
}

func nodesOf(l *gridLevel, step int) (w, h int) { return (l.w-1)/step + 2, (l.h-1)/step + 2 }

// stepOf returns how many cells fit between nodes.
func stepOf(cell float64) int {
	const slack = 1e-9 // of rounding
	return max(1, int(coarseStep/cell+slack))
}

// fitStep returns how many cells apart nodes are: at most coarseStep, or as many
// as keep the tables within their budget, were every access point heard
// everywhere. It also returns the number of nodes.
func fitStep(g *grid, aps int, budget int64) (step, nodes int, ok bool) {
	for step = stepOf(g.cell); ; step++ {
		nodes = 0
		for i := range g.levels {
			w, h := nodesOf(&g.levels[i], step)
			nodes += w * h
		}
		fits := int64(nodes)*int64(aps)*entryBytes <= budget
		if fits || float64(step+1)*g.cell > coarsest {
			return step, nodes, fits
		}
	}
}

// around returns the window of the nodes that surround a window of cells.
func (n *lattice) around(win window) window {
	if win.empty() {
		return window{}
	}
	return window{n.left[win.x0], n.left[win.y0], n.left[win.x1-1] + 2, n.left[win.y1-1] + 2}
}

// mix interpolates what is known at the nodes for a cell of a level, column x
// and row y.
func (n *lattice) mix(f []float32, level, x, y int) float32 {
	l := &n.levels[level]
	at, u, v := l.at+int(n.left[y])*l.w+int(n.left[x]), n.part[x], n.part[y]
	above := f[at] + (f[at+1]-f[at])*u
	below := f[at+l.w] + (f[at+l.w+1]-f[at+l.w])*u
	return above + (below-above)*v
}
