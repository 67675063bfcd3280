package locator

import (
	"math"
	"time"
)

// A source that knows only which access point a phone is associated with says
// that this one is the strongest there, or was when the phone last changed:
// phones leave an access point only for one that is roamGain stronger. With a
// map that errs, the chance that access point s is kept at a place where the
// strongest is d dB stronger is Phi((roamGain - d) / roamSpread); shared among
// all of them it is the probability of s there.
const (
	roamGain   = 8.0 // dB, what common phones ask of another access point
	roamSpread = 5.0 // dB: fading and two maps' faults at the moment of choice

	// serveLasts is after how much event time one association is a second,
	// independent piece of evidence: standing still it is the same one.
	serveLasts = 45 * time.Second

	// lone is what the serving access point's strength counts for by itself: no
	// other one tells a body in the way from a phone far away.
	lone = 0.05

	serveSteps = 32 // of a serving table, per nat
)

// serving returns minus the logarithm of the probability, at each node, that a
// phone there is served by an access point, in steps of 1/serveSteps nats. A
// table is made when it is first asked for: few sources need one.
func (l *Locator) serving(ap int) []uint8 {
	if l.serve == nil {
		l.serve = make([][]uint8, len(l.m.APs))
	}
	if l.serve[ap] == nil {
		table := make([]uint8, l.nodes.n)
		for i := range table {
			table[i] = uint8(min(255, -serveSteps*math.Log(l.serves(ap, i))))
		}
		l.serve[ap] = table
		l.stats.Bytes += int64(len(table))
	}
	return l.serve[ap]
}

// serves returns the probability that a phone at a node is served by an access
// point.
func (l *Locator) serves(ap, node int) float64 {
	level, x, y := l.nodes.place(node)
	mean := func(i int) float64 {
		return float64(l.tab.sheet(int32(i), level).at(int32(x), int32(y)).mean())
	}
	best := math.Inf(-1)
	for i := range l.m.APs {
		best = max(best, mean(i))
	}
	var sum, own float64
	for i := range l.m.APs {
		d := best - mean(i)
		p := 0.5 * math.Erfc((d-roamGain)/roamSpread/math.Sqrt2)
		sum += p
		if i == ap {
			own = p
		}
	}
	return max(own/sum, 1e-3)
}

// take takes one reading of whatever sort into the fix.
func (w *work) take(r reading) {
	switch {
	case r.ap == hinted:
		w.hinted = true
	case r.ap >= 0:
		w.plain = true
		w.add(int(r.ap), r.rssi)
	default:
		w.serving = ^r.ap
		if r.rssi != 0 {
			w.add(int(^r.ap), r.rssi)
		}
	}
}

// associated adds to the nodes' log-likelihood what the serving access point
// says, dt seconds after the last fix. Where others were heard too, it is what
// they say already.
func (l *Locator) associated(t *track, dt float64) {
	w := l.work
	if w.plain || w.serving < 0 {
		return
	}
	worth := 1.0
	if t.served == w.serving {
		worth = min(1, dt/serveLasts.Seconds())
	}
	t.served = w.serving
	table := l.serving(int(w.serving))
	k := float32(worth / serveSteps)
	for i, win := range w.nodes.wins {
		lv := &l.nodes.levels[i]
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(lv, y)
			for n := from; n < to; n++ {
				w.nodes.ll[n] -= k * float32(table[n])
			}
		}
	}
}
