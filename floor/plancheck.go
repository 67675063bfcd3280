package floor

import "fmt"

// Limits of a plan. They refuse slips of the pen (millimetres for metres,
// a wall of 200 dB), not large stores.
const (
	maxCoordinate = 2000 // m
	maxHeight     = 60   // m
	maxLoss       = 40   // dB
	minZoneArea   = 0.5  // m2
)

// checker turns a raw plan into a Plan and collects every fault it meets, so
// that a plan is mended in one go.
type checker struct {
	faults []Fault
	ids    map[string]string // kind+id -> the place it was first used
}

func (c *checker) fault(place, format string, args ...any) {
	if len(c.faults) == maxFaults {
		return // whoever mends these sees the rest
	}
	c.faults = append(c.faults, Fault{place, fmt.Sprintf(format, args...)})
}

func (c *checker) plan(raw rawPlan) *Plan {
	if raw.Schema != PlanSchema {
		c.fault("schema", "%q, want %q", raw.Schema, PlanSchema)
	}
	c.name("name", raw.Name)
	if len(raw.Levels) == 0 {
		c.fault("levels", "a plan needs at least one level")
	}
	p := &Plan{Name: raw.Name}
	if !c.small(raw) {
		return p
	}
	for i, l := range raw.Levels {
		p.Levels = append(p.Levels, c.level(fmt.Sprintf("levels[%d] %q", i, l.ID), l))
	}
	if r := raw.Reference; r != nil {
		c.within("georeference.latitude", r.Latitude, -90, 90)
		c.within("georeference.longitude", r.Longitude, -180, 180)
		c.within("georeference.bearing", r.Bearing, 0, 360)
		p.Reference = &GeoReference{r.Latitude, r.Longitude, r.Bearing}
	}
	return p
}

func (c *checker) level(place string, raw rawLevel) Level {
	c.id(place, "level", raw.ID)
	c.short(place+".name", raw.Name)
	c.within(place+".height", raw.Height, 1.5, maxHeight)
	l := Level{ID: LevelID(raw.ID), Name: raw.Name, Height: Metre(raw.Height)}
	l.Outline = c.polygon(place+".outline", raw.Outline)
	for i, w := range raw.Walls {
		at := fmt.Sprintf("%s.walls[%d]", place, i)
		c.within(at+".loss_db", w.Loss, 0, maxLoss)
		l.Walls = append(l.Walls, Wall{c.point(at+".from", w.From), c.point(at+".to", w.To), w.Loss})
	}
	for i, z := range raw.Zones {
		l.Zones = append(l.Zones, c.zone(fmt.Sprintf("%s.zones[%d] %q", place, i, z.ID), z, l))
	}
	for i, e := range raw.Entrances {
		at := fmt.Sprintf("%s.entrances[%d] %q", place, i, e.ID)
		c.id(at, "entrance", e.ID)
		c.within(at+".width", e.Width, 0.5, 100)
		l.Entrances = append(l.Entrances, Entrance{e.ID, c.point(at+".at", e.At), Metre(e.Width)})
	}
	for i, a := range raw.AccessPoints {
		at := fmt.Sprintf("%s.access_points[%d] %q", place, i, a.ID)
		c.id(at, "access point", a.ID)
		c.within(at+".height", a.Height, 0, maxHeight)
		if len(a.Aliases) > maxAliases {
			c.fault(at+".aliases", "%d aliases, at most %d", len(a.Aliases), maxAliases)
		}
		for _, alias := range a.Aliases[:min(len(a.Aliases), maxAliases)] {
			c.alias(at+".aliases", alias)
		}
		l.AccessPoints = append(l.AccessPoints, AccessPoint{APID(a.ID), c.point(at+".at", a.At), Metre(a.Height), a.Aliases})
	}
	for i, f := range raw.Frames {
		l.Frames = append(l.Frames, c.frame(fmt.Sprintf("%s.frames[%d]", place, i), f))
	}
	if len(raw.AccessPoints) == 0 {
		c.fault(place+".access_points", "a level needs at least one access point")
	}
	return l
}

// frame reads a vendor's drawing. Its name is the vendor's, so that it may hold
// what an identifier of foyer may not.
func (c *checker) frame(place string, raw rawFrame) Frame {
	if raw.ID == "" || len(raw.ID) > 64 {
		c.fault(place+".id", "%d characters, want 1 to 64", len(raw.ID))
	}
	c.once(place, "frame", raw.ID)
	c.within(place+".turn", raw.Turn, -360, 360)
	f := Frame{ID: raw.ID, At: c.point(place+".at", raw.At), Turn: Degree(raw.Turn), Up: raw.Up, Scale: 1}
	if raw.Scale != nil {
		c.within(place+".scale", *raw.Scale, 0.01, 100)
		f.Scale = *raw.Scale
	}
	return f
}

func (c *checker) zone(place string, raw rawZone, l Level) Zone {
	c.id(place, "zone", raw.ID)
	c.name(place+".name", raw.Name)
	z := Zone{ID: ZoneID(raw.ID), Name: raw.Name, Outline: c.polygon(place+".outline", raw.Outline), Private: raw.Private}
	if len(z.Outline) < 3 || len(l.Outline) < 3 {
		return z
	}
	if a := z.Outline.Area(); a < minZoneArea {
		c.fault(place+".outline", "encloses %.2f m2, at least %.1f", a, minZoneArea)
	}
	if !l.Outline.Contains(z.Outline.Centre()) {
		c.fault(place+".outline", "its centre %v lies outside the level's outline", z.Outline.Centre())
	}
	return z
}

func (c *checker) polygon(place string, raw [][]float64) Polygon {
	if len(raw) < 3 {
		c.fault(place, "%d corners, at least 3", len(raw))
		return nil
	}
	g := make(Polygon, len(raw))
	for i, p := range raw {
		g[i] = c.point(fmt.Sprintf("%s[%d]", place, i), p)
	}
	if i, j := g.simple(); i >= 0 {
		c.fault(place, "edge %d crosses edge %d", i, j)
	}
	if g.Area() == 0 {
		c.fault(place, "encloses nothing")
	}
	return g
}

func (c *checker) point(place string, raw []float64) Point {
	if len(raw) != 2 {
		c.fault(place, "%d numbers, want [x, y] in metres", len(raw))
		return Point{}
	}
	c.within(place+".x", raw[0], -maxCoordinate, maxCoordinate)
	c.within(place+".y", raw[1], -maxCoordinate, maxCoordinate)
	return Point{Metre(raw[0]), Metre(raw[1])}
}

func (c *checker) within(place string, v, lo, hi float64) {
	if !(v >= lo && v <= hi) {
		c.fault(place, "%v is not between %v and %v", v, lo, hi)
	}
}

func (c *checker) id(place, kind, id string) {
	if !identifier(id) {
		c.fault(place, "%s id: %v", kind, ErrID)
	}
	c.once(place, kind, id)
}

func (c *checker) alias(place, alias string) {
	if alias == "" || len(alias) > 64 {
		c.fault(place, "alias of %d characters, want 1 to 64", len(alias))
	}
	c.once(place, "alias", alias)
}

func (c *checker) once(place, kind, id string) {
	if first, ok := c.ids[kind+" "+id]; ok {
		c.fault(place, "%s %q is already used at %s", kind, id, first)
		return
	}
	c.ids[kind+" "+id] = place
}
