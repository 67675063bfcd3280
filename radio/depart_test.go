package radio

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"foyer/floor"
	"foyer/radio/nl80211"
	"foyer/radio/report"
)

// gone is the canonical line with which ap says that radio n has left it.
func gone(t testing.TB, ap string, n int) string {
	t.Helper()
	l, err := report.Append(nil, &report.Report{AP: ap, Client: addr(t, n), Kind: floor.Serving, Assoc: report.AssocNo})
	if err != nil {
		t.Fatal(err)
	}
	return string(l)
}

// A phone that has left the network keeps its lease for a minute; who is heard
// meanwhile, or walks to another access point, has not left.
func TestDeparture(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	serving := func(ap string, after time.Duration) string { return line(t, ap, 1, after) }
	probe, err := report.Append(nil, &report.Report{AP: "ap-02", Client: addr(t, 1), RSSI: -80, Kind: floor.UplinkProbe})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		lines []string // one delivery a second
		ends  bool
	}{
		{"left", []string{serving("ap-01", 1), gone(t, "ap-01", 1)}, true},
		{"left before any reading", []string{gone(t, "ap-01", 1)}, true},
		{"left, then probes", []string{serving("ap-01", 1), gone(t, "ap-01", 1), string(probe)}, true},
		{"came back", []string{serving("ap-01", 1), gone(t, "ap-01", 1), serving("ap-01", 2)}, false},
		{"walked on", []string{serving("ap-01", 1), gone(t, "ap-01", 1), serving("ap-02", 2)}, false},
		{"walked on, told late", []string{serving("ap-01", 1), serving("ap-02", 2), gone(t, "ap-01", 1)}, false},
		{"walked on and left", []string{serving("ap-01", 1), serving("ap-02", 2), gone(t, "ap-01", 1), gone(t, "ap-02", 1)}, true},
		{"somebody else left", []string{serving("ap-01", 1), gone(t, "ap-01", 2)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b.now = b.now.Add(time.Hour)
			p := b.lease(t, 1)
			for _, l := range tt.lines {
				b.now = b.now.Add(time.Second)
				b.deliver(t, l)
			}
			for len(b.out) > 0 {
				if got := <-b.out; len(got.Alive) != 1 {
					t.Errorf("alive %v", got.Alive)
				} else if len(got.Reports) > 1 || len(got.Reports) == 1 && got.Reports[0].RSSI == 0 {
					t.Errorf("a departure became a reading: %v", got.Reports)
				}
			}
			if got := b.guests.Sweep(b.now.Add(50 * time.Second)); len(got) != 0 {
				t.Errorf("within the grace: ended %v", got)
			}
			got := b.guests.Sweep(b.now.Add(61 * time.Second))
			if ends := len(got) == 1 && got[0] == p; ends != tt.ends {
				t.Errorf("after the grace: ended %v, want %v", got, tt.ends)
			}
			b.guests.Release(p)
		})
	}
	if s := b.guests.Stats(); s.Left != 8 || s.Dropped != 1 || s.Reports != s.Admitted+s.Left+s.Dropped {
		t.Errorf("stats %+v", s)
	}
}

// A check-in within the grace renews the lease.
func TestDepartureThenCheckIn(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	p := b.lease(t, 1)
	b.deliver(t, gone(t, "ap-01", 1))
	b.now = b.now.Add(30 * time.Second)
	if again := b.lease(t, 1); again != p {
		t.Errorf("another phone: %v, was %v", again, p)
	}
	if got := b.guests.Sweep(b.now.Add(10 * time.Minute)); len(got) != 0 {
		t.Errorf("ended %v", got)
	}
}

// The box's own radio is asked whom it serves: who is no longer among them has
// left, but not when an interface gave no answer, nor when she is only silent.
func TestOwnRadioDeparture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, IntakeOptions{})
		b.guests.now = func() time.Time { return opening.Add(time.Since(synctestEpoch())) }
		p := b.lease(t, 1)
		here := nl80211.Station{BSSID: "00:1b:c0:aa:bb:01", Client: addr(t, 1), RSSI: -61}
		silent, unknown := here, here
		silent.Inactive, unknown.RSSI = time.Minute, 0
		d := &driver{aps: []nl80211.AP{{Interface: "wlan0", BSSID: "00:1b:c0:aa:bb:01"}}, list: []nl80211.Station{here}}
		ctx, cancel := context.WithCancel(t.Context())
		src := NewOwnRadio(OwnRadioOptions{Intake: b.intake, open: d.Open})
		done := start(func() error { return src.Run(ctx, b.out) })
		during := func(wait time.Duration, partly bool, list ...nl80211.Station) []floor.Phone {
			d.mu.Lock()
			d.list, d.partly = list, partly
			d.mu.Unlock()
			d.change(nil, nil, wait)
			return b.guests.Sweep(b.guests.now())
		}
		for name, ended := range map[string][]floor.Phone{
			"here":                 during(2*time.Second, false, here),
			"one interface failed": during(2*time.Minute, true),
			"silent":               during(2*time.Minute, false, silent),
			"away for a moment":    during(40*time.Second, false),
			"back":                 during(2*time.Minute, false, unknown),
		} {
			if len(ended) != 0 {
				t.Errorf("%s: ended %v", name, ended)
			}
		}
		if ended := during(62*time.Second, false); len(ended) != 1 || ended[0] != p {
			t.Errorf("gone: ended %v", ended)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		var last floor.Batch
		for len(b.out) > 0 {
			last = <-b.out
		}
		if len(last.Reports) != 1 || last.Reports[0].Kind != floor.Serving || last.Reports[0].RSSI != 0 {
			t.Errorf("of unknown strength: %+v", last)
		}
	})
}

// synctestEpoch is when a bubble's clock begins.
func synctestEpoch() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }
