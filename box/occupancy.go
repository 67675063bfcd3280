package box

import (
	"sync/atomic"
	"time"

	"foyer/floor"
)

// counted is how often the zones are counted anew. In between the number stands
// still, so that nobody is followed by watching it change.
const counted = 5 * time.Minute

// occupancy is how many are in the zones of the floor, as far as that may be
// told. The flow counts, the goroutines of requests read.
type occupancy struct {
	last  time.Time // the flow's
	zones atomic.Pointer[map[floor.ZoneID]int]
}

// Zones returns what was counted last.
func (o *occupancy) Zones() map[floor.ZoneID]int {
	if z := o.zones.Load(); z != nil {
		return *z
	}
	return nil
}

// count counts where the time for it has come.
func (o *occupancy) count(now time.Time, crowds func() map[floor.ZoneID]int) {
	if since := now.Sub(o.last); since >= 0 && since < counted {
		return
	}
	o.last = now
	z := crowds()
	o.zones.Store(&z)
}
