package rehearsal

import (
	"fmt"
	"math"
	"math/rand/v2"

	"foyer/floor"
)

// A gate is an entrance as people use it: where it lies on the outline, which
// way is out, and the first place inside.
type gate struct {
	floor.Entrance
	along, out floor.Point // unit vectors along the front, and away from the store
	inside     int32
}

func (w *Ways) gate(e floor.Entrance) (gate, error) {
	g := w.level.Outline
	i := edgeOf(g, e.At)
	a, b := g[i], g[(i+1)%len(g)]
	long := a.Distance(b)
	along := floor.Point{X: (b.X - a.X) / long, Y: (b.Y - a.Y) / long}
	out := floor.Point{X: along.Y, Y: -along.X}
	if g.Contains(step(e.At, out, 0.1)) {
		out = floor.Point{X: -out.X, Y: -out.Y}
	}
	inside, ok := w.nearestNode(step(e.At, out, -0.3), 1.5)
	if !ok {
		return gate{}, fmt.Errorf("entrance %q: %w", e.ID, ErrNoWay)
	}
	return gate{e, along, out, inside}, nil
}

// anyGate returns one of the entrances; wide ones are used more.
func (w *Ways) anyGate(r *rand.Rand) gate {
	var sum float64
	for _, e := range w.level.Entrances {
		sum += float64(e.Width)
	}
	u := r.Float64() * sum
	for _, e := range w.level.Entrances {
		if u -= float64(e.Width); u <= 0 {
			g, _ := w.gate(e) // NewWays has tried each
			return g
		}
	}
	g, _ := w.gate(w.level.Entrances[0])
	return g
}

// threshold returns a place in the doorway.
func (g gate) threshold(r *rand.Rand) floor.Point {
	room := max(float64(g.Width)/2-0.4, 0)
	return step(g.At, g.along, between(r, -room, room))
}

// outside returns a place in front of the gate, so many metres from the front
// and within the angle (radians) to either side of straight ahead, that can be
// seen from the doorway.
func (w *Ways) outside(r *rand.Rand, g gate, metres, angle float64) floor.Point {
	for range 20 {
		phi := between(r, -angle, angle)
		p := step(step(g.At, g.out, metres), g.along, metres*math.Tan(phi))
		if !w.level.Outline.Contains(p) && w.clear(step(g.At, g.out, 0.3), p, 0.1) {
			return p
		}
	}
	return step(g.At, g.out, 0.5) // a courtyard: stay at the door
}

// step returns the point so many metres from p in a direction.
func step(p, direction floor.Point, metres float64) floor.Point {
	return floor.Point{X: p.X + direction.X*floor.Metre(metres), Y: p.Y + direction.Y*floor.Metre(metres)}
}
