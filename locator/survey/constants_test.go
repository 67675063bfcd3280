package survey

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"foyer/floor/recording"
	"foyer/locator"
)

// The locator's constants are no site's: each is a choice among a few, made by
// how much left-out places of the public surveys and of a made-up store surprise
// the locator, in nats a fix. No test split of a public recording is looked at.
// A constant that is far behind the best choice has to be chosen anew.
func TestConstantsAreChosenOnSurveys(t *testing.T) {
	if os.Getenv("FOYER_LONG") == "" {
		t.Skip("SKIP: minutes; FOYER_LONG=1 runs it")
	}
	var benches []bench
	var dirs []string
	madeUp := filepath.Join("..", "..", "rehearsal", "testdata", "walk")
	for _, set := range []string{"ble_tetam/lab", "wifi_rss_rtt/lecture_theatre", "mall_walks/site1_F4"} {
		root := os.Getenv("FOYER_DATA")
		if root == "" {
			root = filepath.Join("..", "..", "..", "shared", "data")
		}
		dir := filepath.Join(root, set)
		if _, err := os.Stat(dir); err != nil {
			t.Skipf("SKIP: no recording %s: set FOYER_DATA to the folder of the public recordings", set)
		}
		dirs = append(dirs, dir)
		benches = append(benches, newBench(t, dir))
	}
	walk := newBench(t, madeUp)
	walks := []bench{benches[2], madeUpWalks(t)}
	benches = append(benches, walk)
	settle(t, benches, "least noise, dB", leastNoise, []float64{2, 2.5, 3, 3.5, 4, 5}, func(m *locator.Map, _ *locator.Options, v float64) { m.Noise = v })
	settle(t, benches, "silence", silence, []float64{0, 0.15, 0.3, 0.5, 1}, func(m *locator.Map, _ *locator.Options, v float64) { m.Hearing.Weight = v })
	plans := []bench{planBench(t, dirs[0]), planBench(t, dirs[1]), planBench(t, madeUp)}
	settle(t, plans, "effect, no survey", defaultEffect, []float64{3, 4.5, 6, 6.5, 8, 11}, func(m *locator.Map, _ *locator.Options, v float64) { m.Effect = v })
	settle(t, walks, "speed, m/s", 1.2, []float64{0.7, 0.9, 1.2, 1.6}, func(_ *locator.Map, o *locator.Options, v float64) { o.Motion.Speed = v })
	settle(t, walks, "stop, 1/s", 0.15, []float64{0.05, 0.15, 0.3}, func(_ *locator.Map, o *locator.Options, v float64) { o.Motion.Stop = v })
	settle(t, walks, "go, 1/s", 0.4, []float64{0.1, 0.2, 0.4, 0.8}, func(_ *locator.Map, o *locator.Options, v float64) { o.Motion.Go = v })
	settle(t, walks, "lost", 1e-4, []float64{1e-5, 1e-4, 1e-3}, func(_ *locator.Map, o *locator.Options, v float64) { o.Motion.Lost = v })
	settle(t, walks, "wander, dB", 0.1, []float64{0.03, 0.1, 0.3}, func(_ *locator.Map, o *locator.Options, v float64) { o.Motion.Wander = v })
}

// behind (nats a fix) is how far a constant may be from the best choice.
const behind = 0.05

// settle prints what each choice of a constant surprises by, on average, and
// holds the one in force against the best.
func settle(t *testing.T, benches []bench, name string, inForce float64, choices []float64, set func(*locator.Map, *locator.Options, float64)) {
	t.Helper()
	best, own := math.Inf(1), math.Inf(1)
	for _, v := range choices {
		var sum float64
		var each []float64
		for _, b := range benches {
			s := b.surprise(t, func(m *locator.Map, o *locator.Options) { set(m, o, v) })
			each = append(each, math.Round(s*1000)/1000)
			sum += s / float64(len(benches))
		}
		t.Logf("%-16s %-6v %.3f nats %v", name, v, sum, each)
		best = min(best, sum)
		if v == inForce {
			own = sum
		}
	}
	if !(own < best+behind) {
		t.Errorf("%s: %v surprises by %.3f nats a fix, the best choice by %.3f", name, inForce, own, best)
	}
}

// A bench is what a recording offers to choose by.
type bench struct {
	trials []trial
}

func newBench(t *testing.T, dir string) bench {
	t.Helper()
	s, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	train, plan, err := s.survey(Full)
	if err != nil {
		t.Fatal(err)
	}
	m, err := fit(plan, train, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	trials, err := newTrials(plan, m, train)
	if err != nil {
		t.Fatal(err)
	}
	return bench{trials}
}

// planBench is a map of the plan alone, and the places of the survey, which it
// has not seen.
func planBench(t *testing.T, dir string) bench {
	t.Helper()
	s, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	train, err := s.train(Full)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.floorPlan(nil)
	if err != nil {
		t.Fatal(err)
	}
	one := trial{plan: plan, m: MapFromPlan(plan)}
	for i := range train {
		one.left = append(one.left, &train[i])
	}
	one.left = thin(one.left, 600)
	return bench{[]trial{one}}
}

// madeUpWalks is the made-up store's own walks, which its survey has not seen.
func madeUpWalks(t *testing.T) bench {
	t.Helper()
	s, err := load(filepath.Join("..", "..", "rehearsal", "testdata", "walk"))
	if err != nil {
		t.Fatal(err)
	}
	train, plan, err := s.survey(Full)
	if err != nil {
		t.Fatal(err)
	}
	m, err := fit(plan, train, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	one := trial{plan: plan, m: m, walks: true}
	for i := range s.scans[recording.TestTrack] {
		one.left = append(one.left, &s.scans[recording.TestTrack][i])
	}
	return bench{[]trial{one}}
}

// surprise returns the mean surprise (nats) of what was left out, with an altered
// map and altered options.
func (b bench) surprise(t *testing.T, alter func(*locator.Map, *locator.Options)) float64 {
	t.Helper()
	var sum, n float64
	for i := range b.trials {
		m, o := *b.trials[i].m, locator.Options{Margin: margin}
		alter(&m, &o)
		l, err := locator.New(b.trials[i].plan, &m, o)
		if err != nil {
			t.Fatal(err)
		}
		again := trial{plan: b.trials[i].plan, m: &m, l: l, left: b.trials[i].left, walks: b.trials[i].walks}
		again.run(func(r *runner, c *scan) {
			_, density := l.Judge(r.phone, c.level, c.at)
			sum -= math.Log(density + missed)
			n++
		})
	}
	return sum / n
}
