package format_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"foyer/floor"
	"foyer/radio/format"
	"foyer/radio/report"
)

const phone = "d2:3f:10:00:00:01"

// decode decodes one payload by the format called name; change may alter it.
func decode(t testing.TB, name, body string, change func(*format.Payload)) (*page, error) {
	t.Helper()
	f, ok := format.Named(name)
	if !ok {
		t.Fatalf("no format %s", name)
	}
	p := format.Payload{Body: []byte(body), Received: rx(), From: from(f), Secret: func([]byte) bool { return true }}
	if change != nil {
		change(&p)
	}
	out := &page{t: t}
	return out, f.Decode(p, out)
}

// A pitfall is a payload that somebody's firmware sends and what is read of it.
type pitfall struct {
	name, format, body string
	change             func(*format.Payload)

	rssi  []floor.DBm // of the reports, 0 for a serving one without
	hints int
	bad   error // of every malformed row, nil if there is to be none
	err   error // of the payload
	check func(*testing.T, *page)
}

func (p pitfall) run(t *testing.T) {
	out, err := decode(t, p.format, p.body, p.change)
	if !errors.Is(err, p.err) {
		t.Errorf("refused: %v, want %v", err, p.err)
	}
	var rssi []floor.DBm
	for _, r := range out.reports {
		rssi = append(rssi, r.RSSI)
	}
	if fmt.Sprint(rssi) != fmt.Sprint(p.rssi) {
		t.Errorf("strengths %v, want %v\n%s", rssi, p.rssi, out.text.String())
	}
	if len(out.hints) != p.hints {
		t.Errorf("%d hints, want %d", len(out.hints), p.hints)
	}
	if (p.bad == nil) != (len(out.bad) == 0) {
		t.Errorf("malformed: %v, want %v", out.bad, p.bad)
	}
	for _, b := range out.bad {
		if !errors.Is(b, p.bad) {
			t.Errorf("malformed: %v, want %v", b, p.bad)
		}
	}
	if p.check != nil && !t.Failed() {
		p.check(t, out)
	}
}

func from1(s string) func(*format.Payload) { return func(p *format.Payload) { p.From = s } }

func at(want time.Time, off time.Duration) func(*testing.T, *page) {
	return func(t *testing.T, p *page) {
		if r := p.reports[0]; !r.At.Equal(want) || r.AtErr != off {
			t.Errorf("at %v ± %v, want %v ± %v", r.At, r.AtErr, want, off)
		}
	}
}

func point(plan string, x, y, sd float64) func(*testing.T, *page) {
	return func(t *testing.T, p *page) {
		h := p.hints[0]
		if got, want := fmt.Sprintf("%s %.3f %.3f %.3f", h.Map, h.X, h.Y, h.SD), fmt.Sprintf("%s %.3f %.3f %.3f", plan, x, y, sd); got != want {
			t.Errorf("hint %s, want %s", got, want)
		}
	}
}

func ips(want ...string) func(*testing.T, *page) {
	return func(t *testing.T, p *page) {
		var list []netip.Addr
		for _, s := range want {
			list = append(list, netip.MustParseAddr(s))
		}
		if got := p.reports[0].IP; fmt.Sprint(got) != fmt.Sprint(list) {
			t.Errorf("ip %v, want %v", got, list)
		}
	}
}

func kind(k floor.Kind, a report.Assoc) func(*testing.T, *page) {
	return func(t *testing.T, p *page) {
		if r := p.reports[0]; r.Kind != k || r.Assoc != a {
			t.Errorf("kind %d assoc %d, want %d %d", r.Kind, r.Assoc, k, a)
		}
	}
}

func ap(name string) func(*testing.T, *page) {
	return func(t *testing.T, p *page) {
		if got := p.reports[0].AP; got != name {
			t.Errorf("access point %q, want %q", got, name)
		}
	}
}

// meraki2 is a post of version 2 with one observation of these fields.
func meraki2(fields string) string {
	return `{"version":"2.1","secret":"s","type":"DevicesSeen","data":{"apMac":"00:18:0a:aa:00:01","apFloors":["Ground"],"observations":[{"clientMac":"` + phone + `","seenEpoch":1795273331,` + fields + `}]}}`
}

