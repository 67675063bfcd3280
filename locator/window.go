package locator

// A window is the upright rectangle of a level's cells, [x0,x1) by [y0,y1), that
// holds all belief worth keeping; outside it belief is zero. It is what makes a
// settled phone cheap.
type window struct{ x0, y0, x1, y1 int32 }

func (w window) empty() bool { return w.x1 <= w.x0 || w.y1 <= w.y0 }

// grow returns the window with r more cells on every side, within its level.
func (w window) grow(l *gridLevel, r int) window {
	if w.empty() {
		return window{}
	}
	return window{max(0, w.x0-int32(r)), max(0, w.y0-int32(r)), min(int32(l.w), w.x1+int32(r)), min(int32(l.h), w.y1+int32(r))}
}

// shift returns the window moved, cut to a level.
func (w window) shift(dx, dy int32, l *gridLevel) window {
	return window{max(0, w.x0+dx), max(0, w.y0+dy), min(int32(l.w), w.x1+dx), min(int32(l.h), w.y1+dy)}
}

// join returns the smallest window that holds both.
func (w window) join(v window) window {
	switch {
	case w.empty():
		return v
	case v.empty():
		return w
	}
	return window{min(w.x0, v.x0), min(w.y0, v.y0), max(w.x1, v.x1), max(w.y1, v.y1)}
}

// with returns the smallest window that also holds a cell.
func (w window) with(x, y int32) window {
	if w.empty() {
		return window{x, y, x + 1, y + 1}
	}
	return window{min(w.x0, x), min(w.y0, y), max(w.x1, x+1), max(w.y1, y+1)}
}

func (w window) holds(x, y int32) bool { return x >= w.x0 && x < w.x1 && y >= w.y0 && y < w.y1 }

func (w window) size() int { return int(w.x1-w.x0) * int(w.y1-w.y0) }

// meets says whether two windows share a cell.
func (w window) meets(v window) bool {
	return w.x0 < v.x1 && v.x0 < w.x1 && w.y0 < v.y1 && v.y0 < w.y1
}

func (l *gridLevel) whole() window { return window{0, 0, int32(l.w), int32(l.h)} }

// row returns the numbers of the first cell of row y within the window and of
// the one after the last.
func (w window) row(l *gridLevel, y int32) (from, to int) {
	at := l.at + int(y)*l.w
	return at + int(w.x0), at + int(w.x1)
}

// keep is the belief below which a cell leaves the window; prune is the share of
// the best cell's belief below which a fix does not weigh a cell.
const (
	keep  = 1e-5
	prune = 3e-4
)

// shrink cuts each level's window to the cells worth keeping.
func (w *work) shrink() {
	for i := range w.wins {
		l, old := &w.g.levels[i], w.wins[i]
		next := window{x0: old.x1, y0: old.y1}
		for y := old.y0; y < old.y1; y++ {
			from, to := old.row(l, y)
			lo, hi := from, to
			for lo < to && w.p[lo] < keep {
				lo++
			}
			for hi > lo && w.p[hi-1] < keep {
				hi--
			}
			if lo == hi {
				continue
			}
			next.y0, next.y1 = min(next.y0, y), y+1
			next.x0, next.x1 = min(next.x0, old.x0+int32(lo-from)), max(next.x1, old.x0+int32(hi-from))
		}
		w.tight[i] = next
		if next.empty() {
			w.tight[i] = window{}
		}
	}
}
