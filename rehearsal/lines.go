package rehearsal

import (
	"bytes"
	"net/netip"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// Probing: every half minute or so a burst of a few requests, as unassociated
// phones do (about once a minute, varying by model).
const (
	burstLongest = 4
	burstGap     = 120 * time.Millisecond
	quietLeast   = 15.0 // s
	quietMost    = 75.0 // s
)

// hearingJitter is how far apart, either way, access points hear what they
// report as one reading; their clocks agree no better.
const hearingJitter = 120 * time.Millisecond

// appendLines appends what the site's sensor says of the phone up to a time:
// for an associated phone about once a second a line of every access point
// that hears it, as a hearing map such as usteer's has it, the client's IP
// address on the serving one's. It returns the longer slice.
func (p *Phone) appendLines(dst []byte, until time.Time) []byte {
	if p.next.IsZero() {
		p.next = until.Add(-time.Duration(p.r.Float64() * float64(everySecond)))
	}
	for !p.next.After(until) {
		at := p.next
		p.next = at.Add(p.pause())
		if s, here := p.carrier.At(at); here {
			dst = p.appendReading(dst, at, s)
		}
	}
	return dst
}

// pause returns the time from one reading to the next.
func (p *Phone) pause() time.Duration {
	if !p.opts.Probing {
		return everySecond + time.Duration(between(p.r, -1, 1)*float64(readJitter))
	}
	if p.burst--; p.burst > 0 {
		return burstGap
	}
	p.burst = 1 + p.r.IntN(burstLongest)
	p.addr = drawAddress(p.r)
	return seconds(between(p.r, quietLeast, quietMost))
}

func (p *Phone) appendReading(dst []byte, at time.Time, s Spot) []byte {
	r := report.Report{Client: p.addr.addr}
	start := len(dst)
	p.hear(at, s, func(ap int, rssi floor.DBm) {
		r.AP = string(p.world.level.AccessPoints[ap].ID)
		r.RSSI = rssi
		r.At = at.Add(time.Duration(between(p.r, -1, 1) * float64(hearingJitter))).Truncate(time.Millisecond)
		r.Freq = channel(ap)
		r.Kind, r.Assoc, r.IP = floor.UplinkProbe, report.AssocUnknown, nil
		if ap == p.serving {
			r.Kind, r.Assoc, r.IP = floor.UplinkAssoc, report.AssocYes, []netip.Addr{p.IP()}
		}
		line, err := report.Append(dst, &r)
		if err != nil {
			panic("rehearsal: the codec refuses its own kind of report: " + err.Error()) // a plan's identifiers are names
		}
		dst = line
	})
	p.heard = p.heard || len(dst) > start
	if p.opts.Malformed > 0 && len(dst) > start && p.r.Float64() < p.opts.Malformed {
		good := dst[start : start+bytes.IndexByte(dst[start:], '\n')]
		dst = append(p.spoil(dst, bytes.Clone(good)), '\n')
	}
	return dst
}

// spoil appends a line that every decoder must refuse, with the address in it.
func (p *Phone) spoil(dst, line []byte) []byte {
	switch p.r.IntN(6) {
	case 0: // torn off in the middle of something
		return append(dst, line[:len(line)/2]...)
	case 1: // a sentinel for a strength
		return append(append(append(dst, `{"ap":"ap-01","client":"`...), p.addr.text...), `","rssi":127}`...)
	case 2: // a strength in words
		return append(append(append(dst, `{"ap":"ap-01","client":"`...), p.addr.text...), `","rssi":"strong"}`...)
	case 3: // an address that is one digit short
		return append(dst, bytes.Replace(line, []byte(p.addr.text), []byte(p.addr.text[:len(p.addr.text)-1]), 1)...)
	case 4: // the same name twice
		return append(append(dst, line[:len(line)-1]...), `,"client":"`+p.addr.text+`"}`...)
	default: // the address where none belongs, and no access point
		return append(append(append(dst, `{"client":"`...), p.addr.text...), `","rssi":-60,"note":"`+p.addr.text+`"}`...)
	}
}
