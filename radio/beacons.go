package radio

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"foyer/radio/report"
)

// What a phone is asked to listen to: all channels of the two usual operating
// classes of IEEE 802.11 annex E, for 50 time units (51 ms) each, by asking the
// access points there (mode 1). Channel 0 means all of the class.
const (
	beaconDuration = 50
	beaconActive   = 1
	maxBeacons     = 16 // phones asked after one poll
)

// beacons remembers when each phone was asked, of those asked of late, and each
// object's network.
type beacons struct {
	every time.Duration
	mu    *sync.Mutex
	asked map[report.Addr]time.Time
	ssids map[string]string
}

func newBeacons(every time.Duration) beacons {
	return beacons{every: every, mu: new(sync.Mutex), asked: map[report.Addr]time.Time{}, ssids: map[string]string{}}
}

// due returns those of list who may be asked now, and takes it that they are.
// An address is forgotten once its phone may be asked again.
func (b *beacons) due(list []report.Addr, now time.Time) (out []report.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for a, at := range b.asked {
		if now.Sub(at) >= b.every {
			delete(b.asked, a)
		}
	}
	for _, a := range list {
		if _, ok := b.asked[a]; !ok && len(out) < maxBeacons {
			b.asked[a] = now
			out = append(out, a)
		}
	}
	return out
}

// measure asks the leased phones that an object serves what they hear. What
// they answer comes as a notification, if they answer.
func (w *OpenWrt) measure(ctx context.Context, object string, served []report.Addr) {
	if w.beacons.every <= 0 {
		return
	}
	due := w.beacons.due(served, time.Now())
	if len(due) == 0 {
		return
	}
	ssid, err := w.ssid(ctx, object)
	if err != nil { // then it does not answer at all, which the polls say
		return
	}
	for _, client := range due {
		for _, class := range []int{81, 115} {
			// A phone without 802.11k, or one that has just left, is refused
			// by hostapd: that is no fault of the source.
			_, _ = w.bus.Call(ctx, object, "rrm_beacon_req", map[string]any{
				"addr": string(report.AppendAddr(nil, client)), "op_class": class, "channel": 0, "duration": beaconDuration, "mode": beaconActive,
				"bssid": "ff:ff:ff:ff:ff:ff", "ssid": ssid,
			})
		}
	}
}

// ssid returns the network of an object, so that phones are asked about the
// store's own access points and not about the neighbours'.
func (w *OpenWrt) ssid(ctx context.Context, object string) (string, error) {
	w.beacons.mu.Lock()
	ssid, ok := w.beacons.ssids[object]
	w.beacons.mu.Unlock()
	if ok {
		return ssid, nil
	}
	a, err := w.bus.Call(ctx, object, "get_status", nil)
	if err != nil {
		return "", err
	}
	var e struct {
		Result []struct {
			SSID string `json:"ssid"`
		} `json:"result"`
	}
	_ = json.Unmarshal(a.Body, &e) // the result is [0, {…}], and the number is left out
	for _, r := range e.Result {
		ssid += r.SSID
	}
	w.beacons.mu.Lock()
	defer w.beacons.mu.Unlock()
	w.beacons.ssids[object] = ssid
	return ssid, nil
}
