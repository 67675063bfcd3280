package locator

import "math"

// begin sets the belief before any reading.
func (l *Locator) begin(t *track) {
	w, g := l.work, l.grid
	w.usual = 0
	for i, s := range g.start {
		w.stay[i], w.walk[i] = s*float32(l.o.Motion.Settled), s*float32(1-l.o.Motion.Settled)
	}
	for i := range g.levels {
		w.wins[i] = g.levels[i].whole()
	}
	t.spread = sq(l.m.Offset)
}

// reach returns how many cells belief may move within dt seconds: two standard
// deviations, beyond which there is too little to keep.
func (l *Locator) reach(t *track, dt float64) int {
	return 1 + int(2*math.Sqrt(l.o.Motion.variance(dt, t.memory))/l.grid.cell)
}

// memory returns for how long (s) a belief looks back half of which
// lies within an area (m2): as long as somebody takes who walks a standard
// deviation of it, with Speed along both axes; half of a bell lies within 2 pi
// ln 2 variances.
func (m *Motion) memory(area float64) float64 {
	return min(math.Sqrt(area/(2*math.Pi*math.Ln2))/(math.Sqrt2*m.Speed), m.Memory)
}

// variance returns how far (m2 per axis) a walking person is off after dt
// seconds: up to a second like a random walk, in step with the fixes; from then
// on a direction lasts for a while, so that the variance grows with the square
// of time at first (an Ornstein-Uhlenbeck velocity, integrated: Uhlenbeck and
// Ornstein 1930, equation 20). A belief that fixes tell little of is made of
// many, and in the time that it looks back people walk straight on, too: its
// variance grows each second by what it would over all of that time, or it
// trails behind whoever walks.
func (m *Motion) variance(dt, memory float64) float64 {
	over := max(dt, memory, 1)
	grown := func(s float64) float64 { return s - m.Persist*(1-math.Exp(-s/m.Persist)) }
	return sq(m.Speed) * dt * grown(over) / over / grown(1)
}

// move lets dt seconds pass: people stop and start, those who walk diffuse with
// Speed or climb, and walls block them; the offset's mean goes with the probability that
// carries it.
func (l *Locator) move(t *track, dt float64) {
	w, m := l.work, l.o.Motion
	l.climb(dt)
	for i := range w.wins {
		win, lv := w.wins[i], &l.grid.levels[i]
		if win.empty() {
			continue
		}
		l.switchModes(lv, win, dt)
		const steps = 2 // two exponentials make nearly a bell
		w.solver.prepare(l.grid, lv, win, m.variance(dt, t.memory)/steps)
		for range steps {
			w.solver.diffuse(w.walk, w.moment, w.mass)
		}
		l.settleMoments(lv, win)
	}
	t.spread = min(t.spread+dt*sq(m.Wander), sq(l.m.Offset))
}

func (l *Locator) switchModes(lv *gridLevel, win window, dt float64) {
	w, m := l.work, l.o.Motion
	a, b := switching(m.Stop, m.Go, dt)
	stop, start := float32(a), float32(b)
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(lv, y)
		for i := from; i < to; i++ {
			s, k := w.stay[i], w.walk[i]
			w.stay[i] = s - s*start + k*stop
			w.walk[i] = k - k*stop + s*start
			w.mass[i] = s + k
			w.moment[i] = (s + k) * w.offset[i]
		}
	}
}

func (l *Locator) settleMoments(lv *gridLevel, win window) {
	w := l.work
	for y := win.y0; y < win.y1; y++ {
		from, to := win.row(lv, y)
		for i := from; i < to; i++ {
			if w.mass[i] > 1e-30 {
				w.offset[i] = w.moment[i] / w.mass[i]
			}
		}
	}
}

// scatter spreads a share of the belief over everywhere; where there was none,
// the phone has the offset it has elsewhere.
func (l *Locator) scatter(lost float64) {
	w, g := l.work, l.grid
	var sum, moment float32
	for i, win := range w.wins {
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(&g.levels[i], y)
			for c := from; c < to; c++ {
				p := w.stay[c] + w.walk[c]
				sum += p
				moment += p * w.offset[c]
			}
		}
		w.wins[i] = g.levels[i].whole()
	}
	w.usual = moment / sum
	kept := float32(1 - lost)
	stay, walk := float32(lost*l.o.Motion.Settled), float32(lost*(1-l.o.Motion.Settled))
	for c, s := range g.start {
		if w.stay[c]+w.walk[c] == 0 {
			w.offset[c] = w.usual
		}
		w.stay[c] = w.stay[c]*kept + s*stay
		w.walk[c] = w.walk[c]*kept + s*walk
	}
}

// switching returns the probabilities of stopping and starting within dt
// seconds, from those within one second (a two-state Markov chain).
func switching(stop, start, dt float64) (float64, float64) {
	left := math.Pow(max(0, 1-stop-start), dt)
	return stop / (stop + start) * (1 - left), start / (stop + start) * (1 - left)
}
