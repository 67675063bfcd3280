package locator_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

func TestHeldBends(t *testing.T) {
	for _, h := range []locator.Held{{}, {Half: 0.45, Most: 0.86}, {Most: 0.95}, {Half: 0.6, Most: 0.7}} {
		last := -1.0
		for p := 0.0; p <= 1; p += 0.01 {
			took := h.Take(p)
			if took <= last || took < 0 || took > 1 {
				t.Fatalf("%+v: a region of %.2f takes %.3f of the belief, a smaller one %.3f", h, p, took, last)
			}
			if back := h.Hold(took); math.Abs(back-p) > 1e-9 {
				t.Errorf("%+v: a region of %.2f takes %.3f of the belief, which holds %.3f", h, p, took, back)
			}
			if h == (locator.Held{}) && math.Abs(took-p) > 1e-9 {
				t.Errorf("a belief taken at its word: %.3f of it in a region of %.2f", took, p)
			}
			last = took
		}
	}
	if h := (locator.Held{Half: 0.45, Most: 0.86}); h.Take(0.5) != 0.45 || h.Take(0.9) != 0.86 {
		t.Errorf("%+v: takes %v and %v", h, h.Take(0.5), h.Take(0.9))
	}
}

// The map's shares decide the areas that a fix reports, the region that is drawn
// and the share of a place alike; what is unknown they do not touch.
func TestRegionsTakeWhatTheMapSays(t *testing.T) {
	type seen struct {
		p     floor.Position
		drawn float64 // m2
		share float64 // of a place off the middle
	}
	look := func(h locator.Held) (s seen) {
		plan, w := floor.Example(), newWalker(4)
		m := survey.MapFromPlan(plan)
		m.Held = h
		l, err := locator.New(plan, m, locator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			for _, r := range w.second() {
				l.Observe(r)
			}
		}
		l.Sweep(w.now.Add(time.Minute), func(p floor.Position) { s.p = p })
		for _, r := range l.Region(s.p.Phone, 0.9) {
			s.drawn += float64((r.Hi.X - r.Lo.X) * (r.Hi.Y - r.Lo.Y))
		}
		at := s.p.Point
		at.X += 2
		s.share = l.Share(s.p.Phone, s.p.Level, at)
		return s
	}
	whole, part := look(locator.Held{}), look(locator.Held{Half: 0.4, Most: 0.8})
	if !(part.p.Area50 < whole.p.Area50 && part.p.Area90 < 0.9*whole.p.Area90 && part.drawn < whole.drawn) {
		t.Errorf("regions of %.2f, %.2f and drawn %.2f m2 take less belief than of %.2f, %.2f and %.2f",
			part.p.Area50, part.p.Area90, part.drawn, whole.p.Area50, whole.p.Area90, whole.drawn)
	}
	if math.Abs(part.drawn-part.p.Area90) > 0.5 {
		t.Errorf("drawn %.2f m2, reported %.2f", part.drawn, part.p.Area90)
	}
	if want := (locator.Held{Half: 0.4, Most: 0.8}).Hold(whole.share); math.Abs(part.share-want) > 1e-9 || part.share == whole.share {
		t.Errorf("share %.4f, want %.4f of %.4f", part.share, want, whole.share)
	}
	if part.p.Point != whole.p.Point || part.p.Unknown != whole.p.Unknown {
		t.Error("the point or what is unknown changed")
	}
}

func TestHeldIsChecked(t *testing.T) {
	plan := floor.Example()
	for _, h := range []locator.Held{{Half: 0.9, Most: 0.5}, {Half: 0.5, Most: 1}, {Half: -1, Most: 0.9}, {Half: 0.5, Most: math.NaN()}, {Half: 0.95}} {
		m := survey.MapFromPlan(plan)
		m.Held = h
		if _, err := locator.New(plan, m, locator.Options{}); !errors.Is(err, locator.ErrMap) {
			t.Errorf("%+v: %v", h, err)
		}
	}
}
