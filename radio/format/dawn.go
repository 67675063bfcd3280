package format

import (
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// dawnForgets is how long DAWN keeps a probe.
const dawnForgets = 30 * time.Second

// dawnEntry is what DAWN knows of a client at one access point. With an RCPI it
// comes of a beacon report, and the signal may have been made of that.
type dawnEntry struct {
	BSSID   text   `json:"bssid"`
	Address text   `json:"address"`
	Freq    number `json:"freq"`
	Signal  level  `json:"signal"`
	RCPI    number `json:"rcpi"`
}

// dawn reads a datagram of DAWN: a method, and its data as JSON in a string.
// Probes and client tables are read; of the rest nothing is a reading.
func dawn(p *Payload, w *rows) error {
	var e struct {
		Method text `json:"method"`
		Data   text `json:"data"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	data, err := tidy([]byte(e.Data))
	if err != nil {
		return err
	}
	switch e.Method {
	case "":
		return ErrSyntax
	case "probe":
		var d dawnEntry
		if !row(data, &d) {
			return ErrSyntax
		}
		if client, ok := w.client(d.Address); ok {
			w.dawnHeard(d, report.Report{AP: string(d.BSSID), Client: client, At: p.ago(0), AtErr: eventErr})
		}
	case "clients":
		var d dawnEntry
		if !row(data, &d) {
			return ErrSyntax
		}
		return clientTable(p, w, data, string(d.BSSID))
	}
	return nil
}

// dawnMap reads the answer to get_hearing_map of DAWN on ubus: network, client,
// access point. There are no ages.
func dawnMap(p *Payload, w *rows) error {
	body, err := ubus(p.Body)
	if err != nil {
		return err
	}
	networks, ok := members(body)
	if !ok {
		return ErrSyntax
	}
	for _, raw := range networks {
		clients, ok := members(raw)
		if !ok {
			w.bad(ErrRow)
		}
		for name, raw := range clients {
			if !w.more() {
				return nil
			}
			if client, ok := w.client(name); ok {
				w.dawnClient(client, raw)
			}
		}
	}
	return nil
}

func (w *rows) dawnClient(client report.Addr, raw []byte) {
	list, ok := members(raw)
	if !ok {
		w.bad(ErrRow)
	}
	for bssid, raw := range list {
		if !w.more() {
			return
		}
		var d dawnEntry
		if !row(raw, &d) {
			w.bad(ErrRow)
			continue
		}
		w.dawnHeard(d, report.Report{AP: string(bssid), Client: client, At: w.p.ago(dawnForgets / 2), AtErr: dawnForgets / 2})
	}
}

// dawnHeard completes r with the strength of d.
func (w *rows) dawnHeard(d dawnEntry, r report.Report) {
	r.Freq = megahertz(d.Freq)
	if s, ok := rcpi(d.RCPI.whole(0, 255)); ok {
		r.RSSI, r.Kind = s, floor.Downlink
		w.report(&r)
		return
	}
	r.Kind = floor.UplinkProbe
	w.heard(&r, d.Signal)
}
