package locator

import (
	"fmt"
	"math"

	"foyer/floor"
)

// grid cuts every level into square cells. Cells are numbered level by level,
// row by row; a level's cells fill its upright bounding rectangle.
type grid struct {
	cell   float64 // m
	levels []gridLevel
	n      int // cells of all levels
	walk   []bool
	inside []bool
	openE  []float32 // 1 where one may walk from a cell to its right neighbour, 0 where not
	openS  []float32 // 1 where one may walk from a cell to the one below
	start  []float32 // belief before any reading, sums to 1
	zones  []gridZone
	area   float64 // m2 one may walk on
}

type gridLevel struct {
	id     floor.LevelID
	x0, y0 float64 // upper left corner, m
	w, h   int
	at     int // number of the first cell
}

type gridZone struct {
	id    floor.ZoneID
	cells []int32
}

func newGrid(plan *floor.Plan, cell, margin float64) (*grid, error) {
	g := &grid{cell: cell}
	for _, l := range plan.Levels {
		if len(l.Outline) < 3 {
			return nil, fmt.Errorf("grid of level %q: the outline has %d corners, want 3", l.ID, len(l.Outline))
		}
		lo, hi := l.Outline.Bounds()
		gl := gridLevel{id: l.ID, x0: float64(lo.X) - margin, y0: float64(lo.Y) - margin, at: g.n}
		gl.w = int(math.Ceil((float64(hi.X) + margin - gl.x0) / cell))
		gl.h = int(math.Ceil((float64(hi.Y) + margin - gl.y0) / cell))
		g.levels = append(g.levels, gl)
		g.n += gl.w * gl.h
	}
	g.walk, g.inside = make([]bool, g.n), make([]bool, g.n)
	g.openE, g.openS = make([]float32, g.n), make([]float32, g.n)
	for i := range plan.Levels {
		g.fill(&plan.Levels[i], &g.levels[i], margin > 0)
	}
	return g, g.prior(plan)
}

// at returns the centre of a level's cell.
func (g *grid) at(l *gridLevel, x, y int) floor.Point {
	return floor.Point{X: floor.Metre(l.x0 + (float64(x)+0.5)*g.cell), Y: floor.Metre(l.y0 + (float64(y)+0.5)*g.cell)}
}

func (g *grid) fill(p *floor.Level, l *gridLevel, outside bool) {
	barriers := barriers(p)
	for y := range l.h {
		for x := range l.w {
			c, i := g.at(l, x, y), l.at+y*l.w+x
			g.inside[i] = p.Outline.Contains(c)
			g.walk[i] = g.inside[i] || outside
		}
	}
	for y := range l.h {
		for x := range l.w {
			i := l.at + y*l.w + x
			if x+1 < l.w {
				g.openE[i] = g.open(barriers, i, i+1, g.at(l, x, y), g.at(l, x+1, y))
			}
			if y+1 < l.h {
				g.openS[i] = g.open(barriers, i, i+l.w, g.at(l, x, y), g.at(l, x, y+1))
			}
		}
	}
	for _, z := range p.Zones {
		gz := gridZone{id: z.ID}
		for y := range l.h {
			for x := range l.w {
				if z.Outline.Contains(g.at(l, x, y)) {
					gz.cells = append(gz.cells, int32(l.at+y*l.w+x))
				}
			}
		}
		g.zones = append(g.zones, gz)
	}
}

func (g *grid) open(walls []barrier, i, j int, a, b floor.Point) float32 {
	if !g.walk[i] || !g.walk[j] {
		return 0
	}
	through := float32(1)
	for _, w := range walls {
		if floor.Crosses(a, b, w.from, w.to) || floor.Crosses(a, b, w.to, w.from) {
			through = min(through, w.through)
		}
	}
	return through
}

// ajar is how easily belief passes a wall, against open floor: nobody walks
// through walls, but a plan may lack a door, and a belief behind a wall that is
// none must find the way out.
const ajar = 0.02

// A barrier is a line that belief does not cross freely.
type barrier struct {
	from, to floor.Point
	through  float32
}

// barriers returns the walls, and the outline but for its entrances.
func barriers(p *floor.Level) []barrier {
	var out []barrier
	for _, w := range p.Walls {
		out = append(out, barrier{w.From, w.To, ajar})
	}
	for i, a := range p.Outline {
		for _, part := range cutEntrances(a, p.Outline[(i+1)%len(p.Outline)], p.Entrances) {
			out = append(out, barrier{part[0], part[1], 0})
		}
	}
	return out
}

// cutEntrances returns what entrances leave of the outline's edge a-b.
func cutEntrances(a, b floor.Point, doors []floor.Entrance) [][2]floor.Point {
	length := float64(a.Distance(b))
	if length == 0 {
		return nil
	}
	ux, uy := float64(b.X-a.X)/length, float64(b.Y-a.Y)/length
	along := func(s float64) floor.Point {
		return floor.Point{X: a.X + floor.Metre(s*ux), Y: a.Y + floor.Metre(s*uy)}
	}
	parts := [][2]float64{{0, length}}
	for _, d := range doors {
		dx, dy := float64(d.At.X-a.X), float64(d.At.Y-a.Y)
		if math.Abs(dx*uy-dy*ux) > 1 { // m; the door belongs to another edge
			continue
		}
		s, half := dx*ux+dy*uy, max(float64(d.Width), 1)/2
		var left [][2]float64
		for _, p := range parts {
			if s-half > p[0] {
				left = append(left, [2]float64{p[0], min(p[1], s-half)})
			}
			if s+half < p[1] {
				left = append(left, [2]float64{max(p[0], s+half), p[1]})
			}
		}
		parts = left
	}
	var out [][2]floor.Point
	for _, p := range parts {
		if p[1] > p[0] {
			out = append(out, [2]floor.Point{along(p[0]), along(p[1])})
		}
	}
	return out
}

// prior sets the belief before any reading: the same for every cell inside, and
// outside as much as the outline is open. A store's is, but for its doors, a
// wall; that of a recording without a plan is a guess.
func (g *grid) prior(plan *floor.Plan) error {
	n := 0
	var sum float32
	g.start = make([]float32, g.n)
	for k := range g.levels {
		lv := &g.levels[k]
		out := float32(max(leastOutside, openShare(&plan.Levels[k])))
		for i := lv.at; i < lv.at+lv.w*lv.h; i++ {
			if !g.walk[i] {
				continue
			}
			n++
			g.start[i] = out
			if g.inside[i] {
				g.start[i] = 1
			}
			sum += g.start[i]
		}
	}
	if n == 0 {
		return fmt.Errorf("grid: no cell of %v m lies inside the outline", g.cell)
	}
	g.area = float64(n) * sq(g.cell)
	for i := range g.start {
		g.start[i] /= sum
	}
	return nil
}

// leastOutside is how probable a place before the wall is at least, against one
// behind it: people wait at doors and windows.
const leastOutside = 0.1

// openShare returns how much of a level's outline one can walk through.
func openShare(l *floor.Level) float64 {
	var all, shut float64
	for i, a := range l.Outline {
		b := l.Outline[(i+1)%len(l.Outline)]
		all += float64(a.Distance(b))
		for _, part := range cutEntrances(a, b, l.Entrances) {
			shut += float64(part[0].Distance(part[1]))
		}
	}
	if all == 0 {
		return 1
	}
	return 1 - shut/all
}
