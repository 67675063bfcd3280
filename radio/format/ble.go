package format

import (
	"strings"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

const mqttErr = time.Second // between a receiver and the broker

// bluetooth gives a reading of the Bluetooth receiver called node. Receivers
// have no clock: they heard it when it came.
func (w *rows) bluetooth(node string, addr text, l level, agg report.Agg) {
	if client, ok := w.beacon(addr); ok {
		w.heard(&report.Report{AP: node, Client: client, Kind: floor.BLE, Agg: agg, At: w.p.ago(0), AtErr: w.p.within(mqttErr)}, l)
	}
}

// after returns the levels of an MQTT topic that follow the one called name,
// and the one before it.
func after(topic, name string) (before string, rest []string, ok bool) {
	levels := strings.Split(topic, "/")
	for i, l := range levels {
		if l == name {
			if i > 0 {
				before = levels[i-1]
			}
			return before, levels[i+1:], true
		}
	}
	return "", nil, false
}

// espresense reads a message to <prefix>/devices/<device>/<room>, whose rssi the
// node has smoothed. Its distance is not used: every node has its own absorption.
func espresense(p *Payload, w *rows) error {
	_, rest, ok := after(p.From, "devices")
	if !ok {
		return nil // telemetry, settings
	}
	if len(rest) != 2 {
		return ErrTopic
	}
	var e struct {
		MAC  text  `json:"mac"`
		RSSI level `json:"rssi"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	w.bluetooth(rest[1], e.MAC, e.RSSI, report.Smoothed)
	return nil
}

// theengs reads a message of Theengs Gateway or OpenMQTTGateway: to
// <prefix>/<gateway>/BTtoMQTT/<address>, <prefix>/home_presence/<gateway> or
// <prefix>/<gateway>/presence. The id may be a name; the topic's address is not.
func theengs(p *Payload, w *rows) error {
	var node string
	var topic text
	if gateway, rest, ok := after(p.From, "BTtoMQTT"); ok {
		node = gateway
		if len(rest) == 1 {
			topic = text(rest[0])
		}
	} else if _, rest, ok := after(p.From, "home_presence"); ok && len(rest) == 1 {
		node = rest[0]
	} else if gateway, rest, ok := after(p.From, "presence"); ok && len(rest) == 0 {
		node = gateway
	} else {
		return nil // the gateway's own state
	}
	if node == "" {
		return ErrTopic
	}
	var e struct {
		ID   text  `json:"id"`
		RSSI level `json:"rssi"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	if _, err := report.ParseBLEAddr(string(e.ID)); err != nil && topic != "" {
		e.ID = topic
	}
	w.bluetooth(node, e.ID, e.RSSI, report.Raw)
	return nil
}

// happyBubbles reads a message to <prefix>/ble/<node>/raw/<address> or
// <prefix>/ble/<node>/ibeacon/<uuid>. Some firmware quotes the rssi.
func happyBubbles(p *Payload, w *rows) error {
	_, rest, ok := after(p.From, "ble")
	if !ok {
		return nil
	}
	if len(rest) != 3 {
		return ErrTopic
	}
	if rest[1] != "raw" && rest[1] != "ibeacon" {
		return nil
	}
	var e struct {
		MAC  text  `json:"mac"`
		RSSI level `json:"rssi"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	w.bluetooth(rest[0], e.MAC, e.RSSI, report.Raw)
	return nil
}
