package locator

import (
	"math"
	"time"

	"foyer/floor"
)

const (
	maxPending    = 512                   // readings of one phone that wait
	trackOverhead = 16*maxPending + 1<<10 // bytes of a phone besides its cells, at most

	// lookRound is after how many fixes every cell is considered again, so that
	// a belief in a wrong place is found out.
	lookRound = 32

	// astray is the misfit (squared standard deviations) above which the next
	// fix looks everywhere and this one is called unknown. At half of it a
	// rough map made every other fix look, which took four times as long.
	// lostAstray is the belief that is then spread over everywhere.
	astray     = 8
	lostAstray = 0.01

	// A fix's dt is kept within these seconds: two fixes of one instant are
	// still two, and after a longer gap a phone may be anywhere anyway.
	leastStep = 0.05
	mostStep  = 600
)

// instant is event time in nanoseconds since epoch, so that a waiting reading
// is small. It is clamped to a century either way: nothing overflows.
type instant int64

const (
	century = 100 * 365 * 24 * time.Hour
	never   = instant(math.MinInt64)
)

// epoch is where instants count from: no matter which, near today.
func epoch() time.Time { return time.Unix(1_700_000_000, 0).UTC() }

func instantOf(t time.Time) instant {
	return instant(max(-century, min(century, t.Sub(epoch()))))
}

func (i instant) time() time.Time { return epoch().Add(time.Duration(i)) }

// A track is what is known of one phone.
type track struct {
	phone   floor.Phone
	index   int // in Locator.tracks
	rest    rest
	spread  float64 // dB2, variance of the offset at each cell
	misfit  float32 // mean squared residual of the last fix, in variances
	memory  float64 // s, for which the belief looks back
	lasting float32 // correlation of residuals a second apart
	both    float32 // sums of products of successive residuals, decayed
	power   float32 // and of their squares
	echoes  []echo  // the last fix's residuals
	fixes   uint32
	last    instant // of the last fix, if fixes > 0
	pending []reading
	first   instant // of the oldest pending reading
	zones   []floor.ZoneProb
	looked  instant // when the watch last looked at a fix
	tile    int32   // and where that was
	voiced  instant // when its looks last began to count as another voice
	served  int32   // access point that served it at the last association
	hint    hint    // the last one that came
	hinted  instant // when one was last taken into account
}

// A reading of an access point; or, with its complement, the association that a
// serving source tells of, rssi 0 if it knows no strength; or, with hinted, that
// the track's hint is to be followed.
type reading struct {
	at   instant
	ap   int32
	rssi float32
}

func (l *Locator) newTrack(p floor.Phone) *track {
	var t *track
	if n := len(l.spare); n > 0 {
		t, l.spare = l.spare[n-1], l.spare[:n-1]
	} else {
		t = &track{rest: rest{wins: make([]window, len(l.grid.levels))},
			echoes: make([]echo, 0, echoes), zones: make([]floor.ZoneProb, len(l.grid.zones))}
	}
	t.phone, t.index, t.fixes, t.pending = p, len(l.tracks), 0, t.pending[:0]
	t.both, t.power, t.echoes = 0, 0, t.echoes[:0]
	t.served, t.hinted, t.memory, t.voiced = -1, never, 0, 0
	l.phones[p] = t
	l.tracks = append(l.tracks, t)
	return t
}

// enqueue puts a reading among those that wait; false means it was dropped.
func (l *Locator) enqueue(t *track, in reading) bool {
	if t.fixes > 0 && in.at <= t.last {
		l.stats.Late++
		return false
	}
	for i := range t.pending {
		if t.pending[i] == in {
			l.stats.Duplicate++
			return false
		}
	}
	if len(t.pending) >= maxPending {
		l.stats.Surplus++
		return false
	}
	if len(t.pending) == 0 || in.at < t.first {
		t.first = in.at
	}
	t.pending = append(t.pending, in)
	return true
}

// settle makes every fix whose readings must all have come by now.
func (l *Locator) settle(t *track, now instant) (out floor.Position, done bool) {
	for len(t.pending) > 0 && now-t.first >= instant(l.o.Group+l.o.Reorder) {
		out, done = l.fix(t), true
	}
	return out, done
}

// fix takes the oldest group out of the pending readings and weighs it.
func (l *Locator) fix(t *track) floor.Position {
	w := l.work
	at := l.gather(t)
	for i, seen := range l.alive {
		if w.plain && seen != never && at-seen < instant(l.o.Alive) && l.watch.trusted(i) {
			w.silent(i)
		}
	}
	dt, fresh, all := 1.0, 1.0, true
	if t.fixes > 0 {
		dt = min(max(time.Duration(at-t.last).Seconds(), leastStep), mostStep)
		lost := 0.0
		fresh = t.news(dt)
		all = t.fixes%lookRound == 0
		if all {
			lost = l.o.Motion.Lost * lookRound
		}
		if t.misfit > astray {
			all, lost = true, max(lost, lostAstray)
		}
		w.load(&t.rest, l.reach(t, dt))
		l.move(t, dt)
		if all {
			l.scatter(lost)
		}
	} else {
		l.begin(t)
	}
	peak, alpha := l.weigh(t, at, dt, fresh, all)
	l.look(t, at, peak, alpha)
	for _, win := range w.wins {
		l.stats.Touched += uint64(max(0, win.size()) * cellBytes)
	}
	w.shrink()
	t.fixes++
	t.last = at
	p := l.answer(t, at.time())
	w.store(&t.rest, l.memory)
	l.stats.Fixes++
	if p.Unknown {
		l.stats.Unknown++
	}
	return p
}

// gather moves the oldest group's readings into work and returns the time of
// its last one.
func (l *Locator) gather(t *track) instant {
	w := l.work
	w.begin()
	at, end, next := t.first, t.first+instant(l.o.Group), instant(math.MaxInt64)
	rest := t.pending[:0]
	for _, r := range t.pending {
		if r.at < end {
			w.take(r)
			at = max(at, r.at)
			continue
		}
		next = min(next, r.at)
		rest = append(rest, r)
	}
	t.pending, t.first = rest, next
	return at
}

func pack(v float32) uint16   { return uint16((math.Float32bits(v) + 0x8000) >> 16) }
func unpack(v uint16) float32 { return math.Float32frombits(uint32(v) << 16) }
