package locator

import (
	"math"
	"slices"
	"time"

	"foyer/floor"
)

// Constants of the judgement. As of 2026-11-25 the tolerances are those under
// which made-up stores with imperfect surveys stay quiet; see the tests.
const (
	usualBias  = 1.5  // dB sd: what an access point drifts by without having changed
	newPower   = 12.0 // dB sd of a change of power
	newBias    = 4.0  // dB sd of what a move brings besides distance
	leastRough = 0.4  // of the variance that the map claims
	follows    = 0.75 // of a change is left to see: phones have followed the rest
	misplaced  = 1.2  // times as rough as the others, and rougher than the map claims: worth a search for where it went
	placing    = 2.0  // dB sd of a tile's mean, for phones are not where they are put
	correlate  = 2.0  // how much worse than independent ones a tile's looks are
	forgetful  = 500  // looks after which a tile's mean counts a third
	outlying   = 6.0  // sd beyond which a tile counts no more
	leastTiles = 5    // tiles, to judge at all
	leastHeard = 6    // voices: what one person's body does to an access point goes with her through all tiles
	guessed    = 0.4  // of the evidence counts without a survey: the map errs by whole walls and slopes
	nameAt     = 4.0  // nats of evidence to name an access point
	clearAt    = 1.0  // nats under which it is cleared
	doubtAt    = 2.0  // nats at which it is half trusted
	unheardAt  = 15.0 // nats of silence
	kindTie    = 3.0  // nats a move must explain more than a power does
	leastHold  = 0.05 // trust left to an access point that moved for sure
)

// evidence is one tile's: the mean difference, in its favour the weight
// (1/dB2), and the logarithm of the distance that the map assumes.
type evidence struct {
	d, w float64
	at   floor.Point
	log  float64
}

// judge looks at one access point, in turn.
func (l *Locator) judge(now time.Time) {
	w := l.watch
	ap := w.next
	if w.next++; w.next == len(w.state) {
		w.next = 0
		w.compare()
	}
	s := &w.state[ap]
	if nats := w.silence(ap); nats >= unheardAt || s.named && s.Change == Unheard && s.silent {
		s.accuse(nats, now)
		return
	}
	l.gatherTiles(ap)
	if len(w.some) < leastTiles || w.voices < leastHeard {
		s.misfit = 0
		s.acquit()
		return
	}
	// Where an access point's tiles fit as well as the map claims, a move that
	// explains them better is a chance among many places.
	change, nats, bias := l.compareModels(ap, s.tie(), s.named || s.misfit > max(1, misplaced*w.rough))
	if len(l.m.APs[ap].Readings) == 0 {
		nats *= guessed
	}
	s.Bias = bias
	s.weigh(change, nats, bias, now)
}

// compareModels returns which change explains some best, by how many nats more
// than none does, and the bias (dB) that all tiles share. A move must explain tie
// nats more than a change of power; it is not looked for without search.
func (l *Locator) compareModels(ap int, tie float64, search bool) (c Change, nats, bias float64) {
	some := l.watch.some
	same, _ := fitBias(some, l.usual(ap), nil)
	power, bias := fitBias(some, newPower, nil)
	if search {
		if moved := l.bestMove(ap); moved > power+tie {
			return Moved, moved - same, bias
		}
	}
	return Repowered, power - same, bias
}

// usual returns what an access point that did not change may be off by
// everywhere (dB, sd): without a survey nobody has measured its power.
func (l *Locator) usual(ap int) float64 {
	if a := &l.m.APs[ap]; len(a.Readings) == 0 {
		return math.Hypot(usualBias, a.P0SD)
	}
	return usualBias
}

// tie returns how much more (nats) a move must explain than a change of power:
// while a change is under way some tiles are as they were, so that what was said
// is not taken back lightly.
func (s *suspicion) tie() float64 {
	switch {
	case !s.named:
		return kindTie
	case s.Change == Moved:
		return -kindTie
	default:
		return 4 * kindTie
	}
}

// silence returns what an access point's silence is worth, nats.
func (w *watch) silence(ap int) (sum float64) {
	if !w.state[ap].silent {
		return 0
	}
	n := len(w.tiles)
	for _, m := range w.missed[ap*n : ap*n+n] {
		sum += float64(m)
	}
	return sum
}

