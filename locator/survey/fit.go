package survey

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// Constants of the fit.
const (
	heardShare = 0.2 // of a place's scans, to count as heard there
	folds      = 5

	// defaultEffect is what the access points of a fix are worth together where
	// no survey tells. At the surveyed places of two public recordings and of
	// six made-up stores, a map of the plan alone is surprised less by 6.5 than
	// by 6 everywhere, and its regions hold 50 and 89 % of them.
	defaultEffect = 6.5
	// defaultBlur (m) is what a plan's own places are off by.
	defaultBlur = 0.4
	// planHalf is how much of the belief a region of 50 % takes without a survey:
	// in half of it walks through six made-up stores lay 56 % of the time.
	planHalf = 0.45
)

// Fit learns a radio map from the train rows of a recorded folder and returns
// it with the plan it belongs to. Mode None learns from places alone.
func Fit(dir string, mode Mode, progress func(done, total int)) (*locator.Map, *floor.Plan, error) {
	s, err := load(dir)
	if err != nil {
		return nil, nil, err
	}
	train, plan, err := s.survey(mode)
	if err != nil {
		return nil, nil, err
	}
	m, err := fit(plan, train, s.links, progress)
	return m, plan, err
}

// MapFromPlan returns the map that follows from a plan alone: access points'
// places, walls, and what radio is like in general.
func MapFromPlan(plan *floor.Plan) *locator.Map {
	m := &locator.Map{
		Kernel:  locator.Kernel{Length: 4, Sigma: 3, Nugget: 3, Single: 4},
		Noise:   4,
		Hearing: locator.Hearing{Half: -88, Spread: 6, Most: 0.9, Weight: silence},
		Offset:  12,
		Effect:  defaultEffect,
		Centre:  1,
		Blur:    defaultBlur,
		Held:    locator.Held{Half: planHalf, Most: leastMost},
	}
	for _, l := range plan.Levels {
		for _, a := range l.AccessPoints {
			m.APs = append(m.APs, locator.AP{ID: a.ID, Level: l.ID, At: a.At, P0: -40, P0SD: 3, N: 2.3, NSD: 0.3})
		}
	}
	return m
}

// sample is one place of the survey with its mean strengths.
type sample struct {
	place locator.Place
	mean  map[floor.APID]float64
	scans map[floor.APID][]float64 // every scan's strength
	fold  int                      // places of one point or walk are left out together
}

// samples gathers scans by place.
func samples(train []scan) []sample {
	type key struct {
		point string
		x, y  int
		level floor.LevelID
	}
	index := map[key]int{}
	var out []sample
	points := map[string]int{}
	for i := range train {
		c := &train[i]
		k := key{c.point, int(math.Round(float64(c.at.X) * 10)), int(math.Round(float64(c.at.Y) * 10)), c.level}
		j, ok := index[k]
		if !ok {
			j = len(out)
			index[k] = j
			if _, met := points[c.point]; !met {
				points[c.point] = len(points)
			}
			out = append(out, sample{fold: points[c.point] % folds, place: locator.Place{Level: c.level, At: c.at}, mean: map[floor.APID]float64{}, scans: map[floor.APID][]float64{}})
		}
		s := &out[j]
		s.place.Scans++
		for ap, r := range c.means() {
			s.scans[ap] = append(s.scans[ap], r)
			s.mean[ap] += (r - s.mean[ap]) / float64(len(s.scans[ap]))
		}
	}
	return out
}

// fit learns a map from the survey's scans; without any, from the plan and from
// what access points hear of one another.
func fit(plan *floor.Plan, train []scan, links []recording.Link, progress func(done, total int)) (*locator.Map, error) {
	m := MapFromPlan(plan)
	if len(train) == 0 {
		if len(m.APs) == 0 {
			return nil, fmt.Errorf("%w: no access point has a known place; add %s or survey the site", ErrNoRows, recording.APsFile)
		}
		eachOther(plan, m, links)
		return m, nil
	}
	all := samples(train)
	for _, s := range all {
		m.Places = append(m.Places, s.place)
	}
	m.Kernel = locator.Kernel{Length: 4, Sigma: 6, Nugget: 3, Single: singleNoise(train)}
	m.Offset, m.Centre = 8, 0
	readings(m, all)
	siteFit(m)
	validate(plan, m, all, progress)
	if err := calibrate(plan, m, train); err != nil {
		return nil, err
	}
	return m, nil
}

