package staff

import (
	"fmt"

	"foyer/floor"
)

// fullness is how many are in each zone at least, as far as it may be told: a
// private zone is never in it, whoever counted.
func (f *Face) fullness(plan *floor.Plan) map[floor.ZoneID]int {
	out := map[floor.ZoneID]int{}
	for id, n := range f.Occupancy() {
		if z, _, ok := plan.Zone(id); ok && !z.Private {
			out[id] = n
		}
	}
	return out
}

// fullWords says it for whoever does not see the plan.
func fullWords(plan *floor.Plan, full map[floor.ZoneID]int) (out []string) {
	for _, l := range plan.Levels {
		for _, z := range l.Zones {
			if n := full[z.ID]; n > 0 {
				out = append(out, fmt.Sprintf("%s: %d or more", z.Name, n))
			}
		}
	}
	return out
}
