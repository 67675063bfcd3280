package nl80211

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/mdlayher/wifi"

	"foyer/radio/report"
)

// kernel plays the part of nl80211.
type kernel struct {
	ifis     []*wifi.Interface
	stations map[string][]*wifi.StationInfo
	errs     map[string]error
	stuck    bool

	mu       sync.Mutex
	deadline time.Time
}

func (k *kernel) Interfaces() ([]*wifi.Interface, error) {
	for k.stuck {
		k.mu.Lock()
		past := !k.deadline.After(time.Now())
		k.mu.Unlock()
		if past {
			return nil, os.ErrDeadlineExceeded
		}
		time.Sleep(time.Millisecond)
	}
	return k.ifis, k.errs[""]
}

func (k *kernel) StationInfo(ifi *wifi.Interface) ([]*wifi.StationInfo, error) {
	return k.stations[ifi.Name], k.errs[ifi.Name]
}

func (k *kernel) SetDeadline(t time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.deadline = t
	return nil
}

func (k *kernel) Close() error { return nil }

func hw(s string) net.HardwareAddr {
	a, err := net.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return a
}

func addr(t *testing.T, s string) report.Addr {
	t.Helper()
	a, err := report.ParseAddr(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRead(t *testing.T) {
	k := &kernel{
		ifis: []*wifi.Interface{
			{Index: 0, Name: "p2p0", Type: wifi.InterfaceTypeAP, HardwareAddr: hw("02:00:00:00:00:99")},
			{Index: 3, Name: "wlan0", Type: wifi.InterfaceTypeAP, HardwareAddr: hw("00:1b:c0:00:00:01"), Frequency: 5180},
			{Index: 4, Name: "wlan1", Type: wifi.InterfaceTypeStation, HardwareAddr: hw("00:1b:c0:00:00:02")},
			{Index: 5, Name: "wlan0.5", Type: wifi.InterfaceTypeAPVLAN, HardwareAddr: hw("00:1b:c0:00:00:01")},
		},
		stations: map[string][]*wifi.StationInfo{
			"p2p0":  {{HardwareAddr: hw("02:00:00:00:00:10"), Signal: -40}},
			"wlan1": {{HardwareAddr: hw("02:00:00:00:00:11"), Signal: -40}},
			"wlan0": {
				{HardwareAddr: hw("02:00:00:00:00:01"), Signal: -61, SignalAverage: -59, Inactive: 40 * time.Millisecond},
				{HardwareAddr: hw("02:00:00:00:00:02"), Signal: 0, SignalAverage: -70},
				{HardwareAddr: hw("02:00:00:00:00:03"), Signal: 0},
				{HardwareAddr: hw("01:00:00:00:00:04"), Signal: -50},
				{HardwareAddr: nil, Signal: -50},
			},
		},
		errs: map[string]error{"wlan0.5": os.ErrNotExist},
	}
	s := &Stations{c: k}
	got, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Reading{APs: []AP{{"wlan0", "00:1b:c0:00:00:01", 5180}, {"wlan0.5", "00:1b:c0:00:00:01", 0}}, Stations: []Station{
		{Interface: "wlan0", BSSID: "00:1b:c0:00:00:01", Freq: 5180, Client: addr(t, "02:00:00:00:00:01"), RSSI: -61, Inactive: 40 * time.Millisecond},
		{Interface: "wlan0", BSSID: "00:1b:c0:00:00:01", Freq: 5180, Client: addr(t, "02:00:00:00:00:02"), RSSI: -70, Average: true},
		{Interface: "wlan0", BSSID: "00:1b:c0:00:00:01", Freq: 5180, Client: addr(t, "02:00:00:00:00:03")},
	}}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(report.Addr{})); diff != "" {
		t.Error(diff)
	}
	k.errs["wlan0.5"] = nil
	if got, err := s.Read(t.Context()); err != nil || !got.Whole {
		t.Errorf("every interface read: %v, whole %v", err, got.Whole)
	}
	k.errs["wlan0"], k.errs["wlan0.5"] = os.ErrPermission, os.ErrNotExist
	if _, err := s.Read(t.Context()); !errors.Is(err, os.ErrPermission) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no interface readable: %v", err)
	}
	k.errs[""] = os.ErrInvalid
	if _, err := s.Read(t.Context()); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("no interfaces: %v", err)
	}
	if _, err := (&Stations{c: &kernel{ifis: k.ifis[2:3]}}).Read(t.Context()); !errors.Is(err, ErrNoRadio) {
		t.Errorf("a mere client of a network: %v", err)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	start := time.Now()
	if _, err := (&Stations{c: &kernel{stuck: true}}).Read(ctx); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("stuck kernel: %v", err)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
}

// On a machine without a radio, as build machines are, the real kernel says so.
func TestOpen(t *testing.T) {
	s, err := Open()
	if errors.Is(err, ErrNoRadio) {
		return
	}
	if err != nil {
		t.Fatalf("neither a radio nor ErrNoRadio: %v", err)
	}
	defer s.Close()
	if _, err := s.Read(t.Context()); err != nil && !errors.Is(err, ErrNoRadio) {
		t.Error(err)
	}
}