// readings gives each access point what the survey heard of it, and adds those
// whose place nobody knows.
func readings(m *locator.Map, all []sample) {
	index := map[floor.APID]int{}
	for i := range m.APs {
		index[m.APs[i].ID] = i
	}
	var names []floor.APID
	seen := map[floor.APID]bool{}
	for _, s := range all {
		for ap := range s.mean {
			if _, known := index[ap]; !known && !seen[ap] {
				seen[ap] = true
				names = append(names, ap)
			}
		}
	}
	slices.Sort(names)
	for _, id := range names {
		index[id] = len(m.APs)
		m.APs = append(m.APs, locator.AP{ID: id, PlaceSD: unplaced})
	}
	for i, s := range all {
		for ap, r := range s.mean {
			if float64(len(s.scans[ap])) >= heardShare*float64(s.place.Scans) {
				a := &m.APs[index[ap]]
				a.Readings = append(a.Readings, locator.Reading{Place: i, Mean: r})
			}
		}
	}
	for i := range m.APs {
		if a := &m.APs[i]; a.PlaceSD == unplaced {
			locate(m, a)
		}
	}
	m.APs = slices.DeleteFunc(m.APs, func(a locator.AP) bool { return a.Level == "" })
}

const unplaced = 4 // m, how far an estimated place may be off

// locate guesses where an access point hangs: the centroid, by power, of where
// it was heard strongest.
func locate(m *locator.Map, a *locator.AP) {
	if len(a.Readings) == 0 {
		return
	}
	best := slices.MaxFunc(a.Readings, func(p, q locator.Reading) int { return cmp.Compare(p.Mean, q.Mean) })
	a.Level = m.Places[best.Place].Level
	var x, y, sum float64
	for _, r := range a.Readings {
		p := m.Places[r.Place]
		if p.Level != a.Level || r.Mean < best.Mean-10 {
			continue
		}
		k := math.Pow(10, (r.Mean-best.Mean)/10)
		x, y, sum = x+k*float64(p.At.X), y+k*float64(p.At.Y), sum+k
	}
	a.At = floor.Point{X: floor.Metre(x / sum), Y: floor.Metre(y / sum)}
}

// siteFit finds the site's path loss by ridge regression over all readings of
// the access points' own floors.
func siteFit(m *locator.Map) {
	a, b, d := 1/sq(15.0), 0.0, 1/sq(0.7) // normal equations for (P0, n)
	u, v := -42/sq(15.0), 2.5/sq(0.7)
	for i := range m.APs {
		ap := &m.APs[i]
		for _, r := range ap.Readings {
			p := m.Places[r.Place]
			if p.Level != ap.Level {
				continue
			}
			h := slope(ap, p.At)
			a, b, d = a+1/36.0, b+h/36, d+h*h/36
			u, v = u+r.Mean/36, v+h*r.Mean/36
		}
	}
	det := a*d - b*b
	p0, n := (d*u-b*v)/det, (a*v-b*u)/det
	for i := range m.APs {
		ap := &m.APs[i]
		ap.P0, ap.P0SD, ap.N, ap.NSD = p0, 6, n, 0.6
	}
}

func slope(ap *locator.AP, at floor.Point) float64 {
	d := float64(at.Distance(ap.At))
	return -5 * math.Log10(d*d+1+sq(ap.PlaceSD))
}

// singleNoise returns the spread (dB) of one access point's scans at one place,
// or a usual figure where no place was scanned twice.
func singleNoise(train []scan) float64 {
	type key struct {
		point string
		ap    floor.APID
		at    floor.Point
	}
	sum, sum2, n := map[key]float64{}, map[key]float64{}, map[key]float64{}
	for i := range train {
		for ap, r := range train[i].means() {
			k := key{train[i].point, ap, train[i].at}
			sum[k] += r
			sum2[k] += r * r
			n[k]++
		}
	}
	var ss, dof float64
	for k, c := range n {
		if c > 1 {
			ss += sum2[k] - sum[k]*sum[k]/c
			dof += c - 1
		}
	}
	if dof < 30 {
		return 4
	}
	return math.Sqrt(ss / dof)
}

func sq(x float64) float64 { return x * x }
