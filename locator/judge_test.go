package locator

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"foyer/floor"
)

// tilesAround returns tiles, 4 m apart, round an access point at the origin, with
// differences drawn from what a healthy one has, plus a shape.
func tilesAround(r *rand.Rand, shape func(at floor.Point) float64) (out []evidence) {
	for y := -16; y <= 16; y += 4 {
		for x := -16; x <= 16; x += 4 {
			at := floor.Point{X: floor.Metre(x), Y: floor.Metre(y)}
			const sd = 3.0
			out = append(out, evidence{d: sd*r.NormFloat64() + shape(at), w: 1 / (sd * sd), at: at, log: logDistance(at, floor.Point{})})
		}
	}
	return out
}

// judged is what a lone access point at the origin is held to be.
func judged(tiles []evidence) (c Change, nats, bias float64) {
	l := &Locator{m: &Map{APs: []AP{{N: 2.3, Readings: make([]Reading, 1)}}}, places: make([]floor.Point, 1),
		watch: &watch{some: tiles, rough: 1, state: make([]suspicion, 1)}}
	return l.compareModels(0, kindTie, true)
}

// The chance of being named when nothing is wrong is far below one in a thousand
// judgements, whose tiles change slowly; a change is named, as what it is.
func TestEvidence(t *testing.T) {
	to := floor.Point{X: 6, Y: -5}
	moved := func(at floor.Point) float64 { return 23 * (logDistance(at, floor.Point{}) - logDistance(at, to)) }
	for _, tt := range []struct {
		name  string
		shape func(floor.Point) float64
		named float64 // share
		as    Change
	}{
		{"healthy", func(floor.Point) float64 { return 0 }, 0, Repowered},
		{"drifted", func(floor.Point) float64 { return -2 }, 0, Repowered},
		{"weak", func(floor.Point) float64 { return -7 }, 1, Repowered},
		{"strong", func(floor.Point) float64 { return 7 }, 1, Repowered},
		{"moved", moved, 1, Moved},
		{"moved and weak", func(at floor.Point) float64 { return moved(at) - 5 }, 1, Moved},
	} {
		r := rand.New(rand.NewPCG(7, 7))
		const n = 1000
		hits := 0.0
		for range n {
			c, nats, bias := judged(tilesAround(r, tt.shape))
			if nats >= nameAt && c == tt.as {
				hits++
			}
			if want := tt.shape(floor.Point{}); tt.as == Repowered && math.Abs(bias-want) > 2 {
				t.Fatalf("%s: bias %.1f dB, want %.1f", tt.name, bias, want)
			}
		}
		if share := hits / n; math.Abs(share-tt.named) > 0.005 {
			t.Errorf("%s: named rightly in %.3f of the cases, want %.0f", tt.name, share, tt.named)
		}
	}
}

// fitBias against the determinant and the inverse of the two tiles' covariance.
func TestFitBias(t *testing.T) {
	tiles := []evidence{{d: 3, w: 0.25}, {d: -1, w: 0.5}}
	const sd = 4.0
	a, b, c := 4+sd*sd, 2+sd*sd, sd*sd
	det := a*b - c*c
	want := -0.5*(b*9+a*1-2*c*3*(-1))/det - 0.5*math.Log(det/(4*2))
	got, bias := fitBias(tiles, sd, nil)
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%v nats, want %v", got, want)
	}
	if want := (3*0.25 - 0.5) / (0.75 + 1/(sd*sd)); math.Abs(bias-want) > 1e-9 {
		t.Errorf("bias %v, want %v", bias, want)
	}
}

func TestSuspicionComesAndGoesLate(t *testing.T) {
	var s suspicion
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	for i, tt := range []struct {
		nats  float64 // a minute after those before
		named bool
	}{{nameAt - 0.1, false}, {nameAt, false}, {doubtAt - 0.1, false}, {nameAt, false}, {nameAt, false}, {doubtAt, false}, {nameAt, true},
		{clearAt, true}, {clearAt - 0.1, false}, {clearAt + 0.1, false}, {nameAt, false}} {
		s.weigh(Moved, tt.nats, 0, now.Add(time.Duration(i)*time.Minute))
		if s.named != tt.named {
			t.Errorf("step %d: named %v at %v nats", i, s.named, tt.nats)
		}
	}
	s.weigh(Moved, 50, 0, now)
	if s.trust > 0.06 || s.lift != 0 {
		t.Errorf("moved for sure: trust %v, lift %v dB", s.trust, s.lift)
	}
	s.weigh(Repowered, 50, -9, now)
	if s.trust != 1 || math.Abs(float64(s.lift)+9) > 0.01 {
		t.Errorf("weak for sure: trust %v, lift %v dB", s.trust, s.lift)
	}
	s.weigh(Repowered, -2, 0.5, now)
	if s.trust != 1 || math.Abs(float64(s.lift)) > 0.02 {
		t.Errorf("healthy: trust %v, lift %v dB", s.trust, s.lift)
	}
}
