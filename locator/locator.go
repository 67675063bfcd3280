package locator

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"foyer/floor"
)

// ErrBudget means that the plan needs more memory than the options allow.
var ErrBudget = errors.New("memory budget")

// Options sizes a Locator; a zero field takes its default.
type Options struct {
	Cell    floor.Metre   // side of a cell, 0.5 m; larger where a fix would be more than mostWork
	Margin  floor.Metre   // walkable strip outside the outline, 0 m: then no phone is ever outside
	Group   time.Duration // event time whose readings make one fix, 1 s
	Reorder time.Duration // how late a reading may come, 0.7 s
	Alive   time.Duration // how long a sign of life of an access point lasts, 60 s
	Phone   int           // bytes of belief per phone, 64 KiB; a wider belief is kept more coarsely
	Tables  int64         // bytes of the map's tables, 256 MiB; the nodes they hold thin out to fit
	Watch   bool          // notice access points that are not what the map says; not in an evaluation, which learns from no test
	Motion  Motion
}

// Motion is how people move. The defaults surprise left-out walks least, or as
// little as any other choice does (survey.TestConstantsAreChosenOnSurveys); none
// was fitted to one site.
type Motion struct {
	Speed   float64 // m per axis that a walking person is off after a second, sd, 1.2
	Persist float64 // s for which a direction lasts, 3
	Memory  float64 // s for which a belief looks back at most, 20: nobody in a shop walks straight on for longer
	Stop    float64 // probability to stop within a second, 0.15
	Go      float64 // probability to start within a second, 0.4
	Lost    float64 // probability per fix of being anywhere else, 1e-4
	Wander  float64 // dB per square-root second: how a phone's offset drifts, 0.1
	Settled float64 // probability of standing at first, 0.3
}

func (o Options) defaults() Options {
	o.Cell = or(o.Cell, 0.5)
	o.Group = or(o.Group, time.Second)
	o.Reorder = or(o.Reorder, 700*time.Millisecond)
	o.Alive = or(o.Alive, time.Minute)
	o.Phone = or(o.Phone, 64<<10)
	o.Tables = or(o.Tables, 256<<20)
	m := &o.Motion
	m.Speed, m.Persist, m.Memory = or(m.Speed, 1.2), or(m.Persist, 3), or(m.Memory, 20)
	m.Stop, m.Go = or(m.Stop, 0.15), or(m.Go, 0.4)
	m.Lost, m.Wander, m.Settled = or(m.Lost, 1e-4), or(m.Wander, 0.1), or(m.Settled, 0.3)
	return o
}

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// Stats counts what became of the readings.
type Stats struct {
	Readings  uint64 // all that came
	Fixes     uint64
	Unknown   uint64  // fixes too poor to act on
	Invalid   uint64  // readings that no radio can have measured
	Strange   uint64  // readings of access points that are not on the map
	Late      uint64  // readings older than the reorder window
	Duplicate uint64  // readings that came twice
	Surplus   uint64  // readings above what one phone's window holds
	Phones    int     // tracked now
	Cells     int     // of the grid
	Cell      float64 // m
	Bytes     int64   // of the tables
	Touched   uint64  // bytes that fixes had to read or write, each counted once a fix
}

// A Locator locates phones on one plan.
type Locator struct {
	o       Options
	m       *Map
	grid    *grid
	nodes   *lattice
	tab     *tables
	curve   *curve
	aps     map[floor.APID]int
	places  []floor.Point    // of the access points
	tells   []*telling       // and what a reading of each tells, by strength
	apLevel []int            // -1: none of the plan's
	boxes   [][2]floor.Point // of each level's access points
	spacing float64          // m, of the access points
	alive   []instant        // last sign of life
	phones  map[floor.Phone]*track
	tracks  []*track // the same, in an order that does not change from run to run
	spare   []*track
	memory  *shelf // of the tracks' beliefs
	work    *work
	watch   *watch    // nil: nobody watches
	serve   [][]uint8 // by access point, nil until asked for
	stats   Stats
}

// New returns a locator for a plan and its radio map.
func New(plan *floor.Plan, m *Map, o Options) (*Locator, error) {
	if plan == nil || len(plan.Levels) == 0 {
		return nil, errors.New("locator: the plan has no level")
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("locator: %w", err)
	}
	o = o.defaults()
	g, n, err := fitGrids(plan, m, &o)
	if err != nil {
		return nil, fmt.Errorf("locator: %w", err)
	}
	l := &Locator{o: o, m: m, grid: g, nodes: n, curve: newCurve(m.Hearing), aps: map[floor.APID]int{}, phones: map[floor.Phone]*track{}}
	l.stats.Cells, l.stats.Cell = g.n, g.cell
	s := newSite(plan)
	g.weighStart(m, s)
	l.tab = newTables(m, n, s)
	l.stats.Bytes = l.tab.bytes
	l.spacing = spacing(m.APs)
	for i, a := range m.APs {
		l.aps[a.ID] = i
		l.places = append(l.places, a.At)
		l.tells = append(l.tells, newTelling(m, &a))
		l.apLevel = append(l.apLevel, levelOf(s, a.Level))
	}
	l.boxes = apBoxes(len(g.levels), m.APs, l.apLevel)
	l.alive = slices.Repeat([]instant{never}, len(m.APs))
	l.memory = newShelf(min(g.n, o.beliefs()))
	l.work = newWork(g, n, len(m.APs))
	if o.Watch {
		l.watch = newWatch(l)
	}
	return l, nil
}

