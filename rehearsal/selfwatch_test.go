package rehearsal

import (
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

// A watched is a surveyed store whose air changes after the survey, and the
// locator that does not know it.
type watched struct {
	plan  *floor.Plan
	ways  *Ways
	air   *World // as it is now
	radio *locator.Map
	dead  int
	seed  uint64
}

// surveyed makes a store of a seed and its map.
func surveyed(tb testing.TB, seed uint64, mode survey.Mode) *watched {
	tb.Helper()
	plan := floor.Example()
	s := &watched{plan: plan, ways: ways(tb, plan), air: NewWorld(plan, seed), dead: -1, seed: seed}
	if mode == survey.None {
		s.radio = survey.MapFromPlan(plan)
		return s
	}
	dir := tb.TempDir()
	if err := s.air.Record(dir, plan, s.ways, RecordOptions{SurveyOnly: true}); err != nil {
		tb.Fatal(err)
	}
	m, _, err := survey.Fit(dir, mode, nil)
	if err != nil {
		tb.Fatal(err)
	}
	s.radio = m
	return s
}

// move hangs an access point elsewhere; the walls, antennas and shadows stay.
func (s *watched) move(ap int, dx, dy floor.Metre) {
	plan := floor.Example()
	at := &plan.Levels[0].AccessPoints[ap].At
	at.X, at.Y = at.X+dx, at.Y+dy
	s.air = NewWorld(plan, s.seed)
}

// weaken takes some dB from an access point's power.
func (s *watched) weaken(ap int, db float64) {
	s.air = NewWorld(s.plan, s.seed)
	s.air.antennas[ap].peak -= db
}

// A found is when an access point was named, and as what.
type found struct {
	locator.Suspect
	after float64 // phone-minutes
}

// A watchedDay is some hours of a store.
type watchedDay struct {
	phones  int // inside at once, about
	before  int // minutes until the change
	after   int // minutes from then on
	change  func(s *watched)
	unwatch bool
}

// play lets people shop and returns the mean error (m) over the second half of
// the time after the change, and who was named, each once per change.
func (s *watched) play(tb testing.TB, d watchedDay) (mean float64, named []found) {
	tb.Helper()
	healthy, dead := s.air, s.dead
	defer func() { s.air, s.dead = healthy, dead }()
	l, err := locator.New(s.plan, s.radio, locator.Options{Margin: 3, Watch: !d.unwatch})
	if err != nil {
		tb.Fatal(err)
	}
	begin := monday.Add(26 * time.Hour)
	crowd := s.crowd(tb, d.phones, d.before+d.after, begin)
	n, spent := 0.0, 0.0
	for sec := range (d.before + d.after) * 60 {
		at := begin.Add(time.Duration(sec) * time.Second)
		if sec == d.before*60 && d.change != nil {
			d.change(s)
		}
		for i := range crowd {
			c := &crowd[i]
			spot, ok := c.walk.At(at)
			if !ok || !spot.Inside {
				continue
			}
			if sec >= d.before*60 {
				spent++
			}
			c.phone.world = s.air
			c.phone.hear(at, spot, func(ap int, rssi floor.DBm) {
				if ap == s.dead {
					return
				}
				p, ok := l.Observe(floor.Report{AP: s.plan.Levels[0].AccessPoints[ap].ID, Phone: c.id, RSSI: rssi, At: at})
				if ok && sec > (d.before+d.after/2)*60 {
					mean, n = mean+float64(p.Point.Distance(c.last)), n+1
				}
			})
			c.last = spot.Point
		}
		for _, x := range l.Suspects() {
			if !slices.ContainsFunc(named, func(f found) bool { return f.AP == x.AP && f.Change == x.Change }) {
				named = append(named, found{x, spent / 60})
			}
		}
	}
	return mean / n, named
}

type shopperInCrowd struct {
	walk  *Walk
	phone *Phone
	id    floor.Phone
	last  floor.Point
}

// crowd sends shoppers in one after another, so that about so many are inside.
func (s *watched) crowd(tb testing.TB, phones, minutes int, begin time.Time) (out []shopperInCrowd) {
	const stay = 15
	for i := range phones * (minutes/stay + 1) {
		starts := begin.Add(time.Duration(i*stay*60/phones) * time.Second)
		walk, err := s.ways.Walk(Outing{Starts: starts, Stay: stay * time.Minute}, s.seed*1000+uint64(i))
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, shopperInCrowd{walk: walk, phone: s.air.NewPhone(walk, PhoneOptions{Number: i}), id: floor.NewPhone()})
	}
	return out
}