// meraki3 is a post of version 3 with one client of these fields.
func meraki3(fields string) string {
	return `{"version":"3.0","secret":"s","type":"WiFi","data":{"observations":[{"clientMac":"` + phone + `",` + fields + `}]}}`
}

func clients(fields string) string {
	return `{"freq":5180,"clients":{"` + phone + `":{"auth":true,"assoc":true` + fields + `}}}`
}

func unifi(fields string) string {
	return `{"meta":{"rc":"ok"},"data":[{"mac":"` + phone + `","ap_mac":"ac:8b:a9:aa:00:01",` + fields + `}]}`
}

func forti(regions string) string {
	return `{"status":"success","results":[{"mac":"` + phone + `","wtp_id":"FP1","ssid":"S","signal":-50,"triangulation_regions":[` + regions + `]}]}`
}

func mistRaw(fields string) string {
	return `{"topic":"wifi-conn-raw","events":[{"ap_id":"5c-5b-35-aa-00-01","client_id":"d2-3f-10-00-00-01",` + fields + `}]}`
}

func position(fields string) string {
	return `{"topic":"location_client","events":[{"mac":"d23f10000001","x":1,"y":2,"timestamp":1795273331,` + fields + `}]}`
}

func cmx(fields string) string {
	return `{"notifications":[{"notificationType":"locationupdate","deviceId":"` + phone + `","lastSeen":"2026-11-21T16:02:11.753+0100",` + fields + `}]}`
}

// blob writes one attribute of libubox.
func blob(id int, data string) string {
	size := len(data) + 4
	head := string([]byte{byte(id), byte(size >> 16), byte(size >> 8), byte(size)})
	return head + data + strings.Repeat("\x00", (4-size%4)%4)
}

// bare is blob without padding.
func bare(id int, data string) string { return blob(id, data)[:len(data)+4] }

func u32(v uint32) string { return string([]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}) }

const sta = "\xd2\x3f\x10\x00\x00\x01"

// usteer is a datagram of one node with stations, its identity after them.
func usteer(stations ...string) string {
	list := ""
	for _, s := range stations {
		list += blob(0, s)
	}
	return blob(0, blob(0, u32(1))+blob(2, blob(0, blob(3, list)+blob(10, "\x02\x11\x22\xaa\x00\x01")+blob(1, u32(5180)))))
}

func station(signal int32, timeout, seen uint32) string {
	return blob(2, u32(timeout)) + blob(4, "\x01") + blob(3, u32(seen)) + blob(1, u32(uint32(signal))) + blob(0, sta)
}

// telemetry is an Aruba message with one Wi-Fi reading, the token last.
func telemetry(token string, reporterTime uint64, rssi int64) string {
	var wifi, reporter, meta, b []byte
	wifi = protowire.AppendBytes(protowire.AppendTag(wifi, 1, protowire.BytesType), []byte(sta))
	wifi = protowire.AppendVarint(protowire.AppendTag(wifi, 2, protowire.VarintType), 16)
	wifi = protowire.AppendVarint(protowire.AppendTag(wifi, 3, protowire.VarintType), protowire.EncodeZigZag(rssi))
	reporter = protowire.AppendString(protowire.AppendTag(reporter, 1, protowire.BytesType), "ap-entrance")
	reporter = protowire.AppendVarint(protowire.AppendTag(reporter, 8, protowire.VarintType), reporterTime)
	meta = protowire.AppendString(protowire.AppendTag(meta, 2, protowire.BytesType), token)
	b = protowire.AppendBytes(protowire.AppendTag(b, 7, protowire.BytesType), wifi)
	b = protowire.AppendBytes(protowire.AppendTag(b, 2, protowire.BytesType), reporter)
	return string(protowire.AppendBytes(protowire.AppendTag(b, 1, protowire.BytesType), meta))
}

// reported is an Aruba message of one Bluetooth device with its rssi fields.
func reported(rssi ...byte) string {
	var dev, b []byte
	dev = protowire.AppendBytes(protowire.AppendTag(dev, 1, protowire.BytesType), []byte("\xc8\xd0\x83\x00\x00\x07"))
	dev = protowire.AppendVarint(protowire.AppendTag(dev, 7, protowire.VarintType), stamped)
	dev = protowire.AppendBytes(protowire.AppendTag(dev, 10, protowire.BytesType), rssi)
	b = protowire.AppendString(protowire.AppendTag(b, 2, protowire.BytesType), "\x0a\x01a")
	return string(protowire.AppendBytes(protowire.AppendTag(b, 3, protowire.BytesType), dev))
}

