package radio

import (
	"time"

	"foyer/floor"
	"foyer/radio/format"
	"foyer/radio/report"
)

// hint takes a position that a vendor computed, and keeps no part of it. It
// passes the same gate as a reading. One in a drawing that the plan does not
// have is counted and says nothing.
func (d *delivery) hint(h *format.Hint) {
	if !d.spend() {
		return
	}
	d.hints++
	phone, ok := d.in.guests.admit(&report.Report{Client: h.Client, IP: h.IP}, "", d.rx)
	if !ok {
		d.dropped++
		return
	}
	level, at, ok := d.in.aps.Place(h.Map, h.X, h.Y)
	if !ok {
		d.unplaced++
		return
	}
	d.placed = append(d.placed, floor.Hint{Phone: phone, Level: level, Point: at, SD: floor.Metre(h.SD), At: h.At, AtErr: h.AtErr})
}

// settleHint gives h the time that the rest of the house goes by, unless it was
// told before. The intake's lock is held.
func (in *Intake) settleHint(h floor.Hint, rx time.Time) (floor.Hint, bool) {
	switch oldest, latest := rx.Add(-maxAge), rx.Add(maxAhead); {
	case h.At.IsZero():
		h.At, h.AtErr = rx, max(h.AtErr, noClock)
		return h, true
	// No access point has an empty name: a hint is never mistaken for a reading.
	case in.recent.seen(&floor.Report{Phone: h.Phone, At: h.At}, rx):
		in.guests.n.duplicate.Add(1)
		return h, false
	case h.At.Before(oldest):
		in.guests.n.late.Add(1)
		h.At = oldest
	case h.At.After(latest):
		h.At = latest
	}
	return h, true
}
