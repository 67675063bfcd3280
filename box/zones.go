package box

import (
	"sync"

	"foyer/floor"
)

// zones is what the pages may know of where a visit is: the name of a zone,
// from the announcement until she has been greeted. The flow writes it, the
// goroutines of requests read it.
type zones struct {
	mu sync.Mutex
	of map[floor.VisitID]place
}

type place struct {
	zone    floor.ZoneID
	allowed bool
}

func newZones() *zones { return &zones{of: map[floor.VisitID]place{}} }

// Zone returns the zone of a visit if it may be shown and is known.
func (z *zones) Zone(v floor.VisitID) (floor.ZoneID, bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	p := z.of[v]
	if !p.allowed || p.zone == "" {
		return "", false
	}
	return p.zone, true
}

func (z *zones) set(v floor.VisitID, zone floor.ZoneID, allowed bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.of[v] = place{zone, allowed}
}

func (z *zones) allow(v floor.VisitID, allowed bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if p, ok := z.of[v]; ok {
		p.allowed = allowed
		z.of[v] = p
	}
}

func (z *zones) drop(v floor.VisitID) {
	z.mu.Lock()
	defer z.mu.Unlock()
	delete(z.of, v)
}