func expects(token string) func(*format.Payload) {
	return func(p *format.Payload) { p.Secret = func(shown []byte) bool { return string(shown) == token } }
}

const stamped = 1795273331 // 2026-11-21T15:02:11Z, nine seconds before rx

func pitfalls() []pitfall {
	told := time.Unix(stamped, 0)
	return []pitfall{
		{name: "positive RSSI (Meraki v2)", format: "meraki", body: meraki2(`"rssi":47`), rssi: []floor.DBm{-48}},
		{name: "negative RSSI (Meraki v2)", format: "meraki", body: meraki2(`"rssi":-47`), rssi: []floor.DBm{-47}},
		{name: "positive RSSI (Meraki v3)", format: "meraki", body: meraki3(`"locations":[{"time":"2026-11-21T15:01:21Z","rssiRecords":[{"apMac":"a","rssi":30}]}]`), rssi: []floor.DBm{-65}},
		{name: "positive RSSI beyond the noise", format: "meraki", body: meraki2(`"rssi":96`), bad: report.ErrRSSI},
		{name: "string RSSI", format: "meraki", body: meraki3(`"latestRecord":{"time":"2026-11-21T15:01:21Z","nearestApMac":"a","nearestApRssi":"-47"}`), rssi: []floor.DBm{-47}},
		{name: "bare NaN", format: "meraki", body: meraki3(`"ssid":"NaN","locations":[{"x":NaN,"y":NaN,"variance":-Infinity,"time":"2026-11-21T15:01:21Z","rssiRecords":[{"apMac":"a","rssi":-47},{"apMac":"b","rssi":NaN}]}]`), rssi: []floor.DBm{-47},
			check: kind(floor.UplinkUnknown, report.AssocUnknown)}, // the ssid is a text and stays one
		{name: "NaN is not a coordinate of 0", format: "meraki", body: meraki3(`"locations":[{"x":0,"y":0,"floorPlanId":"g","time":"2026-11-21T15:01:21Z"}]`), hints: 1, check: point("g", 0, 0, 0)},
		{name: "flat floorPlan", format: "meraki", body: meraki3(`"locations":[{"x":"7.5","y":8,"variance":2,"floorPlanId":"g","time":"2026-11-21T15:01:21Z"}]`), hints: 1, check: point("g", 7.5, 8, 2)},
		{name: "nested floorPlan", format: "meraki", body: meraki3(`"locations":[{"floorPlan":{"id":"g","x":7.5,"y":"8"},"variance":0.25,"time":"2026-11-21T15:01:21Z"}]`), hints: 1, check: point("g", 7.5, 8, 0.5)},
		{name: "floorplanId of the beta", format: "meraki", body: meraki3(`"locations":[{"x":7.5,"y":8,"unc":3,"floorplanId":"g","time":"2026-11-21T15:01:21Z"}]`), hints: 1, check: point("g", 7.5, 8, 3)},
		{name: "several floor plans (Meraki v2)", format: "meraki", body: meraki2(`"rssi":47,"location":{"x":[1,2],"y":[1,2],"unc":1}`), rssi: []floor.DBm{-48}},
		{name: "host name before the address", format: "meraki", body: meraki2(`"rssi":47,"ipv4":"anas-phone/10.14.20.57","ipv6":"/2001:db8::7"`), rssi: []floor.DBm{-48}, check: ips("10.14.20.57", "2001:db8::7")},
		{name: "latestRecord beside locations", format: "meraki", body: meraki3(`"locations":[{"time":"2026-11-21T15:01:21Z","rssiRecords":[{"apMac":"a","rssi":-47}]}],"latestRecord":{"time":"2026-11-21T15:01:21Z","nearestApMac":"a","nearestApRssi":-47}`), rssi: []floor.DBm{-47}},
		{name: "duplicate v3 history", format: "meraki", body: meraki3(`"locations":[{"time":"2026-11-21T15:01:21Z","rssiRecords":[{"apMac":"a","rssi":-47}]},{"time":"2026-11-21T15:01:21Z","rssiRecords":[{"apMac":"a","rssi":-47}]}]`), rssi: []floor.DBm{-47, -47}}, // the intake's to drop
		{name: "unknown version", format: "meraki", body: `{"version":"4.0","data":{}}`, err: format.ErrVersion},
		{name: "wrong secret", format: "meraki", body: meraki2(`"rssi":47`), change: expects("other"), err: format.ErrSecret},
		{name: "no secret", format: "meraki", body: `{"version":"2.0","data":{}}`, change: expects("s"), err: format.ErrSecret},
		{name: "nobody to ask about the secret", format: "meraki", body: meraki2(`"rssi":47`), change: func(p *format.Payload) { p.Secret = nil }, err: format.ErrSecret},
		{name: "fractional RSSI (Mist)", format: "mist", body: mistRaw(`"connected_site":false,"packets":[{"band":"5GHz","rssi":-94.333336}]`), rssi: []floor.DBm{-94.333336}, check: at(rx().Add(-2500*time.Millisecond), 5*time.Second)},
		{name: "packets of two bands", format: "mist", body: mistRaw(`"connected_site":true,"packets":[{"band":"5GHz","rssi":-60},{"band":"5GHz","rssi":-62},{"band":"24GHz","rssi":-40}]`), rssi: []floor.DBm{-61}, check: kind(floor.UplinkAssoc, report.AssocYes)},
		{name: "map_id", format: "mist", body: position(`"map_id":"m"`), hints: 1, check: point("m", 1, 2, 0)},
		{name: "mapid", format: "mist", body: position(`"mapid":"m"`), hints: 1, check: point("m", 1, 2, 0)},
		{name: "hyphen MACs", format: "mist", body: mistRaw(`"packets":[{"rssi":-60}]`), rssi: []floor.DBm{-60}, check: ap("5c-5b-35-aa-00-01")},
		{name: "12-hex MACs", format: "espresense", change: from1("espresense/devices/x/aisle_3"), body: `{"mac":"c8d083000007","rssi":-71.5}`, rssi: []floor.DBm{-71.5}, check: ap("aisle_3")},
		{name: "upper-case MACs", format: "dawn-map", body: `{"S":{"D2:3F:10:00:00:01":{"02:11:22:AA:00:01":{"signal":-57,"rcpi":-1}}}}`, rssi: []floor.DBm{-57}, check: ap("02:11:22:AA:00:01")},
		{name: "DAWN's RCPI is a beacon report's", format: "dawn-map", body: `{"S":{"D2:3F:10:00:00:01":{"02:11:22:AA:00:01":{"signal":-57,"rcpi":78}}}}`, rssi: []floor.DBm{-71}, check: kind(floor.Downlink, report.AssocUnknown)},
		{name: "DAWN's RCPI of 224", format: "dawn-map", body: `{"S":{"D2:3F:10:00:00:01":{"02:11:22:AA:00:01":{"signal":-42,"rcpi":224}}}}`, rssi: []floor.DBm{-42}, check: kind(floor.UplinkProbe, report.AssocUnknown)},
		{name: "DAWN's client table", format: "dawn", body: `{"method":"clients","data":"{\"bssid\":\"02:11:22:AA:00:02\",\"freq\":5240,\"clients\":{\"` + phone + `\":{\"assoc\":true,\"signal\":-50}}}"}`, rssi: []floor.DBm{-50}, check: ap("02:11:22:AA:00:02")},
		{name: "-999 coords", format: "cmx", body: cmx(`"locationCoordinate":{"x":-999,"y":-999,"unit":"FEET"}`)},
		{name: "FEET", format: "cmx", body: cmx(`"floorId":1,"confidenceFactor":40,"locationCoordinate":{"x":100,"y":10,"unit":"FEET"}`), hints: 1, check: point("1", 30.48, 3.048, 3.048)},
		{name: "metres", format: "cmx", body: cmx(`"floorId":1,"confidenceFactor":4,"locationCoordinate":{"x":100,"y":10,"unit":"METERS"}`), hints: 1, check: point("1", 100, 10, 1)},
		{name: "a unit nobody knows", format: "cmx", body: cmx(`"locationCoordinate":{"x":100,"y":10,"unit":"CUBITS"}`), bad: format.ErrRow},
		{name: "64-bit floorId", format: "cmx", body: cmx(`"floorId":9007199254740993,"locationCoordinate":{"x":1,"y":1,"unit":"METERS"}`), hints: 1, check: point("9007199254740993", 1, 1, 0)},
		{name: "zone of lastSeen", format: "cmx", body: cmx(`"associated":true,"apMacAddress":"a4:18:75:aa:00:10","locationCoordinate":null,"timestamp":1`), rssi: []floor.DBm{0}, check: at(told.Add(753*time.Millisecond), 5*time.Second)},
		{name: "milliseconds of timestamp", format: "cmx", body: strings.Replace(cmx(`"associated":true,"apMacAddress":"a","timestamp":1795273331753`), "2026-11-21T16", "never", 1), rssi: []floor.DBm{0}, check: at(told.Add(753*time.Millisecond), 5*time.Second)},
		{name: "signal 255", format: "usteer-clients", body: `{"` + phone + `":{"hostapd.a":{"connected":false,"signal":255}}}`},
		{name: "signal 255 of the serving one", format: "usteer-clients", body: `{"` + phone + `":{"hostapd.a":{"connected":true,"signal":255}}}`, rssi: []floor.DBm{0}, check: kind(floor.Serving, report.AssocYes)},
		{name: "signal 0", format: "hostapd-events", body: "event: probe\ndata: {\"address\":\"" + phone + "\",\"signal\":0}\n\n"},
		{name: "uint32 wrap", format: "hostapd-clients", body: clients(`,"signal":4294967239`), rssi: []floor.DBm{-57}},
		{name: "missing signal", format: "hostapd-clients", body: clients(``), rssi: []floor.DBm{0}, check: kind(floor.Serving, report.AssocYes)},
		{name: "missing signal, not associated", format: "hostapd-clients", body: strings.Replace(clients(``), `"assoc":true`, `"assoc":false`, 1)},
		{name: "is_wired rows", format: "unifi", body: unifi(`"is_wired":true,"last_seen":1795273331`)},
		{name: "signal, not rssi", format: "unifi", body: unifi(`"signal":-63,"rssi":33,"last_seen":1795273331`), rssi: []floor.DBm{-63}, check: kind(floor.Serving, report.AssocYes)},
		{name: "FlexInt strings", format: "unifi", body: unifi(`"signal":"-63","is_wired":"false","last_seen":"1795273331","idletime":"3"`), rssi: []floor.DBm{-63}, check: at(told.Add(-3*time.Second), 10*time.Second)},
		{name: "login required", format: "unifi", body: `{"meta":{"rc":"error","msg":"api.err.LoginRequired"},"data":[]}`, err: format.ErrDenied},
		{name: "HTTP 200 with JSON error on SSE", format: "hostapd-events", body: `{"jsonrpc":"2.0","id":null,"error":{"code":-32002,"message":"Access denied"}}`, err: format.ErrDenied},
		{name: "HTTP 200 with another JSON error on SSE", format: "hostapd-events", body: `{"error":"x"}`, err: format.ErrSource},
		{name: "ubus permission denied", format: "hostapd-clients", body: `{"jsonrpc":"2.0","id":1,"result":[6]}`, err: format.ErrDenied},
		{name: "ubus without the object", format: "usteer-clients", body: `{"jsonrpc":"2.0","id":1,"result":[4]}`, err: format.ErrSource},
		{name: "JSON-RPC envelope", format: "hostapd-clients", body: `{"jsonrpc":"2.0","id":1,"result":[0,` + clients(`,"signal":-57`) + `]}`, rssi: []floor.DBm{-57}},
		{name: "SSE drop at 30 s idle", format: "hostapd-events", body: ": idle\n\nevent: probe\r\ndata: {\"address\":\"" + phone + "\",\"signal\":-50}\r\n\r\nevent: probe\ndata: {\"addr", rssi: []floor.DBm{-50}, bad: format.ErrRow},
		{name: "SSE data on two lines", format: "hostapd-events", body: "event: probe\ndata: {\"address\":\"" + phone + "\",\ndata:\"signal\":-50}\n\n", rssi: []floor.DBm{-50}},
		{name: "a client that leaves", format: "hostapd-events", body: "event: disassoc\ndata: {\"address\":\"" + phone + "\"}\n\n"},
		{name: "RCPI 255", format: "hostapd-events", body: "event: beacon-report\ndata: {\"address\":\"" + phone + "\",\"bssid\":\"02:11:22:aa:00:02\",\"rcpi\":255}\n\n"},
		{name: "RCPI of the 6 GHz band", format: "hostapd-events", body: "event: beacon-report\ndata: {\"address\":\"" + phone + "\",\"op-class\":131,\"channel\":37,\"bssid\":\"02:11:22:aa:00:02\",\"rcpi\":100}\n\n", rssi: []floor.DBm{-60},
			check: func(t *testing.T, p *page) {
				if p.reports[0].Freq != 6135 {
					t.Errorf("freq %d, want 6135", p.reports[0].Freq)
				}
			}},
		{name: "beacon report of the control socket", format: "hostapd-control", body: "<3>BEACON-RESP-RX " + phone + " 1 00 512400000000000000006400004e280211" + "22aa0002" + "0000000000\n", rssi: []floor.DBm{-71}, check: ap("02:11:22:aa:00:02")},
		{name: "beacon report that was refused", format: "hostapd-control", body: "BEACON-RESP-RX " + phone + " 1 04\n"},
		{name: "beacon report cut short", format: "hostapd-control", body: "BEACON-RESP-RX " + phone + " 1 00 5124\n", bad: format.ErrRow},
		{name: "station long silent", format: "hostapd-stations", body: phone + "\nsignal=-57\ninactive_msec=10001\n"},
		{name: "station silent for longer than there is time", format: "hostapd-stations", body: phone + "\nsignal=-57\ninactive_msec=9223372036854775807\n"},
		{name: "station dump with an average alone", format: "iw-stations", body: "Station " + phone + " (on phy1-ap0)\n\tsignal avg:\t-58 [-60] dBm\n", rssi: []floor.DBm{-58}, check: kind(floor.VendorAverage, report.AssocYes)},

		{name: "usteer's order is not by id", format: "usteer", body: usteer(station(-57, 120_000, 120)), rssi: []floor.DBm{-57}, check: at(rx().Add(-120*time.Millisecond), time.Second)},
		{name: "usteer's timeout is over", format: "usteer", body: usteer(station(-57, 0, 120), station(-57, 0xffffffff, 120))},
		{name: "usteer without a signal", format: "usteer", body: usteer(station(255, 1, 0)), rssi: []floor.DBm{0}, check: kind(floor.Serving, report.AssocYes)},
		{name: "blob of no byte", format: "usteer", body: "", err: format.ErrSyntax},
		{name: "blob with len<4", format: "usteer", body: "\x00\x00\x00\x03", err: format.ErrSyntax},
		{name: "blob with len>buf", format: "usteer", body: "\x00\x00\x01\x00abcd", err: format.ErrSyntax},
		{name: "blob with a tail that is no multiple of 4", format: "usteer", body: usteer(station(-57, 1, 0)) + "\x00\x00", err: format.ErrSyntax},
		{name: "blob without its last padding", format: "usteer", body: bare(0, bare(2, bare(0, bare(3, bare(0, strings.TrimRight(station(-57, 1, 0), "\x00")))))), change: from1("10.14.0.12"), rssi: []floor.DBm{-57}, check: ap("10.14.0.12")},
		{name: "attribute that outgrows its station", format: "usteer", body: usteer(station(-57, 1, 0), "\x00\x00\xff\xffabcd"), rssi: []floor.DBm{-57}, bad: format.ErrRow},
		{name: "station without an address", format: "usteer", body: usteer(blob(1, u32(0xffffffc7)) + blob(2, u32(1))), bad: report.ErrAddr},
		{name: "blob depth bomb", format: "usteer", body: bomb()},
		{name: "JSON depth bomb", format: "unifi", body: strings.Repeat(`{"data":[`, 500), err: format.ErrDepth},
		{name: "JSON depth bomb in a string", format: "dawn", body: `{"method":"probe","data":"` + strings.Repeat("[", 500) + `"}`, err: format.ErrDepth},

		{name: "zigzag rssi", format: "aruba-aos8", body: telemetry("t", stamped, -58), rssi: []floor.DBm{-58}, check: at(told, 5*time.Second)},
		{name: "rssi that no radio measured", format: "aruba-aos8", body: telemetry("t", stamped, 58), bad: report.ErrRSSI},
		{name: "right access token", format: "aruba-aos8", body: telemetry("t", stamped, -58), change: expects("t"), rssi: []floor.DBm{-58}},
		{name: "wrong access token", format: "aruba-aos8", body: telemetry("t", stamped, -58), change: expects("u"), err: format.ErrSecret},
		{name: "clock skew (Aruba)", format: "aruba-aos8", body: telemetry("t", stamped-60, -58), rssi: []floor.DBm{-58}, check: at(rx(), 5*time.Second)},
		{name: "transport interval (Aruba)", format: "aruba-aos8", body: telemetry("t", 0, -58), change: func(p *format.Payload) { p.Every = 20 * time.Second }, rssi: []floor.DBm{-58}, check: at(rx(), 20*time.Second)},

		{name: "last RSSI (Aruba BLE)", format: "aruba-aos8", body: reported(1<<3, 115, 2<<3, 117), rssi: []floor.DBm{-58}, check: kind(floor.BLE, report.AssocUnknown)},
		{name: "bulk RSSI (Aruba BLE)", format: "aruba-aos8", body: reported(4<<3|2, 4, 1<<3, 1, 2<<3, 117, 4<<3|2, 4, 1<<3, 2, 2<<3, 115), rssi: []floor.DBm{-58}, check: at(told, 5*time.Second)},
		{name: "average RSSI (Aruba BLE)", format: "aruba-aos8", body: reported(2<<3, 115), rssi: []floor.DBm{-58}, check: func(t *testing.T, p *page) {
			if p.reports[0].Agg != report.Mean {
				t.Errorf("agg %v, want a mean", p.reports[0].Agg)
			}
		}},

		{name: "stale triangulation_regions", format: "fortigate", body: forti(`{"wtp_id":"FP1","rssi":-58,"last_seen":1795273330},{"wtp_id":"FP2","rssi":-71,"last_seen":1795273200}`), rssi: []floor.DBm{-58}},
		{name: "serving region is stale", format: "fortigate", body: forti(`{"wtp_id":"FP1","rssi":-58,"last_seen":1795273000}`), rssi: []floor.DBm{-50}, check: at(rx(), time.Second)},
		{name: "clock skew (FortiGate)", format: "fortigate", body: forti(`{"wtp_id":"FP1","rssi":-58,"last_seen":1795273331}`), change: func(p *format.Payload) { p.Sent = told.Add(5 * time.Second) }, rssi: []floor.DBm{-58}, check: at(rx().Add(-5*time.Second), time.Second)},
		{name: "clock ahead, nobody knows by how much", format: "fortigate", body: forti(`{"wtp_id":"FP1","rssi":-58,"last_seen":1795273631}`), rssi: []floor.DBm{-58}, check: at(rx(), time.Second)},
		{name: "IPv6 of FortiGate", format: "fortigate", body: `{"results":[{"mac":"` + phone + `","ip":"0.0.0.0","ip6":["::","2001:db8::7"],"wtp_id":"FP1","ssid":"S","signal":-50}]}`, rssi: []floor.DBm{-50}, check: ips("2001:db8::7")},
		{name: "FortiGate's error", format: "fortigate", body: `{"http_method":"GET","status":"error","http_status":403}`, err: format.ErrSource},
		{name: "unassociated BLE device", format: "fortigate", body: `{"status":"success","results":[{"mac":"c8:d0:83:00:00:07","type":"BLE device","triangulation_regions":[{"wtp_id":"FP1","rssi":-70,"last_seen":1795273330}]}]}`, rssi: []floor.DBm{-70}, check: kind(floor.BLE, report.AssocUnknown)},

		{name: "hex-string major/minor", format: "happybubbles", change: from1("happy-bubbles/ble/aisle-3/ibeacon/0f1e"), body: `{"hostname":"other","mac":"c8d083000007","rssi":"-71","major":"000e","minor":"0007","tx_power":"c5"}`, rssi: []floor.DBm{-71}, check: ap("aisle-3")},
		{name: "id that is a name", format: "theengs", change: from1("home/gw/BTtoMQTT/C8D083000007"), body: `{"id":"irk:00ff","rssi":-71}`, rssi: []floor.DBm{-71}, check: ap("gw")},
		{name: "topic of no receiver", format: "espresense", change: from1("espresense/devices/x"), body: `{}`, err: format.ErrTopic},
		{name: "IPv6-only client", format: "unifi-v1", body: `{"data":[{"type":"WIRELESS","macAddress":"` + phone + `","uplinkDeviceId":"u","ipAddress":"2001:db8::7"},{"type":"WIRED","macAddress":"x"}]}`, rssi: []floor.DBm{0}, check: ips("2001:db8::7")},
		{name: "randomised bit", format: "hostapd-clients", body: clients(`,"signal":-57`), rssi: []floor.DBm{-57}, check: func(t *testing.T, p *page) {
			if !p.reports[0].Client.Random() {
				t.Error("the address has lost its bit: nobody would know it for a phone's own invention")
			}
		}},
		{name: "MAC of a group", format: "hostapd-clients", body: strings.Replace(clients(`,"signal":-57`), phone, "01:00:5e:00:00:01", 1), bad: report.ErrAddr},
		{name: "access point that no plan can name", format: "fortigate", body: forti(`{"wtp_id":"\u00e4","rssi":-58,"last_seen":1795273331}`) + " ", rssi: []floor.DBm{-50}, bad: report.ErrAP},
	}
}

