package rehearsal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"foyer/floor"
)

// Walking speeds of shoppers in m/s, and of shuffling along a shelf.
const (
	slowest = 0.5
	fastest = 1.4
	shuffle = 0.35
)

// A Spot is where somebody is at one moment: the truth.
type Spot struct {
	Point   floor.Point
	Heading float64 // radians, atan2(dy, dx) in the plan's frame
	Moving  bool
	Inside  bool         // within the outline
	Zone    floor.ZoneID // empty outside and between zones; private ones too
}

// A Carrier is whoever carries a phone: where it is at a time, and whether it
// is near the store at all.
type Carrier interface {
	At(t time.Time) (Spot, bool)
}

// An Errand is why somebody comes near the store.
type Errand uint8

// The errands: Shop comes in and visits zones, PassBy walks along outside,
// AtDoor stops in front of an entrance and turns back.
const (
	Shop Errand = iota
	PassBy
	AtDoor
)

// An Outing is what somebody means to do. Zero values are drawn from the seed.
type Outing struct {
	Errand Errand
	Starts time.Time      // when the walk begins, outside
	Zones  []floor.ZoneID // visited first, in this order
	Stay   time.Duration  // about how long to stay inside
}

// A Walk is a whole walk, from out of the store to out of the store.
type Walk struct {
	ways   *Ways
	starts time.Time
	knots  []knot
	inside [2]time.Duration // through the door and back; both 0 if never
}

// A knot is a moment of a walk; the way to the next one is straight and at one
// speed.
type knot struct {
	at      time.Duration
	p       floor.Point
	heading float64
}

// Walk returns one walk. The same outing and seed give the same walk. A zone
// that does not exist or cannot be reached is ErrNoWay.
func (w *Ways) Walk(o Outing, seed uint64) (*Walk, error) {
	r := draw(seed, "walk")
	for range 20 {
		k := &walking{Walk: Walk{ways: w, starts: o.Starts}, r: r, speed: between(r, slowest+0.1, fastest-0.1)}
		if err := k.make(o); err != nil {
			return nil, fmt.Errorf("walk: %w", err)
		}
		if k.honest() {
			return &k.Walk, nil
		}
	}
	return nil, fmt.Errorf("walk outside: the outline is in the way: %w", ErrNoWay)
}

// make fills the walk from outside to outside.
func (k *walking) make(o Outing) error {
	g := k.ways.anyGate(k.r)
	if o.Errand == PassBy {
		k.passBy(g)
		return nil
	}
	k.begin(k.ways.outside(k.r, g, between(k.r, 5, 8), math.Pi/4))
	if o.Errand == AtDoor {
		k.to(k.ways.outside(k.r, g, between(k.r, 0.8, 2.5), math.Pi/6))
		k.stand(seconds(between(k.r, 15, 90)))
	} else if err := k.shop(g, o); err != nil {
		return err
	}
	k.to(k.ways.outside(k.r, g, between(k.r, 5, 8), math.Pi/4))
	return nil
}

// honest reports whether no step goes through a wall. Inside it is so by
// construction; outside, a building with a corner can stand in the way.
func (k *walking) honest() bool {
	for i := range len(k.knots) - 1 {
		if k.knots[i].p != k.knots[i+1].p && !k.ways.clear(k.knots[i].p, k.knots[i+1].p, 0.01) {
			return false
		}
	}
	return len(k.knots) > 1
}

// At returns where the walker is at t; false before the walk and after it.
func (k *Walk) At(t time.Time) (Spot, bool) {
	d := t.Sub(k.starts)
	if d < 0 || d >= k.knots[len(k.knots)-1].at {
		return Spot{}, false
	}
	i := sort.Search(len(k.knots), func(i int) bool { return k.knots[i].at > d }) - 1
	a, b := k.knots[i], k.knots[i+1]
	s := Spot{Point: lerp(a.p, b.p, float64(d-a.at)/float64(b.at-a.at)), Heading: a.heading, Moving: a.p != b.p}
	return k.ways.spot(s), true
}

// spot fills in what follows from the point.
func (w *Ways) spot(s Spot) Spot {
	s.Inside = w.level.Outline.Contains(s.Point)
	if z, ok := w.zone(s.Point); ok && s.Inside {
		s.Zone = z.ID
	}
	return s
}

// Begins returns when the walk begins.
func (k *Walk) Begins() time.Time { return k.starts }

// Ends returns when the walker is out of reach again.
func (k *Walk) Ends() time.Time { return k.starts.Add(k.knots[len(k.knots)-1].at) }

// Inside returns when the walker comes through the door and when she leaves
// through it; false if she never comes in.
func (k *Walk) Inside() (from, to time.Time, ok bool) {
	return k.starts.Add(k.inside[0]), k.starts.Add(k.inside[1]), k.inside[1] > 0
}

// walking is a walk being made.
type walking struct {
	Walk
	r     *rand.Rand
	speed float64 // m/s
}

func (k *walking) begin(p floor.Point) { k.knots = []knot{{p: p}} }

// to walks straight to p, at a pace a little different from leg to leg.
func (k *walking) to(p floor.Point) {
	k.toAt(p, min(max(k.speed*between(k.r, 0.9, 1.1), slowest), fastest))
}

func (k *walking) toAt(p floor.Point, speed float64) {
	last := &k.knots[len(k.knots)-1]
	d := float64(last.p.Distance(p))
	if d < 0.01 {
		return
	}
	last.heading = math.Atan2(float64(p.Y-last.p.Y), float64(p.X-last.p.X))
	k.knots = append(k.knots, knot{at: last.at + seconds(d/speed), p: p, heading: last.heading})
}

// stand stays where it is, facing anywhere.
func (k *walking) stand(d time.Duration) {
	last := &k.knots[len(k.knots)-1]
	last.heading = between(k.r, -math.Pi, math.Pi)
	k.knots = append(k.knots, knot{at: last.at + d, p: last.p, heading: last.heading})
}

func (k *walking) now() time.Duration { return k.knots[len(k.knots)-1].at }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
