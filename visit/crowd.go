package visit

import "foyer/floor"

// Crowd is the fewest people of whom a number may be told, and the step in
// which it is told: one who comes or goes does not show.
const Crowd = 5

// Crowds returns how many visits are present in each zone, rounded down to a
// multiple of Crowd; a zone with fewer is not in it, nor is a private one. Only
// phones for which counts says so are counted.
func (b *Book) Crowds(counts func(floor.Phone) bool) map[floor.ZoneID]int {
	all := map[floor.ZoneID]int{}
	for p, e := range b.phones {
		if e.visit.State == floor.Present && e.visit.Zone != "" && !e.quiet && counts(p) {
			all[e.visit.Zone]++
		}
	}
	for z, n := range all {
		if n -= n % Crowd; n > 0 {
			all[z] = n
		} else {
			delete(all, z)
		}
	}
	return all
}
