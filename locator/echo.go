package locator

import "math"

// What a fix errs by is partly what the last one erred by: the map's own fault
// about this place, a body on the same side. Successive fixes with residuals of
// correlation r are together worth (1-r)/(1+r) of as many independent ones
// (the variance of the mean of a first-order autoregressive process). A phone's
// r is learned from its own residuals, from a prior that the map gives.
const (
	echoes     = 32   // residuals kept of the last fix
	echoWeight = 40.0 // pairs of residuals that the prior is worth
	echoDecay  = 0.97 // a fix
	echoBody   = 0.1  // share of the noise that lasts from fix to fix
	echoLeast  = 0.05
	echoMost   = 0.85
)

// An echo is what an access point's reading differed by, in standard
// deviations, at the most probable cell.
type echo struct {
	ap int32
	z  float32
}

// listen compares the fix's residuals at a cell with the last fix's and keeps
// them for the next. It sets the track's misfit and correlation.
func (l *Locator) listen(t *track, cell int, dt float64) {
	w := l.work
	if len(w.heard) == 0 {
		t.misfit = 0
		return
	}
	level, x, y := l.grid.place(cell)
	noise := float32(sq(l.m.Noise))
	var sum, lasting float32
	var both, power float32
	n := 0
	for _, h := range w.heard {
		mean, v := l.tab.look(l.nodes, h.ap, level, x, y)
		z := (h.rssi - mean - w.offset[cell]) * float32(math.Sqrt(float64(h.trust/v)))
		sum += z * z
		lasting += (v - noise + echoBody*noise) / v
		for _, e := range t.echoes {
			if e.ap == h.ap {
				both += z * e.z
				power += (z*z + e.z*e.z) / 2
				break
			}
		}
		if n < echoes {
			w.echoes[n] = echo{h.ap, z}
			n++
		}
	}
	heard := float32(max(1, len(w.heard)))
	t.misfit = sum / heard
	if dt < 3 {
		t.both = t.both*echoDecay + both
		t.power = t.power*echoDecay + power
	}
	prior := lasting / heard
	t.lasting = (echoWeight*prior + t.both) / (echoWeight + t.power)
	t.echoes = append(t.echoes[:0], w.echoes[:n]...)
}

// news returns what a fix dt seconds after another is worth beside it.
func (t *track) news(dt float64) float64 {
	r := math.Pow(float64(max(echoLeast, min(echoMost, t.lasting))), dt)
	return (1 - r) / (1 + r)
}
