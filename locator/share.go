package locator

import "foyer/floor"

// Share returns the probability of the smallest region that takes in a place, as
// a fix reports regions, with half of the place's own cell: 0 at the most
// probable place, near 1 where the phone surely is not. A region of 90 % is
// honest if truth has a share under 0.9 nine times in ten. It is 1 for an unknown
// phone or a place outside the grid.
func (l *Locator) Share(phone floor.Phone, level floor.LevelID, at floor.Point) float64 {
	share, _ := l.Judge(phone, level, at)
	return share
}

// Judge returns Share and the density (1/m2) of the belief at the place, which
// is 0 where Share does not know.
func (l *Locator) Judge(phone floor.Phone, level floor.LevelID, at floor.Point) (share, density float64) {
	t := l.phones[phone]
	if t == nil || t.fixes == 0 {
		return 1, 0
	}
	i, ok := l.grid.find(level, at)
	if !ok {
		return 1, 0
	}
	w := l.work
	var own float32
	var more, sum float64
	l.reported(t, func() {
		own = w.p[i]
		l.each(w.wide, func(c int) {
			sum += float64(w.p[c])
			if w.p[c] > own {
				more += float64(w.p[c])
			}
		})
	})
	return l.m.Held.Hold(min(1, (more+float64(own)/2)/sum)), float64(own) / sum / sq(l.grid.cell)
}

// reported lends what a fix reported of a phone, in work.p within the wide
// windows.
func (l *Locator) reported(t *track, look func()) {
	w := l.work
	w.load(&t.rest, 0)
	copy(w.tight, w.wins)
	l.each(w.wins, func(c int) { w.p[c] = w.stay[c] + w.walk[c] })
	l.blur()
	look()
	for k := range w.wide {
		w.clean(k)
	}
}

// each calls f with every cell of some windows, one for each level.
func (l *Locator) each(wins []window, f func(cell int)) {
	for k, win := range wins {
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(&l.grid.levels[k], y)
			for c := from; c < to; c++ {
				f(c)
			}
		}
	}
}

// find returns the cell of a place.
func (g *grid) find(level floor.LevelID, at floor.Point) (int, bool) {
	for i := range g.levels {
		l := &g.levels[i]
		x, y := (float64(at.X)-l.x0)/g.cell, (float64(at.Y)-l.y0)/g.cell
		if l.id == level && x >= 0 && y >= 0 && int(x) < l.w && int(y) < l.h {
			return l.at + int(y)*l.w + int(x), true
		}
	}
	return 0, false
}

// place returns a cell's level, column and row.
func (g *grid) place(cell int) (level, x, y int) {
	for level+1 < len(g.levels) && cell >= g.levels[level+1].at {
		level++
	}
	l := &g.levels[level]
	return level, (cell - l.at) % l.w, (cell - l.at) / l.w
}
