package rehearsal

import (
	"math"
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

// A vendor's positions every few seconds, whose errors (4 m per axis) last for a
// quarter of a minute: the locator's regions about them are honest, it is no
// worse than they are, and with readings besides better than either.
func TestHintsAreFused(t *testing.T) {
	if testing.Short() {
		t.Skip("hours of people")
	}
	s := surveyed(t, 12, survey.Full)
	level := &s.plan.Levels[0]
	crowd := s.crowd(t, 8, 14, monday.Add(26*time.Hour))
	var raw float64
	var hinted, read, both honesty
	for i := range crowd {
		x := &crowd[i]
		var ls [3]*locator.Locator
		for k := range ls {
			l, err := locator.New(s.plan, s.radio, locator.Options{Margin: 3})
			if err != nil {
				t.Fatal(err)
			}
			ls[k] = l
		}
		r := draw(uint64(i), "vendor")
		const every, keeps, sd = 5, 0.72, 4.0 // keeps a second's 0.93 over five
		ex, ey := sd*r.NormFloat64(), sd*r.NormFloat64()
		for at := x.walk.Begins(); at.Before(x.walk.Ends()); at = at.Add(time.Second) {
			spot, _ := x.walk.At(at)
			if !spot.Inside {
				continue
			}
			now := at.Unix()%every == 0
			x.phone.hear(at, spot, func(ap int, rssi floor.DBm) {
				if now {
					for _, l := range ls[1:] {
						l.Observe(floor.Report{AP: level.AccessPoints[ap].ID, Phone: x.id, RSSI: rssi, At: at})
					}
				}
			})
			if !now {
				continue
			}
			fresh := sd * math.Sqrt(1-keeps*keeps)
			ex, ey = keeps*ex+fresh*r.NormFloat64(), keeps*ey+fresh*r.NormFloat64()
			told := floor.Point{X: spot.Point.X + floor.Metre(ex), Y: spot.Point.Y + floor.Metre(ey)}
			raw += math.Hypot(ex, ey)
			for _, l := range []*locator.Locator{ls[0], ls[2]} {
				l.Hint(floor.Hint{Phone: x.id, Level: level.ID, Point: told, SD: sd, At: at})
			}
			for k, h := range []*honesty{&hinted, &read, &both} {
				ls[k].Sweep(at.Add(2*time.Second), func(p floor.Position) { h.add(ls[k], p, level.ID, spot) })
			}
		}
	}
	t.Logf("figure: the vendor is %.2f m off", raw/hinted.n)
	for name, h := range map[string]*honesty{"hints": &hinted, "readings": &read, "both": &both} {
		t.Logf("figure: %s: %.2f m off, the 50 %% region holds %.2f, the 90 %% %.2f", name, h.off/h.n, h.half/h.n, h.most/h.n)
	}
	if hinted.off > raw || both.off/both.n > 1.02*min(hinted.off/hinted.n, read.off/read.n) {
		t.Errorf("%.2f m by hints of %.2f m, %.2f by readings, %.2f by both", hinted.off/hinted.n, raw/hinted.n, read.off/read.n, both.off/both.n)
	}
	if half, most := hinted.half/hinted.n, hinted.most/hinted.n; half < 0.4 || half > 0.65 || most < 0.83 || most > 0.97 {
		t.Errorf("by hints the regions hold the truth %.2f and %.2f of the time", half, most)
	}
}