// gatherTiles writes an access point's evidence into some, and how badly it fits
// the map into its suspicion.
func (l *Locator) gatherTiles(ap int) {
	w := l.watch
	w.some = w.some[:0]
	noise := sq(l.m.Noise)
	var misfit float64
	n := len(w.tiles)
	for i := range w.tiles {
		k := ap*n + i
		if w.count[k] < 1 {
			continue
		}
		t := &w.tiles[i]
		_, both := l.mapped(int32(ap), t.cell)
		v := max(0, float64(both)-noise) + sq(placing) + correlate*noise/float64(w.count[k])
		e := evidence{d: float64(w.mean[k]), w: 1 / v, at: t.at}
		misfit += e.d * e.d * e.w
		e.w *= math.Exp(-float64(w.looks-w.updated[k])/forgetful) / w.rough
		if most := outlying / math.Sqrt(e.w); math.Abs(e.d) > most {
			e.d = math.Copysign(most, e.d)
		}
		e.log = logDistance(t.at, l.places[ap])
		w.some = append(w.some, e)
	}
	w.state[ap].misfit = misfit / float64(max(1, len(w.some)))
}

// compare sets how rough the map is from how badly the middle access point fits
// it: what all of them suffer is the map's fault, not theirs.
func (w *watch) compare() {
	w.sorted = w.sorted[:0]
	for i := range w.state {
		if m := w.state[i].misfit; m > 0 {
			w.sorted = append(w.sorted, m)
		}
	}
	if len(w.sorted) < 3 {
		return
	}
	slices.Sort(w.sorted)
	w.rough = max(leastRough, w.sorted[len(w.sorted)/2])
}

// logDistance is path loss's logarithm of a distance, as the map has it.
func logDistance(a, b floor.Point) float64 {
	dx, dy := float32(a.X-b.X), float32(a.Y-b.Y)
	return 0.5 / math.Ln10 * float64(fastLog(dx*dx+dy*dy+1))
}

// fitBias returns the log-likelihood (nats, less what all models share) of tiles
// that differ by one bias of standard deviation sd besides a shape, and the
// bias: a Gaussian marginalised in closed form.
func fitBias(tiles []evidence, sd float64, shape func(e *evidence) float64) (nats, bias float64) {
	var uu, u, sum float64
	for i := range tiles {
		e := &tiles[i]
		d := e.d
		if shape != nil {
			d -= shape(e)
		}
		uu, u, sum = uu+e.w*d*d, u+e.w*d, sum+e.w
	}
	precision := sum + 1/sq(sd)
	return -0.5*(uu-u*u/precision) - 0.5*math.Log(sq(sd)*precision), u / precision
}

// bestMove returns the log-likelihood of the most likely of some places that an
// access point may have moved to, less what choosing among them costs.
func (l *Locator) bestMove(ap int) float64 {
	best := math.Inf(-1)
	from, n := l.places[ap], l.m.APs[ap].N
	const directions = 8
	distances := [...]float64{4, 6, 9, 13, 19}
	for _, r := range distances {
		for k := range directions {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / directions)
			to := floor.Point{X: from.X + floor.Metre(r*cos), Y: from.Y + floor.Metre(r*sin)}
			nats, _ := fitBias(l.watch.some, newBias, func(e *evidence) float64 {
				return follows * 10 * n * (e.log - logDistance(e.at, to))
			})
			best = max(best, nats)
		}
	}
	return best - math.Log(float64(directions*len(distances)))
}

// weigh sets what an access point is held to be, and how far it is trusted.
func (s *suspicion) weigh(c Change, nats, bias float64, now time.Time) {
	doubt := 1 / (1 + math.Exp(doubtAt-nats))
	s.trust, s.lift = 1, 0
	if c == Repowered {
		s.lift = float32(doubt * bias)
	} else {
		s.trust = float32(1 - doubt*(1-leastHold))
	}
	if s.named && nats >= clearAt || s.enough(nats, now) {
		s.name(c, nats)
		return
	}
	s.named, s.Evidence = false, nats
}

// enough reports whether there is enough evidence against one that is not named
// yet, and has been since a while, with some all the time.
func (s *suspicion) enough(nats float64, now time.Time) bool {
	switch {
	case nats < doubtAt:
		s.Since = time.Time{}
	case nats >= nameAt && (s.Since.IsZero() || s.Since.After(now)):
		s.Since = now
	}
	return nats >= nameAt && now.Sub(s.Since) >= lookLasts
}

func (s *suspicion) name(c Change, nats float64) {
	s.named, s.Change, s.Evidence = true, c, nats
}

// accuse names an access point that hears nobody.
func (s *suspicion) accuse(nats float64, now time.Time) {
	if !s.named {
		s.Since = now
	}
	s.trust, s.lift = 1, 0
	s.name(Unheard, nats)
}

// acquit clears an access point that too little is known of.
func (s *suspicion) acquit() {
	s.named, s.trust, s.lift, s.Since = false, 1, 0, time.Time{}
}
