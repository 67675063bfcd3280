package rehearsal

import (
	"math"
	"time"

	"foyer/floor"
)

// The mean loss over distance follows channel model D of IEEE 802.11-03/940r4
// (typical office): free space up to a breakpoint of 10 m, 35 dB a decade
// beyond it. The locator assumes one slope and a constant loss for each wall;
// here neither holds.
const (
	freeSpace1m  = 46.7 // dB, first metre at 5.18 GHz (Friis)
	phonePower   = 10.0 // dBm, 15 dBm of the radio less 5 dB of hand or pocket
	phoneHeight  = 1.1  // m above the floor
	nearExponent = 2.0
	farExponent  = 3.5
	breakpoint   = 10.0 // m
	sensitivity  = -90  // dBm, below which an access point hears nothing
	wallSpread   = 0.25 // sd of a wall's loss around the plan's figure, as a share
	grazing      = 1.5  // loss added along a wall, as a multiple of its normal loss
	wallsMost    = 30.0 // dB; what many walls tend to, for signals go round them
)

// A World is the air of one level of a store: how much power an access point
// receives from a phone anywhere on it, or up to a few metres outside.
//
// A World does not change after it was made and may be used by many
// goroutines.
type World struct {
	level    *floor.Level
	seed     uint64
	antennas []antenna
	walls    []floor.Wall // with the losses as they really are, at normal incidence
	shadow   *shadow
}

// NewWorld returns the air over the first level of a plan. Walls, antennas and
// shadows follow from the seed.
func NewWorld(plan *floor.Plan, seed uint64) *World {
	l := &plan.Levels[0]
	w := &World{level: l, seed: seed, walls: barriers(l)}
	r := draw(seed, "walls")
	for i := range w.walls {
		w.walls[i].Loss *= max(0, 1+normal(r, wallSpread))
	}
	r = draw(seed, "antennas")
	for _, ap := range l.AccessPoints {
		w.antennas = append(w.antennas, newAntenna(r, ap))
	}
	w.shadow = newShadow(draw(seed, "shadow"), l.Outline, len(w.antennas))
	return w
}

// AccessPoints returns the number of access points; Power and Phone count them
// in the plan's order.
func (w *World) AccessPoints() int { return len(w.antennas) }

// Power writes into dst what each access point receives on average from a
// phone of mean power at p, in dBm: distance, antenna, walls, shadow and slow
// drift, without the phone's own offset, bodies, noise or loss. It returns
// dst, which has room for every access point or is replaced.
func (w *World) Power(dst []float64, p floor.Point, at time.Time) []float64 {
	if cap(dst) < len(w.antennas) {
		dst = make([]float64, len(w.antennas))
	}
	dst = dst[:len(w.antennas)]
	for i := range w.antennas {
		a := &w.antennas[i]
		dst[i] = phonePower + a.gain(p) - a.pathLoss(p) - w.wallLoss(p, a.at) + a.drift(at)
	}
	w.shadow.add(dst, p)
	return dst
}

// wallLoss returns what the walls between two points take, in dB. A wall takes
// more at grazing incidence, as COST 231 (final report, section 4.6) has it for
// outer walls, loss + extra (1 - sin θ)^2; many walls take less than their sum.
func (w *World) wallLoss(p, q floor.Point) float64 {
	var sum float64
	for i := range w.walls {
		wall := &w.walls[i]
		if !floor.Crosses(p, q, wall.From, wall.To) {
			continue
		}
		dx, dy := float64(q.X-p.X), float64(q.Y-p.Y)
		wx, wy := float64(wall.To.X-wall.From.X), float64(wall.To.Y-wall.From.Y)
		sin := math.Abs(dx*wy-dy*wx) / (math.Hypot(dx, dy) * math.Hypot(wx, wy))
		sum += wall.Loss * (1 + grazing*(1-sin)*(1-sin))
	}
	if sum == 0 {
		return 0
	}
	return wallsMost * (1 - math.Exp(-sum/wallsMost))
}
