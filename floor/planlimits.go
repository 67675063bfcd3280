package floor

import "fmt"

// How much a plan may hold. A department store has a tenth of it; what has more
// is a city, or was made to hold up whoever reads it: zones are compared pair by
// pair, and every corner with every other.
const (
	// MaxCorners is the most corners of one polygon.
	MaxCorners = 2000

	cornersInAll = 10_000 // of all polygons together
	maxLevels    = 50
	maxZones     = 500 // as all that follow, on all levels together
	maxWalls     = 5000
	maxEntrances = 500
	maxFrames    = 100
	maxAPs       = 2000
	maxAliases   = 64  // of one access point
	maxText      = 200 // bytes of a name that people read
	maxFaults    = 100 // named at once
)

// small reports whether a plan holds no more than it may, before anything of it
// is looked at.
func (c *checker) small(raw rawPlan) bool {
	before := len(c.faults)
	most := func(place, what string, n, most int) {
		if n > most {
			c.fault(place, "%d %s, at most %d", n, what, most)
		}
	}
	most("levels", "levels", len(raw.Levels), maxLevels)
	var corners, zones, walls, entrances, frames, aps int
	for i, l := range raw.Levels {
		at := fmt.Sprintf("levels[%d]", i)
		most(at+".outline", "corners", len(l.Outline), MaxCorners)
		corners += len(l.Outline)
		for j, z := range l.Zones {
			most(fmt.Sprintf("%s.zones[%d].outline", at, j), "corners", len(z.Outline), MaxCorners)
			corners += len(z.Outline)
		}
		zones, walls, entrances = zones+len(l.Zones), walls+len(l.Walls), entrances+len(l.Entrances)
		frames, aps = frames+len(l.Frames), aps+len(l.AccessPoints)
	}
	most("levels", "corners in all", corners, cornersInAll)
	most("levels", "zones", zones, maxZones)
	most("levels", "walls", walls, maxWalls)
	most("levels", "entrances", entrances, maxEntrances)
	most("levels", "frames", frames, maxFrames)
	most("levels", "access points", aps, maxAPs)
	return len(c.faults) == before
}

// name wants a name that people read.
func (c *checker) name(place, name string) {
	if name == "" {
		c.fault(place, "missing")
	}
	c.short(place, name)
}

func (c *checker) short(place, text string) {
	if len(text) > maxText {
		c.fault(place, "%d bytes, at most %d", len(text), maxText)
	}
}
