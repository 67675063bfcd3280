package walk

import (
	"errors"
	"testing"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
)

// Between two taps she walks straight and evenly; what is heard before the first
// and after the last has no truth and is not kept.
func TestATrackHasItsTruth(t *testing.T) {
	k, dir := NewTrack(floor.Example()), t.TempDir()
	t0 := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	ap := floor.Example().Levels[0].AccessPoints[0].ID
	hear := func(s float64) { k.Hear(ap, -60, t0.Add(time.Duration(s*1000)*time.Millisecond)) }
	tap := func(x, y floor.Metre, s float64) {
		t.Helper()
		if err := k.Tap("ground", floor.Point{X: x, Y: y}, t0.Add(time.Duration(s*1000)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	hear(-3)
	tap(10, 10, 0)
	tap(10, 10, 0) // a double tap
	for s := range 30 {
		hear(float64(s) + 0.4)
	}
	tap(20, 10, 10)
	if err := k.Save(dir); !errors.Is(err, ErrTrack) && err != nil {
		t.Fatal(err)
	}
	tap(20, 20, 20)
	for at, want := range map[string]error{"outside": ErrPlace} {
		if err := k.Tap("ground", floor.Point{X: 99, Y: 1}, t0.Add(30*time.Second)); !errors.Is(err, want) {
			t.Errorf("%s: %v", at, err)
		}
	}
	if n := len(k.Taps()); n != 3 {
		t.Errorf("%d taps", n)
	}
	if err := k.Save(dir); err != nil {
		t.Fatal(err)
	}
	f, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		n++
		want := floor.Point{X: floor.Metre(10 + int(r.T)), Y: 10}
		want.X += .5
		if r.T > 10 {
			want = floor.Point{X: 20, Y: floor.Metre(int(r.T)) + .5}
		}
		if r.Split != recording.TestTrack || r.Device != Device || r.At.Distance(want) > 0.01 {
			t.Errorf("at %v s: %+v, want %v", r.T, r, want)
		}
	}
	if n != 20 {
		t.Errorf("%d rows: what was heard after the last tap, or before the first, is kept", n)
	}
}

// Too little is not kept.
func TestAShortTrack(t *testing.T) {
	k := NewTrack(floor.Example())
	t0 := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	if err := errors.Join(k.Tap("ground", floor.Point{X: 10, Y: 10}, t0), k.Tap("ground", floor.Point{X: 12, Y: 10}, t0.Add(5*time.Second))); err != nil {
		t.Fatal(err)
	}
	for s := range 4 {
		k.Hear("ap-01", -60, t0.Add(time.Duration(s)*time.Second))
	}
	if err := k.Save(t.TempDir()); !errors.Is(err, ErrTrack) {
		t.Errorf("five seconds: %v", err)
	}
}
