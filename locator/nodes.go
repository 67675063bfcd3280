package locator

// nodework is what a fix needs at the map's nodes.
type nodework struct {
	mass, moment []float32 // belief round a node; the same times the offset (dB), once weighed the offset itself
	guess, info  []float32 // offset that explains the readings, dB; what they tell of it, 1/dB2
	ll           []float32 // tempered log-likelihood
	scores       []float32 // of every fourth node
	wins         []window  // by level
}

func newNodework(n *lattice) nodework {
	w := nodework{wins: make([]window, len(n.levels))}
	for _, p := range []*[]float32{&w.mass, &w.moment, &w.guess, &w.info, &w.ll} {
		*p = make([]float32, n.n)
	}
	most := 0
	for _, l := range n.levels {
		most = max(most, sparse(int32(l.w))*sparse(int32(l.h)))
	}
	w.scores = make([]float32, most)
	return w
}

// condense brings the belief of the cells worth weighing to the nodes, each
// cell's to the four round it by nearness, and drops the rest.
func (l *Locator) condense(cut float32) {
	w, n := &l.work.nodes, l.nodes
	for i, win := range l.work.wins {
		lv, nl := &l.grid.levels[i], &n.levels[i]
		w.wins[i] = n.around(win)
		for y := w.wins[i].y0; y < w.wins[i].y1; y++ {
			from, to := w.wins[i].row(nl, y)
			clear(w.mass[from:to])
			clear(w.moment[from:to])
		}
		for y := win.y0; y < win.y1; y++ {
			from, to := l.live(win, lv, y, cut)
			if from == to {
				continue
			}
			row := lv.at + int(y)*lv.w
			first, mass, moment := l.condenseRow(from, to, from-row)
			above := nl.at + int(n.left[y])*nl.w + first
			below, v := above+nl.w, n.part[y]
			for k := range mass {
				w.mass[above+k] += mass[k] * (1 - v)
				w.mass[below+k] += mass[k] * v
				w.moment[above+k] += moment[k] * (1 - v)
				w.moment[below+k] += moment[k] * v
			}
		}
	}
}

// condenseRow shares a run of cells, the first in column x, between the nodes of
// its row; first is the column of the first node.
func (l *Locator) condenseRow(from, to, x int) (first int, mass, moment []float32) {
	w, n := l.work, l.nodes
	first = int(n.left[x])
	count := int(n.left[x+to-from-1]) + 2 - first
	mass, moment = w.row[0][:count], w.row[1][:count]
	p, offset, part := w.p[from:to], w.offset[from:to], n.part[x:x+to-from]
	offset, part = offset[:len(p)], part[:len(p)]
	var m, o, nextM, nextO float32
	k := 0
	for c := range p {
		if part[c] == 0 && c > 0 {
			mass[k], moment[k] = m, o
			k++
			m, o, nextM, nextO = nextM, nextO, 0, 0
		}
		q := p[c] * part[c]
		m += p[c] - q
		nextM += q
		o += (p[c] - q) * offset[c]
		nextO += q * offset[c]
	}
	mass[k], moment[k], mass[k+1], moment[k+1] = m, o, nextM, nextO
	return first, mass, moment
}

// between interpolates a row of nodes for column x and the n after it of row y
// of a level's cells: down first; across is left to lerp.
func (l *Locator) between(nl *gridLevel, x, n int, y int32) (first int, ll, guess, info, prior []float32) {
	w, t := l.work, l.nodes
	first = int(t.left[x])
	count := int(t.left[x+n-1]) + 2 - first
	above := nl.at + int(t.left[y])*nl.w + first
	below, v := above+nl.w, t.part[y]
	ll, guess, info, prior = w.row[0][:count], w.row[1][:count], w.row[2][:count], w.row[3][:count]
	mix := func(out, in []float32) {
		a, b := in[above:above+len(out)], in[below:below+len(out)]
		for k := range out {
			out[k] = a[k] + (b[k]-a[k])*v
		}
	}
	if v == 0 {
		copy(ll, w.nodes.ll[above:])
		copy(guess, w.nodes.guess[above:])
		copy(info, w.nodes.info[above:])
		copy(prior, w.nodes.moment[above:])
		return first, ll, guess, info, prior
	}
	mix(ll, w.nodes.ll)
	mix(guess, w.nodes.guess)
	mix(info, w.nodes.info)
	mix(prior, w.nodes.moment)
	return first, ll, guess, info, prior
}

// posterior applies the likelihoods, normalises, and returns the most probable
// cell and what the readings told about the offset (1/dB2) on average.
func (l *Locator) posterior(best, precision float32) (peak int, told float64) {
	w := l.work
	var all outcome
	for i, win := range w.wins {
		lv := &l.grid.levels[i]
		for y := win.y0; y < win.y1; y++ {
			if from, to := l.trim(win, lv, y); from < to {
				l.apply(&all, lv, &l.nodes.levels[i], y, from, to, best, precision)
			}
		}
	}
	scale := 1 / all.sum
	for i, win := range w.wins {
		lv := &l.grid.levels[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := l.trim(win, lv, y)
			for c := from; c < to; c++ {
				w.stay[c] *= scale
				w.walk[c] *= scale
				w.p[c] *= scale
			}
		}
	}
	return all.peak, float64(all.info / all.sum)
}

// outcome sums up a posterior.
type outcome struct {
	sum, info, top float32
	peak           int
}

// trim returns the part of a row that has belief.
func (l *Locator) trim(win window, lv *gridLevel, y int32) (from, to int) {
	p := l.work.p
	from, to = win.row(lv, y)
	for from < to && p[from] == 0 {
		from++
	}
	for to > from && p[to-1] == 0 {
		to--
	}
	return from, to
}

// apply multiplies a run of cells by their likelihood. The readings move a cell's
// offset as they move the nodes' about it, but what it differed by from theirs
// stays, as far as they do not tell: else offsets would blur from fix to fix.
func (l *Locator) apply(all *outcome, lv, nl *gridLevel, y int32, from, to int, best, precision float32) {
	w := l.work
	x := from - lv.at - int(y)*lv.w
	first, ll, guess, info, prior := l.between(nl, x, to-from, y)
	left, part := l.nodes.left[x:x+to-from], l.nodes.part[x:x+to-from]
	p, stay, walk, offset := w.p[from:to], w.stay[from:to], w.walk[from:to], w.offset[from:to]
	for c := range p {
		if p[c] == 0 {
			continue
		}
		k, u := int(left[c])-first, part[c]
		f := fastExp(ll[k] + (ll[k+1]-ll[k])*u - best)
		stay[c] *= f
		walk[c] *= f
		q := stay[c] + walk[c]
		p[c] = q
		told := info[k] + (info[k+1]-info[k])*u
		own := offset[c] - prior[k] - (prior[k+1]-prior[k])*u
		offset[c] = guess[k] + (guess[k+1]-guess[k])*u + own*precision/(told+precision)
		all.sum += q
		all.info += q * told
		if q > all.top {
			all.peak, all.top = from+c, q
		}
	}
}
