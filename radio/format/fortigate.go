package format

import (
	"encoding/json"
	"strings"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// staleRegion is how old a reading of a FortiAP may be: a FortiGate goes on
// listing what an access point heard of a client long ago.
const staleRegion = 2 * time.Minute

const regionErr = time.Second // last_seen has whole seconds

// A fortiClient is a row of wifi/client or wifi/unassociated-devices.
type fortiClient struct {
	MAC     text            `json:"mac"`
	IP      text            `json:"ip"`
	IP6     json.RawMessage `json:"ip6"` // a list
	WTP     text            `json:"wtp_id"`
	SSID    text            `json:"ssid"`
	Type    text            `json:"type"`
	Signal  level           `json:"signal"`
	Regions json.RawMessage `json:"triangulation_regions"`
}

// fortigate reads the answers to wifi/client and wifi/unassociated-devices of a
// FortiGate, asked with triangulation. Access points are named by their serial.
func fortigate(p *Payload, w *rows) error {
	var e struct {
		Status  text            `json:"status"`
		Results json.RawMessage `json:"results"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	if e.Status != "success" && e.Status != "" {
		return ErrSource
	}
	list, ok := w.elements(e.Results)
	if !ok || e.Results == nil {
		return ErrSyntax
	}
	for raw := range list {
		var c fortiClient
		if !row(raw, &c) {
			w.bad(ErrRow)
			continue
		}
		w.fortiClient(&c)
	}
	return nil
}

// fortiClient gives what each access point heard of c, and what the serving one
// did if it is not among them.
func (w *rows) fortiClient(c *fortiClient) {
	r := report.Report{IP: addresses(append(texts(c.IP6), c.IP)...), AtErr: regionErr}
	var ok bool
	if strings.Contains(string(c.Type), "BLE") {
		r.Kind = floor.BLE
		r.Client, ok = w.beacon(c.MAC)
	} else {
		r.Client, ok = w.client(c.MAC)
	}
	if !ok {
		return
	}
	regions, ok := w.elements(c.Regions)
	if !ok {
		w.bad(ErrRow)
	}
	served := false
	for raw := range regions {
		served = w.fortiRegion(r, raw, c) || served
	}
	if c.WTP != "" && c.SSID != "" && !served {
		r.AP, r.Kind, r.Assoc = string(c.WTP), floor.UplinkAssoc, report.AssocYes
		r.At, r.AtErr = w.p.ago(0), w.p.within(regionErr)
		w.heard(&r, c.Signal)
	}
}

// fortiRegion gives one reading, and reports whether it is a fresh one of the
// serving access point.
func (w *rows) fortiRegion(r report.Report, raw []byte, c *fortiClient) bool {
	var e struct {
		WTP  text   `json:"wtp_id"`
		RSSI level  `json:"rssi"`
		Seen number `json:"last_seen"`
	}
	if !row(raw, &e) {
		w.bad(ErrRow)
		return false
	}
	r.AP, r.At = string(e.WTP), w.p.onBox(e.Seen.seconds())
	if r.At.IsZero() {
		w.bad(report.ErrTime)
		return false
	}
	if rx := w.p.Received; !rx.IsZero() && rx.Sub(r.At) > staleRegion {
		return false
	}
	serving := c.SSID != "" && e.WTP == c.WTP
	if r.Kind != floor.BLE {
		if r.Assoc = report.AssocNo; serving {
			r.Kind, r.Assoc = floor.UplinkAssoc, report.AssocYes
		}
	}
	w.heard(&r, e.RSSI)
	return serving
}
