package locator

import "math"

// blur widens a report by what the map itself is off by on the plan: the survey
// knows where its readings were taken, and shelves stand, no better than
// Map.Blur metres. Walls stop the blur as they stop people; two implicit
// diffusion steps make nearly a bell. The phone's own belief keeps its
// sharpness. It reads p within the tight windows and leaves it within the wide
// ones.
func (l *Locator) blur() {
	w, g := l.work, l.grid
	variance := sq(l.m.Blur)
	reach := int(math.Ceil(2.5 * l.m.Blur / g.cell))
	for i := range w.tight {
		lv := &g.levels[i]
		w.wide[i] = w.tight[i].grow(lv, reach)
		if w.wide[i].empty() || variance == 0 {
			continue
		}
		const steps = 2
		w.solver.prepare(g, lv, w.wide[i], variance/steps)
		for range steps {
			w.solver.spread(w.p)
		}
	}
}
