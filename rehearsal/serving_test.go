package rehearsal

import (
	"os"
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

// honesty counts how often truth is where a locator says.
type honesty struct {
	n, half, most, unknown, area, off float64
	zones                             [10][2]float64 // by tenths of probability: said, true
}

func (h *honesty) add(l *locator.Locator, p floor.Position, level floor.LevelID, s Spot) {
	share := l.Share(p.Phone, level, s.Point)
	h.n++
	h.area += p.Area90
	h.off += float64(p.Point.Distance(s.Point))
	for _, c := range []struct {
		yes bool
		sum *float64
	}{{share < 0.5, &h.half}, {share < 0.9, &h.most}, {p.Unknown, &h.unknown}} {
		if c.yes {
			*c.sum++
		}
	}
	for _, z := range p.Zones {
		k := min(9, int(z.P*10))
		h.zones[k][0]++
		if z.Zone == s.Zone {
			h.zones[k][1]++
		}
	}
}

// servedOnly lets people shop in some stores whose controller tells, every five
// seconds, only which access point serves a phone, and perhaps how strong it is.
func servedOnly(t *testing.T, seeds uint64, mode survey.Mode, strength bool) (h honesty) {
	t.Helper()
	for seed := range seeds {
		s := surveyed(t, seed+11, mode)
		l, err := locator.New(s.plan, s.radio, locator.Options{Margin: 3})
		if err != nil {
			t.Fatal(err)
		}
		level := &s.plan.Levels[0]
		for _, x := range s.crowd(t, 12, 14, monday.Add(26*time.Hour)) {
			for at := x.walk.Begins(); at.Before(x.walk.Ends()); at = at.Add(time.Second) {
				spot, _ := x.walk.At(at)
				r := floor.Report{Phone: x.id, Kind: floor.Serving, At: at}
				x.phone.hear(at, spot, func(ap int, rssi floor.DBm) {
					if ap == x.phone.serving {
						r.RSSI = rssi
					}
				})
				if x.phone.serving < 0 || !spot.Inside || at.Unix()%5 != 0 || strength && r.RSSI == 0 {
					continue
				}
				r.AP = level.AccessPoints[x.phone.serving].ID
				if !strength {
					r.RSSI = 0
				}
				l.Observe(r)
				l.Sweep(at.Add(2*time.Second), func(p floor.Position) { h.add(l, p, level.ID, spot) })
			}
			l.Forget(x.id)
		}
	}
	return h
}

// Where only the serving access point is known, the regions and the zones'
// probabilities hold the truth about as often as they say, and they are wide.
func TestServingOnlyIsHonest(t *testing.T) {
	if testing.Short() {
		t.Skip("hours of people")
	}
	seeds := uint64(1)
	if os.Getenv("FOYER_LONG") != "" {
		seeds = 2
	}
	for _, mode := range []survey.Mode{survey.Full, survey.None} {
		for _, strength := range []bool{false, true} {
			h := servedOnly(t, seeds, mode, strength)
			half, most, area := h.half/h.n, h.most/h.n, h.area/h.n
			t.Logf("figure: survey %s, strength %v: %.0f fixes, the 50 %% region holds %.2f, the 90 %% %.2f, %.0f m2, %.2f unknown, %.1f m off", mode, strength, h.n, half, most, area, h.unknown/h.n, h.off/h.n)
			if half < 0.4 || half > 0.65 || most < 0.83 || most > 0.97 {
				t.Errorf("survey %s, strength %v: the regions hold the truth %.2f and %.2f of the time", mode, strength, half, most)
			}
			if area < 150 {
				t.Errorf("survey %s, strength %v: %.0f m2 are too sure for one access point", mode, strength, area)
			}
			for k, z := range h.zones {
				if said := (float64(k) + 0.5) / 10; z[0] > h.n/10 && (z[1]/z[0] < said-0.15 || z[1]/z[0] > said+0.4) {
					t.Errorf("survey %s, strength %v: zones at %.2f are right %.2f of the time", mode, strength, said, z[1]/z[0])
				}
			}
		}
	}
}
