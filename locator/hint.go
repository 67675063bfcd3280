package locator

import (
	"math"
	"time"

	"foyer/floor"
)

// A hint is a position that a vendor computed. Its stated error is not taken
// below hintLeast, its tails are heavy, and hintWrong of all hints are about
// nothing at all. Successive ones come from the same readings, smoothed, so that
// they count as if their errors kept hintKeeps of themselves from second to second
// (made-up vendors' keep more; the phone's own motion makes up for the rest).
type hint struct {
	x, y  float32 // m from the nodes' first corner: frames may begin far away
	sd    float32 // m
	level int32
}

const (
	hintLeast   = 3.0  // m
	hintMost    = 100  // m; beyond, it says nothing
	hintUsual   = 8.0  // m, if nothing is claimed
	hintWrong   = 0.02 // share of them
	hintKeeps   = 0.7  // a second
	hintFreedom = 4    // of the two-dimensional Student t
	hinted      = math.MaxInt32
)

// Hint takes a position that somebody else computed. It waits for its group
// like a reading; true means that it completed a fix, whose position it
// returns. What is no position is counted as invalid.
func (l *Locator) Hint(h floor.Hint) (floor.Position, bool) {
	l.stats.Readings++
	k := -1
	for i := range l.grid.levels {
		if l.grid.levels[i].id == h.Level {
			k = i
		}
	}
	at, sd := h.Point, h.SD
	if sd == 0 {
		sd = hintUsual
	}
	if k < 0 || !h.Phone.Valid() || !at.Finite() || !(sd > 0 && sd < hintMost) || far(at) {
		l.stats.Invalid++
		return floor.Position{}, false
	}
	t := l.phones[h.Phone]
	if t == nil {
		t = l.newTrack(h.Phone)
	}
	now := instantOf(h.At)
	if !l.enqueue(t, reading{now, hinted, 0}) {
		return floor.Position{}, false
	}
	lv := &l.nodes.levels[k]
	t.hint = hint{float32(float64(at.X) - lv.x0), float32(float64(at.Y) - lv.y0), float32(max(sd, hintLeast)), int32(k)}
	return l.settle(t, now)
}

// follow adds to the nodes' log-likelihood what a vendor's position says.
func (l *Locator) follow(t *track, at instant) {
	w, g, h := &l.work.nodes, l.nodes, t.hint
	if !l.work.hinted {
		return
	}
	worth := float32(1)
	if t.hinted != never {
		r := math.Pow(hintKeeps, max(leastStep, time.Duration(at-t.hinted).Seconds()))
		worth = float32((1 - r) / (1 + r))
	}
	t.hinted = at
	k := 1 / (hintFreedom * h.sd * h.sd)
	least := worth * fastLog(hintWrong)
	for i := range w.wins {
		lv, win := &g.levels[i], w.wins[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			dy := float32((float64(y)+0.5)*g.cell) - h.y
			for c := from; c < to; c++ {
				if int32(i) != h.level {
					w.ll[c] += least
					continue
				}
				dx := float32((float64(c-from+int(win.x0))+0.5)*g.cell) - h.x
				q := 1 + (dx*dx+dy*dy)*k
				w.ll[c] += worth * fastLog(1/(q*q*q)+hintWrong) // half of freedom and one is 3
			}
		}
	}
}
