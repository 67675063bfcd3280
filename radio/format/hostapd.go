package format

import (
	"encoding/json"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// hostapdClients reads the answer to get_clients of a hostapd on ubus. It does
// not name its access point: Payload.From does.
func hostapdClients(p *Payload, w *rows) error {
	body, err := ubus(p.Body)
	if err != nil {
		return err
	}
	return clientTable(p, w, body, p.From)
}

// clientTable reads a table of get_clients of the access point ap. It has no
// ages: the driver's level is of the last frame, which a client that is awake
// sent within the interval of polling.
func clientTable(p *Payload, w *rows, body []byte, ap string) error {
	var table struct {
		Freq    number          `json:"freq"`
		Clients json.RawMessage `json:"clients"`
	}
	if !row(body, &table) {
		return ErrSyntax
	}
	list, ok := members(table.Clients)
	if !ok || table.Clients == nil {
		return ErrSyntax
	}
	for name, raw := range list {
		if !w.more() {
			return nil
		}
		var c struct {
			Assoc  flag  `json:"assoc"`
			Signal level `json:"signal"`
		}
		client, ok := w.client(name)
		if !ok {
			continue
		}
		if !row(raw, &c) {
			w.bad(ErrRow)
			continue
		}
		r := report.Report{
			AP: ap, Client: client, Kind: floor.UplinkUnknown, Freq: megahertz(table.Freq),
			At: p.ago(0), AtErr: p.within(time.Second), Assoc: c.Assoc.Assoc,
		}
		if c.Assoc.yes() {
			r.Kind = floor.UplinkAssoc
		}
		w.heard(&r, c.Signal)
	}
	return nil
}

// heard completes r with its strength. Without one, an association is still
// news of where the client is; anything else is no reading at all.
func (w *rows) heard(r *report.Report, l level) {
	s, known, err := l.dBm()
	switch {
	case err != nil:
		w.bad(err)
		return
	case known:
		r.RSSI = s
	case r.Assoc == report.AssocYes && (r.Kind == floor.UplinkAssoc || r.Kind == floor.Serving):
		r.Kind = floor.Serving
	default:
		return
	}
	w.report(r)
}
