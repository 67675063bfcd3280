package format

import (
	"encoding/json"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// unifiErr is how far off a controller's reading is: access points tell it of
// their clients from time to time only.
const unifiErr = 10 * time.Second

// unifi reads the answer to stat/sta of a UniFi controller, which knows the
// serving access point alone, by its address. The strength is in signal; what is
// called rssi is a distance to the noise, and not even that exactly.
func unifi(p *Payload, w *rows) error {
	var e struct {
		Meta struct {
			RC  text `json:"rc"`
			Msg text `json:"msg"`
		} `json:"meta"`
		Data json.RawMessage `json:"data"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	switch {
	case e.Meta.Msg == "api.err.LoginRequired" || e.Meta.Msg == "api.err.NoPermission":
		return ErrDenied
	case e.Meta.RC != "ok":
		return ErrSource
	}
	list, ok := w.elements(e.Data)
	if !ok {
		return ErrSyntax
	}
	for raw := range list {
		w.unifiClient(raw)
	}
	return nil
}

func (w *rows) unifiClient(raw []byte) {
	var c struct {
		MAC      text   `json:"mac"`
		IP       text   `json:"ip"`
		AP       text   `json:"ap_mac"`
		Wired    flag   `json:"is_wired"`
		Signal   level  `json:"signal"`
		Channel  number `json:"channel"`
		Radio    text   `json:"radio"`
		LastSeen number `json:"last_seen"`
		Idle     number `json:"idletime"`
	}
	if !row(raw, &c) {
		w.bad(ErrRow)
		return
	}
	if c.Wired.yes() {
		return
	}
	client, ok := w.client(c.MAC)
	if !ok {
		return
	}
	at := w.p.onBox(c.LastSeen.seconds())
	if at.IsZero() {
		at = w.p.ago(0)
	}
	if !at.IsZero() {
		at = at.Add(-c.Idle.length(time.Second))
	}
	w.heard(&report.Report{
		AP: string(c.AP), Client: client, Kind: floor.Serving, Assoc: report.AssocYes, IP: addresses(c.IP),
		Freq: unifiFreq(string(c.Radio), c.Channel.whole(1, 233)), At: at, AtErr: w.p.within(unifiErr),
	}, c.Signal)
}

// unifiFreq returns the frequency in MHz of a channel of a UniFi radio.
func unifiFreq(radio string, n int) int {
	switch radio {
	case "ng":
		return channel(start2, n)
	case "na":
		return channel(start5, n)
	case "6e":
		return channel(start6, n)
	}
	return 0
}

// unifiV1 reads one page of the clients of UniFi's integration API, version 1.
// It has no strengths; it tells which access point, by its id, serves which
// client, and what addresses that has.
func unifiV1(p *Payload, w *rows) error {
	var e struct {
		Data json.RawMessage `json:"data"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	list, ok := w.elements(e.Data)
	switch {
	case e.Data == nil:
		return ErrSource
	case !ok:
		return ErrSyntax
	}
	for raw := range list {
		var c struct {
			Type text `json:"type"`
			MAC  text `json:"macAddress"`
			IP   text `json:"ipAddress"`
			AP   text `json:"uplinkDeviceId"`
		}
		if !row(raw, &c) {
			w.bad(ErrRow)
			continue
		}
		if c.Type != "WIRELESS" {
			continue
		}
		if client, ok := w.client(c.MAC); ok {
			w.report(&report.Report{
				AP: string(c.AP), Client: client, Kind: floor.Serving, Assoc: report.AssocYes,
				IP: addresses(c.IP), At: p.ago(0), AtErr: w.p.within(unifiErr),
			})
		}
	}
	return nil
}
