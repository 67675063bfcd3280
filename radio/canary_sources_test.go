package radio

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/radio/fetch"
	"foyer/radio/format"
)

// sing puts a canary in the place of a sample's client, in whatever way the
// sample writes it. Two of five songs are cut short, or have a bit of noise.
func sing(t testing.TB, text string, i int, a [6]byte) string {
	t.Helper()
	before := text
	for _, old := range [][6]byte{{0xd2, 0x3f, 0x10, 0, 0, 1}, {0xc8, 0xd0, 0x83, 0, 0, 7}} {
		for _, spell := range []func([6]byte) string{
			func(a [6]byte) string { return string(a[:]) }, func(a [6]byte) string { return hex.EncodeToString(a[:]) },
			func(a [6]byte) string { return net.HardwareAddr(a[:]).String() },
			func(a [6]byte) string { return strings.ToUpper(net.HardwareAddr(a[:]).String()) },
			func(a [6]byte) string { return strings.ReplaceAll(net.HardwareAddr(a[:]).String(), ":", "-") },
			func(a [6]byte) string { return strings.ToUpper(hex.EncodeToString(a[:])) },
		} {
			text = strings.ReplaceAll(text, spell(old), spell(a))
		}
	}
	if text == before {
		t.Fatal("a sample has no client to replace")
	}
	switch i % 5 {
	case 3:
		return text[:len(text)*2/3]
	case 4:
		return strings.Replace(text, "a", net.HardwareAddr(a[:]).String(), 3)
	}
	return text
}

// The formats that a canary sings in, by the way they come.
var (
	polled  = []string{"openwrt_get_clients.json", "openwrt_ubus_subscribe.sse", "unifi_stat_sta.json", "unifi_integration_v1_clients.json", "fortigate_wifi_client.json", "openwrt_usteer_get_clients.json", "dawn_get_hearing_map.json"}
	carried = []string{"usteer_udp16720.bin", "dawn_udp_probe.json", "aruba_aos8_wifidata.bin", "meraki_v2.json", "meraki_v3_wifi.json", "meraki_v3_ble_bareNaN.notjson", "mist_wifi_conn_raw.json", "mist_discovered_raw_rssi.json", "cmx_locationupdate.json", "espresense.txt", "theengs.txt", "happybubbles.txt"}
)

// A stage is one of each source, and everything that comes out of them.
type stage struct {
	t       *testing.T
	b       *bench
	seen    *buffer
	usteer  *Datagrams
	dawn    *Datagrams
	aruba   *Aruba
	hooks   map[string]*Hook
	polls   map[string]*Poll
	openwrt *OpenWrt
	body    atomic.Pointer[string] // what every controller answers
}

func newStage(t *testing.T, b *bench, seen *buffer) *stage {
	s := &stage{t: t, b: b, seen: seen, hooks: map[string]*Hook{}, polls: map[string]*Poll{}}
	feed := func(name string) Feed {
		return Feed{Name: name, Intake: b.intake, State: func(err error) { fmt.Fprintln(seen, name, err) }}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	anybody := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	s.usteer, err = NewDatagrams(DatagramOptions{Feed: feed("usteer"), Format: "usteer", Conn: &readOnly{}, From: anybody})
	must(err)
	s.dawn, err = NewDatagrams(DatagramOptions{Feed: feed("dawn"), Format: "dawn", Conn: &readOnly{}, From: anybody})
	must(err)
	s.aruba, err = NewAruba([]ArubaOptions{{Feed: feed("aruba"), TokenSHA256: sha256.Sum256([]byte(arubaToken))}})
	must(err)
	for name, make := range map[string]func(HookOptions) (*Hook, error){"meraki": NewMeraki, "mist": NewMist, "cmx": NewCMX} {
		h, err := make(HookOptions{Feed: feed(name), Secret: []byte(hookSecret), Validator: "v"})
		must(err)
		s.hooks[name] = h
		run(t, b, h)
	}
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.answer(w, r) }))
	t.Cleanup(srv.Close)
	client, err := fetch.New(fetch.Options{URL: srv.URL, Fingerprint: sha256.Sum256(srv.Certificate().Raw)})
	must(err)
	t.Cleanup(client.Close)
	key := func() ([]byte, error) { return []byte("k"), nil }
	for name, make := range map[string]func(PollOptions) (*Poll, error){"unifi": NewUniFi, "unifi-v1": NewUniFiV1, "fortigate": NewFortiGate} {
		s.polls[name], err = make(PollOptions{Feed: feed(name), Client: client, Secret: key, Site: "s"})
		must(err)
	}
	s.openwrt, err = NewOpenWrt(OpenWrtOptions{Feed: feed("openwrt"), Client: client, Secret: key, Objects: []string{"hostapd.a", "usteer", "dawn"}})
	must(err)
	return s
}

