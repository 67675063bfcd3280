package survey

import (
	"math"
	"runtime"
	"slices"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// runner drives one Locator through scans.
type runner struct {
	l     *locator.Locator
	clock time.Time // start of the current point or track
	last  floor.Position
	phone floor.Phone
	fixed bool
	keep  func(floor.Position)
	alive []floor.APID // where scans have no times: all that could be heard
}

// begin starts a new phone, an hour later: nothing carries over.
func (r *runner) begin() {
	r.l.Forget(r.phone)
	r.phone, r.fixed = floor.NewPhone(), false
	r.clock = r.clock.Add(time.Hour)
	for _, ap := range r.alive {
		r.l.Alive(ap, r.clock)
	}
}

// feed gives a scan's readings to the locator and flushes them at its end.
func (r *runner) feed(c *scan, report *floor.Report) {
	report.Phone = r.phone
	for i := range c.rows {
		row := &c.rows[i]
		report.AP, report.RSSI = row.AP, row.RSSI
		report.At = r.clock.Add(time.Duration(row.T * float64(time.Second)))
		if p, ok := r.l.Observe(*report); ok {
			r.last, r.fixed = p, true
		}
	}
	end := r.clock.Add(time.Duration(c.end * float64(time.Second)))
	r.l.Sweep(end.Add(time.Minute), r.keep)
}

func score(plan *floor.Plan, m *locator.Map, o Options, scans []scan, split recording.Split) (Result, error) {
	out := Result{Split: string(split), N: len(scans)}
	l, err := locator.New(plan, m, o.Locator)
	if err != nil {
		return out, err
	}
	r := &runner{l: l, clock: time.Unix(1_700_000_000, 0)}
	r.keep = func(p floor.Position) { r.last, r.fixed = p, true }
	track := split == recording.TestTrack
	if !track && !scans[0].timed {
		r.alive = audible(m)
	}
	var errs []float64
	var spent time.Duration
	hits := 0
	for i := range scans {
		c := &scans[i]
		if i == 0 || !track || c.point != scans[i-1].point {
			r.begin()
		}
		began := time.Now()
		r.feed(c, &floor.Report{})
		spent += time.Since(began)
		e, share, hit := r.judge(plan, c)
		errs = append(errs, e)
		o.Trace.add(r, c, e, share)
		out.Area50 += r.last.Area50 / float64(len(scans))
		out.Area90 += r.last.Area90 / float64(len(scans))
		out.Coverage50 += count(share < 0.5) / float64(len(scans))
		out.Coverage90 += count(share < 0.9) / float64(len(scans))
		out.Unknown += int(count(!r.fixed || r.last.Unknown))
		hits += int(count(hit))
	}
	hit := float64(hits) / float64(len(scans))
	out.FloorHit = &hit
	out.MicrosPerFix = float64(spent.Microseconds()) / float64(max(1, l.Stats().Fixes))
	loose := unfiltered(plan, r, scans)
	o.Trace.loose(loose)
	out.MeanUnfiltered = mean(loose)
	out.AllocsPerFix = allocations(r, scans)
	out.Mean = mean(errs)
	slices.Sort(errs)
	out.Median, out.P75, out.P90, out.P95 = quantile(errs, 0.5), quantile(errs, 0.75), quantile(errs, 0.9), quantile(errs, 0.95)
	circle := quantile(errs, out.Coverage90)
	out.Circle90 = math.Pi * circle * circle
	return out, nil
}

// audible returns the access points that the survey heard, or all where there
// was none: single scans without times do not tell which of them were alive.
func audible(m *locator.Map) []floor.APID {
	var out []floor.APID
	for i := range m.APs {
		if len(m.Places) == 0 || len(m.APs[i].Readings) > 0 {
			out = append(out, m.APs[i].ID)
		}
	}
	return out
}

// judge returns the error (m), the truth's share and whether the floor is right.
// A phone never fixed is scored at the middle of the plan.
func (r *runner) judge(plan *floor.Plan, c *scan) (e, share float64, hit bool) {
	if !r.fixed {
		lo, hi := plan.Levels[0].Outline.Bounds()
		mid := floor.Point{X: (lo.X + hi.X) / 2, Y: (lo.Y + hi.Y) / 2}
		r.last = floor.Position{Level: plan.Levels[0].ID, Point: mid, Area90: plan.Levels[0].Outline.Area(), Area50: plan.Levels[0].Outline.Area() / 2}
	}
	return float64(r.last.Point.Distance(c.at)), r.l.Share(r.phone, c.level, c.at), r.last.Level == c.level
}

// unfiltered returns the errors when every scan comes from a phone never met.
func unfiltered(plan *floor.Plan, r *runner, scans []scan) []float64 {
	var errs []float64
	for i := range scans {
		r.begin()
		r.feed(&scans[i], &floor.Report{})
		e, _, _ := r.judge(plan, &scans[i])
		errs = append(errs, e)
	}
	return errs
}

// allocations returns the memory allocations per fix of one phone in steady
// state, over all scans.
func allocations(r *runner, scans []scan) float64 {
	r.begin()
	report := &floor.Report{}
	r.feed(&scans[0], report)
	before, fixes := mallocs(), r.l.Stats().Fixes
	for i := range scans {
		if i > 0 && scans[i].point != scans[i-1].point {
			r.clock = r.clock.Add(time.Hour)
			for _, ap := range r.alive {
				r.l.Alive(ap, r.clock)
			}
		}
		r.feed(&scans[i], report)
	}
	return float64(mallocs()-before) / float64(max(1, r.l.Stats().Fixes-fixes))
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func count(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func mean(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}

// quantile interpolates in sorted values.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	at := q * float64(len(v)-1)
	i := int(math.Floor(at))
	j := min(i+1, len(v)-1)
	return v[i] + (v[j]-v[i])*(at-float64(i))
}
