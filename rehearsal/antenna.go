package rehearsal

import (
	"math"
	"math/rand/v2"
	"time"

	"foyer/floor"
)

// An access point under the ceiling: a down-tilted pattern in elevation with
// the parabola of 3GPP TR 38.901 table 7.3-1 around 50 degrees from straight
// down, two lobes in azimuth, and a gain and breakpoint of its own.
const (
	tilt        = 50 * math.Pi / 180 // of the main lobe from straight down
	beamWidth   = 90 * math.Pi / 180 // at -3 dB
	beamDepth   = 12.0               // dB, at most under the peak
	peakGain    = 3.0                // dBi
	gainSpread  = 2.0                // sd of the gain between access points, dB
	lobe        = 1.5                // dB, amplitude of each azimuth lobe
	driftSD     = 1.2                // dB, over minutes to an hour
	driftWaves  = 3
	bendsMost   = 0.25 // spread of the breakpoint, as a share either way
	exponentGap = 0.2  // spread of the far exponent, either way
)

type antenna struct {
	at         floor.Point
	up         float64 // m above the phones
	peak       float64 // dBi
	azimuth    [2]float64
	bend, far  float64
	driftRate  [driftWaves]float64 // radians a second
	driftPhase [driftWaves]float64
}

func newAntenna(r *rand.Rand, ap floor.AccessPoint) antenna {
	a := antenna{at: ap.At, up: max(float64(ap.Height)-phoneHeight, 0.3)}
	a.peak = peakGain + normal(r, gainSpread)
	a.azimuth = [2]float64{between(r, 0, 2*math.Pi), between(r, 0, 2*math.Pi)}
	a.bend = breakpoint * between(r, 1-bendsMost, 1+bendsMost)
	a.far = farExponent + between(r, -exponentGap, exponentGap)
	for i := range driftWaves {
		a.driftRate[i] = 2 * math.Pi / between(r, 5*60, 60*60)
		a.driftPhase[i] = between(r, 0, 2*math.Pi)
	}
	return a
}

// pathLoss returns the mean loss to a phone at p, in dB.
func (a *antenna) pathLoss(p floor.Point) float64 {
	d := max(math.Hypot(float64(a.at.Distance(p)), a.up), 1)
	loss := freeSpace1m + 10*nearExponent*math.Log10(min(d, a.bend))
	if d > a.bend {
		loss += 10 * a.far * math.Log10(d/a.bend)
	}
	return loss
}

// gain returns the antenna's gain towards a phone at p, in dBi. Straight below
// there is no azimuth, so within 2 m of it the lobes fade.
func (a *antenna) gain(p floor.Point) float64 {
	dx, dy := float64(p.X-a.at.X), float64(p.Y-a.at.Y)
	flat, phi := math.Hypot(dx, dy), math.Atan2(dy, dx)
	off := (math.Atan2(flat, a.up) - tilt) / beamWidth
	lobes := math.Cos(phi-a.azimuth[0]) + math.Cos(2*(phi-a.azimuth[1]))
	return a.peak - min(12*off*off, beamDepth) + lobe*lobes*min(flat/2, 1)
}

// drift returns how far the receiver is off at this time, in dB: temperature,
// load, doors and displays that move over minutes.
func (a *antenna) drift(at time.Time) float64 {
	s := float64(at.UnixMilli()) / 1000
	var sum float64
	for i := range driftWaves {
		sum += math.Sin(math.Mod(a.driftRate[i]*s, 2*math.Pi) + a.driftPhase[i])
	}
	return driftSD * math.Sqrt(2.0/driftWaves) * sum
}

// channel returns the frequency in MHz of access point i, spread over the
// 5 GHz band as a planner would.
func channel(i int) int { return 5180 + 20*(i%8) }
