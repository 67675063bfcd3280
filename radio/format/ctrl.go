package format

import (
	"encoding/hex"
	"strconv"
	"strings"

	"foyer/floor"
	"foyer/radio/report"
)

// hostapdControl reads events of hostapd's control socket, one a line, with or
// without their level "<3>". Payload.From names the access point.
func hostapdControl(p *Payload, w *rows) error {
	for line := range strings.Lines(string(p.Body)) {
		if !w.more() {
			return nil
		}
		if len(line) > 3 && line[0] == '<' && line[2] == '>' {
			line = line[3:]
		}
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "RX-PROBE-REQUEST":
			w.controlProbe(words[1:])
		case "AP-STA-CONNECTED":
			if client, ok := w.client(text(words[1])); ok {
				w.report(&report.Report{AP: p.From, Client: client, Kind: floor.Serving, Assoc: report.AssocYes, At: p.ago(0), AtErr: eventErr})
			}
		case "BEACON-RESP-RX":
			w.controlBeacon(words[1:])
		}
	}
	return nil
}

// controlProbe reads "sa=ADDRESS signal=DBM".
func (w *rows) controlProbe(words []string) {
	var sa string
	var l level
	for _, word := range words {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "sa":
			sa = value
		case "signal":
			l = levelOf(value)
		}
	}
	if client, ok := w.client(text(sa)); ok {
		w.heard(&report.Report{AP: w.p.From, Client: client, Kind: floor.UplinkProbe, At: w.p.ago(0), AtErr: eventErr}, l)
	}
}

// The body of a measurement report of type beacon, IEEE 802.11 9.4.2.21.7: where
// its fields are, in bytes.
const (
	beaconClass   = 0
	beaconChannel = 1
	beaconRCPI    = 13
	beaconBSSID   = 15
	beaconLeast   = 26
)

// controlBeacon reads "ADDRESS TOKEN MODE HEX"; a mode other than 00 says that
// the phone did not measure.
func (w *rows) controlBeacon(words []string) {
	if len(words) < 3 || words[2] != "00" {
		return
	}
	if len(words) < 4 {
		w.bad(ErrRow)
		return
	}
	b, err := hex.DecodeString(words[3])
	if err != nil || len(b) < beaconLeast {
		w.bad(ErrRow)
		return
	}
	w.downlink(beaconReport{
		Address: text(words[0]), BSSID: text(colons(b[beaconBSSID:])),
		Class: octet(b[beaconClass]), Channel: octet(b[beaconChannel]), RCPI: octet(b[beaconRCPI]),
	})
}

func octet(b byte) number { return number{float64(b), true} }

// levelOf reads a strength that stands in a line of text.
func levelOf(s string) (l level) {
	v, err := strconv.ParseInt(s, 10, 64)
	l.number = number{float64(v), err == nil}
	return l
}
