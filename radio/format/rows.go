package format

import (
	"iter"
	"net/netip"
	"strings"
	"time"

	"foyer/radio/report"
)

// maxRows is how many rows are read of one payload, and how many are given of
// it, good or bad.
const maxRows = 8192

// rows gives a sink the rows of one payload, as many as are allowed.
type rows struct {
	p     *Payload
	sink  Sink
	read  int
	given int
	over  bool
}

// more reports whether one more row may be read, and counts it.
func (w *rows) more() bool { return w.count(&w.read) }

// elements yields the elements of a list of rows, as elements does, for as long
// as one more row may be read.
func (w *rows) elements(raw []byte) (iter.Seq[[]byte], bool) {
	list, ok := elements(raw)
	return func(yield func([]byte) bool) {
		for e := range list {
			if !w.more() || !yield(e) {
				return
			}
		}
	}, ok
}

// spend reports whether one more row may be given, and counts it.
func (w *rows) spend() bool { return w.count(&w.given) }

func (w *rows) count(n *int) bool {
	if w.over {
		return false
	}
	if *n++; *n > maxRows {
		w.over = true
		w.sink.Malformed(ErrRows)
	}
	return !w.over
}

// bad tells of a row that is no reading.
func (w *rows) bad(err error) {
	if w.spend() {
		w.sink.Malformed(err)
	}
}

// report gives the sink a reading, unless no radio can have made it.
func (w *rows) report(r *report.Report) {
	if err := r.Check(); err != nil {
		w.bad(err)
	} else if w.spend() {
		w.sink.Report(r)
	}
}

// client reads the address of a Wi-Fi client, and tells of a bad one.
func (w *rows) client(s text) (report.Addr, bool) {
	a, err := report.ParseAddr(string(s))
	if err != nil {
		w.bad(err)
	}
	return a, err == nil
}

// beacon reads the address of a Bluetooth radio, and tells of a bad one.
func (w *rows) beacon(s text) (report.Addr, bool) {
	a, err := report.ParseBLEAddr(string(s))
	if err != nil {
		w.bad(err)
	}
	return a, err == nil
}

// ago returns the store time of what was heard so long before the arrival.
func (p *Payload) ago(age time.Duration) time.Time {
	if p.Received.IsZero() {
		return time.Time{}
	}
	return p.Received.Add(-age)
}

// onBox sets a time of the sender's clock right. Without its Sent there is
// nothing to set it by but this: nobody hears a client after the arrival.
func (p *Payload) onBox(at time.Time) time.Time {
	switch {
	case at.IsZero() || p.Received.IsZero():
		return at
	case !p.Sent.IsZero():
		return p.Received.Add(at.Sub(p.Sent))
	case at.Sub(p.Received) > maxSkew:
		return p.Received
	}
	return at
}

// within returns how far off a time may be that has no clock of its own.
func (p *Payload) within(least time.Duration) time.Duration {
	return min(max(p.Every, least), maxAtErr)
}

const (
	maxSkew  = 30 * time.Second // a clock further off is not believed
	maxAtErr = 10 * time.Minute // beyond it a time says nothing
)

// node names an interface of the host that sent the payload, as usteer does:
// "10.14.0.12#hostapd.phy1-ap0". A name that has its host stays.
func (p *Payload) node(name string) string {
	host, _, _ := strings.Cut(p.From, "#")
	switch {
	case strings.Contains(name, "#") || host == "":
		return name
	case name == "":
		return p.From
	}
	return host + "#" + name
}

// addresses reads IP addresses, each perhaps with a host name before a slash,
// and skips what is none.
func addresses(list ...text) (out []netip.Addr) {
	for _, s := range list {
		_, after, found := strings.Cut(string(s), "/")
		if !found {
			after = string(s)
		}
		ip, err := netip.ParseAddr(after)
		if err == nil && ip.Zone() == "" && !ip.IsUnspecified() && len(out) < maxIPs {
			out = append(out, ip.Unmap())
		}
	}
	return out
}

const maxIPs = 64 // as in a canonical report
