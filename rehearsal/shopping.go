package rehearsal

import (
	"fmt"
	"time"

	"foyer/floor"
)

// shop goes in through the gate, from zone to zone, and out again.
func (k *walking) shop(g gate, o Outing) error {
	stay := o.Stay
	if stay == 0 {
		stay = seconds(between(k.r, 6*60, 30*60))
	}
	door := g.threshold(k.r)
	k.to(step(door, g.out, 0.5))
	k.to(step(door, g.out, -0.2))
	k.inside[0] = k.now()
	k.to(k.ways.place(g.inside))
	until, node := k.now()+stay, g.inside
	wished := o.Zones
	for k.now() < until || len(wished) > 0 {
		var zone floor.ZoneID
		if len(wished) > 0 {
			zone, wished = wished[0], wished[1:]
		} else {
			zone = k.fancy()
		}
		next, err := k.visit(node, zone, max(until-k.now(), 20*time.Second))
		if err != nil {
			return err
		}
		node = next
	}
	if err := k.follow(node, g.inside); err != nil {
		return err
	}
	door = g.threshold(k.r)
	k.to(step(door, g.out, -0.2))
	k.inside[1] = k.now()
	k.to(step(door, g.out, 0.5))
	return nil
}

// fancy returns the next zone to look at: mostly the open floor, now and then
// a fitting room or another private one.
func (k *walking) fancy() floor.ZoneID {
	var open, private []floor.ZoneID
	for _, z := range k.ways.level.Zones { // not the map: its order is not the seed's
		switch {
		case len(k.ways.zones[z.ID]) == 0:
		case z.Private:
			private = append(private, z.ID)
		default:
			open = append(open, z.ID)
		}
	}
	if len(private) > 0 && (len(open) == 0 || k.r.Float64() < 0.06) {
		return pick(k.r, private)
	}
	if len(open) == 0 {
		return ""
	}
	return pick(k.r, open)
}

// visit walks to a place in the zone and looks around there, at most so long.
// It returns the node it ends on.
func (k *walking) visit(from int32, zone floor.ZoneID, most time.Duration) (int32, error) {
	nodes := k.ways.zones[zone]
	if zone != "" && len(nodes) == 0 {
		return from, fmt.Errorf("zone %q: %w", zone, ErrNoWay)
	}
	to := from
	if zone != "" {
		to = pick(k.r, nodes)
	}
	if err := k.follow(from, to); err != nil {
		return from, err
	}
	// Dwell times are long-tailed: most looks are short, a few are long.
	dwell := seconds(min(max(k.r.ExpFloat64()*120, 20), 600))
	until := k.now() + min(dwell, most)
	for k.now() < until {
		k.stand(min(seconds(between(k.r, 4, 25)), until-k.now()))
		to = k.sidle(to)
	}
	return to, nil
}

// sidle shuffles a step or three along the shelf and returns the node there.
func (k *walking) sidle(node int32) int32 {
	for range 1 + k.r.IntN(3) {
		var next []int32
		k.ways.each(node, func(j int32, _ float64) { next = append(next, j) })
		if len(next) == 0 {
			break
		}
		node = pick(k.r, next)
		k.toAt(k.ways.place(node), shuffle)
	}
	return node
}

// follow walks the short way from node to node.
func (k *walking) follow(from, to int32) error {
	corners, err := k.ways.path(from, to)
	if err != nil {
		return err
	}
	for _, p := range corners {
		k.to(p)
	}
	return nil
}

// passBy walks along the front outside, past the gate, without coming in.
func (k *walking) passBy(g gate) {
	off := between(k.r, 1.5, 5)
	left, right := -between(k.r, 8, 16), between(k.r, 8, 16)
	if k.r.IntN(2) == 0 {
		left, right = right, left
	}
	mid := step(g.At, g.out, off)
	a, b := step(mid, g.along, left), step(mid, g.along, right)
	for range 12 { // a corner of the building in the way: a shorter stretch
		if !k.ways.level.Outline.Contains(a) && !k.ways.level.Outline.Contains(b) && k.ways.clear(a, b, 0.3) {
			break
		}
		a, b = lerp(a, mid, 0.2), lerp(b, mid, 0.2)
	}
	k.begin(a)
	if k.r.Float64() < 0.3 { // looks at the window
		k.to(lerp(a, b, between(k.r, 0.3, 0.7)))
		k.stand(seconds(between(k.r, 3, 25)))
	}
	k.to(b)
}
