package rehearsal

import (
	"time"

	"foyer/floor"
	"foyer/floor/recording"
)

// What access points send with, as against a phone.
const (
	apPower  = 20.0 // dBm
	apSpread = 2.0  // dB, sd between access points
)

// Links returns what the access points hear of one another: a controller's
// table of neighbours. The air that carries a phone to an access point carries
// another access point at the phone's height, for all that the locator knows.
func (w *World) Links(at time.Time) []recording.Link {
	var out []recording.Link
	var power []float64
	r := draw(w.seed, "links")
	for j, voice := range w.level.AccessPoints {
		sent := apPower - phonePower + normal(r, apSpread)
		power = w.Power(power, voice.At, at)
		for i, p := range power {
			if rssi := p + sent; i != j && rssi >= sensitivity {
				out = append(out, recording.Link{Ear: w.level.AccessPoints[i].ID, Voice: voice.ID, RSSI: floor.DBm(min(rssi, -1))})
			}
		}
	}
	return out
}
