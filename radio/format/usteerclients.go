package format

import (
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// usteerForgets is how long usteer keeps a station that it no longer hears.
const usteerForgets = 2 * time.Minute

// usteerClients reads the answer to get_clients of usteer on ubus. A node of
// another host is named host#interface, one of the sender's own by its
// interface alone. There are no ages: an entry of a client that is not
// connected is from some time of the last two minutes.
func usteerClients(p *Payload, w *rows) error {
	body, err := ubus(p.Body)
	if err != nil {
		return err
	}
	clients, ok := members(body)
	if !ok {
		return ErrSyntax
	}
	for name, raw := range clients {
		if !w.more() {
			return nil
		}
		client, ok := w.client(name)
		if !ok {
			continue
		}
		nodes, ok := members(raw)
		if !ok {
			w.bad(ErrRow)
			continue
		}
		for node, raw := range nodes {
			if !w.more() {
				return nil
			}
			var e struct {
				Connected flag  `json:"connected"`
				Signal    level `json:"signal"`
			}
			if !row(raw, &e) {
				w.bad(ErrRow)
				continue
			}
			r := report.Report{
				AP: p.node(string(node)), Client: client, Kind: floor.UplinkProbe, Assoc: e.Connected.Assoc,
				At: p.ago(usteerForgets / 2), AtErr: usteerForgets / 2,
			}
			if e.Connected.yes() {
				r.Kind, r.At, r.AtErr = floor.UplinkAssoc, p.ago(0), p.within(time.Second)
			}
			w.heard(&r, e.Signal)
		}
	}
	return nil
}