// coarsest is the largest cell (m) that still tells one department from another,
// and how far apart the tables' budget may put the map's nodes.
//
// mostWork (cells, a node counting as nodeWork of them) keeps a fix on a large
// plan from taking long: cells of 0.5 m are kept up to 6,000 m2, beyond that
// 12,000 cells are nodes, too. Chosen on 2026-11-25 by what it costs against
// finer cells: walks through two made-up stores of 16,000 m2 had a mean error no
// worse by cells of 1.2 m than by 0.5 m (2.35 and 2.36 m, 2.49 and 2.51 m) and
// 0.01 to 0.06 nats more of the logarithmic score, for 85 us a fix instead of
// 240; four times as many cells between the same nodes took 160 us and gained
// nothing. Left-out walks of a public survey of 28,000 m2 came out the same by
// cells of 1.6 m as by 0.8 m (4.87 and 4.88 m, 5.334 and 5.335 nats).
const (
	coarsest = 5
	mostWork = 36_000
	nodeWork = 2
)

// fitGrids makes the cells, large enough for a plan of any size, and the map's
// nodes, far enough apart for the tables' budget.
func fitGrids(plan *floor.Plan, m *Map, o *Options) (*grid, *lattice, error) {
	if o.Cell < 0.1 || o.Cell > 20 || o.Margin < 0 || o.Margin > 100 {
		return nil, nil, fmt.Errorf("cell %v m, margin %v m: want 0.1 to 20 and 0 to 100", o.Cell, o.Margin)
	}
	if o.beliefs() < leastBeliefs {
		return nil, nil, fmt.Errorf("%w: %d bytes a phone, want at least %d", ErrBudget, o.Phone, trackOverhead+leastBeliefs*bytesPerCell)
	}
	for coarse := max(o.Cell, coarsest); ; {
		n := 0.0
		for _, l := range plan.Levels {
			lo, hi := l.Outline.Bounds()
			n += math.Ceil(float64((hi.X-lo.X+2*o.Margin)/o.Cell)) * math.Ceil(float64((hi.Y-lo.Y+2*o.Margin)/o.Cell))
		}
		work := n * (1 + nodeWork/sq(float64(stepOf(float64(o.Cell)))))
		if work <= mostWork {
			break
		}
		if o.Cell >= coarse {
			return nil, nil, fmt.Errorf("%w: %.0f cells of %.1f m, want at most %d: split the plan", ErrBudget, n, o.Cell, mostWork/(1+nodeWork))
		}
		o.Cell = min(coarse, o.Cell*floor.Metre(max(1.01, math.Sqrt(work/mostWork))))
	}
	g, err := newGrid(plan, float64(o.Cell), float64(o.Margin))
	if err != nil {
		return nil, nil, err
	}
	step, nodes, ok := fitStep(g, len(m.APs), o.Tables)
	if !ok {
		return nil, nil, fmt.Errorf("%w: %d access points at %d nodes %.1f m apart may take %d MiB of tables and %d are allowed: allow more, or leave access points out",
			ErrBudget, len(m.APs), nodes, float64(step)*g.cell, int64(len(m.APs))*int64(nodes)*entryBytes>>20, o.Tables>>20)
	}
	return g, newLattice(g, step), nil
}

// Alive says that an access point has heard anything at all.
func (l *Locator) Alive(ap floor.APID, at time.Time) {
	if i, ok := l.aps[ap]; ok {
		l.alive[i] = max(l.alive[i], instantOf(at))
	}
}

// Observe takes one reading; true means that it completed a fix, whose
// position it returns.
func (l *Locator) Observe(r floor.Report) (floor.Position, bool) {
	l.stats.Readings++
	ap, ok := l.aps[r.AP]
	switch {
	case !r.Phone.Valid() || !r.RSSI.Valid() && !(r.Kind == floor.Serving && r.RSSI == 0):
		l.stats.Invalid++
		return floor.Position{}, false
	case !ok:
		l.stats.Strange++
		return floor.Position{}, false
	}
	at := instantOf(r.At)
	l.alive[ap] = max(l.alive[ap], at)
	t := l.phones[r.Phone]
	if t == nil {
		t = l.newTrack(r.Phone)
	}
	in := reading{at, int32(ap), float32(r.RSSI)}
	if r.Kind == floor.Serving {
		in.ap = ^in.ap
	}
	if !l.enqueue(t, in) {
		return floor.Position{}, false
	}
	return l.settle(t, at)
}

// Sweep completes the fixes that only wait for more readings; it is how a phone
// that fell silent gets its last position. The callback may call Forget.
func (l *Locator) Sweep(now time.Time, each func(floor.Position)) {
	at := instantOf(now)
	for _, t := range l.tracks {
		if p, ok := l.settle(t, at); ok {
			each(p)
		}
	}
}

// Forget drops everything about a phone.
func (l *Locator) Forget(p floor.Phone) {
	t := l.phones[p]
	if t == nil {
		return
	}
	delete(l.phones, p)
	last := l.tracks[len(l.tracks)-1]
	l.tracks[t.index], last.index = last, t.index
	l.tracks = l.tracks[:len(l.tracks)-1]
	l.memory.give(&t.rest)
	t.phone, t.pending = floor.Phone{}, t.pending[:0]
	l.spare = append(l.spare, t)
}

// Stats returns the counts so far.
func (l *Locator) Stats() Stats {
	s := l.stats
	s.Phones = len(l.phones)
	return s
}
