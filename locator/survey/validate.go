package survey

import (
	"math"

	"foyer/floor"
	"foyer/locator"
)

// probe is one left-out place as seen by one access point's map without it.
type probe struct {
	mean, variance float64
	readings       []float64 // dBm, of the scans that heard it
	scans          int
}

// validate finds noise and hearing by cross-validation: each place is predicted
// by maps that have not seen it.
func validate(plan *floor.Plan, m *locator.Map, all []sample, progress func(done, total int)) {
	probes := leaveOut(plan, m, all, progress)
	m.Noise = max(noise(probes), leastNoise)
	m.Hearing = hearing(probes)
}

// leastNoise (dB) is what a fix differs from the map at least: bodies, goods and
// months lie between a survey and a visit (a body alone is up to 5 dB: Bahl and
// Padmanabhan 2000), and a survey of one day cannot show it. Left-out places
// of the public surveys and of a made-up store, together, are surprised least
// with 3.0 (4.262 nats) and 3.5 (4.265); TestConstantsAreChosenOnSurveys.
const leastNoise = 3.5

// noiseScore is the logarithm of how likely left-out readings are with a noise
// of s dB; a place counts once however often it was scanned.
func noiseScore(probes []probe, s float64) float64 {
	var ll float64
	for _, p := range probes {
		if float64(len(p.readings)) < heardShare*float64(p.scans) {
			continue
		}
		v := p.variance + s*s
		for _, r := range p.readings {
			ll += (-6*math.Log1p(sq(r-p.mean)/(11*v)) - math.Log(v)/2) / float64(p.scans)
		}
	}
	return ll
}

// silence is the weight of silence against sound: an access point is silent for
// more reasons than distance. Left-out places are surprised least with 0.3
// to 0.5.
const silence = 0.3

const (
	foldSample    = 60     // access points used: parameters of the site need no more
	hearingSample = 10_000 // left-out places
)

func leaveOut(plan *floor.Plan, m *locator.Map, all []sample, progress func(done, total int)) []probe {
	var out []probe
	step := max(1, len(m.APs)/foldSample)
	for a := 0; a < len(m.APs); a += step {
		if progress != nil {
			progress(a, len(m.APs))
		}
		for fold := range folds {
			out = append(out, foldOf(plan, m, a, fold, all)...)
		}
	}
	if progress != nil {
		progress(len(m.APs), len(m.APs))
	}
	return out
}

func foldOf(plan *floor.Plan, m *locator.Map, a, fold int, all []sample) []probe {
	sub := *m
	ap := m.APs[a]
	ap.Readings = nil
	for _, r := range m.APs[a].Readings {
		if all[r.Place].fold != fold {
			ap.Readings = append(ap.Readings, r)
		}
	}
	sub.APs = []locator.AP{ap}
	var left []int
	var places []locator.Place
	for i := range all {
		if all[i].fold == fold {
			left = append(left, i)
			places = append(places, all[i].place)
		}
	}
	mean, variance := sub.Predict(plan, 0, places)
	out := make([]probe, len(left))
	for k, i := range left {
		out[k] = probe{mean[k], variance[k], all[i].scans[ap.ID], all[i].place.Scans}
	}
	return out
}

// noise returns the scan noise (dB) that makes left-out readings most likely
// under Student's t with 11 degrees of freedom.
func noise(probes []probe) float64 {
	best, at := math.Inf(-1), 5.0
	for s := 1.5; s <= 9; s += 0.25 {
		if ll := noiseScore(probes, s); ll > best {
			best, at = ll, s
		}
	}
	return at
}

// hearing returns the curve that best explains which scans heard what.
func hearing(probes []probe) locator.Hearing {
	thin := make([]probe, 0, hearingSample)
	for i := 0; i < len(probes); i += 1 + len(probes)/hearingSample {
		thin = append(thin, probes[i])
	}
	best, at := math.Inf(-1), locator.Hearing{Half: -90, Spread: 5, Most: 0.9, Weight: silence}
	for half := -110.0; half <= -64; half += 2 {
		for _, spread := range []float64{1, 3, 5, 8, 12} {
			for _, most := range []float64{0.6, 0.75, 0.85, 0.92, 0.97, 0.99} {
				h := locator.Hearing{Half: half, Spread: spread, Most: most, Weight: silence}
				if ll := hearingScore(thin, h); ll > best {
					best, at = ll, h
				}
			}
		}
	}
	return at
}

func hearingScore(probes []probe, h locator.Hearing) float64 {
	var ll float64
	for _, p := range probes {
		q := h.Probability(floor.DBm(p.mean))
		share := float64(len(p.readings)) / float64(p.scans)
		ll += share*math.Log(q) + (1-share)*math.Log(1-q)
	}
	return ll
}
