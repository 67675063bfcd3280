package locator

import "math"

// placeSD is what the map itself is off by on the plan, metres: a survey knows
// where its readings were taken, and shelves stand, no better than that. It
// widens what a fix reports, not what the phone's belief keeps.
const placeSD = 0.4

// blur convolves p with a binomial kernel of placeSD within the tight windows;
// what would leave a window stays at its edge.
func (w *work) blur() {
	passes := int(math.Round(2 * sq(placeSD/w.g.cell))) // each adds half a cell's square
	for i := range w.tight {
		l, win := &w.g.levels[i], w.tight[i]
		for range passes {
			w.blurLevel(l, win)
		}
	}
}

func (w *work) blurLevel(l *gridLevel, win window) {
	if win.empty() {
		return
	}
	width := int(win.x1 - win.x0)
	above := w.row.num[:width] // the row above as it was
	from, _ := win.row(l, win.y0)
	copy(above, w.p[from:])
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(l, y)
		here := w.p[from:to]
		below := here
		if y+1 < win.y1 {
			below = w.p[from+l.w : to+l.w]
		}
		for x := range here {
			v := here[x]
			here[x] = (above[x] + 2*v + below[x]) / 4
			above[x] = v
		}
		left := here[0]
		for x := range here {
			v := here[x]
			here[x] = (left + 2*v + here[min(x+1, width-1)]) / 4
			left = v
		}
	}
}
