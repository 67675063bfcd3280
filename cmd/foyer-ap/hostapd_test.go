package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/nl80211"
)

// hostapd plays its control socket: a Unix datagram socket that answers
// commands and tells whoever attached.
type hostapd struct {
	c    *net.UnixConn
	old  bool // it knows no probe_rx_events
	deny bool

	mu    sync.Mutex
	peers map[string]bool
}

func newHostapd(t *testing.T, dir, ifi string, change ...func(*hostapd)) *hostapd {
	t.Helper()
	path := filepath.Join(dir, ifi)
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	h := &hostapd{c: c, peers: map[string]bool{}}
	for _, f := range change {
		f(h)
	}
	done := make(chan struct{})
	go func() { h.serve(); close(done) }()
	t.Cleanup(func() { c.Close(); <-done })
	return h
}

func (h *hostapd) serve() {
	b := make([]byte, 4096)
	for {
		n, from, err := h.c.ReadFromUnix(b)
		if err != nil {
			return
		}
		h.mu.Lock()
		ask := string(b[:n])
		answer := "OK\n"
		switch {
		case h.deny, ask == "ATTACH probe_rx_events=1" && h.old:
			answer = "FAIL\n"
		case strings.HasPrefix(ask, "ATTACH"):
			h.peers[from.Name] = true
			_, _ = h.c.WriteToUnix([]byte("<3>AP-ENABLED "), from) // may come first
		case ask == "DETACH":
			delete(h.peers, from.Name)
		case ask == "PING":
			answer = "PONG\n"
		}
		h.mu.Unlock()
		_, _ = h.c.WriteToUnix([]byte(answer), from)
	}
}

func denies(h *hostapd) { h.deny = true }

// say tells everybody who listens, as far as they can take it.
func (h *hostapd) say(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for peer := range h.peers {
		_ = h.c.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
		_, _ = h.c.WriteToUnix(fmt.Appendf(nil, format, args...), &net.UnixAddr{Name: peer, Net: "unixgram"})
	}
}

func (h *hostapd) listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.peers)
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

