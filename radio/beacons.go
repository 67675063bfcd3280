package radio

import (
	"context"
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

// beacons remembers when each phone was asked, of those asked of late.
type beacons struct {
	every time.Duration
	mu    *sync.Mutex
	asked map[report.Addr]time.Time
}

func newBeacons(every time.Duration) beacons {
	return beacons{every: every, mu: new(sync.Mutex), asked: map[report.Addr]time.Time{}}
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
	for _, client := range w.beacons.due(served, time.Now()) {
		for _, class := range []int{81, 115} {
			// A phone without 802.11k, or one that has just left, is refused
			// by hostapd: that is no fault of the source.
			_, _ = w.bus.Call(ctx, object, "rrm_beacon_req", map[string]any{
				"addr": string(report.AppendAddr(nil, client)), "op_class": class, "channel": 0, "duration": beaconDuration, "mode": beaconActive,
				"bssid": "ff:ff:ff:ff:ff:ff", "ssid": "",
			})
		}
	}
}
