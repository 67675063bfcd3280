package radio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"runtime"
	"strings"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// patience is how long a delivery waits, wall time, for somebody to take its
// batch.
const patience = 100 * time.Millisecond

// errFault means that a delivery met a fault in foyer itself.
var errFault = errors.New("internal fault")

// A delivery turns the reports of one request or message into one batch. An
// adapter adds canonical reports and counts malformed ones; then it goes back
// into the intake's pool.
type delivery struct {
	outcome
	in      *Intake
	sensor  *sensor
	dec     *report.Decoder
	rx      time.Time // store time of its arrival
	sent    time.Time // the sender's clock at that moment, zero if unknown
	clock   time.Time // likewise, of whoever delivers for the access points
	heard   map[floor.APID]time.Time
	pending []floor.Report // of leased phones, At and AtErr as the sensor gave them
	strange []string       // names of access points that the plan does not have, a few
	placed  []floor.Hint   // likewise, positions on the plan
	dropped int
	left    int // departures of leased phones
	hints   int // positions, wherever they are

	unplaced int // of those, in drawings that the plan does not have
}

func newDelivery(in *Intake) *delivery {
	return &delivery{in: in, dec: report.NewDecoder(nil), heard: map[floor.APID]time.Time{}}
}

// begin opens a delivery of s, unless too many are open or its budget is used
// up. Every delivery that was begun is released.
func (in *Intake) begin(s *sensor, sent time.Time) (*delivery, error) {
	rx := in.guests.now()
	in.mu.Lock()
	defer in.mu.Unlock()
	if s.open >= maxOpen || s.budget.Tokens() < 1 {
		in.guests.n.throttled.Add(1)
		s.stats.Throttled++
		return nil, errBudget
	}
	s.open++
	d := in.pool.Get().(*delivery)
	d.sensor, d.rx, d.sent, d.clock = s, rx, sent, sent
	return d, nil
}

// lines adds the canonical lines of body.
func (d *delivery) lines(body io.Reader) {
	d.dec.Reset(body)
	var r report.Report
	for d.err == nil {
		err := d.dec.Decode(&r)
		var line *report.LineError
		switch {
		case err == nil:
			d.add(&r)
		case errors.As(err, &line):
			d.bad(line)
		case errors.Is(err, io.EOF):
			return
		default:
			d.err = err
		}
	}
}

// add takes one reading. It keeps no part of r.
func (d *delivery) add(r *report.Report) {
	if !d.spend() {
		return
	}
	d.accepted++
	ap, ok := d.in.aps.Resolve(r.AP)
	if !ok {
		d.stranger(r)
		return
	}
	if newest, ok := d.heard[ap]; !ok || r.At.After(newest) {
		d.heard[ap] = r.At
	}
	if r.Gone() {
		if d.in.guests.depart(r.Client, ap, d.rx) {
			d.left++
		} else {
			d.dropped++
		}
		return
	}
	if s := d.in.guests.survey.Load(); s != nil {
		s.hear(r, ap, d.rx)
	}
	phone, ok := d.in.guests.admit(r, ap, d.rx)
	if !ok {
		d.dropped++
		return
	}
	d.pending = append(d.pending, floor.Report{
		AP: ap, Phone: phone, RSSI: r.RSSI, Kind: r.Kind, Freq: r.Freq, At: r.At, AtErr: r.AtErr,
	})
}

// bad counts a line that is no report.
func (d *delivery) bad(line *report.LineError) {
	if !d.spend() {
		return
	}
	d.malformed++
	if d.first == nil {
		d.first = line
	}
}

// spend takes one report from the sensor's budget.
func (d *delivery) spend() bool {
	if d.sensor.budget.Allow() {
		return true
	}
	d.err = errBudget
	return false
}

// finish settles the times, drops what was heard before, keeps the accounts
// and queues the batch.
func (d *delivery) finish(ctx context.Context, out chan<- floor.Batch) {
	n := &d.in.guests.n
	n.deliveries.Add(1)
	n.reports.Add(uint64(d.accepted))
	n.malformed.Add(uint64(d.malformed))
	n.unknownAP.Add(uint64(d.unknownAP))
	n.dropped.Add(uint64(d.dropped))
	n.left.Add(uint64(d.left))
	n.admitted.Add(uint64(len(d.pending)))
	n.hints.Add(uint64(d.hints))
	n.unplaced.Add(uint64(d.unplaced))
	if errors.Is(d.err, errBudget) {
		n.throttled.Add(1)
	}
	if d.refused() {
		n.refused.Add(1)
	}
	b := d.batch()
	if len(b.Alive)+len(b.Hints) == 0 {
		return
	}
	if send(ctx, out, b) {
		n.queued.Add(1)
	} else {
		n.queueFull.Add(1)
	}
}

// batch makes the batch under the intake's lock.
func (d *delivery) batch() floor.Batch {
	in := d.in
	b := floor.Batch{Received: d.rx, Alive: make([]floor.APID, 0, len(d.heard))}
	in.mu.Lock()
	defer in.mu.Unlock()
	for s := d.sensor; s != nil; s = s.of {
		s.count(d)
	}
	in.strangers.note(d)
	for ap, newest := range d.heard {
		b.Alive = append(b.Alive, ap)
		h := in.aliveAt[ap]
		if h == nil {
			h = &heartbeat{}
			in.aliveAt[ap] = h
		}
		if d.rx.After(h.last) {
			h.last = d.rx
		}
		h.clock.observe(newest, d.sent, d.rx)
	}
	if len(d.pending) > 0 {
		b.Reports = make([]floor.Report, 0, len(d.pending))
	}
	for _, p := range d.pending {
		if r, ok := in.settle(p, d); ok {
			b.Reports = append(b.Reports, r)
		}
	}
	for _, h := range d.placed {
		if h, ok := in.settleHint(h, d.rx); ok {
			b.Hints = append(b.Hints, h)
		}
	}
	return b
}

// release returns d to the pool without anything of the delivery in it.
func (d *delivery) release() {
	d.dec.Reset(nil)
	clear(d.heard)
	clear(d.pending)
	clear(d.placed)
	clear(d.strange)
	in, s := d.in, d.sensor
	*d = delivery{in: in, dec: d.dec, heard: d.heard, pending: d.pending[:0], placed: d.placed[:0], strange: d.strange[:0]}
	in.mu.Lock()
	s.open--
	in.mu.Unlock()
	in.pool.Put(d)
}

// send hands b on, if somebody takes it soon.
func send(ctx context.Context, out chan<- floor.Batch, b floor.Batch) bool {
	select {
	case out <- b:
		return true
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case out <- b:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// fault counts and logs a panic by its place alone: its message, and the
// arguments in a traceback, may hold part of a delivery.
func (in *Intake) fault() {
	in.guests.n.panics.Add(1)
	in.log.Error("a delivery met a fault in foyer and was dropped", "at", faultPlace())
}

func faultPlace() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") && f.File != "" {
			return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
		}
		if !more {
			return "unknown"
		}
	}
}
