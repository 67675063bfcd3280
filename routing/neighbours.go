package routing

import (
	"math"

	"foyer/floor"
)

// Apart is what Neighbours says of zones that are not connected: more hops
// than any ring reaches.
const Apart = math.MaxInt32

// doorway is how far apart, in metres, the outlines of two neighbouring zones
// may be drawn.
const doorway = 1.5

// Neighbours returns a function that counts the zones between two zones of
// plan, for Snapshot.Hops: 0 the same, 1 next door, Apart on another level.
// Private zones count like any other: one walks past them.
func Neighbours(plan *floor.Plan) func(a, b floor.ZoneID) int {
	index := make(map[floor.ZoneID]int)
	var zones []floor.Zone
	var level []int
	for l := range plan.Levels {
		for _, z := range plan.Levels[l].Zones {
			index[z.ID] = len(zones)
			zones, level = append(zones, z), append(level, l)
		}
	}
	n := len(zones)
	hops := make([]int, n*n)
	for i := range n {
		for j := range n {
			switch {
			case i == j:
			case level[i] == level[j] && gap(zones[i].Outline, zones[j].Outline) <= doorway:
				hops[i*n+j] = 1
			default:
				hops[i*n+j] = Apart
			}
		}
	}
	for k := range n { // Floyd and Warshall
		for i := range n {
			for j := range n {
				if a, b := hops[i*n+k], hops[k*n+j]; a < Apart && b < Apart {
					hops[i*n+j] = min(hops[i*n+j], a+b)
				}
			}
		}
	}
	return func(a, b floor.ZoneID) int {
		i, okA := index[a]
		j, okB := index[b]
		if !okA || !okB {
			return Apart
		}
		return hops[i*n+j]
	}
}

// gap returns the distance between the outlines of two polygons, metres.
func gap(a, b floor.Polygon) float64 {
	least := math.Inf(1)
	for i := range a {
		for j := range b {
			a0, a1 := a[i], a[(i+1)%len(a)]
			b0, b1 := b[j], b[(j+1)%len(b)]
			if floor.Crosses(a0, a1, b0, b1) {
				return 0
			}
			least = min(least, reach(a0, b0, b1), reach(b0, a0, a1))
		}
	}
	return least
}

// reach returns the distance from p to the segment a-b, metres.
func reach(p, a, b floor.Point) float64 {
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	t := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		t = min(1, max(0, (float64(p.X-a.X)*dx+float64(p.Y-a.Y)*dy)/length))
	}
	return math.Hypot(float64(p.X-a.X)-t*dx, float64(p.Y-a.Y)-t*dy)
}
