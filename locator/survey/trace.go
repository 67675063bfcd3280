package survey

import (
	"slices"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// A Trace keeps what Evaluate saw, fix by fix, so that it can be drawn. The
// zero value is ready; a nil one keeps nothing.
type Trace struct {
	plan   *floor.Plan
	m      *locator.Map
	splits []traced
}

// traced is one split as it was located.
type traced struct {
	split  recording.Split
	result Result
	fixes  []tracedFix
	loose  []float64      // m, sorted: errors of the same scans without a past
	every  map[string]int // of how many fixes of a point one has its region drawn
	met    map[string]int // fixes of a point so far
}

// A tracedFix is where a phone was and where it was thought to be.
type tracedFix struct {
	point, scan  string
	level, guess floor.LevelID
	truth, at    floor.Point
	e            float64 // m
	unknown      bool
	held         bool // the 90 % region holds the truth
	area         float64
	region       []locator.Strip // of 90 %, of some fixes
}

// regionsDrawn is how many regions one map shows at most: more hide the tracks.
const regionsDrawn = 4

func (t *Trace) begin(plan *floor.Plan, m *locator.Map, split recording.Split, scans []scan) {
	if t == nil {
		return
	}
	s := traced{split: split, every: map[string]int{}, met: map[string]int{}}
	for i := range scans {
		s.every[s.group(&scans[i])]++
	}
	for g, n := range s.every {
		s.every[g] = max(min(3, n), (n+regionsDrawn-1)/regionsDrawn)
	}
	t.plan, t.m = plan, m
	t.splits = append(t.splits, s)
}

// group names the map that a scan is drawn on.
func (s *traced) group(c *scan) string {
	if s.split == recording.TestTrack {
		return c.point + "\x00" + string(c.level)
	}
	return string(c.level)
}

func (t *Trace) add(r *runner, c *scan, e, share float64) {
	if t == nil {
		return
	}
	s := &t.splits[len(t.splits)-1]
	f := tracedFix{point: c.point, scan: c.id, level: c.level, guess: r.last.Level, truth: c.at, at: r.last.Point, e: e,
		unknown: !r.fixed || r.last.Unknown, held: share < 0.9, area: r.last.Area90}
	g := s.group(c)
	if s.met[g]%s.every[g] == s.every[g]/2 {
		f.region = r.l.Region(r.phone, 0.9)
	}
	s.met[g]++
	s.fixes = append(s.fixes, f)
}

func (t *Trace) loose(errs []float64) {
	if t != nil {
		t.splits[len(t.splits)-1].loose = slices.Sorted(slices.Values(errs))
	}
}

func (t *Trace) end(r Result) {
	if t != nil {
		t.splits[len(t.splits)-1].result = r
	}
}

// errors returns the errors (m) of a split, sorted.
func (s *traced) errors() []float64 {
	var out []float64
	for i := range s.fixes {
		out = append(out, s.fixes[i].e)
	}
	slices.Sort(out)
	return out
}
