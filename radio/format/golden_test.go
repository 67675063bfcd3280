package format_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/radio/format"
	"foyer/radio/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rx is when the samples arrived: a few seconds after the newest of them.
func rx() time.Time { return time.Date(2026, 11, 21, 15, 2, 20, 0, time.UTC) }

// samples says of which format each file of testdata is.
func samples() map[string]string {
	return map[string]string{
		"aruba_aos8_wifidata.bin":           "aruba-aos8",
		"aruba_aos8_wifidata.hex":           "aruba-aos8",
		"cmx_locationupdate.json":           "cmx",
		"dawn_get_hearing_map.json":         "dawn-map",
		"dawn_udp_probe.json":               "dawn",
		"espresense.txt":                    "espresense",
		"fortigate_wifi_client.json":        "fortigate",
		"happybubbles.txt":                  "happybubbles",
		"hostapd_ctrl_events.txt":           "hostapd-control",
		"hostapd_ctrl_sta.txt":              "hostapd-stations",
		"iw_station_dump.txt":               "iw-stations",
		"meraki_v2.json":                    "meraki",
		"meraki_v3_ble_bareNaN.notjson":     "meraki",
		"meraki_v3_wifi.json":               "meraki",
		"mist_discovered_raw_rssi.json":     "mist",
		"mist_location_client.json":         "mist",
		"mist_wifi_conn_raw.json":           "mist",
		"openwrt_get_clients.json":          "hostapd-clients",
		"openwrt_ubus_subscribe.sse":        "hostapd-events",
		"openwrt_usteer_get_clients.json":   "usteer-clients",
		"theengs.txt":                       "theengs",
		"unifi_integration_v1_clients.json": "unifi-v1",
		"unifi_stat_sta.json":               "unifi",
		"usteer_udp16720.bin":               "usteer",
		"usteer_udp16720.hex":               "usteer",
	}
}

// from is who sent the samples that do not name their access point.
func from(f format.Format) string {
	if strings.HasPrefix(f.Name, "hostapd") {
		return "10.14.0.11#hostapd.phy1-ap0"
	}
	return "10.14.0.11"
}

// open returns a sample's payloads.
func open(t testing.TB, file string, f format.Format) (out []format.Payload) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	p := format.Payload{Received: rx(), From: from(f), Secret: func([]byte) bool { return true }}
	switch {
	case f.Topic:
		for line := range bytes.Lines(body) {
			topic, rest, ok := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
			if ok {
				p.From, p.Body = string(topic), rest
				out = append(out, p)
			}
		}
		return out
	case strings.HasSuffix(file, ".hex"):
		if body, err = hex.DecodeString(strings.TrimSpace(string(body))); err != nil {
			t.Fatal(err)
		}
	}
	p.Body = body
	return []format.Payload{p}
}

// A page is a sink that writes down what it is given.
type page struct {
	reports []report.Report
	hints   []format.Hint
	bad     []error
	text    bytes.Buffer
	t       testing.TB
}

func (p *page) Report(r *report.Report) {
	line, err := report.Append(nil, r)
	if err != nil {
		p.t.Errorf("a report that cannot be written: %v", err)
	}
	p.text.Write(line)
	c := *r
	c.IP = slices.Clone(r.IP)
	p.reports = append(p.reports, c)
}

func (p *page) Hint(h *format.Hint) {
	fmt.Fprintf(&p.text, "hint ap %q map %q x %.2f y %.2f sd %.2f at %s ±%v ip %v\n", h.AP, h.Map, h.X, h.Y, h.SD, h.At.Format(time.RFC3339Nano), h.AtErr, h.IP)
	p.hints = append(p.hints, *h)
}

func (p *page) Malformed(err error) {
	fmt.Fprintf(&p.text, "malformed: %v\n", err)
	p.bad = append(p.bad, err)
}

func TestSamples(t *testing.T) {
	for file, name := range samples() {
		t.Run(file, func(t *testing.T) {
			f, ok := format.Named(name)
			if !ok {
				t.Fatalf("no format %s", name)
			}
			out := page{t: t}
			for _, p := range open(t, file, f) {
				if err := f.Decode(p, &out); err != nil {
					fmt.Fprintf(&out.text, "refused: %v\n", err)
				}
			}
			golden := filepath.Join("testdata", file+".golden")
			if *update {
				if err := os.WriteFile(golden, out.text.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.text.String()); diff != "" {
				t.Error(diff)
			}
			if len(out.reports)+len(out.hints) == 0 {
				t.Error("nothing was read of it")
			}
		})
	}
}

// Every sample is decoded by something.
func TestEverySampleHasAFormat(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasSuffix(e.Name(), ".golden") {
			continue
		}
		if samples()[e.Name()] == "" {
			t.Errorf("%s: no format reads it", e.Name())
		}
	}
}