func (f found) String() string {
	return fmt.Sprintf("%s %v after %.0f phone-minutes (%.0f nats, %.1f dB)", f.AP, f.Change, f.after, f.Evidence, f.Bias)
}

// away returns a place 8 m from an access point, within the plan.
func (s *watched) away(ap int) (dx, dy floor.Metre) {
	r := draw(s.seed, "away")
	at := s.plan.Levels[0].AccessPoints[ap].At
	for {
		sin, cos := math.Sincos(between(r, 0, 2*math.Pi))
		dx, dy = floor.Metre(8*cos), floor.Metre(8*sin)
		if s.plan.Levels[0].Outline.Contains(floor.Point{X: at.X + dx, Y: at.Y + dy}) {
			return dx, dy
		}
	}
}

// TestWatchNames lets an access point move by 8 m, lose 10 dB or die while
// people shop, six at a time: it is named as what it is within so many
// phone-minutes, and nobody else is.
func TestWatchNames(t *testing.T) {
	if testing.Short() {
		t.Skip("hours of people")
	}
	seeds := []uint64{32}
	if os.Getenv("FOYER_LONG") != "" {
		seeds = []uint64{31, 32, 33, 36, 37, 38, 40}
	}
	var with, without float64
	for _, seed := range seeds {
		s := surveyed(t, seed, survey.Full)
		ap := int(seed-31) % s.air.AccessPoints()
		dx, dy := s.away(ap)
		for _, tt := range []struct {
			change locator.Change
			within float64 // phone-minutes
			do     func(s *watched)
		}{
			{locator.Moved, 240, func(s *watched) { s.move(ap, dx, dy) }},
			{locator.Repowered, 120, func(s *watched) { s.weaken(ap, 10) }},
			{locator.Unheard, 15, func(s *watched) { s.dead = ap }},
		} {
			day := watchedDay{phones: 6, before: 20, after: 40, change: tt.do}
			mean, named := s.play(t, day)
			t.Logf("seed %d: %.2f m, named: %v", seed, mean, named)
			if len(named) == 0 || named[0].AP != s.plan.Levels[0].AccessPoints[ap].ID || named[0].Change != tt.change || named[0].after > tt.within {
				t.Errorf("seed %d: access point %d, %v: named %v, want it alone within %.0f phone-minutes", seed, ap+1, tt.change, named, tt.within)
			}
			for _, f := range named {
				if f.AP != named[0].AP {
					t.Errorf("seed %d: %v is named for nothing", seed, f)
				}
			}
			if tt.change != locator.Unheard {
				day.unwatch = true
				plain, _ := s.play(t, day)
				with, without = with+mean, without+plain
			}
		}
	}
	t.Logf("figure: mean error with a changed access point: %.2f m watched, %.2f m not", with/float64(2*len(seeds)), without/float64(2*len(seeds)))
	if with > 0.95*without {
		t.Errorf("a changed access point costs as much watched as not")
	}
}

// TestWatchStaysQuiet: where nothing changes, nobody is named for hours,
// whatever the survey was.
func TestWatchStaysQuiet(t *testing.T) {
	if testing.Short() {
		t.Skip("hours of people")
	}
	seeds, minutes := uint64(1), 60
	if os.Getenv("FOYER_LONG") != "" {
		seeds, minutes = 12, 600
	}
	for seed := range seeds {
		for _, mode := range []survey.Mode{survey.Full, survey.Sparse4, survey.None} {
			t.Run(fmt.Sprintf("%d_%s", seed+11, mode), func(t *testing.T) {
				t.Parallel()
				s := surveyed(t, seed+11, mode)
				if _, named := s.play(t, watchedDay{phones: 6, before: minutes}); len(named) > 0 {
					t.Errorf("%v is named for nothing", named)
				}
			})
		}
	}
}
