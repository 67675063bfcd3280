package walk_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator/survey"
	"foyer/locator/survey/walk"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// hear tells the walk what the example's access points would hear of a device
// that stands at a place: path loss of exponent 2.6, noise of 3 dB.
func hear(w *walk.Walk, at floor.Point, from time.Time, seconds int, rnd *rand.Rand) {
	for s := range seconds {
		for _, ap := range floor.Example().Levels[0].AccessPoints {
			d := math.Max(1, float64(ap.At.Distance(at)))
			rssi := -38 - 26*math.Log10(d) + 3*rnd.NormFloat64()
			if rssi > -85 {
				w.Hear(ap.ID, floor.DBm(rssi), from.Add(time.Duration(s)*time.Second+time.Millisecond))
			}
		}
	}
}

// A walk outlives the power cut after every place, and what is learned of it
// locates.
func TestAWalk(t *testing.T) {
	plan, dir, rnd := floor.Example(), t.TempDir()+"/walk", rand.New(rand.NewPCG(1, 2))
	now := noon
	w, err := walk.Open(dir, plan)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Fit(func(int, int) {}); !errors.Is(err, walk.ErrFew) {
		t.Errorf("a walk of no place: %v", err)
	}
	n := 0
	for y := floor.Metre(2.5); y < 25; y += 5 {
		for x := floor.Metre(3); x < 40; x += 6 {
			at := floor.Point{X: x, Y: y}
			if !plan.Levels[0].Outline.Contains(at) {
				continue
			}
			if err := w.Stand("ground", at, now); err != nil {
				t.Fatal(err)
			}
			hear(w, at, now, 8, rnd)
			if s := w.State(now.Add(5 * time.Second)); s.Now == nil || s.Left != 7*time.Second || s.Now.Scans != 8 || s.Now.Few() {
				t.Fatalf("at %v: %+v", at, s)
			}
			now = now.Add(13 * time.Second)
			if err := w.Move(now); err != nil {
				t.Fatal(err)
			}
			n++
			if w, err = walk.Open(dir, plan); err != nil { // the box was cut off here
				t.Fatal(err)
			}
		}
	}
	s := w.State(now)
	if len(s.Stands) != n || s.Now != nil {
		t.Fatalf("%d of %d places are left", len(s.Stands), n)
	}
	if err := w.Drop(s.Stands[3].Point); err != nil || len(w.State(now).Stands) != n-1 {
		t.Errorf("a place that was dropped is still there: %v", err)
	}
	if testing.Short() {
		return // learning takes seconds
	}
	parts := 0
	out, err := w.Fit(func(int, int) { parts++ })
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	for _, m := range out.Misses {
		sum += m.Error
	}
	if mean := sum / float64(len(out.Misses)); len(out.Misses) != n-1 || mean > 3.5 || parts < 5 {
		t.Errorf("%d places, off by %.1f m on average, %d steps told", len(out.Misses), mean, parts)
	}
	if next := walk.Next(plan, s.Stands, nil); len(next) > 3 {
		t.Errorf("%d places to walk to", len(next))
	}
}

// What cannot be stood at is refused; a place at which nothing was heard, and
// readings between places, are not kept.
func TestPlaces(t *testing.T) {
	w, err := walk.Open(t.TempDir()+"/walk", floor.Example())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		level floor.LevelID
		at    floor.Point
	}{{"ground", floor.Point{X: 100, Y: 5}}, {"attic", floor.Point{X: 5, Y: 20}}, {"ground", floor.Point{X: floor.Metre(math.NaN()), Y: 1}}} {
		if err := w.Stand(tt.level, tt.at, noon); !errors.Is(err, walk.ErrPlace) {
			t.Errorf("%s %v: %v", tt.level, tt.at, err)
		}
	}
	w.Hear("ap-01", -50, noon)
	if err := w.Stand("ground", floor.Point{X: 20, Y: 20}, noon); err != nil {
		t.Fatal(err)
	}
	w.Hear("ap-01", -50, noon.Add(-time.Second))
	w.Hear("ap-01", -50, noon.Add(time.Hour))
	if err := w.Move(noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if s := w.State(noon.Add(time.Minute)); len(s.Stands) != 0 || s.Now != nil || s.Loose != 3 {
		t.Errorf("%+v", s)
	}
}

// Where to walk next: far from where she stood, where the forecast is worst,
// never in a fitting room.
func TestNext(t *testing.T) {
	plan := floor.Example()
	first := walk.Next(plan, nil, nil)
	if len(first) != 3 {
		t.Fatalf("%+v", first)
	}
	for i, s := range first {
		if s.Where == "" || !strings.Contains(s.Where, ",") {
			t.Errorf("place %d has no words: %+v", i, s)
		}
		for _, z := range plan.Levels[0].Zones {
			if z.Private && z.Outline.Contains(s.At) {
				t.Errorf("she is sent to %s", z.Name)
			}
		}
	}
	cells := []survey.ForecastCell{{Level: "ground", At: floor.Point{X: 30, Y: 10}, Error: 5}, {Level: "ground", At: floor.Point{X: 10, Y: 20}, Error: 4}, {Level: "ground", At: floor.Point{X: 31, Y: 10}, Error: 4.9},
		{Level: "ground", At: floor.Point{X: 4, Y: 3}, Error: 9}} // a fitting room
	got := fmt.Sprint(walk.Next(plan, []walk.Stand{{Level: "ground", At: floor.Point{X: 10, Y: 19.9}}}, cells))
	if !strings.HasPrefix(got, "[{ground {30 10} Shoes") || strings.Contains(got, "{10 20}") || strings.Contains(got, "{31 10}") {
		t.Errorf("%s", got)
	}
}
