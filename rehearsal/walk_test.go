package rehearsal

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"foyer/floor"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// lShape has a corner in the way outside, and a room nobody can enter.
const lShape = `{"schema":"foyer.plan/1","name":"L","levels":[{"id":"g","name":"G","height":3,
"outline":[[0,0],[20,0],[20,8],[8,8],[8,20],[0,20]],
"walls":[{"from":[2,2],"to":[5,2],"loss_db":6},{"from":[5,2],"to":[5,5],"loss_db":6},{"from":[5,5],"to":[2,5],"loss_db":6},{"from":[2,5],"to":[2,2],"loss_db":6}],
"zones":[{"id":"vault","name":"Vault","outline":[[2.3,2.3],[4.7,2.3],[4.7,4.7],[2.3,4.7]]},
{"id":"arm","name":"Arm","outline":[[10,1],[19,1],[19,7],[10,7]]},{"id":"leg","name":"Leg","outline":[[1,10],[7,10],[7,19],[1,19]]}],
"entrances":[{"id":"yard","at":[14,8],"width":2}],
"access_points":[{"id":"a","at":[4,10],"height":2.5}]}]}`

func parse(tb testing.TB, text string) *floor.Plan {
	tb.Helper()
	p, err := floor.ParsePlan([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestNobodyWalksThroughWalls(t *testing.T) {
	for _, plan := range []*floor.Plan{floor.Example(), parse(t, lShape)} {
		wy := ways(t, plan)
		t.Run(plan.Name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				errand := rapid.SampledFrom([]Errand{Shop, PassBy, AtDoor}).Draw(rt, "errand")
				seed := rapid.Uint64().Draw(rt, "seed")
				k, err := wy.Walk(Outing{Errand: errand, Starts: monday, Stay: 5 * time.Minute}, seed)
				if err != nil {
					rt.Fatal(err)
				}
				checkWalk(rt, wy, k, errand)
			})
		})
	}
}

func checkWalk(t *rapid.T, wy *Ways, k *Walk, errand Errand) {
	const dt = 200 * time.Millisecond
	var last Spot
	inside := time.Duration(0)
	for at := k.Begins(); ; at = at.Add(dt) {
		s, here := k.At(at)
		if !here {
			if at.Before(k.Ends()) {
				t.Fatalf("gone at %v, before the end", at.Sub(k.Begins()))
			}
			break
		}
		if s.Inside {
			inside += dt
		}
		if at != k.Begins() {
			for _, w := range wy.walls {
				if floor.Crosses(last.Point, s.Point, w.From, w.To) {
					t.Fatalf("through the wall %v-%v, from %v to %v", w.From, w.To, last.Point, s.Point)
				}
			}
			if last.Inside != s.Inside && !byEntrance(wy, s.Point) {
				t.Fatalf("in or out at %v, where there is no entrance", s.Point)
			}
			if v := float64(s.Point.Distance(last.Point)) / dt.Seconds(); v > fastest+0.01 {
				t.Fatalf("%.2f m/s", v)
			}
		}
		last = s
	}
	if first, _ := k.At(k.Begins()); first.Inside || last.Inside {
		t.Fatal("begins or ends inside")
	}
	if _, here := k.At(k.Begins().Add(-1)); here {
		t.Fatal("is there before it begins")
	}
	from, to, came := k.Inside()
	if d := to.Sub(from) - inside; came != (errand == Shop) || came && (d < -2*time.Second || d > 0) {
		t.Fatalf("inside from %v to %v, %v; truly for %v", from, to, came, inside)
	}
	switch {
	case errand == Shop && (inside < 5*time.Minute || inside > 14*time.Minute):
		t.Fatalf("inside for %v, meant to stay about 5 min", inside)
	case errand != Shop && inside > 0:
		t.Fatalf("inside for %v on an errand outside", inside)
	}
}

func byEntrance(wy *Ways, p floor.Point) bool {
	for _, e := range wy.level.Entrances {
		if p.Distance(e.At) <= e.Width/2+0.4 {
			return true
		}
	}
	return false
}

func TestWalkingPace(t *testing.T) {
	wy := ways(t, floor.Example())
	var pace moments
	for seed := range uint64(50) {
		k, err := wy.Walk(Outing{Starts: monday}, seed)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range k.knots[:len(k.knots)-1] {
			b := k.knots[i+1]
			if d := float64(a.p.Distance(b.p)); d > 1 { // a shuffle is shorter
				pace.add(d/(b.at-a.at).Seconds(), 0)
			}
		}
	}
	if m := pace.mean(); m < 0.8 || m > 1.2 {
		t.Errorf("people walk at %.2f m/s on average", m)
	}
}

func TestWalkVisitsWhatWasWished(t *testing.T) {
	wy := ways(t, floor.Example())
	wish := []floor.ZoneID{"shoes", "fitting-shoes", "beauty"}
	k, err := wy.Walk(Outing{Starts: monday, Zones: wish, Stay: 10 * time.Minute}, 4)
	if err != nil {
		t.Fatal(err)
	}
	var seen []floor.ZoneID
	for at := k.Begins(); at.Before(k.Ends()); at = at.Add(time.Second) {
		s, _ := k.At(at)
		if len(seen) < len(wish) && s.Zone == wish[len(seen)] && !s.Moving {
			seen = append(seen, s.Zone)
		}
	}
	if d := cmp.Diff(wish, seen); d != "" {
		t.Error(d)
	}
}

func TestWalkFollowsFromTheSeed(t *testing.T) {
	wy := ways(t, floor.Example())
	walk := func(seed uint64) []knot {
		k, err := wy.Walk(Outing{Starts: monday}, seed)
		if err != nil {
			t.Fatal(err)
		}
		return k.knots
	}
	same := cmp.AllowUnexported(knot{})
	if d := cmp.Diff(walk(1), walk(1), same); d != "" {
		t.Error(d)
	}
	if cmp.Equal(walk(1), walk(2), same) {
		t.Error("two seeds give the same walk")
	}
}

func TestEveryZoneOfTheExampleCanBeVisited(t *testing.T) {
	wy := ways(t, floor.Example())
	for _, z := range wy.level.Zones {
		if len(wy.zones[z.ID]) < 10 {
			t.Errorf("zone %q has %d places to stand", z.ID, len(wy.zones[z.ID]))
		}
	}
}

func TestNoWay(t *testing.T) {
	wy := ways(t, parse(t, lShape))
	for _, zone := range []floor.ZoneID{"vault", "nowhere"} {
		if _, err := wy.Walk(Outing{Starts: monday, Zones: []floor.ZoneID{zone}}, 1); !errors.Is(err, ErrNoWay) || !strings.Contains(err.Error(), string(zone)) {
			t.Errorf("to %q: %v", zone, err)
		}
	}
	blocked := strings.Replace(lShape, `"walls":[`, `"walls":[{"from":[12,7.5],"to":[16,7.5],"loss_db":3},{"from":[12,7.5],"to":[12,8],"loss_db":3},{"from":[16,7.5],"to":[16,8],"loss_db":3},`, 1)
	if _, err := NewWays(parse(t, blocked)); !errors.Is(err, ErrNoWay) {
		t.Errorf("an entrance that is walled up: %v", err)
	}
	closed := strings.Replace(lShape, `"entrances":[{"id":"yard","at":[14,8],"width":2}],`, "", 1)
	if _, err := NewWays(parse(t, closed)); !errors.Is(err, ErrNoWay) {
		t.Errorf("a plan without entrances: %v", err)
	}
}

func TestHeadingIsTheWayOneWalks(t *testing.T) {
	wy := ways(t, floor.Example())
	k, err := wy.Walk(Outing{Starts: monday}, 9)
	if err != nil {
		t.Fatal(err)
	}
	for at := k.Begins(); at.Before(k.Ends()); at = at.Add(time.Second) {
		a, _ := k.At(at)
		b, here := k.At(at.Add(10 * time.Millisecond))
		if !here || !a.Moving || a.Heading != b.Heading || a.Point.Distance(b.Point) < 0.002 {
			continue
		}
		dir := math.Atan2(float64(b.Point.Y-a.Point.Y), float64(b.Point.X-a.Point.X))
		if math.Abs(math.Remainder(dir-a.Heading, 2*math.Pi)) > 0.01 {
			t.Fatalf("at %v heading %.2f but walking %.2f", at.Sub(k.Begins()), a.Heading, dir)
		}
	}
}
