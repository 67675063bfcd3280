package radio_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/radio"
	"foyer/radio/format"
	"foyer/radio/report"
)

func sample(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("format", "testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every sample decodes with nothing but its name, to lines that a box reads.
func TestDecodeSamples(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		format, file   string
		reports, hints int
		newest         string // time of the latest reading
	}{
		{"aruba-aos8", "aruba_aos8_wifidata.bin", 2, 0, "2026-11-21T15:02:11Z"},
		{"aruba-aos8", "aruba_aos8_wifidata.hex", 2, 0, "2026-11-21T15:02:11Z"},
		{"cmx", "cmx_locationupdate.json", 1, 1, "2026-11-21T15:02:11.753Z"},
		{"dawn", "dawn_udp_probe.json", 1, 0, "2026-11-22T10:00:00Z"},
		{"dawn-map", "dawn_get_hearing_map.json", 2, 0, "2026-11-22T09:59:45Z"},
		{"espresense", "espresense.txt", 2, 0, "2026-11-22T10:00:00Z"},
		{"fortigate", "fortigate_wifi_client.json", 2, 0, "2026-11-21T15:02:10Z"},
		{"happybubbles", "happybubbles.txt", 2, 0, "2026-11-22T10:00:00Z"},
		{"hostapd-clients", "openwrt_get_clients.json", 1, 0, "2026-11-22T10:00:00Z"},
		{"hostapd-control", "hostapd_ctrl_events.txt", 2, 0, "2026-11-22T10:00:00Z"},
		{"hostapd-events", "openwrt_ubus_subscribe.sse", 3, 0, "2026-11-22T10:00:00Z"},
		{"hostapd-stations", "hostapd_ctrl_sta.txt", 1, 0, "2026-11-22T09:59:59.88Z"},
		{"iw-stations", "iw_station_dump.txt", 2, 0, "2026-11-22T09:59:59.98Z"},
		{"meraki", "meraki_v2.json", 2, 1, "2026-11-21T15:02:19Z"},
		{"meraki", "meraki_v3_wifi.json", 7, 2, "2026-11-21T15:01:58Z"},
		{"meraki", "meraki_v3_ble_bareNaN.notjson", 2, 0, "2026-11-21T15:01:55Z"},
		{"mist", "mist_wifi_conn_raw.json", 2, 0, "2026-11-22T09:59:57.5Z"},
		{"mist", "mist_discovered_raw_rssi.json", 1, 0, "2026-11-21T15:02:11Z"},
		{"mist", "mist_location_client.json", 0, 1, ""},
		{"theengs", "theengs.txt", 2, 0, "2026-11-22T10:00:00Z"},
		{"unifi", "unifi_stat_sta.json", 1, 0, "2026-11-21T15:02:08Z"},
		{"unifi-v1", "unifi_integration_v1_clients.json", 1, 0, "2026-11-22T10:00:00Z"},
		{"usteer", "usteer_udp16720.bin", 2, 0, "2026-11-22T09:59:59.88Z"},
		{"usteer", "usteer_udp16720.hex", 2, 0, "2026-11-22T09:59:59.88Z"},
		{"usteer-clients", "openwrt_usteer_get_clients.json", 2, 0, "2026-11-22T10:00:00Z"},
	} {
		var out bytes.Buffer
		n, err := radio.Decode(tt.format, sample(t, tt.file), radio.DecodeOptions{From: "sender", Now: now}, &out)
		if want := (radio.Decoded{Reports: tt.reports, Hints: tt.hints}); err != nil || n != want {
			t.Errorf("%s: %+v, %v, want %+v", tt.file, n, err, want)
		}
		var newest time.Time
		d := report.NewDecoder(&out)
		var r report.Report
		for range tt.reports {
			if err := d.Decode(&r); err != nil {
				t.Errorf("%s: %v", tt.file, err)
			}
			if r.At.After(newest) {
				newest = r.At
			}
		}
		if want, _ := time.Parse(time.RFC3339, tt.newest); !newest.Equal(want) {
			t.Errorf("%s: newest at %v, want %v", tt.file, newest, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	if _, err := radio.Decode("nobody", nil, radio.DecodeOptions{}, nil); !errors.Is(err, radio.ErrFormatName) {
		t.Errorf("an unknown name: %v", err)
	}
	const person = "ana@example.com"
	if _, err := radio.Decode("unifi", []byte(`{"`+person+`"`), radio.DecodeOptions{}, nil); !errors.Is(err, format.ErrSyntax) || strings.Contains(err.Error(), person) {
		t.Errorf("half a payload: %v", err)
	}
	full := errors.New("disk full")
	if _, err := radio.Decode("unifi", sample(t, "unifi_stat_sta.json"), radio.DecodeOptions{}, refusing{full}); !errors.Is(err, full) {
		t.Errorf("nowhere to write: %v", err)
	}
}

type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }

// One message of several that is none does not hide the others.
func TestDecodeCountsRefusedMessages(t *testing.T) {
	file := append([]byte("espresense/devices/x/till_1 {\n\nnonsense\n"), sample(t, "espresense.txt")...)
	n, err := radio.Decode("espresense", file, radio.DecodeOptions{}, &bytes.Buffer{})
	if err != nil || n.Reports != 2 || n.Refused != 1 || !errors.Is(n.First, format.ErrSyntax) {
		t.Errorf("%+v, %v", n, err)
	}
}

// A recording of canonical lines may be longer than one delivery, and is cut
// between lines.
func TestDecodeLongRecording(t *testing.T) {
	line := []byte(`{"ap":"ap-01","client":"02:00:5e:10:00:01","rssi":-61,"at":"2026-11-22T10:00:00Z"}` + "\n")
	const lines = 40_000
	n, err := radio.Decode("ndjson", bytes.Repeat(line, lines), radio.DecodeOptions{}, &bytes.Buffer{})
	if err != nil || n.Reports != lines || n.Malformed != 0 {
		t.Errorf("%+v, %v", n, err)
	}
}

// An age is subtracted from the arrival that the operator names.
func TestDecodeAt(t *testing.T) {
	var out bytes.Buffer
	hexed := hex.EncodeToString(sample(t, "usteer_udp16720.bin"))
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	if _, err := radio.Decode("usteer", fmt.Appendf(nil, "%s\n%s\n", hexed[:80], hexed[80:]), radio.DecodeOptions{At: at}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"at":"2027-01-02T03:04:04.88Z"`) {
		t.Errorf("120 ms before the arrival expected:\n%s", out.String())
	}
}

func TestFormatsAreNamed(t *testing.T) {
	seen := map[string]bool{}
	last := ""
	for name, about := range radio.Formats() {
		if seen[name] || name <= last || about == "" || strings.Contains(about, "\n") {
			t.Errorf("%q %q: want one line each, in order, once", name, about)
		}
		seen[name], last = true, name
	}
	if len(seen) != 20 {
		t.Errorf("%d formats, want 20", len(seen))
	}
}
