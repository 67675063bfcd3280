package main

import (
	"bytes"
	"strconv"

	"foyer/floor"
	"foyer/radio/report"
)

// What hostapd says on its control socket, as far as the agent listens.
type eventKind uint8

const (
	otherEvent eventKind = iota
	probeEvent           // somebody looks for a network; client and rssi
	moveEvent            // somebody came or went; the stations are to be read
)

// An event is one unasked-for line of hostapd.
type event struct {
	kind   eventKind
	client report.Addr
	rssi   floor.DBm
}

// parseEvent reads one datagram, such as
// "<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:01 signal=-64". What it does not
// understand is no event.
func parseEvent(b []byte) event {
	if len(b) > 3 && b[0] == '<' && b[2] == '>' { // the level
		b = b[3:]
	}
	name, rest, _ := bytes.Cut(b, []byte(" "))
	switch string(name) {
	case "RX-PROBE-REQUEST":
		return parseProbe(rest)
	case "AP-STA-CONNECTED", "AP-STA-DISCONNECTED":
		return event{kind: moveEvent}
	}
	return event{}
}

func parseProbe(b []byte) event {
	e := event{kind: probeEvent}
	for field := range bytes.FieldsSeq(b) {
		key, value, _ := bytes.Cut(field, []byte("="))
		var err error
		switch string(key) {
		case "sa":
			e.client, err = report.ParseAddr(string(value))
		case "signal":
			var n int64
			n, err = strconv.ParseInt(string(value), 10, 32)
			e.rssi = floor.DBm(n)
		}
		if err != nil {
			return event{}
		}
	}
	if !e.client.Valid() || !e.rssi.Valid() {
		return event{}
	}
	return e
}
