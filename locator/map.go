package locator

import (
	"errors"
	"fmt"
	"math"

	"foyer/floor"
)

// ErrMap means that a radio map is not usable; the message names the place.
var ErrMap = errors.New("radio map")

// A Map is everything learned about a site's radio. It does not depend on the
// grid: New makes the tables from it.
type Map struct {
	Kernel  Kernel
	Noise   float64 // dB, standard deviation of one fix's reading round the mean map
	Hearing Hearing
	Offset  float64 // dB, prior standard deviation of a phone's own offset
	Effect  float64 // how many independent access points a dozen are worth at most
	Centre  float64 // weight of the centroid expert
	Blur    float64 // m, how far a fix's regions are widened for what the map itself is off by
	Held    Held
	Places  []Place
	APs     []AP
}

// A Kernel is the covariance of the residual round path loss: Matérn 3/2
// (Rasmussen and Williams 2006, equation 4.17).
type Kernel struct {
	Length float64 // m
	Sigma  float64 // dB
	Nugget float64 // dB, what differs between places however near
	Single float64 // dB, noise of one scan; a place of n scans has Single/sqrt(n)
}

// Hearing is the probability of an access point being heard in a fix where its
// mean strength is m dBm: Floor + (Most-Floor) Phi((m-Half)/Spread).
type Hearing struct {
	Half   float64 // dBm
	Spread float64 // dB
	Most   float64
	Weight float64 // of silence against sound, 0 to 1
}

// A Place is one surveyed place: Scans fixes were taken there.
type Place struct {
	Level floor.LevelID
	At    floor.Point
	Scans int
}

// An AP is one access point of the map: mean strength P0 - 10 N log10(d) dBm at
// d metres, with standard deviations of both, and what the survey heard.
type AP struct {
	ID       floor.APID
	Level    floor.LevelID
	At       floor.Point
	P0, P0SD float64 // dBm at 1 m, dB
	N, NSD   float64 // path-loss exponent
	// PlaceSD is how far At may be off, metres: 0 where it was measured.
	PlaceSD  float64
	Readings []Reading
}

// A Reading is the mean strength of an access point at a place.
type Reading struct {
	Place int // index into Places
	Mean  float64
}

func (m *Map) check() error {
	if m == nil {
		return fmt.Errorf("%w: missing", ErrMap)
	}
	for _, f := range []struct {
		name   string
		v      float64
		lo, hi float64
	}{
		{"kernel length", m.Kernel.Length, 0.1, 1000}, {"kernel sigma", m.Kernel.Sigma, 0, 40},
		{"kernel nugget", m.Kernel.Nugget, 0.1, 40}, {"kernel single", m.Kernel.Single, 0, 40},
		{"noise", m.Noise, 0.5, 40}, {"hearing half", m.Hearing.Half, -130, 0},
		{"hearing spread", m.Hearing.Spread, 0.1, 40}, {"hearing most", m.Hearing.Most, 0.01, 0.999},
		{"hearing weight", m.Hearing.Weight, 0, 1}, {"offset", m.Offset, 0.1, 40},
		{"effect", m.Effect, 0.1, 1000}, {"centre", m.Centre, 0, 10}, {"blur", m.Blur, 0, 100},
	} {
		if !(f.v >= f.lo && f.v <= f.hi) {
			return fmt.Errorf("%w: %s: %v is not between %v and %v", ErrMap, f.name, f.v, f.lo, f.hi)
		}
	}
	if h := m.Held.orBelief(); !(h.Half > 0 && h.Half < h.Most && h.Most < 1) {
		return fmt.Errorf("%w: held: shares of %v and %v: want 0 < half < most < 1", ErrMap, h.Half, h.Most)
	}
	for i, p := range m.Places {
		if !p.At.Finite() || p.Scans < 1 {
			return fmt.Errorf("%w: places[%d]: wants a place in metres and at least one scan", ErrMap, i)
		}
	}
	if len(m.APs) == 0 {
		return fmt.Errorf("%w: no access point", ErrMap)
	}
	seen := map[floor.APID]bool{}
	for i, a := range m.APs {
		if seen[a.ID] {
			return fmt.Errorf("%w: access_points[%d] %q: is listed twice", ErrMap, i, a.ID)
		}
		seen[a.ID] = true
		if err := a.check(len(m.Places)); err != nil {
			return fmt.Errorf("%w: access_points[%d] %q: %w", ErrMap, i, a.ID, err)
		}
	}
	return nil
}

func (a *AP) check(places int) error {
	if !a.At.Finite() || far(a.At) {
		return fmt.Errorf("(%v, %v) is no place in metres", a.At.X, a.At.Y)
	}
	for _, v := range []float64{a.P0, a.P0SD, a.N, a.NSD, a.PlaceSD} {
		if math.IsNaN(v) || math.Abs(v) > 1e6 {
			return fmt.Errorf("%v is not a usable number", v)
		}
	}
	for j, r := range a.Readings {
		if r.Place < 0 || r.Place >= places {
			return fmt.Errorf("readings[%d]: no place %d", j, r.Place)
		}
		if !floor.DBm(r.Mean).Valid() {
			return fmt.Errorf("readings[%d]: %v dBm is not a strength", j, r.Mean)
		}
	}
	return nil
}

// far says that a place is on no map: recordings may be in the metres of a
// national grid, northings of some 10,000 km among them.
func far(p floor.Point) bool { return math.Abs(float64(p.X)) > 1e8 || math.Abs(float64(p.Y)) > 1e8 }
