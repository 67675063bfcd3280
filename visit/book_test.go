package visit_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"foyer/floor"
	"foyer/visit"
)

func TestNewRefuses(t *testing.T) {
	if _, err := visit.New(nil, visit.Defaults()); !errors.Is(err, visit.ErrPlan) {
		t.Errorf("no plan: %v", err)
	}
	for field, spoil := range map[string]func(*visit.Rules){
		"Arrive":    func(r *visit.Rules) { r.Arrive = 0.49 },
		"Depart":    func(r *visit.Rules) { r.Depart = 0.9 },
		"Positions": func(r *visit.Rules) { r.Positions = 0 },
		"Window":    func(r *visit.Rules) { r.Window = r.Apart },
		"ZoneEnter": func(r *visit.Rules) { r.ZoneEnter = 1 },
		"ZoneLeave": func(r *visit.Rules) { r.ZoneLeave = 0.7 },
		"Settle":    func(r *visit.Rules) { r.Settle = -1 },
		"ReEntry":   func(r *visit.Rules) { r.ReEntry = r.Silence - 1 },
	} {
		r := visit.Defaults()
		spoil(&r)
		if _, err := visit.New(floor.Example(), r); !errors.Is(err, visit.ErrRules) || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// stay makes positions of a phone that stands in a zone.
func stay(t testing.TB, name string, zone floor.ZoneID) floor.Position {
	p := floor.Position{Phone: phone(t, name), Inside: 0.99}
	for _, l := range floor.Example().Levels {
		for _, z := range l.Zones {
			zp := floor.ZoneProb{Zone: z.ID, P: 0.005}
			if z.ID == zone {
				zp.P = 0.95
			}
			p.Zones = append(p.Zones, zp)
		}
	}
	return p
}

func TestReplan(t *testing.T) {
	b := book(t)
	p := stay(t, "p1", "shoes")
	for _, hms := range []string{"10:00:00", "10:00:03"} {
		p.At = clock(t, hms)
		b.Observe(p)
	}
	before, _ := b.Of(p.Phone)
	if before.Zone != "shoes" {
		t.Fatalf("settled in %q", before.Zone)
	}
	plan := floor.Example() // the same store, its first zone gone
	plan.Levels[0].Zones = plan.Levels[0].Zones[1:]
	if err := b.Replan(plan); err != nil {
		t.Fatal(err)
	}
	if v, _ := b.Of(p.Phone); v.Zone != "" || v.ID != before.ID || v.State != floor.Present {
		t.Errorf("under the new plan: %+v", v)
	}
	for _, hms := range []string{"10:00:04", "10:00:07"} { // the locator still has the old order
		p.At = clock(t, hms)
		b.Observe(p)
	}
	if v, _ := b.Of(p.Phone); v.Zone != "shoes" {
		t.Errorf("settled in %q", v.Zone)
	}
	if err := b.Replan(nil); !errors.Is(err, visit.ErrPlan) {
		t.Errorf("no plan: %v", err)
	}
}

func TestForgetAlsoForgetsAnEndNotYetTold(t *testing.T) {
	b := book(t)
	for _, name := range []string{"p1", "p2"} {
		p := stay(t, name, "shoes")
		for _, hms := range []string{"10:00:00", "10:00:03", "11:00:00"} {
			p.At = clock(t, hms)
			b.Observe(p)
		}
	}
	b.Forget(phone(t, "p1"))
	left := b.Sweep(clock(t, "11:00:01"))
	if len(left) != 1 || left[0].Phone != phone(t, "p2") || left[0].State != floor.Ended {
		t.Errorf("told of %v", left)
	}
	if _, ok := b.Of(phone(t, "p1")); ok {
		t.Error("p1 is still in the book")
	}
	if b.Sweep(clock(t, "11:00:02")) != nil {
		t.Error("told twice")
	}
}

func TestStats(t *testing.T) {
	b := book(t)
	p, q := stay(t, "p1", "shoes"), stay(t, "p2", "shoes")
	q.Inside = 0.1
	for _, hms := range []string{"10:00:00", "10:00:03", "10:00:03", "10:10:00", "10:10:03"} {
		p.At, q.At = clock(t, hms), clock(t, hms)
		b.Sweep(p.At)
		b.Observe(p)
		b.Observe(q)
	}
	p.At, p.Unknown = clock(t, "10:10:04"), true
	b.Observe(p)
	b.Sweep(clock(t, "11:00:00"))
	b.Observe(floor.Position{})
	want := visit.Stats{Sensed: 3, Arrived: 1, Passed: 2, Quiet: 1, Returned: 1, Ended: 1, Late: 2, Unknown: 1}
	if d := cmp.Diff(want, b.Stats()); d != "" {
		t.Error(d)
	}
}

// random makes one position of a phone, wild in every way the locator allows.
func random(r *rand.Rand, zones []floor.Zone, p floor.Phone, at time.Time) floor.Position {
	pos := floor.Position{Phone: p, At: at, Unknown: r.IntN(10) == 0, Inside: r.Float64() * 1.3}
	pos.Inside = min(1, pos.Inside)
	left := 1.0
	for _, z := range zones {
		pos.Zones = append(pos.Zones, floor.ZoneProb{Zone: z.ID})
	}
	for range 3 {
		share := left * r.Float64()
		if r.IntN(2) == 0 {
			share = left
		}
		pos.Zones[r.IntN(len(pos.Zones))].P += share
		left -= share
	}
	return pos
}

// witness holds what a book says of one phone against what may never happen.
type witness struct {
	private map[floor.ZoneID]bool
	ended   map[floor.VisitID]bool
	last    floor.Visit
}

func (w *witness) check(t *rapid.T, v floor.Visit) {
	switch {
	case w.private[v.Zone]:
		t.Fatalf("names the privacy zone %s", v.Zone)
	case v.State == floor.Sensed:
		t.Fatalf("tells of one who is only sensed: %+v", v)
	case w.ended[v.ID]:
		t.Fatalf("a visit goes on after its end: %+v", v)
	case v.State == floor.Ended:
		w.ended[v.ID] = true
	case v.ID == w.last.ID && (v.At.Before(w.last.At) || !v.Began.Equal(w.last.Began)):
		t.Fatalf("time goes back: %+v after %+v", v, w.last)
	}
	w.last = v
}

func TestPhonesWalkAlone(t *testing.T) {
	private := map[floor.ZoneID]bool{}
	zones := floor.Example().Levels[0].Zones
	for _, z := range zones {
		private[z.ID] = z.Private
	}
	ignoreID := cmpopts.IgnoreFields(floor.Visit{}, "ID")
	same := cmpopts.EquateComparable(floor.Phone{})
	arrived := 0
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 7))
		crowd, alone := book(t), book(t)
		one, two := phone(t, "p1"), phone(t, "p2")
		now := clock(t, "10:00:00")
		w := &witness{private: private, ended: map[floor.VisitID]bool{}}
		for range 150 {
			gap := time.Duration(r.IntN(8)) * time.Second
			if r.IntN(20) == 0 {
				gap = time.Duration(r.IntN(25)) * time.Minute
			}
			now = now.Add(gap)
			p, at := random(r, zones, one, now), now
			if r.IntN(10) == 0 {
				at = at.Add(-time.Minute) // late
				p.At = at
			}
			got, ok := crowd.Observe(p)
			want, wantOK := alone.Observe(p)
			if ok != wantOK || ok && cmp.Diff(want, got, ignoreID, same) != "" {
				rt.Fatalf("the neighbour matters: %+v %t, alone %+v %t", got, ok, want, wantOK)
			}
			if ok {
				w.check(rt, got)
				arrived++
			}
			crowd.Observe(random(r, zones, two, now))
			if r.IntN(3) > 0 {
				continue
			}
			var mine []floor.Visit
			for _, v := range crowd.Sweep(now) {
				if v.Phone == one {
					w.check(rt, v)
					mine = append(mine, v)
				}
			}
			if d := cmp.Diff(alone.Sweep(now), mine, ignoreID, same, cmpopts.EquateEmpty()); d != "" {
				rt.Fatalf("the neighbour matters to the sweep: %s", d)
			}
		}
		for _, b := range []*visit.Book{crowd, alone} {
			b.Sweep(now.Add(time.Hour))
			if n := b.Stats().Phones; n != 0 {
				rt.Fatalf("%d phones stay for ever", n)
			}
		}
	})
	if arrived == 0 {
		t.Error("nobody ever arrived: the test tests nothing")
	}
}

