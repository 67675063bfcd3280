package rehearsal

import (
	"math"
	"sync"
	"testing"
	"time"

	"foyer/floor"

	"github.com/google/go-cmp/cmp"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// still stands at one place for ever.
type still struct {
	ways *Ways
	spot Spot
}

func (s still) At(time.Time) (Spot, bool) { return s.ways.spot(s.spot), true }

// firstStore is the example's air of seed 1 and its ways, made once: neither
// changes, and a world takes long to make.
var firstStore = sync.OnceValues(func() (*World, *Ways) {
	plan := floor.Example()
	wy, err := NewWays(plan)
	if err != nil {
		panic(err)
	}
	return NewWorld(plan, 1), wy
})

func ways(tb testing.TB, plan *floor.Plan) *Ways {
	tb.Helper()
	w, err := NewWays(plan)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// moments gathers mean, sd and correlation.
type moments struct{ n, x, y, xx, yy, xy float64 }

func (m *moments) add(x, y float64) {
	m.n++
	m.x += x
	m.y += y
	m.xx += x * x
	m.yy += y * y
	m.xy += x * y
}
func (m *moments) mean() float64 { return m.x / m.n }
func (m *moments) sd() float64   { return math.Sqrt(m.xx/m.n - m.mean()*m.mean()) }
func (m *moments) correlation() float64 {
	return (m.xy/m.n - m.x*m.y/m.n/m.n) / math.Sqrt((m.xx/m.n-m.x*m.x/m.n/m.n)*(m.yy/m.n-m.y*m.y/m.n/m.n))
}

func TestShadowIsNoEasierThanPromised(t *testing.T) {
	seeds := uint64(5)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		w := NewWorld(floor.Example(), seed)
		r := draw(seed, "test")
		n := w.AccessPoints()
		a, b, c := make([]float64, n), make([]float64, n), make([]float64, n)
		var size, near, far, across moments
		for range 20_000 {
			p := floor.Point{X: floor.Metre(between(r, 0, 40)), Y: floor.Metre(between(r, 0, 25))}
			phi := between(r, 0, 2*math.Pi)
			dir := floor.Point{X: floor.Metre(math.Cos(phi)), Y: floor.Metre(math.Sin(phi))}
			clear(a)
			clear(b)
			clear(c)
			w.shadow.add(a, p)
			w.shadow.add(b, step(p, dir, 3))
			w.shadow.add(c, step(p, dir, 9))
			for i := range n {
				size.add(a[i], 0)
				near.add(a[i], b[i])
				far.add(a[i], c[i])
				across.add(a[i], a[(i+1)%n])
			}
		}
		if sd := size.sd(); sd < 4 || sd > 5.2 {
			t.Errorf("seed %d: shadow sd %.2f dB, want 4 to 5.2", seed, sd)
		}
		if c := near.correlation(); c < 0.25 || c > 0.5 {
			t.Errorf("seed %d: correlation at 3 m %.2f, want about 1/e", seed, c)
		}
		if c := far.correlation(); math.Abs(c) > 0.2 {
			t.Errorf("seed %d: correlation at 9 m %.2f, want almost none", seed, c)
		}
		if c := across.correlation(); c < 0.05 || c > 0.45 {
			t.Errorf("seed %d: correlation between access points %.2f, want about %.2f", seed, c, shadowShared)
		}
	}
}

func TestReadings(t *testing.T) {
	w, _ := firstStore()
	heard, asked := 0, 0
	var noise, successive moments
	for phone := range 200 {
		p := w.NewPhone(nil, PhoneOptions{Number: phone})
		p.offset, p.body = 0, 0
		spot := Spot{Point: floor.Point{X: 20, Y: 20}, Moving: phone%2 == 0}
		last := math.NaN()
		for i := range 50 {
			at := monday.Add(time.Duration(i) * time.Second)
			asked++
			p.hear(at, spot, func(ap int, rssi floor.DBm) {
				if ap != 8 { // ap-09, 3.5 m away: never near the cut
					return
				}
				heard++
				v := float64(rssi) - p.power[ap] + p.links[ap].crowd
				noise.add(v, 0)
				if !spot.Moving && !math.IsNaN(last) {
					successive.add(last, v)
				}
				last = v
			})
		}
	}
	if share := 1 - float64(heard)/float64(asked); math.Abs(share-0.1) > 0.015 {
		t.Errorf("%.3f of the readings are lost, want 0.1", share)
	}
	if sd := noise.sd(); math.Abs(sd-3) > 0.2 {
		t.Errorf("a reading's sd is %.2f dB, want 3", sd)
	}
	if c := successive.correlation(); c < 0.4 || c > 0.7 {
		t.Errorf("correlation of successive readings standing still is %.2f, want about %.1f", c, stillFading)
	}
}

func TestPhonesDiffer(t *testing.T) {
	w := NewWorld(floor.Example(), 3)
	var offsets moments
	ips, addrs := map[string]bool{}, map[string]bool{}
	for i := range 2000 {
		p := w.NewPhone(nil, PhoneOptions{Number: i})
		offsets.add(p.offset, 0)
		ips[p.IP().String()], addrs[p.addr.text] = true, true
		if !p.addr.addr.Random() || p.IP().As4()[1] != 1 || !p.IP().IsLoopback() {
			t.Fatalf("phone %d has the address %s at %s", i, p.addr.text, p.IP())
		}
		if p.body < bodyLeast || p.body > bodyMost {
			t.Fatalf("phone %d: a body takes %.1f dB", i, p.body)
		}
	}
	if sd := offsets.sd(); math.Abs(sd-4) > 0.3 || math.Abs(offsets.mean()) > 0.3 {
		t.Errorf("offsets: mean %.2f, sd %.2f dB, want 0 and 4", offsets.mean(), sd)
	}
	if len(ips) != 2000 || len(addrs) != 2000 {
		t.Errorf("%d IP and %d hardware addresses for 2,000 phones", len(ips), len(addrs))
	}
}

func TestBodyStandsInTheWay(t *testing.T) {
	w, _ := firstStore()
	p := w.NewPhone(nil, PhoneOptions{})
	p.mount = 0
	ap := &w.antennas[8]
	here := floor.Point{X: ap.at.X - 15, Y: ap.at.Y} // the access point lies in direction +x
	front := p.bodyLoss(ap, Spot{Point: here, Heading: 0})
	back := p.bodyLoss(ap, Spot{Point: here, Heading: math.Pi})
	under := p.bodyLoss(ap, Spot{Point: ap.at, Heading: math.Pi})
	if front > 0.01 || back < bodyLeast*0.9 || back > bodyMost || under > 0.01 {
		t.Errorf("in front %.2f, behind %.2f, underneath %.2f dB", front, back, under)
	}
}

func TestWallsTakeMoreAtAnAngle(t *testing.T) {
	w := &World{walls: []floor.Wall{{From: floor.Point{X: 0, Y: -50}, To: floor.Point{X: 0, Y: 50}, Loss: 6}}}
	at := func(x, y floor.Metre) floor.Point { return floor.Point{X: x, Y: y} }
	straight := w.wallLoss(at(-1, 0), at(1, 0))
	askew := w.wallLoss(at(-1, -10), at(1, 10))
	if straight < 5 || straight > 6 || askew < straight*1.5 || w.wallLoss(at(1, 0), at(2, 0)) != 0 {
		t.Errorf("straight %.1f, askew %.1f dB through a wall of 6", straight, askew)
	}
}

func TestPowerFallsTwiceOverDistance(t *testing.T) {
	a := antenna{up: 0.3, bend: breakpoint, far: farExponent}
	at := func(x floor.Metre) floor.Point { return floor.Point{X: x} }
	if near := a.pathLoss(at(10)) - a.pathLoss(at(1)); math.Abs(near-20) > 0.5 {
		t.Errorf("%.1f dB from 1 to 10 m, want 20", near)
	}
	if far := a.pathLoss(at(100)) - a.pathLoss(at(10)); math.Abs(far-35) > 0.1 {
		t.Errorf("%.1f dB from 10 to 100 m, want 35", far)
	}
}

func TestDriftIsSlowAndSmall(t *testing.T) {
	var size, step moments
	for seed := range uint64(20) {
		a := newAntenna(draw(seed, "antennas"), floor.AccessPoint{Height: 3})
		for i := range 2000 {
			at := monday.Add(time.Duration(i) * 7 * time.Second)
			size.add(a.drift(at), 0)
			step.add(a.drift(at.Add(time.Second))-a.drift(at), 0)
		}
	}
	if size.sd() < 0.9 || size.sd() > 1.5 || step.sd() > 0.05 {
		t.Errorf("drift: sd %.2f dB, %.3f dB in a second", size.sd(), step.sd())
	}
}

func TestWorldFollowsFromTheSeed(t *testing.T) {
	p := floor.Point{X: 12.3, Y: 8.1}
	power := func(seed uint64) []float64 { return NewWorld(floor.Example(), seed).Power(nil, p, monday) }
	seven := power(7)
	if d := cmp.Diff(seven, power(7)); d != "" {
		t.Error(d)
	}
	if cmp.Equal(seven, power(8)) {
		t.Error("two seeds give the same air")
	}
}

// The store is believable: near an access point a phone is strong, and a few
// access points hear it everywhere.
func TestLevelsAreBelievable(t *testing.T) {
	plan := floor.Example()
	wy := ways(t, plan)
	w := NewWorld(plan, 2)
	r := draw(2, "test")
	var strongest, audible moments
	for range 500 {
		node := int32(r.IntN(len(wy.steps)))
		if wy.steps[node] == 0 {
			continue
		}
		best, n := -200.0, 0
		for _, v := range w.Power(nil, wy.place(node), monday) {
			best = max(best, v)
			if v > sensitivity {
				n++
			}
		}
		strongest.add(best, 0)
		audible.add(float64(n), 0)
	}
	if m := strongest.mean(); m < -65 || m > -45 {
		t.Errorf("the strongest access point is at %.0f dBm on average", m)
	}
	if m := audible.mean(); m < 5 || m > 10 {
		t.Errorf("%.1f access points hear a phone on average", m)
	}
}