// socketDir is short: a Unix socket's path has 107 characters.
func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ap")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// earsOf listens in dir, beside an air that knows wlan0.
func earsOf(t *testing.T, dir string) (*ears, *ring, *journal) {
	j, log := newJournal(t)
	r := newRing(1000)
	a := &air{ring: r, names: names{"wlan0": "ap-01"}, kick: make(chan struct{}, 1), aps: map[string]nl80211.AP{"wlan0": {Interface: "wlan0", BSSID: bssid, Freq: 2412}}}
	e := &ears{dir: dir, air: a, log: log, listen: map[string]bool{}, barred: map[string]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { e.run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return e, r, j
}

func TestHostapd(t *testing.T) {
	dir := socketDir(t)
	h, old := newHostapd(t, dir, "wlan0"), newHostapd(t, dir, "wlan1", func(h *hostapd) { h.old = true })
	newHostapd(t, dir, "global")
	write(t, dir, "no-socket", "")
	e, r, _ := earsOf(t, dir)
	eventually(t, "both are listened to", func() bool { return h.listeners() == 1 && old.listeners() == 1 })
	<-e.air.kick // there may have been somebody before
	h.say("<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:07 signal=-64")
	h.say("<3>CTRL-EVENT-EAP-STARTED 02:00:5e:10:00:07")
	old.say("<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:08 signal=-64") // of an interface that nl80211 does not know
	var got []entry
	eventually(t, "the probe request", func() bool { got, _ = r.take(nil, 10, time.Now()); return len(got) > 0 })
	want := entry{at: got[0].at, ap: "ap-01", client: client(t, 7), kind: floor.UplinkProbe, rssi: -64, freq: 2412}
	if len(got) != 1 || got[0] != want || time.Since(got[0].at) > 10*time.Second {
		t.Errorf("heard %+v", got)
	}
	h.say("<3>AP-STA-DISCONNECTED 02:00:5e:10:00:07")
	select {
	case <-e.air.kick:
	case <-time.After(10 * time.Second):
		t.Error("nobody looks who went")
	}
}

// A flood of probe requests passes at a bounded rate and leaves the readings of
// stations where they are.
func TestHostapdFlood(t *testing.T) {
	dir := socketDir(t)
	h := newHostapd(t, dir, "wlan0")
	e, r, _ := earsOf(t, dir)
	eventually(t, "it is listened to", func() bool { return h.listeners() == 1 })
	r.put(time.Now(), entry{at: time.Now(), ap: "ap-01", client: client(t, 1), kind: floor.UplinkAssoc, rssi: -50})
	begin := time.Now()
	for n := range 5000 {
		h.say("<3>RX-PROBE-REQUEST sa=02:00:5e:11:%02x:%02x signal=-80", n>>8, n&255)
	}
	eventually(t, "the flood is over", func() bool { return e.over.Load() > 1000 })
	took := time.Since(begin).Seconds()
	got, _ := r.take(nil, 5000, time.Now())
	if most := int(probeRate * (took + 2)); len(got) > most || len(got) < probeRate/2 || got[0].kind != floor.UplinkAssoc {
		t.Errorf("%d of 5000 passed in %.1f s, at most %d may; the first is %v", len(got), took, most, got[0].kind)
	}
	t.Logf("figure: %d of 5000 passed in %.2f s, %d did not", len(got), took, e.over.Load())
}

// One that refuses is said once; one that comes later is found.
func TestHostapdRefuses(t *testing.T) {
	dir := socketDir(t)
	newHostapd(t, dir, "wlan0", denies)
	_, _, j := earsOf(t, dir)
	eventually(t, "it is said", func() bool { return strings.Contains(j.String(), "interface=wlan0") })
	if n := strings.Count(j.String(), "\n"); n != 1 {
		t.Errorf("log:\n%s", j)
	}
}

func TestParseEvent(t *testing.T) {
	probe := func(n int, rssi floor.DBm) event { return event{kind: probeEvent, client: client(t, n), rssi: rssi} }
	for text, want := range map[string]event{
		"<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:01 signal=-64":         probe(1, -64),
		"RX-PROBE-REQUEST sa=02:00:5e:10:00:01 signal=-64 more=1 x\n": probe(1, -64),
		"<3>RX-PROBE-REQUEST signal=-64 sa=02:00:5e:10:00:01":         probe(1, -64),
		"<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:01 signal=0":           {},
		"<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:01 signal=-200":        {},
		"<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:01 signal=x":           {},
		"<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:01":                    {},
		"<3>RX-PROBE-REQUEST sa=ff:ff:ff:ff:ff:ff signal=-64":         {},
		"<3>RX-PROBE-REQUEST signal=-64":                              {},
		"<3>AP-STA-CONNECTED 02:00:5e:10:00:01":                       {kind: moveEvent},
		"<3>AP-STA-CONNECTED 02:00:5e:10:00:01 keyid=x":               {kind: moveEvent},
		"<3>AP-STA-DISCONNECTED 02:00:5e:10:00:01":                    {kind: moveEvent},
		"<3>AP-STA-POLL-OK 02:00:5e:10:00:01":                         {},
		"<3>":                                                         {},
		"OK\n":                                                        {},
		"":                                                            {},
		"PONG\n":                                                      {},
	} {
		if got := parseEvent([]byte(text)); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

// FuzzEvent: whatever comes from the socket, a probe request has one radio and
// a strength that a radio can have measured.
func FuzzEvent(f *testing.F) {
	f.Add([]byte("<3>RX-PROBE-REQUEST sa=02:00:5e:10:00:01 signal=-64"))
	f.Add([]byte("<3>AP-STA-CONNECTED 02:00:5e:10:00:01"))
	f.Add([]byte("<"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e := parseEvent(b)
		if good := e.client.Valid() && e.rssi.Valid(); (e.kind == probeEvent) != good {
			t.Errorf("%q: %+v", b, e)
		}
	})
}
