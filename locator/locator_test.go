package locator_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

func TestFollowsAWalk(t *testing.T) {
	for _, offset := range []float64{0, -7} {
		l, w := exampleLocator(t, locator.Options{}), newWalker(3)
		w.offset = offset
		var errs []float64
		truth := map[time.Time]floor.Point{}
		for range 600 {
			for _, r := range w.second() {
				truth[r.At] = w.at
				if p, ok := l.Observe(r); ok {
					errs = append(errs, float64(p.Point.Distance(truth[p.At])))
				}
			}
		}
		slices.Sort(errs)
		if m := errs[len(errs)/2]; m > 2 {
			t.Errorf("offset %v dB: median error %.2f m over %d fixes, want at most 2", offset, m, len(errs))
		}
	}
}

// TestFindsAPhoneAgain moves a phone across the store at once, as a wrong belief
// would find out: it must not take more than half a minute.
func TestFindsAPhoneAgain(t *testing.T) {
	l, w := exampleLocator(t, locator.Options{}), newWalker(9)
	stand := func(at floor.Point, seconds int) floor.Metre {
		var last floor.Position
		for range seconds {
			w.at, w.to = at, at
			for _, r := range w.second() {
				if p, ok := l.Observe(r); ok {
					last = p
				}
			}
		}
		return last.Point.Distance(at)
	}
	for i, at := range []floor.Point{{X: 5, Y: 21}, {X: 36, Y: 10}, {X: 10, Y: 3}} {
		if d := stand(at, 40); d > 4 {
			t.Errorf("place %d: %.1f m off after 40 s", i, d)
		}
	}
}

func TestObserveAllocatesNothing(t *testing.T) {
	l, w := exampleLocator(t, locator.Options{Margin: 3, Watch: true}), newWalker(5)
	step := func() {
		for _, r := range w.second() {
			l.Observe(r)
		}
		l.Sweep(w.now, func(floor.Position) {})
	}
	for range 40 {
		step()
	}
	if n := testing.AllocsPerRun(200, step); n != 0 {
		t.Errorf("%v allocations per second of readings, want 0", n)
	}
}

func TestReadingsAreCounted(t *testing.T) {
	phone := floor.NewPhone()
	at := func(s float64) time.Time { return start().Add(time.Duration(s * float64(time.Second))) }
	read := func(ap floor.APID, rssi floor.DBm, s float64) floor.Report {
		return floor.Report{AP: ap, Phone: phone, RSSI: rssi, At: at(s)}
	}
	good := read("ap-01", -60, 0)
	for _, tt := range []struct {
		name string
		in   []floor.Report
		want locator.Stats
	}{
		{"one waits", []floor.Report{good}, locator.Stats{Readings: 1, Phones: 1}},
		{"twice", []floor.Report{good, good}, locator.Stats{Readings: 2, Duplicate: 1, Phones: 1}},
		{"nobody", []floor.Report{{AP: "ap-01", RSSI: -60, At: at(0)}}, locator.Stats{Readings: 1, Invalid: 1}},
		{"not a number", []floor.Report{read("ap-01", floor.DBm(math.NaN()), 0)}, locator.Stats{Readings: 1, Invalid: 1}},
		{"sentinel", []floor.Report{read("ap-01", 127, 0), read("ap-01", -128, 0)}, locator.Stats{Readings: 2, Invalid: 2}},
		{"not on the map", []floor.Report{read("ap-99", -60, 0)}, locator.Stats{Readings: 1, Strange: 1}},
		{"out of order in the window", []floor.Report{read("ap-01", -60, 0.4), read("ap-02", -60, 0), read("ap-03", -60, 1.7)},
			locator.Stats{Readings: 3, Fixes: 1, Phones: 1}},
		{"too late", []floor.Report{good, read("ap-01", -60, 5), read("ap-02", -60, -3)},
			locator.Stats{Readings: 3, Fixes: 1, Late: 1, Phones: 1}},
		{"a century ago", []floor.Report{good, read("ap-01", -60, 5), {AP: "ap-02", Phone: phone, RSSI: -60}},
			locator.Stats{Readings: 3, Fixes: 1, Late: 1, Phones: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := exampleLocator(t, locator.Options{})
			for _, r := range tt.in {
				l.Observe(r)
			}
			got := l.Stats()
			got.Cells, got.Cell, got.Bytes, got.Unknown, got.Touched = 0, 0, 0, 0, 0
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSweepFlushesAndForgetForgets(t *testing.T) {
	l, w := exampleLocator(t, locator.Options{}), newWalker(1)
	for _, r := range w.second() {
		if _, ok := l.Observe(r); ok {
			t.Fatal("a fix before its window closed")
		}
	}
	var got []floor.Position
	l.Sweep(w.now.Add(time.Second), func(p floor.Position) { got = append(got, p) })
	if len(got) != 0 {
		t.Fatal("a fix before the reorder window closed")
	}
	l.Sweep(w.now.Add(2*time.Second), func(p floor.Position) {
		got = append(got, p)
		l.Forget(p.Phone)
	})
	if len(got) != 1 || got[0].Phone != w.phone || !got[0].At.Equal(w.now) {
		t.Fatalf("got %+v, want one fix at %v", got, w.now)
	}
	if s := l.Stats(); s.Phones != 0 || l.Share(w.phone, "ground", got[0].Point) != 1 {
		t.Errorf("a forgotten phone is still known: %+v", s)
	}
}

func TestOnePoorReadingIsUnknown(t *testing.T) {
	l := exampleLocator(t, locator.Options{})
	p := one(t, l, floor.Report{AP: "ap-05", RSSI: -80})
	if !p.Unknown {
		t.Errorf("one reading of -80 dBm gives %.0f m2 for 90 %% and claims to know", p.Area90)
	}
	for _, z := range p.Zones {
		if z.P > 0.6 {
			t.Errorf("zone %s at %.2f on one poor reading", z.Zone, z.P)
		}
	}
}

// one gives a locator one reading and returns its fix.
func one(t *testing.T, l *locator.Locator, rs ...floor.Report) (out floor.Position) {
	t.Helper()
	phone, n := floor.NewPhone(), 0
	for _, r := range rs {
		r.Phone, r.At = phone, start()
		l.Observe(r)
	}
	l.Sweep(start().Add(time.Minute), func(p floor.Position) { out, n = p, n+1 })
	if n != 1 {
		t.Fatalf("%d fixes, want 1", n)
	}
	return out
}

func TestSilenceCountsOnlyWhileAlive(t *testing.T) {
	heard := []floor.Report{{AP: "ap-07", RSSI: -66}, {AP: "ap-06", RSSI: -66}}
	near := func(alive bool) float64 {
		l := exampleLocator(t, locator.Options{})
		if alive {
			l.Alive("ap-08", start().Add(-time.Second))
			l.Alive("ap-05", start().Add(-2*time.Minute)) // long dead
		}
		phoneZones := one(t, l, heard...).Zones
		for _, z := range phoneZones {
			if z.Zone == "beauty" { // where ap-08 hangs
				return z.P
			}
		}
		return math.NaN()
	}
	if dead, silent := near(false), near(true); !(silent < dead) {
		t.Errorf("beauty at %.4f while its access point is silent, %.4f while it is dead", silent, dead)
	}
}

func TestOutsideIsNotInside(t *testing.T) {
	plan := floor.Example()
	l := exampleLocator(t, locator.Options{Margin: 6})
	phone := floor.NewPhone()
	inside := func(at floor.Point) float64 {
		l.Forget(phone)
		var p floor.Position
		for s := range 40 {
			for _, ap := range plan.Levels[0].AccessPoints {
				d := float64(ap.At.Distance(at))
				l.Observe(floor.Report{AP: ap.ID, Phone: phone, RSSI: floor.DBm(-45 - 23*math.Log10(max(1, d))), At: start().Add(time.Duration(s) * time.Second)})
			}
		}
		l.Sweep(start().Add(time.Hour), func(q floor.Position) { p = q })
		return p.Inside
	}
	in, out := inside(floor.Point{X: 20, Y: 14}), inside(floor.Point{X: 20, Y: 30.5})
	if in < 0.95 || out > 0.5 {
		t.Errorf("in the hall: %.2f inside; on the pavement: %.2f inside", in, out)
	}
}

func TestNewRefuses(t *testing.T) {
	plan := floor.Example()
	bad := func(f func(*locator.Map)) *locator.Map {
		m := survey.MapFromPlan(plan)
		f(m)
		return m
	}
	for _, tt := range []struct {
		name string
		plan *floor.Plan
		m    *locator.Map
		o    locator.Options
		want string
		is   error
	}{
		{"no plan", nil, bad(func(*locator.Map) {}), locator.Options{}, "no level", nil},
		{"no map", plan, nil, locator.Options{}, "missing", locator.ErrMap},
		{"no access point", plan, bad(func(m *locator.Map) { m.APs = nil }), locator.Options{}, "no access point", locator.ErrMap},
		{"noise", plan, bad(func(m *locator.Map) { m.Noise = math.NaN() }), locator.Options{}, "noise", locator.ErrMap},
		{"twice", plan, bad(func(m *locator.Map) { m.APs[1].ID = m.APs[0].ID }), locator.Options{}, `access_points[1] "ap-01": is listed twice`, locator.ErrMap},
		{"reading of no place", plan, bad(func(m *locator.Map) { m.APs[2].Readings = []locator.Reading{{Place: 3, Mean: -60}} }), locator.Options{}, "readings[0]: no place 3", locator.ErrMap},
		{"tables", plan, bad(func(*locator.Map) {}), locator.Options{Tables: 1 << 10}, "10 access points at 54 nodes 5.0 m apart", locator.ErrBudget},
		{"cells", plan, bad(func(*locator.Map) {}), locator.Options{Cell: 0.01}, "cell 0.01 m", nil},
		{"phone", plan, bad(func(*locator.Map) {}), locator.Options{Phone: 100}, "bytes a phone", locator.ErrBudget},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := locator.New(tt.plan, tt.m, tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestNodesThinOutToTheTablesBudget(t *testing.T) {
	l := exampleLocator(t, locator.Options{Tables: 16 << 10})
	if s := l.Stats(); s.Cell != 0.5 || s.Bytes > 16<<10 {
		t.Errorf("16 KiB of tables: cells of %.2f m, %d bytes", s.Cell, s.Bytes)
	}
}

// TestASmallBeliefStillFollows gives a phone less memory than its belief asks
// for at first: it is kept in squares, and the walk is followed all the same.
func TestASmallBeliefStillFollows(t *testing.T) {
	l, w := exampleLocator(t, locator.Options{Phone: 12 << 10}), newWalker(3)
	var errs []float64
	truth := map[time.Time]floor.Point{}
	for range 300 {
		for _, r := range w.second() {
			truth[r.At] = w.at
			if p, ok := l.Observe(r); ok {
				errs = append(errs, float64(p.Point.Distance(truth[p.At])))
			}
		}
	}
	slices.Sort(errs)
	if m := errs[len(errs)/2]; m > 2 {
		t.Errorf("median error %.2f m over %d fixes, want at most 2", m, len(errs))
	}
}

// TestAMallOfRadios holds a floor of 50,000 m2 with 5,000 radios to the budget.
func TestAMallOfRadios(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: some seconds of tables")
	}
	const wide, deep, n = 250, 200, 5000
	plan := &floor.Plan{Levels: []floor.Level{{ID: "g", Outline: floor.Polygon{{X: 0, Y: 0}, {X: wide, Y: 0}, {X: wide, Y: deep}, {X: 0, Y: deep}}}}}
	m := survey.MapFromPlan(floor.Example())
	first := m.APs[0]
	m.APs, m.Places = nil, nil
	for i := range n {
		a := first
		a.ID, a.Level = floor.APID(fmt.Sprint("ap-", i)), "g"
		a.At = floor.Point{X: floor.Metre(i*37%wide) + 0.5, Y: floor.Metre(i*53%deep) + 0.5}
		m.APs = append(m.APs, a)
	}
	l, err := locator.New(plan, m, locator.Options{Margin: 3})
	if err != nil {
		t.Fatal(err)
	}
	if s := l.Stats(); s.Bytes > 256<<20 || s.Cell > 2.2 {
		t.Errorf("%d MiB of tables, cells of %.2f m", s.Bytes>>20, s.Cell)
	}
	here, rs := floor.Point{X: 101, Y: 77}, []floor.Report(nil)
	for _, a := range m.APs {
		if d := a.At.Distance(here); d < 20 {
			rs = append(rs, floor.Report{AP: a.ID, RSSI: floor.DBm(a.P0 - 10*a.N*math.Log10(max(1, float64(d))))})
		}
	}
	if p := one(t, l, rs...); p.Point.Distance(here) > 3 {
		t.Errorf("%d radios heard, %.1f m off", len(rs), p.Point.Distance(here))
	}
}

// TestAnythingGoes gives readings of every kind in every order: a position is
// always a place on the grid with probabilities that are probabilities.
func TestAnythingGoes(t *testing.T) {
	plan := floor.Example()
	m := survey.MapFromPlan(plan)
	m.APs[3].At = m.APs[4].At // two at one place
	l, err := locator.New(plan, m, locator.Options{Cell: 1, Margin: 2, Watch: true})
	if err != nil {
		t.Fatal(err)
	}
	phones := []floor.Phone{floor.NewPhone(), floor.NewPhone(), {}}
	rapid.Check(t, func(t *rapid.T) {
		now := start()
		for range rapid.IntRange(1, 60).Draw(t, "readings") {
			now = now.Add(time.Duration(rapid.OneOf(rapid.Int64Range(0, int64(3*time.Second)),
				rapid.Int64Range(math.MinInt64, math.MaxInt64)).Draw(t, "step")))
			r := floor.Report{
				AP:    rapid.SampledFrom([]floor.APID{"ap-01", "ap-04", "ap-05", "ap-10", "ap-99", ""}).Draw(t, "ap"),
				Phone: rapid.SampledFrom(phones).Draw(t, "phone"),
				RSSI: floor.DBm(rapid.OneOf(rapid.Float64Range(-126.9, -0.001), rapid.Float64(),
					rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 127, 255})).Draw(t, "rssi")),
				Kind: rapid.SampledFrom([]floor.Kind{floor.UplinkAssoc, floor.Serving}).Draw(t, "kind"),
				At:   now,
			}
			if p, ok := l.Observe(r); ok {
				plausible(t, plan, p)
			}
			if rapid.IntRange(0, 4).Draw(t, "hint") == 0 {
				at := floor.Point{X: floor.Metre(rapid.Float64().Draw(t, "x")), Y: floor.Metre(rapid.Float64Range(-200, 200).Draw(t, "y"))}
				if p, ok := l.Hint(floor.Hint{Phone: r.Phone, Level: plan.Levels[0].ID, Point: at, SD: floor.Metre(rapid.Float64().Draw(t, "sd")), At: now}); ok {
					plausible(t, plan, p)
				}
			}
			if rapid.IntRange(0, 9).Draw(t, "sweep") == 0 {
				l.Sweep(now, func(p floor.Position) { plausible(t, plan, p) })
			}
			if rapid.IntRange(0, 19).Draw(t, "forget") == 0 {
				l.Forget(r.Phone)
			}
		}
	})
}

func plausible(t *rapid.T, plan *floor.Plan, p floor.Position) {
	lo, hi := plan.Levels[0].Outline.Bounds()
	if !p.Point.Finite() || p.Point.X < lo.X-3 || p.Point.Y < lo.Y-3 || p.Point.X > hi.X+3 || p.Point.Y > hi.Y+3 {
		t.Fatalf("the point %v is not on the plan", p.Point)
	}
	area := float64((hi.X - lo.X + 5) * (hi.Y - lo.Y + 5))
	if !(p.Area50 >= 0 && p.Area50 <= p.Area90 && p.Area90 <= area) {
		t.Fatalf("regions of %v and %v m2", p.Area50, p.Area90)
	}
	if !(p.Inside >= 0 && p.Inside <= 1) || len(p.Zones) != len(plan.Levels[0].Zones) {
		t.Fatalf("inside %v, %d zones", p.Inside, len(p.Zones))
	}
	for _, z := range p.Zones {
		if !(z.P >= 0 && z.P <= 1) {
			t.Fatalf("zone %s at %v", z.Zone, z.P)
		}
	}
}
