package survey

import (
	"math"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// What access points hear of one another differs from what they hear of phones
// by a level that nobody knows (radiated power, two antennas under one
// ceiling), but falls with distance alike; and one that hears all the others
// well hears phones well. A link is taken as
//
//	level + ear + voice - 10 n log10(d) - walls + shadow,
//
// with a normal prior on each; its posterior mode and variances are found by
// turns (Gauss-Seidel on the normal equations, a mixed model: Henderson 1975).
const (
	linkTurns = 50
	levelSD   = 12.0 // dB
	voiceSD   = 3.0  // dB, of an access point's own power
	siteNSD   = 0.25 // what path-loss exponents of a site have in common
	earSD     = 2.0  // dB, of an access point's own hearing: within the map's P0SD
)

// linked is a link as seen from the map: residual (dB) round what it predicts,
// and slope.
type linked struct {
	ear, voice int
	resid, h   float64
}

// hearsay is what the links say of the unknowns so far.
type hearsay struct {
	noise        float64 // dB2, of a link
	level, slope float64
	ears, voices []float64
}

// eachOther corrects a map that no survey made, in place, by what its access
// points hear of one another. Links of access points that the map does not
// know are passed over.
func eachOther(plan *floor.Plan, m *locator.Map, links []recording.Link) {
	seen := join(plan, m, links)
	if len(seen) == 0 {
		return
	}
	h := &hearsay{noise: sq(m.Kernel.Sigma) + sq(m.Kernel.Nugget), ears: make([]float64, len(m.APs)), voices: make([]float64, len(m.APs))}
	ear, voice := make([][]linked, len(m.APs)), make([][]linked, len(m.APs))
	for _, l := range seen {
		ear[l.ear], voice[l.voice] = append(ear[l.ear], l), append(voice[l.voice], l)
	}
	one := func(linked) float64 { return 1 }
	for range linkTurns {
		h.level += h.step(seen, sq(levelSD), h.level, one)
		h.slope += h.step(seen, sq(siteNSD), h.slope, func(l linked) float64 { return l.h })
		for i := range m.APs {
			h.ears[i] += h.step(ear[i], sq(earSD), h.ears[i], one)
			h.voices[i] += h.step(voice[i], sq(voiceSD), h.voices[i], one)
		}
	}
	left := 1 / (1/sq(siteNSD) + scatter(seen)/h.noise)
	for i := range m.APs {
		a := &m.APs[i]
		a.N += h.slope
		a.NSD = math.Sqrt(max(0, sq(a.NSD)-sq(siteNSD)) + left)
		a.P0 += h.ears[i]
		a.P0SD = math.Sqrt(max(0, sq(a.P0SD)-sq(earSD)) + 1/(1/sq(earSD)+float64(len(ear[i]))/h.noise))
	}
}

// step returns how far an unknown of a prior variance moves from its value
// towards its posterior mode, the others being kept; of says how a link
// depends on it.
func (h *hearsay) step(seen []linked, variance, value float64, of func(linked) float64) float64 {
	num, den := -value/variance, 1/variance
	for _, l := range seen {
		k := of(l)
		num += k * (l.resid - h.level - h.slope*l.h - h.ears[l.ear] - h.voices[l.voice]) / h.noise
		den += k * k / h.noise
	}
	return num / den
}

// scatter returns the sum of squares of the slopes round their mean.
func scatter(seen []linked) float64 {
	var sum, squares float64
	for _, l := range seen {
		sum += l.h
		squares += sq(l.h)
	}
	return squares - sq(sum)/float64(len(seen))
}

// join finds the links of the map's own access points on one level: what floors
// take is not known well enough.
func join(plan *floor.Plan, m *locator.Map, links []recording.Link) []linked {
	index := map[floor.APID]int{}
	for i := range m.APs {
		index[m.APs[i].ID] = i
	}
	by := make([][]recording.Link, len(m.APs))
	for _, l := range links {
		ear, ok := index[l.Ear]
		voice, known := index[l.Voice]
		if ok && known && m.APs[ear].Level == m.APs[voice].Level {
			by[ear] = append(by[ear], l)
		}
	}
	var out []linked
	for ear, heard := range by {
		places := make([]locator.Place, len(heard))
		for k, l := range heard {
			v := &m.APs[index[l.Voice]]
			places[k] = locator.Place{Level: v.Level, At: v.At}
		}
		mean, _ := m.Predict(plan, ear, places)
		for k, l := range heard {
			out = append(out, linked{ear, index[l.Voice], float64(l.RSSI) - mean[k], slope(&m.APs[ear], places[k].At)})
		}
	}
	return out
}
