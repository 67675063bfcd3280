package radio

import (
	"context"
	"errors"
	"time"

	"foyer/floor"
	"foyer/radio/format"
	"foyer/radio/report"
)

// payload takes one payload of a vendor's format. Its times are on the box's
// clock as far as the format could set them right, so that the arrival stands
// for the sender's clock; what the sender's own clock says is kept for people.
func (in *Intake) payload(ctx context.Context, s *sensor, f format.Format, p format.Payload, out chan<- floor.Batch) outcome {
	return in.decode(ctx, s, f, p, out, nil)
}

// decode is payload with somebody who sees each report of a leased phone first.
func (in *Intake) decode(ctx context.Context, s *sensor, f format.Format, p format.Payload, out chan<- floor.Batch, leased func(*report.Report)) outcome {
	return in.take(ctx, s, time.Time{}, out, func(d *delivery) {
		p.Received, d.sent, d.clock = d.rx, d.rx, p.Sent
		if err := f.Decode(p, &sink{d, leased}); err != nil && d.err == nil {
			d.err = err
		}
	})
}

// sink gives a delivery what a format's decoder reads.
type sink struct {
	d      *delivery
	leased func(*report.Report)
}

// Report takes one reading.
func (s *sink) Report(r *report.Report) {
	before := len(s.d.pending)
	s.d.add(r)
	if s.leased != nil && len(s.d.pending) > before {
		s.leased(r)
	}
}

// Hint takes a position that the vendor computed.
func (s *sink) Hint(h *format.Hint) { s.d.hint(h) }

// Malformed counts a row that is no reading.
func (s *sink) Malformed(error) {
	if s.d.spend() {
		s.d.malformed++
	}
}

// refused reports whether nothing of the delivery was taken because it was not
// what it should be.
func (d *delivery) refused() bool {
	return d.err != nil && d.accepted+d.hints == 0 && refusal(d.err)
}

// refusal reports whether err is a format's about a whole payload.
func refusal(err error) bool {
	for _, e := range []error{format.ErrFormat, format.ErrSize, format.ErrSyntax, format.ErrDepth, format.ErrSecret,
		format.ErrVersion, format.ErrSource, format.ErrDenied, format.ErrTopic} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
