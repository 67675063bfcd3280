package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// How reports travel.
const (
	gather    = 200 * time.Millisecond // readings of one moment go together
	mostLines = 1000                   // in one request, about 180 KB
	firstWait = time.Second
	lastWait  = 10 * time.Second // so that a box that is back has most of the last minute
	longWait  = 30 * time.Second // where only a person can help
	clockStep = 2 * time.Second  // by which a clock has been set, not just drifted
)

// The answers of HTTP that the agent tells apart.
const (
	badRequest   = 400
	unauthorized = 401
	forbidden    = 403
	notFound     = 404
	lateRequest  = 408
	tooLarge     = 413
	misdirected  = 421
	throttled    = 429
)

// A poster takes readings from the ring to the box. One goroutine uses it.
type poster struct {
	ring *ring
	door *door
	log  *slog.Logger

	state  string // what was said last
	well   bool   // all was well then
	since  time.Time
	lost   uint64    // of the ring, when the box went away
	hushed time.Time // when it was last said that the box is told too much
	most   int       // lines in one request
	wait   time.Duration
	batch  []entry
	lines  []byte
}

// run posts until ctx ends.
func (p *poster) run(ctx context.Context) {
	defer p.door.close()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-p.ring.wake:
		}
		pause(ctx, gather)
		for ctx.Err() == nil && p.once(ctx) {
		}
	}
}

// once sends the oldest readings, and reports whether to go on at once. Where
// the box cannot be reached it waits.
func (p *poster) once(ctx context.Context) bool {
	now := time.Now()
	batch, through := p.ring.take(p.batch[:0], p.most, now)
	p.batch = batch
	defer clear(batch)
	if len(batch) == 0 {
		return false
	}
	p.lines = encode(p.lines[:0], batch, now)
	a := p.door.post(ctx, p.lines)
	clear(p.lines)
	if ctx.Err() != nil {
		return false
	}
	wait := p.judge(a)
	p.say(a, now)
	if wait < 0 {
		p.ring.done(through)
		p.wait = 0
		return true
	}
	if a.status == throttled { // the box took what its budget allowed, from the first on
		p.ring.done(through - uint64(len(batch)) + uint64(min(a.taken, len(batch))))
	}
	pause(ctx, wait)
	return true
}

// judge returns how long to wait before these readings are sent again, less
// than 0 if they are not to be.
func (p *poster) judge(a answer) time.Duration {
	switch {
	case a.status/100 == 2:
		p.most = min(2*p.most, mostLines)
		return -1
	case a.status == tooLarge && p.most > 1:
		p.most /= 2
		return 0
	case a.status == throttled:
		p.most = max(p.most/2, 100)
		return max(a.wait+rand.N(firstWait), p.next(lastWait))
	case a.status == badRequest && p.most > 1: // half of it may pass
		p.most /= 2
		return p.next(lastWait)
	case a.status/100 == 4 && a.status != lateRequest:
		return jitter(longWait)
	}
	return p.next(lastWait)
}

// next doubles the wait, to most.
func (p *poster) next(most time.Duration) time.Duration {
	p.wait = min(max(2*p.wait, firstWait), most)
	return jitter(p.wait)
}

// jitter keeps the access points of a store from coming all at once.
func jitter(d time.Duration) time.Duration {
	return d/2 + rand.N(d)
}

// say logs once when the box begins to answer otherwise. A box that is told too
// much now and then is no news.
func (p *poster) say(a answer, now time.Time) {
	state, cure := verdict(a)
	if state == p.state || a.status == throttled && now.Sub(p.hushed) < time.Minute {
		return
	}
	first, well := p.state == "", p.well
	p.state, p.well = state, cure == ""
	switch {
	case !p.well:
		if a.status == throttled {
			p.hushed = now
		}
		if first || well {
			p.since, p.lost = now, p.ring.missed()
		}
		p.log.Warn("the box "+state+": "+cure, why(a)...)
	case first:
		p.log.Info("the box " + state)
	default:
		p.log.Info("the box "+state+" again", "after", now.Sub(p.since).Round(time.Second), "lost", p.ring.missed()-p.lost)
	}
}

func why(a answer) []any {
	switch {
	case a.err != nil:
		return []any{"err", a.err}
	case a.status/100 == 2:
		return []any{"unknown", a.unknown, "bad", a.bad}
	}
	return []any{"status", a.status}
}

// encode appends the readings as canonical lines.
func encode(dst []byte, batch []entry, now time.Time) []byte {
	for i := range batch {
		e := &batch[i]
		atErr := stationError
		if e.kind == floor.UplinkProbe {
			atErr = probeError
		}
		r := report.Report{AP: e.ap, Client: e.client, RSSI: floor.DBm(e.rssi), Kind: e.kind,
			At: stamp(e.at, now), AtErr: atErr, Freq: int(e.freq), Assoc: e.assoc}
		line, err := report.Append(dst, &r)
		if err == nil { // always: names are checked at the start
			dst = line
		}
	}
	return dst
}

// stamp returns the time of a reading by the clock as it is now.
func stamp(at, now time.Time) time.Time {
	return restamp(at.Round(0), now.Round(0), now.Sub(at))
}

// restamp is stamp for times of the wall clock and the age by the monotonic
// one. An access point without a battery begins in 1970 and is set later; what
// it heard before is as old as the monotonic clock says.
func restamp(at, now time.Time, age time.Duration) time.Time {
	if (age - now.Sub(at)).Abs() >= clockStep {
		at = now.Add(-age)
	}
	return at.Round(time.Millisecond) // the same each time it is sent, so that the box knows it again
}
