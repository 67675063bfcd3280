package format

import (
	"encoding/json"
	"strings"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

const merakiErr = time.Second // though it comes up to a minute late

// meraki reads a post of the Scanning API, versions 2 and 3. Access points are
// named by their address. Overlapping history is given as it comes: the intake
// knows what it has heard. A userId is a person's, and is not read.
func meraki(p *Payload, w *rows) error {
	var e struct {
		Version text            `json:"version"`
		Secret  text            `json:"secret"`
		Type    text            `json:"type"`
		Data    json.RawMessage `json:"data"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	if !p.Secret([]byte(e.Secret)) {
		return ErrSecret
	}
	ble := e.Type == "BLE" || e.Type == "BluetoothDevicesSeen"
	switch major, _, _ := strings.Cut(string(e.Version), "."); {
	case e.Data == nil:
		return ErrSyntax
	case major == "2":
		return w.meraki2(e.Data, ble)
	case major == "3":
		return w.meraki3(e.Data, ble)
	}
	return ErrVersion
}

// A merakiClient is what both versions say of a client.
type merakiClient struct {
	MAC  text `json:"clientMac"`
	IPv4 text `json:"ipv4"`
	IPv6 text `json:"ipv6"`
	SSID text `json:"ssid"`
}

// meraki begins the reports of a client. Its network is known, and so is that it
// has none; which access point serves it is not.
func (w *rows) meraki(c *merakiClient, ble bool) (r report.Report, ok bool) {
	r = report.Report{AtErr: merakiErr, IP: addresses(c.IPv4, c.IPv6)}
	if ble {
		r.Kind = floor.BLE
		r.Client, ok = w.beacon(c.MAC)
		return r, ok
	}
	if c.SSID == "" {
		r.Assoc = report.AssocNo
	}
	r.Client, ok = w.client(c.MAC)
	return r, ok
}

// merakiNoise is what a positive strength of Meraki is counted from, in dBm.
const merakiNoise = 95

// merakiLevel reads a strength, which some versions count upwards from the noise.
func merakiLevel(l level) level {
	if l.set && l.v > 0 && l.v < merakiNoise {
		l.v -= merakiNoise
	}
	return l
}

// meraki2 reads what one access point heard.
func (w *rows) meraki2(raw []byte, ble bool) error {
	var d struct {
		AP           text            `json:"apMac"`
		Floors       json.RawMessage `json:"apFloors"`
		Observations json.RawMessage `json:"observations"`
	}
	if !row(raw, &d) {
		return ErrSyntax
	}
	list, ok := w.elements(d.Observations)
	if !ok {
		return ErrSyntax
	}
	for raw := range list {
		var o struct {
			merakiClient
			RSSI  level  `json:"rssi"`
			Epoch number `json:"seenEpoch"`
			Time  text   `json:"seenTime"`
			Where struct {
				SD   number          `json:"unc"`
				X, Y json.RawMessage // one for each floor plan
			} `json:"location"`
		}
		if !row(raw, &o) {
			w.bad(ErrRow)
			continue
		}
		r, ok := w.meraki(&o.merakiClient, ble)
		if !ok {
			continue
		}
		r.AP, r.At = string(d.AP), w.p.onBox(stamp(o.Epoch.seconds(), o.Time))
		w.heard(&r, merakiLevel(o.RSSI))
		if x, y, ok := only(o.Where.X, o.Where.Y); ok {
			w.hint(&r, string(firstText(d.Floors)), x, y, metres(o.Where.SD))
		}
	}
	return nil
}

// stamp returns at, or else the time that s says, zero if neither is one.
func stamp(at time.Time, s text) time.Time {
	if !at.IsZero() {
		return at
	}
	t, err := time.Parse(time.RFC3339, string(s))
	if err != nil || t.Year() < 1971 || t.Year() > 9998 {
		return time.Time{}
	}
	return t.UTC()
}

// only returns the one point of two lists: with several floor plans it is not
// told which of them is meant.
func only(xs, ys []byte) (x, y number, ok bool) {
	px, okX := onlyElement(xs)
	py, okY := onlyElement(ys)
	return px, py, okX && okY
}

func onlyElement(raw []byte) (n number, ok bool) {
	list, _ := elements(raw)
	count := 0
	for e := range list {
		if count++; count > 1 {
			return number{}, false
		}
		n.UnmarshalJSON(e)
	}
	return n, count == 1 && n.set
}

func firstText(raw []byte) (t text) {
	list, _ := elements(raw)
	for e := range list {
		t.UnmarshalJSON(e)
		break
	}
	return t
}
