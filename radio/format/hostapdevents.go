package format

import (
	"bytes"
	"errors"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// How far off the arrival of an event is from what it tells of.
const (
	eventErr  = 200 * time.Millisecond
	beaconErr = time.Second // the phone measures for a while before it answers
)

// hostapdEvents reads server-sent events of a hostapd on ubus: all that there
// are in the payload, whole ones. Payload.From names the access point. On a
// refusal uhttpd answers HTTP status 200 with a JSON error.
func hostapdEvents(p *Payload, w *rows) error {
	if body := bytes.TrimSpace(p.Body); len(body) > 0 && (body[0] == '{' || body[0] == '[') {
		if _, err := ubus(body); err != nil && !errors.Is(err, ErrSyntax) {
			return err
		}
		return ErrSource
	}
	var event string
	var data []byte
	for line := range bytes.Lines(p.Body) {
		line = bytes.TrimRight(line, "\r\n")
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "event":
			event = string(value)
		case "data":
			if data != nil {
				data = append(data, '\n')
			}
			data = append(data, value...)
		}
		if len(line) == 0 {
			w.hostapdEvent(event, data)
			event, data = "", nil
		}
	}
	w.hostapdEvent(event, data)
	return nil
}

// hostapdEvent gives what one notification tells. A client that leaves is no
// reading: it may be roaming.
func (w *rows) hostapdEvent(event string, data []byte) {
	if data == nil || !w.more() {
		return
	}
	r := report.Report{AP: w.p.From, At: w.p.ago(0), AtErr: eventErr}
	switch event {
	case "probe":
		r.Kind = floor.UplinkProbe
	case "auth", "mgmt":
		r.Kind = floor.UplinkUnknown
	case "assoc":
		r.Kind, r.Assoc = floor.UplinkAssoc, report.AssocYes
	case "beacon-report":
		var b beaconReport
		if parse(data, &b) != nil {
			w.bad(ErrRow)
			return
		}
		w.downlink(b)
		return
	default:
		return
	}
	var e struct {
		Address text   `json:"address"`
		Signal  level  `json:"signal"`
		Freq    number `json:"freq"`
	}
	if parse(data, &e) != nil {
		w.bad(ErrRow)
		return
	}
	var ok bool
	if r.Client, ok = w.client(e.Address); ok {
		r.Freq = megahertz(e.Freq)
		w.heard(&r, e.Signal)
	}
}