// bomb is nested as deep as a datagram allows.
func bomb() string {
	var s strings.Builder
	s.WriteString("\x00" + u32(60_004)[1:])
	for n := 60_000; n > 0; n -= 4 {
		s.WriteString("\x02" + u32(uint32(n))[1:])
	}
	return s.String()
}

func TestPitfalls(t *testing.T) {
	for _, p := range pitfalls() {
		t.Run(p.name, p.run)
	}
}

// What a payload holds is not printed by mistake, by whatever verb.
func TestPayloadsAreSilent(t *testing.T) {
	h := format.Hint{IP: []netip.Addr{netip.MustParseAddr("10.14.20.57")}, X: 4242}
	p := format.Payload{Body: []byte("constructed"), From: "4242"}
	var out strings.Builder
	for _, v := range []any{h, &h, p, &p, []any{h, p}} {
		fmt.Fprintf(&out, "%v %+v %#v %s %x %d\n", v, v, v, v, v, v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
	}
	for _, leak := range []string{"10.14", "4242", "constructed", "636f6e73", "99 111 110"} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q in\n%s", leak, out.String())
		}
	}
}

func TestMistSigned(t *testing.T) {
	secret, body := []byte("constructed"), []byte(`{"topic":"x", "events":[]}`)
	sum := func(h func() []byte) string { return hex.EncodeToString(h()) }
	v2 := sum(func() []byte { m := hmac.New(sha256.New, secret); m.Write(body); return m.Sum(nil) })
	v1 := sum(func() []byte { m := hmac.New(sha1.New, secret); m.Write(body); return m.Sum(nil) })
	for _, tt := range []struct {
		name   string
		secret []byte
		body   string
		v2, v1 string
		want   bool
	}{
		{"both", secret, string(body), v2, v1, true},
		{"v2", secret, string(body), v2, "", true},
		{"v1", secret, string(body), "", v1, true},
		{"upper case", secret, string(body), strings.ToUpper(v2), "", true},
		{"neither", secret, string(body), "", "", false},
		{"v1 in the place of a wrong v2", secret, string(body), v1, v1, false},
		{"HMAC over raw body, not what it means", secret, `{"topic":"x","events":[]}`, v2, v1, false},
		{"another secret", []byte("other"), string(body), v2, v1, false},
		{"no secret", nil, string(body), v2, v1, false},
	} {
		if got := format.MistSigned(tt.secret, []byte(tt.body), tt.v2, tt.v1); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