func (s *stage) answer(w http.ResponseWriter, r *http.Request) {
	body := *s.body.Load()
	switch call, _ := io.ReadAll(r.Body); {
	case strings.Contains(string(call), "login"):
		body = `{"result":[0,{"ubus_rpc_session":"0123456789abcdef0123456789abcdef"}]}`
	case r.URL.Path == "/ubus" && len(body)%2 == 0:
		body = `{"jsonrpc":"2.0","id":1,"result":[0,` + body + `]}`
	case strings.HasPrefix(r.URL.Path, "/ubus/") && len(body)%4 > 0:
		w.Header().Set("Content-Type", "text/event-stream")
	case len(body)%7 == 0:
		http.Redirect(w, r, "/"+hex.EncodeToString([]byte(body[:20])), http.StatusFound)
		return
	}
	io.WriteString(w, body)
}

// ask lets every source that asks do so once.
func (s *stage) ask(body string) {
	s.body.Store(&body)
	for _, object := range s.openwrt.o.Objects {
		fmt.Fprintln(s.seen, s.openwrt.ask(s.t.Context(), object, s.b.out))
	}
	fmt.Fprintln(s.seen, s.openwrt.bus.Subscribe(s.t.Context(), "hostapd.a", func(e fetch.Event) {
		fmt.Fprintln(s.seen, s.openwrt.deliver(s.t.Context(), "hostapd-events", format.Payload{Body: e, From: "x"}, s.b.out, nil))
	}))
	s.b.guests.leased([]byte(body))
	for _, p := range s.polls {
		for _, a := range p.asks {
			fmt.Fprintln(s.seen, p.ask(s.t.Context(), a, s.b.out))
		}
	}
}

// carry gives a body to the source that it comes by.
func (s *stage) carry(name, body string) {
	switch vendor, _, _ := strings.Cut(name, "_"); vendor {
	case "usteer":
		s.usteer.take(s.t.Context(), []byte(body), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, s.b.out)
	case "dawn":
		s.dawn.take(s.t.Context(), []byte(body), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)}, s.b.out)
	case "aruba":
		fmt.Fprintln(s.seen, s.aruba.owner([]byte(body)) != nil, s.aruba.feeds[0].message(s.t.Context(), []byte(body), s.b.out))
	case "meraki", "mist", "cmx":
		h := s.hooks[vendor]
		if old := shownSecret([]byte(body)); len(old) > 0 {
			body = strings.Replace(body, string(old), hookSecret, 1)
		}
		r := httptest.NewRequest(http.MethodPost, "https://here.example"+h.Prefix()+"/"+hookSecret, strings.NewReader(body))
		m := hmac.New(sha256.New, []byte(hookSecret))
		m.Write([]byte(body))
		r.Header.Set(format.MistSignatureV2, hex.EncodeToString(m.Sum(nil)))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Fprintln(s.seen, w.Code, w.Header(), w.Body)
	default:
		s.publish(vendor, body)
	}
}

// publish gives the messages of a receiver to the intake as the broker does.
func (s *stage) publish(name, body string) {
	f, ok := format.Named(strings.TrimSuffix(name, ".txt"))
	if !ok {
		s.t.Fatal(name)
	}
	for line := range strings.Lines(body) {
		topic, payload, _ := strings.Cut(line, " ")
		o := s.b.intake.payload(s.t.Context(), s.b.intake.expect("receiver"), f, format.Payload{Body: []byte(payload), From: topic}, s.b.out)
		fmt.Fprintln(s.seen, o.err)
	}
}

// TestCanarySources sends strangers through every vendor's source at debug
// level and looks for them in everything that comes out of this package.
func TestCanarySources(t *testing.T) {
	seen := &buffer{}
	log := slog.New(slog.NewJSONHandler(seen, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	old := slog.Default()
	slog.SetDefault(log)
	defer slog.SetDefault(old)
	// The access points of the samples are unknown but one, so that names are kept.
	b := vendorBench(t, testPlan("20:4c:03:aa:00:01"), IntakeOptions{Rate: -1, Log: log})
	b.lease(t, 1)
	fmt.Fprintln(seen, "ap-01")
	s := newStage(t, b, seen)
	birds := canaries()[:400]
	for i, a := range birds {
		s.carry(carried[i%len(carried)], sing(t, sample(t, carried[i%len(carried)]), i, a))
		if i%4 == 0 {
			s.ask(sing(t, sample(t, polled[i/4%len(polled)]), i, a))
		}
		for len(b.out) > 0 {
			batch := <-b.out
			text, err := json.Marshal(batch)
			if err != nil || len(batch.Reports)+len(batch.Hints) > 0 {
				t.Fatalf("a stranger passes the gate: %v", err)
			}
			fmt.Fprintf(seen, "%#v %s\n", batch, text)
		}
	}
	eventually(t, "all posts are read", func() bool {
		for _, h := range s.hooks {
			if len(h.queue) > 0 {
				return false
			}
		}
		return true
	})
	time.Sleep(20 * time.Millisecond) // for the last of them
	st := b.guests.Stats()
	fmt.Fprintf(seen, "%#v %#v %#v %#v %v\n", st, b.intake.Sensors(), b.intake.UnknownAPs(), b.intake.AccessPoints(), b.intake.LastHeard())
	if st.Reports < 300 || st.Hints < 10 || st.Malformed < 10 || st.Refused < 50 || st.Panics > 0 || len(b.intake.UnknownAPs()) < 5 {
		t.Fatalf("the canaries did not all sing: %+v, %d unknown", st, len(b.intake.UnknownAPs()))
	}
	search(t, seen, birds)
}
