package format

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// The identifiers of usteer's attributes: of a message, of a node in it, of a
// station of a node.
const (
	usteerNodes = 2

	nodeName     = 0
	nodeFreq     = 1
	nodeStations = 3
	nodeBSSID    = 10

	staAddr      = 0
	staSignal    = 1
	staTimeout   = 2 // ms until usteer forgets it
	staSeen      = 3 // ms since it was heard
	staConnected = 4
)

const usteerErr = time.Second // usteer sends once a second

// usteer reads a datagram of usteer: every node's stations, with their ages.
// An access point is named by its BSSID, or else as host#interface. Anybody on
// the network can send one: the transport lets only known hosts in.
func usteer(p *Payload, w *rows) error {
	outer, ok := attrs(p.Body)
	if !ok || len(outer) != 1 || outer[0].id != 0 {
		return ErrSyntax
	}
	message, ok := attrs(outer[0].data)
	if !ok {
		return ErrSyntax
	}
	for _, a := range message {
		if a.id != usteerNodes {
			continue
		}
		nodes, ok := attrs(a.data)
		for _, n := range nodes {
			if !w.more() {
				return nil
			}
			w.usteerNode(n.data)
		}
		if !ok {
			w.bad(ErrRow)
		}
	}
	return nil
}

// usteerNode gives the stations of one node. Its attributes come in any order,
// so the name is looked for first.
func (w *rows) usteerNode(data []byte) {
	list, ok := attrs(data)
	if !ok {
		w.bad(ErrRow)
		return
	}
	var name, bssid string
	var freq uint32
	for _, a := range list {
		switch {
		case a.id == nodeName:
			name = a.text()
		case a.id == nodeFreq:
			freq = a.uint32()
		case a.id == nodeBSSID && len(a.data) == 6:
			bssid = colons(a.data)
		}
	}
	if bssid == "" {
		bssid = w.p.node(name)
	}
	for _, a := range list {
		if a.id != nodeStations {
			continue
		}
		stations, ok := attrs(a.data)
		for _, s := range stations {
			if !w.more() {
				return
			}
			w.usteerStation(s.data, report.Report{AP: bssid, Freq: megahertz(number{float64(freq), true}), AtErr: usteerErr})
		}
		if !ok {
			w.bad(ErrRow)
		}
	}
}

// usteerStation completes r with one station and gives it. A station whose
// timeout is over is one that usteer is about to forget.
func (w *rows) usteerStation(data []byte, r report.Report) {
	list, ok := attrs(data)
	if !ok {
		w.bad(ErrRow)
		return
	}
	var l level
	var timeout int32
	var addr []byte
	var seen time.Duration
	r.Kind, r.Assoc = floor.UplinkProbe, report.AssocNo
	for _, a := range list {
		switch a.id {
		case staAddr:
			addr = a.data
		case staSignal:
			l = a.level()
		case staTimeout:
			timeout, _ = a.int32()
		case staSeen:
			seen = time.Duration(a.uint32()) * time.Millisecond
		case staConnected:
			if v, _ := a.int32(); v != 0 {
				r.Kind, r.Assoc = floor.UplinkAssoc, report.AssocYes
			}
		}
	}
	if timeout <= 0 {
		return
	}
	client, err := report.AddrFrom(addr)
	if err != nil {
		w.bad(err)
		return
	}
	r.Client, r.At = client, w.p.ago(seen)
	w.heard(&r, l)
}

// colons writes an address of six bytes in the usual way.
func colons(b []byte) string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5])
}
