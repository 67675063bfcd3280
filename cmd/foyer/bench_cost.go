package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

// A cost is one made-up floor and crowd.
type cost struct {
	what        string
	phones, aps int
	area        float64 // m2
}

const costBase = "cost along one axis; else 100 phones, 50 access points, 5,000 m2"

// costCases go along one axis at a time.
func costCases() []cost {
	var out []cost
	for _, n := range []int{10, 100, 1000, 5000} {
		out = append(out, cost{whole(n) + " phones", n, 50, 5000})
	}
	for _, n := range []int{10, 50, 100, 500} {
		out = append(out, cost{fmt.Sprint(n, " access points"), 100, n, 5000})
	}
	for _, a := range []int{500, 5000, 50_000} {
		out = append(out, cost{whole(a) + " m2", 100, 50, float64(a)})
	}
	return out
}

func whole(n int) string {
	if n < 100 {
		return fmt.Sprint(n)
	}
	return amount(float64(n))
}

// costs measures what a fix takes on floors and with crowds of many sizes.
func (b *bench) costs(ctx context.Context, _ *benchSite) error {
	for _, c := range costCases() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := b.cost(c); err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
	}
	return nil
}

// costFixes are measured in each case, times rounds.
const costFixes = 400

func (b *bench) cost(c cost) error {
	before := liveHeap()
	plan := c.plan()
	loc, err := locator.New(plan, survey.MapFromPlan(plan), locator.Options{Margin: benchMargin})
	if err != nil {
		return err
	}
	crowd := newCostCrowd(plan, c.phones)
	for range b.warm {
		crowd.second(loc)
	}
	fixes, spent := loc.Stats().Fixes, time.Duration(0)
	for loc.Stats().Fixes < fixes+uint64(costFixes*b.rounds) {
		spent += crowd.second(loc)
	}
	made := float64(loc.Stats().Fixes - fixes)
	memory := (liveHeap() - before) / (1 << 20)
	b.add(figure{What: c.what, Value: float64(spent.Nanoseconds()) / 1e3 / made, Unit: "us", MiB: max(0.01, memory)})
	runtime.KeepAlive(crowd)
	runtime.KeepAlive(loc)
	return nil
}

func liveHeap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// plan is a floor half as wide again as deep, access points evenly on it.
func (c cost) plan() *floor.Plan {
	deep := math.Sqrt(c.area / 1.5)
	wide := c.area / deep
	l := floor.Level{ID: "g", Outline: floor.Polygon{{}, {X: floor.Metre(wide)}, {X: floor.Metre(wide), Y: floor.Metre(deep)}, {Y: floor.Metre(deep)}}}
	columns := int(math.Ceil(math.Sqrt(1.5 * float64(c.aps))))
	rows := (c.aps + columns - 1) / columns
	for i := range c.aps {
		at := floor.Point{X: floor.Metre(wide * (float64(i%columns) + 0.5) / float64(columns)), Y: floor.Metre(deep * (float64(i/columns) + 0.5) / float64(rows))}
		l.AccessPoints = append(l.AccessPoints, floor.AccessPoint{ID: floor.APID(fmt.Sprint("ap-", i)), At: at, Height: 3})
	}
	return &floor.Plan{Name: c.what, Levels: []floor.Level{l}}
}

// costCrowd walks about at 1 m/s, heard once a second by every access point that
// gets -85 dBm or more of it, 31 m round.
type costCrowd struct {
	rng   *rand.Rand
	level *floor.Level
	size  floor.Point
	ids   []floor.Phone
	at    []floor.Point
	way   []float64 // rad
	now   time.Time
	out   []floor.Report
}

func newCostCrowd(plan *floor.Plan, phones int) *costCrowd {
	c := &costCrowd{rng: rand.New(rand.NewPCG(1, 1)), level: &plan.Levels[0], size: plan.Levels[0].Outline[2], now: time.Unix(1_700_000_000, 0)}
	for range phones {
		c.ids = append(c.ids, floor.NewPhone())
		c.at = append(c.at, floor.Point{X: c.size.X * floor.Metre(c.rng.Float64()), Y: c.size.Y * floor.Metre(c.rng.Float64())})
		c.way = append(c.way, 2*math.Pi*c.rng.Float64())
	}
	return c
}

// second lets one pass and returns the processor time the locator took.
func (c *costCrowd) second(loc *locator.Locator) time.Duration {
	c.now = c.now.Add(time.Second)
	c.out = c.out[:0]
	for i := range c.ids {
		c.way[i] += 0.3 * c.rng.NormFloat64()
		to := floor.Point{X: c.at[i].X + floor.Metre(math.Cos(c.way[i])), Y: c.at[i].Y + floor.Metre(math.Sin(c.way[i]))}
		if to.X < 0 || to.Y < 0 || to.X > c.size.X || to.Y > c.size.Y {
			c.way[i] += math.Pi
			to = c.at[i]
		}
		c.at[i] = to
		for k := range c.level.AccessPoints {
			ap := &c.level.AccessPoints[k]
			rssi := -40 - 30*math.Log10(max(1, float64(to.Distance(ap.At)))) + 4*c.rng.NormFloat64()
			if rssi >= -85 {
				c.out = append(c.out, floor.Report{AP: ap.ID, Phone: c.ids[i], RSSI: floor.DBm(rssi), Kind: floor.UplinkAssoc, At: c.now})
			}
		}
	}
	began := cpuTime()
	for _, r := range c.out {
		loc.Observe(r)
	}
	return cpuTime() - began
}
