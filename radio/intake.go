package radio

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"foyer/floor"
	"foyer/radio/report"
)

// IntakeOptions are the settings of an intake.
type IntakeOptions struct {
	APs    APResolver // the plan's access points
	Guests *Guests    // the gate, and the clock of the store
	// Rate is how many reports a second of wall time each sensor may send,
	// Burst how many at once. 0 means 5,000 and 10,000; a negative Rate has
	// no limit. One sensor's flood then costs the others nothing.
	Rate  float64
	Burst int
	Log   *slog.Logger // nil discards
}

// An Intake makes batches of deliveries. All sources of a box share one, for
// they share the clock, the guest list and the memory of what was heard.
type Intake struct {
	aps    APResolver
	guests *Guests
	rate   rate.Limit
	burst  int
	log    *slog.Logger
	pool   sync.Pool // of *delivery

	mu        sync.Mutex
	sensors   map[string]*sensor
	aliveAt   map[floor.APID]*heartbeat
	recent    recent
	strangers strangers
}

// heartbeat is what an access point's reports say of itself.
type heartbeat struct {
	last  time.Time
	clock clockOffset
}

// maxOpen is how many deliveries one sensor may have open at once; each holds
// a buffer of report.MaxLine bytes.
const maxOpen = 16

// errBudget means that a sensor is over its budget of reports or deliveries.
var errBudget = errors.New("over the sensor's budget")

// NewIntake returns an intake that nothing has reached yet.
func NewIntake(o IntakeOptions) *Intake {
	in := &Intake{
		aps: o.APs, guests: o.Guests, rate: rate.Limit(o.Rate), burst: o.Burst, log: o.Log,
		sensors: map[string]*sensor{}, aliveAt: map[floor.APID]*heartbeat{},
	}
	switch {
	case o.Rate < 0:
		in.rate = rate.Inf
	case o.Rate == 0:
		in.rate = 5000
	}
	if in.burst <= 0 {
		in.burst = int(min(2*max(o.Rate, 5000), 1e6))
	}
	if in.log == nil {
		in.log = slog.New(slog.DiscardHandler)
	}
	in.pool.New = func() any { return newDelivery(in) }
	return in
}

// LastHeard returns when each access point was last part of a delivery, store
// time. An access point that never was is absent.
func (in *Intake) LastHeard() map[floor.APID]time.Time {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := make(map[floor.APID]time.Time, len(in.aliveAt))
	for ap, h := range in.aliveAt {
		out[ap] = h.last
	}
	return out
}

// An outcome is what became of a delivery.
type outcome struct {
	accepted, malformed, unknownAP int
	first                          *report.LineError // the first bad line
	err                            error             // what ended the delivery early
}

// ndjson takes one delivery of canonical lines.
func (in *Intake) ndjson(ctx context.Context, s *sensor, sent time.Time, body io.Reader, out chan<- floor.Batch) outcome {
	return in.take(ctx, s, sent, out, func(d *delivery) { d.lines(body) })
}

// take is what every adapter calls: it opens a delivery of s, lets fill add
// the reports, and queues the batch. sent is the sender's clock when it sent,
// zero if unknown. The outcome's err is errBudget, errFault or fill's own;
// what came before it counts, but for a fault.
func (in *Intake) take(ctx context.Context, s *sensor, sent time.Time, out chan<- floor.Batch, fill func(*delivery)) (o outcome) {
	d, err := in.begin(s, sent)
	if err != nil {
		return outcome{err: err}
	}
	defer func() {
		if recover() != nil {
			in.fault()
			o = outcome{err: errFault}
		}
	}()
	defer d.release()
	fill(d)
	d.finish(ctx, out)
	return d.outcome
}
