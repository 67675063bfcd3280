package survey

import (
	"foyer/floor"
	"foyer/locator/survey/svg"
)

// Of a large level only what a track needs is shown: where it is less than
// closeUp of the level, that and some pad metres, but not under least.
const (
	closeUp = 0.5
	pad     = 3.0
	least   = 24.0
)

// window returns what a map shows, metres; aspect is the widest it may be for
// its height.
func (q *panel) window(aspect float64) (lo, hi floor.Point) {
	all0, all1 := q.level.Outline.Bounds()
	lo, hi = q.fixes[0].truth, q.fixes[0].truth
	grow := func(p floor.Point) {
		lo.X, lo.Y, hi.X, hi.Y = min(lo.X, p.X), min(lo.Y, p.Y), max(hi.X, p.X), max(hi.Y, p.Y)
	}
	for _, f := range q.fixes {
		grow(f.truth)
		grow(f.at)
		for _, r := range f.region {
			if r.Level == q.level.ID {
				grow(r.Lo)
				grow(r.Hi)
			}
		}
	}
	w := max(least, float64(hi.X-lo.X)+2*pad)
	h := max(least, float64(hi.Y-lo.Y)+2*pad)
	w, h = max(w, h*aspect), max(h, w/aspect)
	q.close = w < closeUp*float64(all1.X-all0.X) || h < closeUp*float64(all1.Y-all0.Y)
	if !q.close {
		grow(all0)
		grow(all1)
		return lo, hi
	}
	mid := floor.Point{X: (lo.X + hi.X) / 2, Y: (lo.Y + hi.Y) / 2}
	half := floor.Point{X: floor.Metre(w / 2), Y: floor.Metre(h / 2)}
	return floor.Point{X: mid.X - half.X, Y: mid.Y - half.Y}, floor.Point{X: mid.X + half.X, Y: mid.Y + half.Y}
}

// inset shows where on its floor a map is.
func (p *page) inset(c chart, l *floor.Level) {
	lo, hi := l.Outline.Bounds()
	k := 64 / max(float64(hi.X-lo.X), float64(hi.Y-lo.Y))
	w, h := float64(hi.X-lo.X)*k, float64(hi.Y-lo.Y)*k
	s := newChart(c.x+c.width-w-6, c.y+6, k, lo, hi)
	ring := outline(s, l.Outline)
	p.d.Rect(s.x-3, s.y-3, w+6, h+6, svg.A("fill", "#ffffff"), svg.A("fill-opacity", 0.85))
	p.d.Path(&ring, svg.A("fill", "#eef1f4"), svg.A("stroke", inkWall), svg.A("stroke-width", 0.8))
	x, y := s.at(c.lo)
	p.d.Rect(x, y, c.width/c.scale*k, c.height/c.scale*k, svg.A("fill", "none"), svg.A("stroke", inkMiss), svg.A("stroke-width", 1.2))
}
