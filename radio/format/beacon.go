package format

import (
	"foyer/floor"
	"foyer/radio/report"
)

// An RCPI is a phone's own measure of an access point, of an 802.11k beacon
// report: half decibels above -110 dBm. 0 means weaker than that, and what is
// above 219 is at least 0 dBm, reserved or unknown.
const maxRCPI = 219

// rcpi returns the strength that an RCPI stands for, if it stands for one.
func rcpi(v int) (floor.DBm, bool) {
	return floor.DBm(float64(v)/2 - 110), v > 0 && v <= maxRCPI
}

// beaconReport is what a phone heard of one access point.
type beaconReport struct {
	Address text   `json:"address"`
	Class   number `json:"op-class"`
	Channel number `json:"channel"`
	RCPI    number `json:"rcpi"`
	BSSID   text   `json:"bssid"`
}

// downlink gives the report of b, which the phone sent just now. It is no news
// of the access point that took it.
func (w *rows) downlink(b beaconReport) {
	client, ok := w.client(b.Address)
	if !ok {
		return
	}
	s, ok := rcpi(b.RCPI.whole(0, 255))
	if !ok {
		return // measured, and not heard
	}
	w.report(&report.Report{
		AP: string(b.BSSID), Client: client, RSSI: s, Kind: floor.Downlink,
		Freq: operating(b.Class.whole(1, 255), b.Channel.whole(1, 255)),
		At:   w.p.ago(0), AtErr: beaconErr,
	})
}
