package locator

import (
	"math"
	"math/rand/v2"
	"testing"

	"foyer/floor"
)

// Over many made-up access points the posterior must hold the true parameters
// as often as its deviations say, and leave-one-out must agree with leaving one
// out.
func TestPathLossIsHonest(t *testing.T) {
	plan := floor.Example()
	rng := rand.New(rand.NewPCG(3, 3))
	const trials, prior, slope = 300, 6.0, 0.6
	var zP, zN, narrower float64
	for range trials {
		m := &Map{Kernel: Kernel{Length: 4, Sigma: 0.01, Nugget: 3, Single: 0}, APs: []AP{{ID: "a", Level: plan.Levels[0].ID,
			At: floor.Point{X: 20, Y: 12}, P0: -40, P0SD: prior, N: 2.5, NSD: slope}}}
		p0, n := -40+prior*rng.NormFloat64(), 2.5+slope*rng.NormFloat64()
		truth := *m
		truth.APs = []AP{m.APs[0]}
		truth.APs[0].P0, truth.APs[0].N = p0, n
		for i := range 30 {
			m.Places = append(m.Places, Place{Level: plan.Levels[0].ID, At: floor.Point{X: floor.Metre(40 * rng.Float64()), Y: floor.Metre(25 * rng.Float64())}, Scans: 1})
			mean, _ := truth.Predict(plan, 0, m.Places[i:])
			m.APs[0].Readings = append(m.APs[0].Readings, Reading{Place: i, Mean: mean[0] + 3*rng.NormFloat64()})
		}
		l := m.PathLoss(plan, 0)
		zP += sq((l.P0 - p0) / l.P0SD)
		zN += sq((l.N - n) / l.NSD)
		narrower += count(l.NSD < slope)
		if l.Readings != 30 || l.RMS < 1 || l.LeftOut < l.RMS {
			t.Fatalf("%+v", l)
		}
	}
	for name, z := range map[string]float64{"P0": zP / trials, "N": zN / trials} {
		if math.Abs(z-1) > 4*math.Sqrt(2.0/trials) {
			t.Errorf("%s: mean squared deviation %.2f of its variance, want about 1", name, z)
		}
	}
	if narrower < trials {
		t.Errorf("readings widened a prior")
	}
}

func TestLeaveOneOutLeavesOneOut(t *testing.T) {
	plan := floor.Example()
	m := &Map{Kernel: Kernel{Length: 4, Sigma: 6, Nugget: 3, Single: 4}, APs: []AP{{ID: "a", Level: plan.Levels[0].ID,
		At: floor.Point{X: 5, Y: 5}, P0: -40, P0SD: 6, N: 2.5, NSD: 0.6}}}
	for i, r := range []float64{-50, -63, -71, -68, -80} {
		m.Places = append(m.Places, Place{Level: plan.Levels[0].ID, At: floor.Point{X: floor.Metre(3 + 5*i), Y: 9}, Scans: 2})
		m.APs[0].Readings = append(m.APs[0].Readings, Reading{Place: i, Mean: r})
	}
	var sum float64
	for i, r := range m.APs[0].Readings {
		sub := *m
		sub.APs = []AP{m.APs[0]}
		sub.APs[0].Readings = append(append([]Reading{}, m.APs[0].Readings[:i]...), m.APs[0].Readings[i+1:]...)
		mean, _ := sub.Predict(plan, 0, m.Places[i:i+1])
		sum += sq(r.Mean - mean[0])
	}
	if got, want := m.PathLoss(plan, 0).LeftOut, math.Sqrt(sum/5); math.Abs(got-want) > 1e-6 {
		t.Errorf("%v, want %v", got, want)
	}
	m.APs[0].Readings = nil
	if l := m.PathLoss(plan, 0); l.P0SD != 6 || l.Readings != 0 || l.LeftOut != 0 {
		t.Errorf("without a reading: %+v, want the prior", l)
	}
}

func count(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
