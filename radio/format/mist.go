package format

import (
	"encoding/json"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// Mist sends its events within five seconds, and those of Wi-Fi without a time.
const (
	mistDelay = 2500 * time.Millisecond
	mistErr   = 5 * time.Second
)

// mist reads a webhook of Juniper Mist: raw readings of Wi-Fi and Bluetooth
// clients, and positions; other topics hold no reading. Access points are named
// by their address. The body is signed: see MistSigned.
func mist(p *Payload, w *rows) error {
	var e struct {
		Topic  text            `json:"topic"`
		Events json.RawMessage `json:"events"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	var each func([]byte, text)
	switch e.Topic {
	case "":
		return ErrSyntax
	case "wifi-conn-raw", "wifi-unconn-raw":
		each = w.mistWiFi
	case "discovered-raw-rssi", "asset-raw-rssi":
		each = w.mistBeacon
	case "location_client", "location_unclient", "location_asset":
		each = w.mistPosition
	default:
		return nil
	}
	list, ok := w.elements(e.Events)
	if !ok {
		return ErrSyntax
	}
	for raw := range list {
		each(raw, e.Topic)
	}
	return nil
}

// mistWiFi reads what one access point heard of a client: packets of one band or
// several, each with a mean of its own. What is told of the first one's band
// becomes one reading, for two at one time would be one twice.
func (w *rows) mistWiFi(raw []byte, topic text) {
	var e struct {
		AP        text            `json:"ap_id"`
		Client    text            `json:"client_id"`
		Connected flag            `json:"connected_site"`
		Packets   json.RawMessage `json:"packets"`
	}
	if !row(raw, &e) {
		w.bad(ErrRow)
		return
	}
	client, ok := w.client(e.Client)
	if !ok {
		return
	}
	r := report.Report{AP: string(e.AP), Client: client, At: w.p.ago(mistDelay), AtErr: mistErr}
	if topic == "wifi-conn-raw" && e.Connected.yes() {
		r.Kind, r.Assoc = floor.UplinkAssoc, report.AssocYes
	} else {
		r.Assoc = report.AssocNo
	}
	w.mistPackets(r, e.Packets)
}

// mistPackets completes r with the mean of the packets of the first one's band.
func (w *rows) mistPackets(r report.Report, raw []byte) {
	packets, ok := w.elements(raw)
	if !ok {
		w.bad(ErrRow)
		return
	}
	var band text
	var sum float64
	for raw := range packets {
		var e struct {
			Band text  `json:"band"`
			RSSI level `json:"rssi"`
		}
		if !row(raw, &e) {
			w.bad(ErrRow)
			continue
		}
		s, known, err := e.RSSI.dBm()
		switch {
		case err != nil:
			w.bad(err)
		case known && (r.N == 0 || e.Band == band):
			band, sum = e.Band, sum+float64(s)
			r.N++
		}
	}
	if r.N == 0 {
		return
	}
	r.RSSI, r.Agg = floor.DBm(sum/float64(r.N)), report.Mean
	w.report(&r)
}

// mistBeacon reads what one access point heard of a Bluetooth device. The
// access point's address is the end of its device_id.
func (w *rows) mistBeacon(raw []byte, _ text) {
	var e struct {
		Device text   `json:"device_id"`
		MAC    text   `json:"mac"`
		RSSI   level  `json:"rssi"`
		Time   number `json:"timestamp"`
	}
	if !row(raw, &e) {
		w.bad(ErrRow)
		return
	}
	client, ok := w.beacon(e.MAC)
	if !ok {
		return
	}
	w.heard(&report.Report{
		AP: string(e.Device[max(0, len(e.Device)-12):]), Client: client, Kind: floor.BLE,
		At: w.mistTime(e.Time), AtErr: mistErr,
	}, e.RSSI)
}

// mistPosition reads where Mist believes a client to be.
func (w *rows) mistPosition(raw []byte, topic text) {
	var e struct {
		MAC   text   `json:"mac"`
		X     number `json:"x"`
		Y     number `json:"y"`
		Map   text   `json:"map_id"`
		MapID text   `json:"mapid"` // as the examples spell it
		Time  number `json:"timestamp"`
	}
	if !row(raw, &e) {
		w.bad(ErrRow)
		return
	}
	r := report.Report{At: w.mistTime(e.Time), AtErr: mistErr}
	var ok bool
	if topic == "location_asset" {
		r.Client, ok = w.beacon(e.MAC)
	} else {
		r.Client, ok = w.client(e.MAC)
	}
	if !ok {
		return
	}
	if e.Map == "" {
		e.Map = e.MapID
	}
	w.hint(&r, string(e.Map), e.X, e.Y, 0)
}

// mistTime returns the time of an event, seconds with a fraction.
func (w *rows) mistTime(n number) time.Time {
	if at := w.p.onBox(n.seconds()); !at.IsZero() {
		return at
	}
	return w.p.ago(mistDelay)
}
