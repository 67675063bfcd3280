package format

import (
	"strings"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// Drivers keep the level of a station that has long been silent.
const (
	staleStation = 10 * time.Second
	stationErr   = 100 * time.Millisecond
)

// A station is one of a dump, as far as its lines are read.
type station struct {
	addr     string
	ap       string
	signal   level
	average  level
	inactive time.Duration
}

// station gives the reading of s, if it is of a frame that is not too old.
func (w *rows) station(s station) {
	if s.addr == "" || !w.more() {
		return
	}
	client, ok := w.client(text(s.addr))
	if !ok || s.inactive > staleStation {
		return
	}
	r := report.Report{
		AP: s.ap, Client: client, Kind: floor.UplinkAssoc, Assoc: report.AssocYes,
		At: w.p.ago(s.inactive), AtErr: stationErr,
	}
	if _, known, err := s.signal.dBm(); !known && err == nil {
		if _, known, _ := s.average.dBm(); known {
			r.Kind, s.signal = floor.VendorAverage, s.average
		}
	}
	w.heard(&r, s.signal)
}

// hostapdStations reads what hostapd's control socket answers to STA,
// STA-FIRST and STA-NEXT, any number of answers one after the other: a line
// with an address, then lines "name=value". Payload.From names the access point.
func hostapdStations(p *Payload, w *rows) error {
	var s station
	for line := range strings.Lines(string(p.Body)) {
		line = strings.TrimSpace(line)
		name, value, isField := strings.Cut(line, "=")
		switch {
		case line == "" || line == "FAIL": // after the last one
		case !isField:
			w.station(s)
			s = station{addr: line, ap: p.From}
		case s.addr == "":
			return ErrSyntax
		case name == "signal":
			s.signal = levelOf(value)
		case name == "inactive_msec":
			s.inactive = levelOf(value).length(time.Millisecond)
		}
	}
	w.station(s)
	return nil
}

// iwStations reads what "iw dev IFNAME station dump" prints. An access point is
// named as host#interface.
func iwStations(p *Payload, w *rows) error {
	var s station
	for line := range strings.Lines(string(p.Body)) {
		if rest, ok := strings.CutPrefix(line, "Station "); ok {
			w.station(s)
			addr, on, _ := strings.Cut(strings.TrimSpace(rest), " ")
			on = strings.TrimSuffix(strings.TrimPrefix(on, "(on "), ")")
			s = station{addr: addr, ap: p.node(on)}
			continue
		}
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		first, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		switch {
		case name == "":
		case s.addr == "":
			return ErrSyntax
		case name == "signal":
			s.signal = levelOf(first)
		case name == "signal avg":
			s.average = levelOf(first)
		case name == "inactive time":
			s.inactive = levelOf(first).length(time.Millisecond)
		}
	}
	w.station(s)
	return nil
}
