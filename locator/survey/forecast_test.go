package survey

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"foyer/floor"
)

// The forecast knows the plan alone; the made-up recording has its own air. It
// must come within a factor of 1.6 of what single fixes without a survey really
// err by: as of 2026-11-25 it says 3.3 m where they have a median of 2.6 m, and
// 2.9 m for the public lecture theatre's 2.9 m. No constant was chosen for that.
func TestForecastIsAboutRight(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: a whole forecast takes seconds: run without -short")
	}
	const walk = "../../rehearsal/testdata/walk"
	f, err := Predict(t.Context(), floor.Example(), nil)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := Evaluate(walk, Options{Survey: None})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure: forecast: mean %.2f median %.2f p90 %.2f m; recording: %+v", f.Mean, f.Median, f.P90, rs[0])
	if ratio := f.Median / rs[0].Median; ratio < 1/1.6 || ratio > 1.6 {
		t.Errorf("the forecast's median is %.2f of the recording's", ratio)
	}
	if f.Few > 0.05 || f.AccessPoints != 10 || len(f.Cells) < 800 || f.RightFloor != nil {
		t.Errorf("%d access points, %.2f of the floor under three, %d cells", f.AccessPoints, f.Few, len(f.Cells))
	}
}

// The suggestion was chosen over some places and draws; over others it must
// still beat a place chosen by chance.
func TestOneMoreBeatsChance(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: the search takes seconds: run without -short")
	}
	plan := floor.Example()
	plan.Levels[0].AccessPoints = plan.Levels[0].AccessPoints[:6]
	best, err := oneMore(t.Context(), plan, usual(6), nil)
	if err != nil {
		t.Fatal(err)
	}
	at := spread(plan, 2.7) // not the search's places
	before, err := forecastErrors(plan, at, 100, 106)
	if err != nil {
		t.Fatal(err)
	}
	ceiling := free(plan, spread(plan, 2))
	rng := rand.New(rand.NewPCG(1, 2))
	var chance float64
	const tries = 6
	for range tries {
		b, err := judgePlace(plan, ceiling[rng.IntN(len(ceiling))], at, before, 100, 106)
		if err != nil {
			t.Fatal(err)
		}
		chance += b.After / tries
	}
	p := ceiling[0]
	p.Level, p.At = best.Level, best.At
	got, err := judgePlace(plan, p, at, before, 100, 106)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v; by chance %.2f m", got, chance)
	if got.After >= chance-0.1 || got.After >= got.Before-2*got.SE {
		t.Errorf("one more at %v: %.2f to %.2f m, by chance %.2f m", best.At, got.Before, got.After, chance)
	}
}

func TestForecastOfTwoFloors(t *testing.T) {
	plan := floor.Example()
	upper := plan.Levels[0]
	upper.ID, upper.Name, upper.Zones = "first", "First floor & gallery", nil
	upper.AccessPoints = nil
	for i, a := range plan.Levels[0].AccessPoints[:2] {
		a.ID = floor.APID([]string{"up-1", "up-2"}[i])
		upper.AccessPoints = append(upper.AccessPoints, a)
	}
	plan.Levels = append(plan.Levels, upper)
	calls, last := 0, 0.0
	f, err := predict(t.Context(), plan, effort{cells: 60, draws: 1, ceiling: 4, at: 20, tries: 1, finals: 1, again: 1}, func(done, total int) {
		now := float64(done) / float64(total)
		if now < last-1e-9 || now > 1 {
			t.Errorf("progress went from %.3f to %.3f", last, now)
		}
		calls, last = calls+1, now
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls < 10 || last != 1 {
		t.Errorf("%d calls, the last at %.2f", calls, last)
	}
	if f.RightFloor == nil || *f.RightFloor < 0.5 || f.Better == nil {
		t.Errorf("right floor %v, one more %+v", f.RightFloor, f.Better)
	}
	var out strings.Builder
	if err := f.Plot(&out); err != nil {
		t.Fatal(err)
	}
	for text, n := range map[string]int{`class="cell"`: len(f.Cells), `class="suggestion"`: int(count(f.Better.Worthwhile())), "First floor &amp; gallery": 1, "Ground floor": 1, "NaN": 0} {
		if got := strings.Count(out.String(), text); got != n {
			t.Errorf("%s occurs %d times, want %d", text, got, n)
		}
	}
}

func TestForecastRefuses(t *testing.T) {
	plan := floor.Example()
	plan.Levels[0].AccessPoints = nil
	if _, err := Predict(t.Context(), plan, nil); !errors.Is(err, ErrForecast) || !strings.Contains(err.Error(), "no access point") {
		t.Error(err)
	}
}

func TestHeatGrowsDarker(t *testing.T) {
	h, last := heat{0, 10}, math.Inf(1)
	for e := -1.0; e <= 11; e += 0.5 {
		var r, g, b int
		for i, c := range []*int{&r, &g, &b} {
			for _, d := range h.ink(e)[1+2*i : 3+2*i] {
				*c = *c*16 + strings.IndexRune("0123456789abcdef", d)
			}
		}
		light := 0.2126*float64(r) + 0.7152*float64(g) + 0.0722*float64(b)
		if light > last+1e-9 {
			t.Errorf("%g m is lighter than less", e)
		}
		last = light
	}
}

// A forecast that nobody waits for any more ends at once.
func TestForecastEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if f, err := Predict(ctx, floor.Example(), nil); f != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", f, err)
	}
	if f, err := oneMore(ctx, floor.Example(), usual(10), nil); f != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", f, err)
	}
}
