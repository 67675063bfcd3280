package radio

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A maker's name is enough: every sample is read by the format that it is in.
func TestLikeliest(t *testing.T) {
	for file, names := range map[string][]string{
		"aruba_aos8_wifidata.bin":           {"aruba", "auto"},
		"openwrt_get_clients.json":          {"openwrt", "hostapd", "auto"},
		"openwrt_ubus_subscribe.sse":        {"openwrt", "hostapd", "auto"},
		"usteer_udp16720.bin":               {"usteer", "openwrt", "auto"},
		"openwrt_usteer_get_clients.json":   {"openwrt", "auto"},
		"dawn_get_hearing_map.json":         {"openwrt", "auto"},
		"dawn_udp_probe.json":               {"dawn", "openwrt", "auto"},
		"hostapd_ctrl_events.txt":           {"hostapd", "auto"},
		"hostapd_ctrl_sta.txt":              {"hostapd", "auto"},
		"iw_station_dump.txt":               {"iw", "auto"},
		"meraki_v3_wifi.json":               {"Cisco", "Meraki", "auto"},
		"cmx_locationupdate.json":           {"cisco", "auto"},
		"mist_wifi_conn_raw.json":           {"juniper", "auto"},
		"unifi_stat_sta.json":               {"auto"},
		"unifi_integration_v1_clients.json": {"auto"},
		"espresense.txt":                    {"auto"},
		"theengs.txt":                       {"openmqttgateway", "auto"},
		"happybubbles.txt":                  {"bubbles", "auto"},
		"fortigate_wifi_client.json":        {"auto"},
	} {
		body, err := os.ReadFile(filepath.Join("format", "testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			n, err := Decode(name, body, DecodeOptions{From: "sender", Now: time.Unix(1_795_000_000, 0)}, io.Discard)
			if err != nil || n.Reports == 0 || n.Malformed > 1 {
				t.Errorf("%s as %s: %+v, %v", file, name, n, err)
			}
		}
	}
	for _, name := range []string{"", "ubiquity", "list"} {
		if FormatName(name) {
			t.Errorf("%q is a format's name", name)
		}
	}
}