func TestObserveAllocatesNothing(t *testing.T) {
	b := book(t)
	zones := []floor.Position{stay(t, "p1", "shoes"), stay(t, "p1", "handbags")}
	now := clock(t, "10:00:00")
	i, moves := 0, 0
	n := testing.AllocsPerRun(1000, func() {
		p := zones[i/10%2] // ten seconds here, ten there
		i++
		now = now.Add(time.Second)
		p.At = now
		if _, ok := b.Observe(p); ok {
			moves++
		}
		b.Sweep(now)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
	if moves < 100 {
		t.Errorf("%d moves: the test tests nothing", moves)
	}
}

func BenchmarkObserve(b *testing.B) {
	bk := book(b)
	var ps []floor.Position
	for range 1000 {
		p := stay(b, "p1", "shoes")
		p.Phone = floor.NewPhone()
		ps = append(ps, p)
	}
	now := clock(b, "10:00:00")
	for range 2 { // let them all arrive
		for i := range ps {
			ps[i].At = now
			bk.Observe(ps[i])
		}
		now = now.Add(3 * time.Second)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i++; i == len(ps) {
			i, now = 0, now.Add(time.Second)
		}
		ps[i].At = now
		bk.Observe(ps[i])
	}
}

func BenchmarkSweep(b *testing.B) {
	bk := book(b)
	now := clock(b, "10:00:00")
	for range 1000 {
		p := stay(b, "p1", "shoes")
		p.Phone, p.At = floor.NewPhone(), now
		bk.Observe(p)
	}
	b.ReportAllocs()
	for b.Loop() {
		bk.Sweep(now)
	}
}
