package format

import (
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// The numbers of the fields of aruba_telemetry.Telemetry and its parts that are
// read, and of the classes of Wi-Fi devices.
const (
	arubaMeta     = 1
	arubaReporter = 2
	arubaReported = 3
	arubaBLE      = 6
	arubaWiFi     = 7

	metaToken = 2

	reporterName = 1
	reporterMAC  = 2
	reporterTime = 8

	wifiMAC   = 1
	wifiClass = 2
	wifiRSSI  = 3

	classAssociated   = 16
	classUnassociated = 17

	bleMAC  = 1
	bleRSSI = 4

	reportedMAC  = 1
	reportedSeen = 7
	reportedRSSI = 10
)

// arubaErr is how far off a message's time may be if its interval is unknown.
const arubaErr = 5 * time.Second

// An arubaMessage is what is true of a whole message.
type arubaMessage struct {
	token []byte
	ap    string
	at    time.Time // of the access point's clock, zero if unknown
}

// aruba reads a message of the IoT transport of AOS 8 or Instant: what one
// access point heard of late. The access point is named by its address, or else
// by its name. Readings have no time, but their message has; it is believed
// within half a minute of the arrival.
func aruba(p *Payload, w *rows) error {
	var m arubaMessage
	whole := message(p.Body, func(f field) { m.head(f) })
	if !whole {
		return ErrSyntax
	}
	if !p.Secret(m.token) {
		return ErrSecret
	}
	message(p.Body, func(f field) {
		switch {
		case f.num != arubaWiFi && f.num != arubaBLE && f.num != arubaReported || !w.more():
		case f.num == arubaWiFi:
			w.arubaWiFi(&m, f.bytes)
		case f.num == arubaBLE:
			w.arubaBLE(&m, f.bytes)
		default:
			w.arubaReported(&m, f.bytes)
		}
	})
	return nil
}

// head reads what stands before the readings, wherever it stands.
func (m *arubaMessage) head(f field) {
	switch f.num {
	case arubaMeta:
		message(f.bytes, func(f field) {
			if f.num == metaToken {
				m.token = f.bytes
			}
		})
	case arubaReporter:
		var name, mac string
		message(f.bytes, func(f field) {
			switch {
			case f.num == reporterName:
				name = string(f.bytes)
			case f.num == reporterMAC && len(f.bytes) == 6:
				mac = colons(f.bytes)
			case f.num == reporterTime:
				m.at = number{float64(f.value), true}.seconds()
			}
		})
		if m.ap = mac; mac == "" {
			m.ap = name
		}
	}
}

// arubaTime believes a stamp of the access point, in its seconds, if it can be true.
func (w *rows) arubaTime(at time.Time) time.Time {
	if rx := w.p.Received; at.IsZero() || !rx.IsZero() && at.Sub(rx).Abs() > maxSkew {
		return rx
	}
	return at
}

func (w *rows) arubaWiFi(m *arubaMessage, b []byte) {
	var l level
	var mac []byte
	r := report.Report{AP: m.ap, At: w.arubaTime(m.at), AtErr: w.p.within(arubaErr)}
	ok := message(b, func(f field) {
		switch f.num {
		case wifiMAC:
			mac = f.bytes
		case wifiRSSI:
			l = f.level()
		case wifiClass:
			for _, class := range f.enums() {
				switch class {
				case classAssociated:
					r.Kind, r.Assoc = floor.UplinkAssoc, report.AssocYes
				case classUnassociated:
					r.Assoc = report.AssocNo
				}
			}
		}
	})
	if !ok {
		w.bad(ErrRow)
		return
	}
	var err error
	if r.Client, err = report.AddrFrom(mac); err != nil {
		w.bad(err)
		return
	}
	w.heard(&r, l)
}

// arubaBLE reads one Bluetooth frame as it was heard.
func (w *rows) arubaBLE(m *arubaMessage, b []byte) {
	var l level
	var mac []byte
	ok := message(b, func(f field) {
		switch f.num {
		case bleMAC:
			mac = f.bytes
		case bleRSSI:
			l = f.level()
		}
	})
	w.arubaBeacon(ok, mac, l, report.Report{AP: m.ap, At: w.arubaTime(m.at), AtErr: time.Second})
}

// arubaReported reads what was heard of a Bluetooth device in an interval. The
// strength is told in the one way that the transport profile asks for.
func (w *rows) arubaReported(m *arubaMessage, b []byte) {
	var mac []byte
	var last, smooth, mean, most level
	at := m.at
	ok := message(b, func(f field) {
		switch f.num {
		case reportedMAC:
			mac = f.bytes
		case reportedSeen:
			at = number{float64(f.value), true}.seconds()
		case reportedRSSI:
			message(f.bytes, func(f field) {
				switch f.num {
				case 1:
					last = f.level()
				case 2:
					mean = f.level()
				case 3:
					most = f.level()
				case 4: // bulk: every reading of the interval, the newest last
					message(f.bytes, func(f field) {
						if f.num == 2 {
							last = f.level()
						}
					})
				case 5:
					smooth = f.level()
				}
			})
		}
	})
	r := report.Report{AP: m.ap, At: w.arubaTime(at), AtErr: w.p.within(arubaErr)}
	l := last
	for _, other := range []struct {
		level
		agg report.Agg
	}{{smooth, report.Smoothed}, {mean, report.Mean}, {most, report.Max}} {
		if !l.set && other.set {
			l, r.Agg = other.level, other.agg
		}
	}
	w.arubaBeacon(ok, mac, l, r)
}

func (w *rows) arubaBeacon(ok bool, mac []byte, l level, r report.Report) {
	if !ok || len(mac) != 6 {
		w.bad(ErrRow)
		return
	}
	var valid bool
	if r.Client, valid = w.beacon(text(colons(mac))); valid {
		r.Kind = floor.BLE
		w.heard(&r, l)
	}
}
