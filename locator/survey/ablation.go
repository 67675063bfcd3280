package survey

import (
	"math"
	"slices"

	"foyer/floor/recording"
	"foyer/locator"
)

// An Ablation is one choice of the model left out, with what that does to the
// last test split of a recording.
type Ablation struct {
	Choice string `json:"choice"`
	Result
}

// A cut takes one choice out of a fitted map, or of how the locator is run.
type cut struct {
	choice string
	apply  func(*locator.Map, *locator.Options)
}

func cuts() []cut {
	return []cut{
		{"all of it", func(*locator.Map, *locator.Options) {}},
		{"offset of the phone fixed at 0", func(m *locator.Map, _ *locator.Options) { m.Offset = 0.1 }},
		{"no residual map: path loss alone", pathLossAlone},
		{"no tempering: every access point counts whole", func(m *locator.Map, _ *locator.Options) { m.Effect = 1000 }},
		{"no silence as evidence", func(m *locator.Map, _ *locator.Options) { m.Hearing.Weight = 0 }},
		{"no centroid", func(m *locator.Map, _ *locator.Options) { m.Centre = 0 }},
		{"no widening of what is reported", func(m *locator.Map, _ *locator.Options) { m.Blur = 0 }},
		{"every belief taken at its word", func(m *locator.Map, _ *locator.Options) { m.Held = locator.Held{} }},
		{"nobody ever stands", func(_ *locator.Map, o *locator.Options) { o.Motion.Go, o.Motion.Stop, o.Motion.Settled = 1, 1e-9, 1e-9 }},
		{"a random walk from fix to fix", func(_ *locator.Map, o *locator.Options) { o.Motion.Memory = lastFix }},
		{"half the speed", func(_ *locator.Map, o *locator.Options) { o.Motion.Speed = 0.6 }},
		{"twice the speed", func(_ *locator.Map, o *locator.Options) { o.Motion.Speed = 2.4 }},
		{"cells of 1 m", func(_ *locator.Map, o *locator.Options) { o.Cell = 1 }},
	}
}

// pathLossAlone keeps the parameters that the survey gave and forgets what it
// heard where; what it does not say is then noise.
func pathLossAlone(m *locator.Map, _ *locator.Options) {
	m.APs = slices.Clone(m.APs)
	for i := range m.APs {
		m.APs[i].Readings = nil
	}
	m.Noise = math.Hypot(m.Noise, m.Kernel.Nugget)
}

// Ablate fits a recording once and scores the locator with each choice of the
// model left out in turn; the first result is the whole model's. Each gets what
// the fit chose for the whole, so that the figures show what a choice is worth
// and not what the others can make up for.
func Ablate(dir string, mode Mode, progress func(done, total int)) ([]Ablation, error) {
	s, err := load(dir)
	if err != nil {
		return nil, err
	}
	train, plan, err := s.survey(mode)
	if err != nil {
		return nil, err
	}
	whole, err := fit(plan, train, s.links, nil)
	if err != nil {
		return nil, err
	}
	split := recording.TestTrack
	if len(s.scans[split]) == 0 {
		split = recording.TestStatic
	}
	var out []Ablation
	for i, c := range cuts() {
		if progress != nil {
			progress(i, len(cuts()))
		}
		m, o := *whole, locator.Options{Margin: margin}
		c.apply(&m, &o)
		r, err := score(plan, &m, Options{Locator: o}, s.scans[split], split)
		if err != nil {
			return nil, err
		}
		r.Set, r.Survey = setName(dir), string(mode)
		out = append(out, Ablation{c.choice, r})
	}
	if progress != nil {
		progress(len(cuts()), len(cuts()))
	}
	return out, nil
}
