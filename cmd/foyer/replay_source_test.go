package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const payloadDir = "../../radio/format/testdata"

func TestReplaySource(t *testing.T) {
	out, notes, err := foyer(t, "replay", "--source", "meraki", filepath.Join(payloadDir, "meraki_v2.json"))
	if err != nil || strings.Count(out, "\n") != 2 || !strings.Contains(out, `"rssi":-54`) {
		t.Errorf("%v\n%s", err, out)
	}
	if want := "reports: 2, vendor's positions: 1, malformed rows: 0, refused payloads: 0\n"; notes != want {
		t.Errorf("%q, want %q", notes, want)
	}
	out, notes, err = foyer(t, "replay", "--source", "hostapd-clients", "--from", "10.14.0.11#hostapd.\u00e4", filepath.Join(payloadDir, "openwrt_get_clients.json"))
	if err != nil || out != "" || !strings.Contains(notes, "malformed rows: 1, refused payloads: 0; the first: ap:") {
		t.Errorf("a sender that no plan can name: %v\n%s%s", err, out, notes)
	}
	out, _, err = foyer(t, "replay", "--source", "usteer", "--at", "2027-01-02T03:04:05Z", filepath.Join(payloadDir, "usteer_udp16720.hex"))
	if err != nil || !strings.Contains(out, `"at":"2027-01-02T03:04:04.88Z"`) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestReplaySourceTeaches(t *testing.T) {
	out, _, err := foyer(t, "replay", "--source", "list")
	if err != nil || strings.Count(out, "\n") != 20 || !strings.HasPrefix(out, "aruba-aos8") {
		t.Errorf("%v\n%s", err, out)
	}
	sample := filepath.Join(payloadDir, "unifi_stat_sta.json")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--source", "ubiquiti", sample}, "unifi-v1"},
		{[]string{"--source", "usteer", sample}, "not a payload of this format"},
		{[]string{"--source", "unifi", sample, sample}, "accepts 1 arg"},
		{[]string{"--source", "unifi", "--at", "noon", sample}, "--at: want a time as"},
		{[]string{"--source", "unifi", "nowhere.json"}, "nowhere.json"},
		{[]string{"--source", "unifi", "--to", "https://localhost", sample}, "none of the others can be"},
	} {
		if _, _, err := foyer(t, append([]string{"replay"}, tt.args...)...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.args, err, tt.want)
		}
	}
}
