package survey

import (
	"crypto/sha1" // a rule of sampling shared with other programs, not security
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"

	"foyer/floor"
	"foyer/floor/recording"
)

// ErrNoRows means that a recording lacks the rows a step needs.
var ErrNoRows = errors.New("survey: no rows")

// Mode says how much of a recording's survey is used.
type Mode string

// The modes: Full is all of it, Sparse4 about a quarter of the surveyed points
// (those whose SHA-1 has a first byte divisible by 4), None the access points'
// places alone.
const (
	Full    Mode = "full"
	Sparse4 Mode = "sparse4"
	None    Mode = "none"
)

// a scan is the rows that make one fix.
type scan struct {
	id, point string
	level     floor.LevelID
	at        floor.Point
	rows      []recording.Row
	end       float64 // s
	timed     bool
}

// site is a recording in memory, scan by scan.
type site struct {
	dir   string
	aps   []recording.AP
	plan  *floor.Plan // as recorded, or nil
	links []recording.Link
	scans map[recording.Split][]scan
}

func load(dir string) (*site, error) {
	f, err := recording.Open(dir)
	if err != nil {
		return nil, err
	}
	s := &site{dir: dir, aps: f.APs, plan: f.Plan, links: f.Links, scans: map[recording.Split][]scan{}}
	index := map[[2]string]int{}
	for r, err := range f.Rows() {
		if err != nil {
			return nil, err
		}
		k := [2]string{string(r.Split), r.Scan}
		i, ok := index[k]
		if !ok {
			i = len(s.scans[r.Split])
			index[k] = i
			s.scans[r.Split] = append(s.scans[r.Split], scan{id: r.Scan, point: r.Point, level: r.Level, timed: true})
		}
		c := &s.scans[r.Split][i]
		if c.point != r.Point || c.level != r.Level {
			return nil, fmt.Errorf("%w: %s: scan %q spans two points or floors", recording.ErrFormat, dir, r.Scan)
		}
		c.rows = append(c.rows, r)
		c.timed = c.timed && r.Timed
		c.end = max(c.end, r.T)
	}
	for _, scans := range s.scans {
		for i := range scans {
			scans[i].centre()
		}
	}
	if err := s.oneFloor(); err != nil {
		return nil, err
	}
	for split, scans := range s.scans {
		s.scans[split] = inOrder(scans)
		if split != recording.TestStatic {
			retime(s.scans[split])
		}
	}
	return s, nil
}

// knows reports whether the recording has an access point.
func (s *site) knows(id floor.APID) bool {
	if slices.ContainsFunc(s.aps, func(a recording.AP) bool { return a.ID == id }) {
		return true
	}
	for _, scans := range s.scans {
		for i := range scans {
			if slices.ContainsFunc(scans[i].rows, func(r recording.Row) bool { return r.AP == id }) {
				return true
			}
		}
	}
	return false
}

// oneFloor puts access points whose floor is not given on the only one there is.
func (s *site) oneFloor() error {
	levels := map[floor.LevelID]bool{}
	for _, scans := range s.scans {
		for _, c := range scans {
			levels[c.level] = true
		}
	}
	names := slices.Sorted(maps.Keys(levels))
	for i := range s.aps {
		switch a := &s.aps[i]; {
		case a.Level != "":
		case len(names) == 1:
			a.Level = names[0]
		default:
			return fmt.Errorf("%w: %s: access point %q has no floor, and the scans are of %d: %v", recording.ErrFormat,
				filepath.Join(s.dir, recording.APsFile), a.ID, len(names), names)
		}
	}
	return nil
}

func (c *scan) centre() {
	n := floor.Metre(len(c.rows))
	for _, r := range c.rows {
		c.at.X += r.At.X / n
		c.at.Y += r.At.Y / n
	}
}

// means returns the mean strength of each access point in a scan.
func (c *scan) means() map[floor.APID]float64 {
	sum, n := map[floor.APID]float64{}, map[floor.APID]float64{}
	for _, r := range c.rows {
		if r.RSSI.Valid() {
			sum[r.AP] += float64(r.RSSI)
			n[r.AP]++
		}
	}
	for ap := range sum {
		sum[ap] /= n[ap]
	}
	return sum
}

// survey returns the scans that a mode leaves of the survey, and the plan they
// belong to.
func (s *site) survey(m Mode) (train []scan, plan *floor.Plan, err error) {
	if train, err = s.train(m); err != nil {
		return nil, nil, err
	}
	plan, err = s.floorPlan(train)
	return train, plan, err
}

// train returns the survey's scans that a mode leaves.
func (s *site) train(m Mode) ([]scan, error) {
	switch m {
	case None:
		return nil, nil
	case Full, Sparse4:
	default:
		return nil, fmt.Errorf("survey %q: want full, sparse4 or none", m)
	}
	var out []scan
	for _, c := range s.scans[recording.Train] {
		if m == Full || sha1.Sum([]byte(c.point))[0]%4 == 0 {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: %s has no train rows for survey %s", ErrNoRows, s.dir, m)
	}
	return out, nil
}

// outlineSlack is how far the outline of a recording without a plan reaches
// beyond everything known of the site.
const outlineSlack = 2 // m

// floorPlan returns the recording's own plan or, per floor, the bounding box of
// the access points and the surveyed places plus 2 m.
func (s *site) floorPlan(train []scan) (*floor.Plan, error) {
	if s.plan != nil {
		return s.plan, nil
	}
	type box struct{ lo, hi floor.Point }
	boxes := map[floor.LevelID]*box{}
	var order []floor.LevelID
	add := func(l floor.LevelID, p floor.Point) {
		b := boxes[l]
		if b == nil {
			b = &box{p, p}
			boxes[l] = b
			order = append(order, l)
		}
		b.lo.X, b.lo.Y = min(b.lo.X, p.X), min(b.lo.Y, p.Y)
		b.hi.X, b.hi.Y = max(b.hi.X, p.X), max(b.hi.Y, p.Y)
	}
	for _, a := range s.aps {
		if a.Placed {
			add(a.Level, a.At)
		}
	}
	for _, c := range train {
		add(c.level, c.at)
	}
	if len(order) == 0 {
		return nil, fmt.Errorf("%w: %s has neither a plan nor a known place; a survey of mode none needs %s", ErrNoRows, s.dir, recording.APsFile)
	}
	slices.Sort(order)
	p := &floor.Plan{Name: s.dir}
	for _, id := range order {
		b := boxes[id]
		x0, y0, x1, y1 := b.lo.X-outlineSlack, b.lo.Y-outlineSlack, b.hi.X+outlineSlack, b.hi.Y+outlineSlack
		l := floor.Level{ID: id, Name: string(id), Height: 4, Outline: floor.Polygon{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}}
		for i, c := range l.Outline { // a bounding box is no wall: all of it is an entrance
			d := l.Outline[(i+1)%4]
			l.Entrances = append(l.Entrances, floor.Entrance{ID: fmt.Sprintf("side-%d-%s", i, id),
				At: floor.Point{X: (c.X + d.X) / 2, Y: (c.Y + d.Y) / 2}, Width: c.Distance(d)})
		}
		for _, a := range s.aps {
			if a.Placed && a.Level == id {
				l.AccessPoints = append(l.AccessPoints, floor.AccessPoint{ID: a.ID, At: a.At, Height: a.Height})
			}
		}
		p.Levels = append(p.Levels, l)
	}
	return p, nil
}

func weakest(scans []scan) float64 {
	low := math.Inf(1)
	for _, c := range scans {
		for _, r := range c.rows {
			low = min(low, float64(r.RSSI))
		}
	}
	return low
}
