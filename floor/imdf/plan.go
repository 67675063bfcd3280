package imdf

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"foyer/floor"
)

const (
	metresPerDegree = 6371008.8 * math.Pi / 180 // of latitude: the mean radius of the earth (IUGG)
	widest          = 2000.0                    // m, as wide as a plan may be
	ceiling         = 3.0                       // m, where a drawing does not say
	wallLoss        = 5.0                       // dB, of a light inner wall
	nearOutline     = 1.0                       // m, of an opening that is an entrance
	mostFeatures    = 5000
)

// single sorts the features of one GeoJSON file.
func single(data []byte) (*features, error) {
	all, err := collect(data)
	if err != nil {
		return nil, err
	}
	var f features
	for i, x := range all {
		if x.Geometry == nil {
			continue
		}
		switch k := x.Properties.Kind; {
		case x.Geometry.Type == "LineString" && k == "entrance":
			f.openings = append(f.openings, x)
		case x.Geometry.Type == "LineString":
			f.walls = append(f.walls, x)
		case k == "outline":
			f.levels = append(f.levels, x)
		case x.Geometry.Type == "Polygon" || x.Geometry.Type == "MultiPolygon":
			f.units = append(f.units, x)
		default:
			return nil, fmt.Errorf("features[%d]: a %s cannot be drawn: want Polygon or LineString", i, x.Geometry.Type)
		}
	}
	return &f, f.findOutline()
}

// findOutline takes the largest polygon as the floor if none is named so.
func (f *features) findOutline() error {
	if len(f.levels) > 0 {
		return nil
	}
	if len(f.units) == 0 {
		return errors.New("no polygon: there is no floor in it")
	}
	i, largest := 0, 0.0
	for k, u := range f.units {
		g, _ := u.Geometry.ring() // one that has none is small
		if size := area(g); size > largest {
			i, largest = k, size
		}
	}
	f.levels = []feature{f.units[i]}
	f.units = slices.Delete(f.units, i, i+1)
	return nil
}

// ring returns the outer ring of a polygon, of several the largest, or the
// points of a line, in degrees.
func (g *geometry) ring() ([][]float64, error) {
	if g == nil {
		return nil, errors.New("no geometry")
	}
	var line [][]float64
	var rings [][][]float64
	var many [][][][]float64
	var err error
	switch g.Type {
	case "LineString":
		err = json.Unmarshal(g.Coordinates, &line)
	case "Polygon":
		if err = json.Unmarshal(g.Coordinates, &rings); err == nil && len(rings) > 0 {
			line = rings[0]
		}
	case "MultiPolygon":
		err = json.Unmarshal(g.Coordinates, &many)
		for _, r := range many {
			if len(r) > 0 && area(r[0]) >= area(line) {
				line = r[0]
			}
		}
	default:
		err = fmt.Errorf("a %s is no polygon and no line", g.Type)
	}
	if err != nil {
		return nil, err
	}
	for _, p := range line {
		if len(p) < 2 || math.Abs(p[0]) > 180 || math.Abs(p[1]) > 85 {
			return nil, errors.New("coordinates: want [longitude, latitude] in degrees (WGS 84)")
		}
	}
	if len(line) < 2 {
		return nil, errors.New("fewer than two points")
	}
	return line, nil
}

func area(g [][]float64) float64 {
	var sum float64
	for i, p := range g {
		q := g[(i+1)%len(g)]
		if len(p) > 1 && len(q) > 1 {
			sum += p[0]*q[1] - q[0]*p[1]
		}
	}
	return math.Abs(sum)
}

// A frame turns degrees into metres of the plan.
type frame struct{ west, north, middle float64 }

func (fr frame) polygon(g *geometry) (floor.Polygon, error) {
	ring, err := g.ring()
	if err != nil {
		return nil, err
	}
	round := func(v float64) floor.Metre { return floor.Metre(math.Round(v*100) / 100) }
	var out floor.Polygon
	for _, p := range ring {
		x := (p[0] - fr.west) * metresPerDegree * math.Cos(fr.middle*math.Pi/180)
		out = append(out, floor.Point{X: round(x), Y: round((fr.north - p[1]) * metresPerDegree)})
	}
	out = slices.Compact(out)
	if n := len(out); n > 3 && out[0] == out[n-1] {
		out = out[:n-1]
	}
	return out, nil
}

