package rehearsal

import (
	"errors"
	"fmt"
	"math"

	"foyer/floor"
)

// ErrNoWay means that nobody can walk there: the place is walled in, or the
// plan has no entrance.
var ErrNoWay = errors.New("no way there on foot")

const (
	paceStep = 0.4  // m between the nodes people walk on
	elbow    = 0.22 // m a body keeps from a wall
)

// Ways is the floor as people walk on it: a lattice of places where a body
// has room, joined where no wall stands between them. Only entrances lead
// through the outline.
//
// Ways does not change after it was made and may be used by many goroutines.
type Ways struct {
	level  *floor.Level
	walls  []floor.Wall
	lo     floor.Point
	nx, ny int
	steps  []uint8 // per node, one bit per passable neighbour; 0 is no place
	zones  map[floor.ZoneID][]int32
}

// neighbours returns the eight directions in the order of the bits in
// Ways.steps.
func neighbours() [8][2]int {
	return [...][2]int{{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}}
}

// NewWays returns the walkable floor of a plan's first level. It answers
// ErrNoWay where the plan has no entrance, or one that leads nowhere.
func NewWays(plan *floor.Plan) (*Ways, error) {
	l := &plan.Levels[0]
	lo, hi := l.Outline.Bounds()
	w := &Ways{level: l, walls: barriers(l), lo: lo, zones: map[floor.ZoneID][]int32{}}
	w.nx = int(float64(hi.X-lo.X)/paceStep) + 1
	w.ny = int(float64(hi.Y-lo.Y)/paceStep) + 1
	if len(l.Entrances) == 0 {
		return nil, fmt.Errorf("level %q has no entrance: %w", l.ID, ErrNoWay)
	}
	w.join(w.free())
	reached := w.reached()
	for i, ok := range reached {
		if !ok {
			w.steps[i] = 0
			continue
		}
		if z, in := w.zone(w.place(int32(i))); in {
			w.zones[z.ID] = append(w.zones[z.ID], int32(i))
		}
	}
	if len(l.Zones) > 0 && len(w.zones) == 0 {
		return nil, fmt.Errorf("level %q: no entrance leads to a zone: %w", l.ID, ErrNoWay)
	}
	for _, e := range l.Entrances {
		if _, err := w.gate(e); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// free reports for each node whether a body has room there.
func (w *Ways) free() []bool {
	free := make([]bool, w.nx*w.ny)
	for i := range free {
		p := w.place(int32(i))
		free[i] = w.level.Outline.Contains(p) && w.clear(p, p, elbow)
	}
	return free
}

// join fills steps: which neighbours of each free node can be walked to.
func (w *Ways) join(free []bool) {
	w.steps = make([]uint8, len(free))
	for i := range free {
		for bit, d := range neighbours() {
			x, y := i%w.nx+d[0], i/w.nx+d[1]
			if x < 0 || y < 0 || x >= w.nx || y >= w.ny || !free[i] {
				continue
			}
			if j := y*w.nx + x; free[j] && w.clear(w.place(int32(i)), w.place(int32(j)), elbow/2) {
				w.steps[i] |= 1 << bit
			}
		}
	}
}

// reached reports which nodes an entrance leads to.
func (w *Ways) reached() []bool {
	seen := make([]bool, len(w.steps))
	var queue []int32
	for _, e := range w.level.Entrances {
		if i, ok := w.nearestNode(e.At, 1.5); ok && !seen[i] {
			seen[i] = true
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		w.each(i, func(j int32, _ float64) {
			if !seen[j] {
				seen[j] = true
				queue = append(queue, j)
			}
		})
	}
	return seen
}

func (w *Ways) place(i int32) floor.Point {
	return floor.Point{
		X: w.lo.X + floor.Metre(int(i)%w.nx)*paceStep + paceStep/2,
		Y: w.lo.Y + floor.Metre(int(i)/w.nx)*paceStep + paceStep/2,
	}
}

// each calls fn with the neighbours one can walk to and how far they are.
func (w *Ways) each(i int32, fn func(j int32, metres float64)) {
	for bit, d := range neighbours() {
		if w.steps[i]&(1<<bit) != 0 {
			fn(i+int32(d[1]*w.nx+d[0]), paceStep*math.Hypot(float64(d[0]), float64(d[1])))
		}
	}
}

// clear reports whether the straight line from a to b stays at least gap
// metres from every wall.
func (w *Ways) clear(a, b floor.Point, gap float64) bool {
	for i := range w.walls {
		if clearance(a, b, w.walls[i]) < gap {
			return false
		}
	}
	return true
}

// zone returns the zone around p.
func (w *Ways) zone(p floor.Point) (floor.Zone, bool) {
	for i := range w.level.Zones {
		if w.level.Zones[i].Outline.Contains(p) {
			return w.level.Zones[i], true
		}
	}
	return floor.Zone{}, false
}

// nearestNode returns the place nearest to p within reach metres of it that
// can be walked to in a straight line.
func (w *Ways) nearestNode(p floor.Point, reach float64) (int32, bool) {
	best, at := math.Inf(1), int32(-1)
	for i := range w.steps {
		q := w.place(int32(i))
		if d := float64(q.Distance(p)); w.steps[i] != 0 && d < min(best, reach) && w.clear(p, q, elbow/2) {
			best, at = d, int32(i)
		}
	}
	return at, at >= 0
}
