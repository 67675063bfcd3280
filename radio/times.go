package radio

import (
	"time"

	"foyer/floor"
)

// The rules of time. A sensor's clock is believed within bounds around the
// arrival at the box; what is more than maxSkew off is not believed at all.
const (
	maxAge    = 10 * time.Minute // older readings count as this old
	maxAhead  = 2 * time.Second  // later ones as this far ahead
	maxSkew   = 30 * time.Second
	noClock   = time.Second     // how far the arrival is from the hearing, if the sensor says no time
	clockSpan = 5 * time.Minute // half of how long an offset is remembered
	dupSpan   = 2 * time.Minute // half of how long a reading is remembered
	dupMost   = 1 << 15         // readings remembered in each half
	dupStep   = 100 * time.Millisecond
)

// A clockOffset estimates how far an access point's clock is ahead of the
// box's. The largest difference of late is the one with the least delay in
// it, so a backlog of old readings does not pass for a slow clock once a
// fresh reading has been seen.
type clockOffset struct {
	cur, old time.Duration
	turned   time.Time
}

// observe takes the newest reading of a delivery that arrived at rx, or the
// sender's own clock at that moment, if it told.
func (c *clockOffset) observe(newest, sent, rx time.Time) {
	if !sent.IsZero() {
		newest = sent
	}
	if newest.IsZero() {
		return
	}
	offset := newest.Sub(rx)
	switch age := rx.Sub(c.turned); {
	case c.turned.IsZero() || age > 2*clockSpan || age < 0 || !sent.IsZero():
		c.cur, c.old, c.turned = offset, offset, rx
	case age > clockSpan:
		c.cur, c.old, c.turned = offset, c.cur, rx
	default:
		c.cur = max(c.cur, offset)
	}
}

// ahead returns the offset, and whether the clock was ever told.
func (c *clockOffset) ahead() (time.Duration, bool) {
	return max(c.cur, c.old), !c.turned.IsZero()
}

// wrong reports whether the clock is too far off to be believed.
func (c *clockOffset) wrong() bool {
	return max(c.cur, c.old).Abs() > maxSkew
}

// settle gives r the time that the rest of the house goes by, unless it was
// heard before. The intake's lock is held.
func (in *Intake) settle(r floor.Report, d *delivery) (floor.Report, bool) {
	n := &in.guests.n
	if !r.At.IsZero() && in.recent.seen(&r, d.rx) {
		n.duplicate.Add(1)
		return r, false
	}
	switch oldest, latest := d.rx.Add(-maxAge), d.rx.Add(maxAhead); {
	case r.At.IsZero():
		r.At, r.AtErr = d.rx, max(r.AtErr, noClock)
	case in.aliveAt[r.AP].clock.wrong():
		n.skewed.Add(1)
		// Within a delivery the clock still tells how much older than the
		// newest this reading is.
		r.AtErr = min(max(r.AtErr, noClock+d.heard[r.AP].Sub(r.At)), maxAge)
		r.At = d.rx
	case r.At.Before(oldest):
		n.late.Add(1)
		r.At = oldest
	case r.At.After(latest):
		r.At = latest
	}
	return r, true
}

// recent remembers readings of leased phones for two to four minutes, so that
// a message sent twice counts once.
type recent struct {
	cur, old map[reading]struct{}
	turned   time.Time
}

// A reading is the same one if an access point heard a phone in one way
// within the same tenth of a second, by whichever sensor it is told.
type reading struct {
	ap    floor.APID
	phone floor.Phone
	kind  floor.Kind
	at    int64 // tenths of a second
}

func (c *recent) seen(r *floor.Report, rx time.Time) bool {
	if age := rx.Sub(c.turned); c.cur == nil || age > dupSpan || age < 0 || len(c.cur) >= dupMost {
		c.cur, c.old, c.turned = make(map[reading]struct{}), c.cur, rx
	}
	key := reading{r.AP, r.Phone, r.Kind, r.At.UnixNano() / int64(dupStep)}
	if _, ok := c.old[key]; ok {
		return true
	}
	before := len(c.cur)
	c.cur[key] = struct{}{}
	return len(c.cur) == before
}
