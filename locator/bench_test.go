package locator_test

import (
	"math"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

// walker makes up the readings of phones that walk the example plan: log-distance,
// walls and noise, once a second, every access point within 25 m.
type walker struct {
	rng    *rand.Rand
	plan   *floor.Plan
	phone  floor.Phone
	at     floor.Point
	to     floor.Point
	now    time.Time
	out    []floor.Report
	offset float64 // dB
}

func newWalker(seed uint64) *walker {
	return &walker{rng: rand.New(rand.NewPCG(seed, 1)), plan: floor.Example(), phone: floor.NewPhone(),
		at: floor.Point{X: 20, Y: 20}, to: floor.Point{X: 20, Y: 20}, now: start()}
}

func start() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

func (w *walker) second() []floor.Report {
	w.now = w.now.Add(time.Second)
	if d := w.at.Distance(w.to); d < 1.2 {
		w.to = floor.Point{X: floor.Metre(2 + 36*w.rng.Float64()), Y: floor.Metre(9 + 14*w.rng.Float64())}
	} else {
		w.at.X += (w.to.X - w.at.X) / d * 1.2
		w.at.Y += (w.to.Y - w.at.Y) / d * 1.2
	}
	w.out = w.out[:0]
	for _, ap := range w.plan.Levels[0].AccessPoints {
		d := float64(ap.At.Distance(w.at))
		if d > 25 {
			continue
		}
		loss := 0.0
		for _, wall := range w.plan.Levels[0].Walls {
			if floor.Crosses(ap.At, w.at, wall.From, wall.To) {
				loss += wall.Loss
			}
		}
		w.out = append(w.out, floor.Report{AP: ap.ID, Phone: w.phone, Kind: floor.UplinkAssoc,
			RSSI: floor.DBm(-40 + w.offset - 25*math.Log10(max(d, 1)) - loss + 4*w.rng.NormFloat64()), At: w.now})
	}
	return w.out
}

func exampleLocator(tb testing.TB, o locator.Options) *locator.Locator {
	plan := floor.Example()
	l, err := locator.New(plan, survey.MapFromPlan(plan), o)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// BenchmarkFix measures one fix of one walking phone on the 40 x 25 m example
// plan: ten access points, cells of 0.5 m, no margin.
func BenchmarkFix(b *testing.B) { benchmarkFix(b, locator.Options{}) }

// BenchmarkFixWatched is the same with the access points watched.
func BenchmarkFixWatched(b *testing.B) { benchmarkFix(b, locator.Options{Watch: true}) }

func benchmarkFix(b *testing.B, o locator.Options) {
	l, w := exampleLocator(b, o), newWalker(1)
	second := func() {
		for _, r := range w.second() {
			l.Observe(r)
		}
	}
	for range 32 {
		second()
	}
	b.ReportAllocs()
	before := cpu(b)
	b.ResetTimer()
	for range b.N {
		second()
	}
	b.StopTimer()
	b.ReportMetric(float64((cpu(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	if f := l.Stats().Fixes; f < uint64(b.N) {
		b.Fatalf("%d fixes in %d seconds", f, b.N)
	}
}

// cpu returns the processor time this process has used: on a busy machine the
// truer measure.
func cpu(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