func (f *features) frame() (frame, error) {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for i, l := range f.levels {
		ring, err := l.Geometry.ring()
		if err != nil {
			return frame{}, fmt.Errorf("level %d: %w", i+1, err)
		}
		for _, p := range ring {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
	}
	if span := max(hi[0]-lo[0], hi[1]-lo[1]) * metresPerDegree; span > widest {
		return frame{}, fmt.Errorf("the floor is %.0f m wide, at most %.0f: are these degrees of one building?", span, widest)
	}
	return frame{west: lo[0], north: hi[1], middle: (lo[1] + hi[1]) / 2}, nil
}

func (f *features) plan() (*floor.Plan, error) {
	fr, err := f.frame()
	if err != nil {
		return nil, err
	}
	p := &floor.Plan{Name: "Imported floor", Reference: &floor.GeoReference{Latitude: fr.north, Longitude: fr.west}}
	slices.SortStableFunc(f.levels, func(a, b feature) int { return cmp.Compare(a.Properties.Ordinal, b.Properties.Ordinal) })
	names := names{}
	if n := len(f.levels) + len(f.units) + len(f.openings) + len(f.walls); n > mostFeatures {
		return nil, fmt.Errorf("%d features, at most %d: draw one building, without its furniture", n, mostFeatures)
	}
	for i, l := range f.levels {
		level, err := f.level(fr, l, i, names)
		if err != nil {
			return nil, fmt.Errorf("level %d: %w", i+1, err)
		}
		p.Levels = append(p.Levels, level)
	}
	return p, nil
}

func (f *features) level(fr frame, l feature, i int, names names) (floor.Level, error) {
	name := string(l.Properties.Name)
	if name == "" {
		name = fmt.Sprintf("Floor %d", i+1)
	}
	out := floor.Level{ID: floor.LevelID(names.id(name)), Name: name, Height: ceiling}
	var err error
	if out.Outline, err = fr.polygon(l.Geometry); err != nil {
		return out, err
	}
	if n := len(out.Outline); n > floor.MaxCorners {
		return out, fmt.Errorf("its outline has %d corners, at most %d: simplify it", n, floor.MaxCorners)
	}
	on := func(x feature) bool { return x.Properties.Level == "" || x.Properties.Level == fmt.Sprint(l.ID) }
	for _, u := range f.units {
		if g, err := fr.polygon(u.Geometry); err == nil && on(u) && u.Properties.Name != "" && len(g) > 2 {
			zone := string(u.Properties.Name)
			out.Zones = append(out.Zones, floor.Zone{ID: floor.ZoneID(names.id(zone)), Name: zone, Outline: g,
				Private: u.Properties.Private || private(u.Properties.Category)})
		}
	}
	for _, o := range f.openings {
		if g, err := fr.polygon(o.Geometry); err == nil && on(o) && onEdge(out.Outline, mid(g)) {
			width := max(0.8, g[0].Distance(g[len(g)-1]))
			out.Entrances = append(out.Entrances, floor.Entrance{ID: names.id("entrance"), At: mid(g), Width: width})
		}
	}
	for _, w := range f.walls {
		g, err := fr.polygon(w.Geometry)
		for k := 1; err == nil && k < len(g); k++ {
			out.Walls = append(out.Walls, floor.Wall{From: g[k-1], To: g[k], Loss: wallLoss})
		}
	}
	return out, nil
}

// private reports whether a category of IMDF is a place where nobody is located.
func private(category string) bool {
	for _, c := range []string{"restroom", "fittingroom", "firstaid", "mothersroom", "prayerroom", "shower", "privatelounge", "nonpublic"} {
		if strings.HasPrefix(category, c) {
			return true
		}
	}
	return false
}

func mid(g floor.Polygon) floor.Point {
	a, b := g[0], g[len(g)-1]
	return floor.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
}

// onEdge reports whether p lies on the outline, to a step.
func onEdge(g floor.Polygon, p floor.Point) bool {
	for i, a := range g {
		b := g[(i+1)%len(g)]
		long := a.Distance(b)
		if long == 0 {
			continue
		}
		t := max(0, min(1, ((p.X-a.X)*(b.X-a.X)+(p.Y-a.Y)*(b.Y-a.Y))/(long*long)))
		if p.Distance(floor.Point{X: a.X + t*(b.X-a.X), Y: a.Y + t*(b.Y-a.Y)}) < nearOutline {
			return true
		}
	}
	return false
}

// names makes identifiers of names, each once; of one that is in use it knows the
// last number that was put behind it.
type names map[string]int

func (n names) id(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	base := strings.Trim(b.String()[:min(b.Len(), 40)], "-")
	if base == "" {
		base = "part"
	}
	id := base
	for n[id] > 0 {
		n[base]++
		id = fmt.Sprintf("%s-%d", base, n[base])
	}
	n[id] = 1
	return id
}
