package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A song is a vendor's sample of one format, in which strangers are put in the
// place of its client.
type choirSong struct {
	format, file string
	many         int // strangers in one payload
}

// repertoire has every format that a box reads and its own, which song sings.
func repertoire() []choirSong {
	return []choirSong{
		{"aruba-aos8", "aruba_aos8_wifidata.bin", 1},
		{"cmx", "cmx_locationupdate.json", 20},
		{"dawn", "dawn_udp_probe.json", 1},
		{"dawn-map", "dawn_get_hearing_map.json", 40},
		{"espresense", "espresense.txt", 1},
		{"fortigate", "fortigate_wifi_client.json", 40},
		{"happybubbles", "happybubbles.txt", 1},
		{"hostapd-clients", "openwrt_get_clients.json", 40},
		{"hostapd-control", "hostapd_ctrl_events.txt", 100},
		{"hostapd-events", "openwrt_ubus_subscribe.sse", 100},
		{"hostapd-stations", "hostapd_ctrl_sta.txt", 100},
		{"iw-stations", "iw_station_dump.txt", 100},
		{"meraki", "meraki_v2.json", 20},
		{"meraki", "meraki_v3_wifi.json", 20},
		{"meraki", "meraki_v3_ble_bareNaN.notjson", 1},
		{"mist", "mist_wifi_conn_raw.json", 20},
		{"mist", "mist_discovered_raw_rssi.json", 20},
		{"mist", "mist_location_client.json", 20},
		{"theengs", "theengs.txt", 1},
		{"unifi", "unifi_stat_sta.json", 40},
		{"unifi-v1", "unifi_integration_v1_clients.json", 40},
		{"usteer", "usteer_udp16720.bin", 1},
		{"usteer-clients", "openwrt_usteer_get_clients.json", 40},
	}
}

// payloads returns the song with all the birds in it, in as many pieces as it
// takes. Two of five are broken: one ends too soon, one has an address where
// none belongs.
func (c choirSong) payloads(t *testing.T, birds [][6]byte) (out []string) {
	t.Helper()
	sample, err := os.ReadFile(filepath.Join(root, "radio", "format", "testdata", c.file))
	must(t, err)
	text := present(string(sample), time.Now())
	for i := 0; len(birds) > 0; i++ {
		n := min(c.many, len(birds))
		body := c.with(t, text, birds[:n])
		switch i % 5 {
		case 3:
			body = body[:len(body)*2/3]
		case 4:
			body = strings.Replace(body, "a", net.HardwareAddr(birds[0][:]).String(), 3)
		}
		out, birds = append(out, body), birds[n:]
	}
	return out
}

func (c choirSong) with(t *testing.T, text string, birds [][6]byte) string {
	t.Helper()
	if strings.HasSuffix(c.file, ".json") && c.many > 1 {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var v any
		must(t, dec.Decode(&v))
		grown, ok := grow(v, birds)
		if !ok {
			t.Fatalf("%s has no client to replace", c.file)
		}
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		must(t, enc.Encode(grown))
		return out.String()
	}
	var out strings.Builder
	for _, a := range birds {
		verse := dress(text, a)
		if verse == text {
			t.Fatalf("%s has no client to replace", c.file)
		}
		out.WriteString(verse)
	}
	return out.String()
}

// grow puts one copy for each bird in the place of whatever in v is about the
// sample's client: an element of a list, or a member named by her address.
func grow(v any, birds [][6]byte) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if dress(key, birds[0]) != key {
				delete(v, key)
				for _, a := range birds {
					v[dress(key, a)] = redress(inner, a)
				}
				return v, true
			}
			if grown, ok := grow(inner, birds); ok {
				v[key] = grown
				return v, true
			}
		}
	case []any:
		for i, inner := range v {
			if grown, ok := grow(inner, birds); ok {
				v[i] = grown
				return v, true
			}
		}
		var out []any
		for _, inner := range v {
			text, _ := json.Marshal(inner)
			if dress(string(text), birds[0]) == string(text) {
				out = append(out, inner)
				continue
			}
			for _, a := range birds {
				out = append(out, redress(inner, a))
			}
		}
		return out, len(out) > len(v) || len(birds) == 1 && len(out) > 0 && fmt.Sprint(out) != fmt.Sprint(v)
	}
	return v, false
}

// redress is dress for a part of a document.
func redress(v any, a [6]byte) any {
	text, err := json.Marshal(v)
	if err != nil {
		return v
	}
	return json.RawMessage(dress(string(text), a))
}

// dress puts an address in the place of the samples' clients, in whatever way
// they are written.
func dress(text string, a [6]byte) string {
	for _, old := range [][6]byte{{0xd2, 0x3f, 0x10, 0, 0, 1}, {0xc8, 0xd0, 0x83, 0, 0, 7}} {
		text = strings.ReplaceAll(text, string(old[:]), string(a[:]))
		from, to := spellings(old), spellings(a)
		for i := range from {
			text = strings.ReplaceAll(text, from[i], to[i])
		}
	}
	return text
}

var (
	sampleSeconds = regexp.MustCompile(`\b17952\d{5}`)
	sampleTime    = regexp.MustCompile(`2026-11-21T15:0\d:\d\d`)
	arubaClock    = "\x40\xf3\xe4\x86\xd8\x06" // reporter.time
)

// present makes the times of a sample those of now.
func present(text string, now time.Time) string {
	text = sampleSeconds.ReplaceAllString(text, strconv.FormatInt(now.Unix(), 10))
	text = sampleTime.ReplaceAllString(text, now.UTC().Format("2006-01-02T15:04:05"))
	clock, v := []byte{0x40}, uint64(now.Unix())
	for ; v >= 0x80; v >>= 7 {
		clock = append(clock, byte(v)|0x80)
	}
	return strings.Replace(text, arubaClock, string(append(clock, byte(v))), 1)
}
