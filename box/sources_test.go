package box_test

import (
	"crypto/md5"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/box"
)

// openwrt answers as an OpenWrt host that knows one password and one client.
func openwrt(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct{ Params [4]json.RawMessage }
		if r.URL.Path != "/ubus" || json.NewDecoder(r.Body).Decode(&call) != nil {
			w.Header().Set("Content-Type", "text/event-stream")
			return
		}
		switch {
		case strings.Contains(string(call.Params[3]), `"right"`):
			io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":[0,{"ubus_rpc_session":"0123456789abcdef0123456789abcdef"}]}`)
		case strings.Contains(string(call.Params[3]), `"password"`):
			io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":[6]}`)
		default:
			io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":[0,{"freq":5180,"clients":{"d2:3f:10:00:00:01":{"assoc":true,"signal":-57}}}]}`)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func secretFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// freePort returns a UDP port that nobody has.
func freePort(t *testing.T) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().String()
}

// TestSources runs a box with sources that work and some that do not, and looks
// at them as an operator would.
func TestSources(t *testing.T) {
	dir := t.TempDir()
	router, port := openwrt(t), freePort(t)
	t.Setenv("FOYER_LISTEN_SENSORS_MQTT_PLAIN", "127.0.0.1:0")
	socket, _, stop := run(t, dir, "sources:",
		fmt.Sprintf("  - {name: good, kind: openwrt, url: %q, insecure: true, user: foyer, secret_file: %q, objects: [hostapd.ap0], every: 500ms}", router.URL, secretFile(t, dir, "good", "right")),
		fmt.Sprintf("  - {name: bad, kind: openwrt, url: %q, insecure: true, user: foyer, secret_file: %q, objects: [hostapd.ap0], every: 500ms}", router.URL, secretFile(t, dir, "bad", "wrong")),
		fmt.Sprintf("  - {name: air, kind: usteer, from: [127.0.0.1], listen: %q}", port),
		fmt.Sprintf("  - {name: calls, kind: aruba, secret_file: %q}", secretFile(t, dir, "aruba", "some-token")),
		fmt.Sprintf("  - {name: cloud, kind: meraki, validator: v4l, secret_file: %q}", secretFile(t, dir, "meraki", "some-secret")),
		"  - {name: box, kind: own-radio}",
		"  - {name: lost, kind: mist, secret_file: /does/not/exist}",
		"  - {name: nowhere, kind: usteer, from: [127.0.0.1], listen: \"192.0.2.1:1\"}")
	defer stop()
	conn, err := net.Dial("udp", port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	datagram, err := os.ReadFile("../radio/format/testdata/usteer_udp16720.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(datagram); err != nil {
		t.Fatal(err)
	}
	var s box.Status
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		s = status(t, socket)
		if fails(s, "bad") != "" && reports(s, "good") > 0 && reports(s, "air") > 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%+v", s.Sensors)
		}
	}
	if !strings.Contains(fails(s, "bad"), "refuses the user") || fails(s, "good") != "" {
		t.Errorf("%+v", s.Sensors)
	}
	for _, id := range []string{"lost", "nowhere"} { // they did not keep the store closed
		if fails(s, id) == "" {
			t.Errorf("%s cannot be, and nobody says so: %+v", id, s.Sensors)
		}
	}
	if !warned(s, "mqtt-plain") || s.Sensors[0].ID != "air" || s.Sensors[0].PerMinute == 0 {
		t.Errorf("%+v", s)
	}
	host := strings.TrimPrefix(router.URL, "http://")
	host, _, _ = net.SplitHostPort(host)
	for _, name := range []string{host + "#hostapd.ap0", "02:11:22:aa:00:01"} {
		if !slices.ContainsFunc(s.UnknownAPs, func(u box.UnknownAP) bool { return u.Name == name }) {
			t.Errorf("%s is not among the unknown access points %+v", name, s.UnknownAPs)
		}
	}
	text, err := json.Marshal(s)
	if err != nil || strings.Contains(string(text), "d2:3f:10") {
		t.Errorf("the status holds a client: %v %s", err, text)
	}
	validator(t, s.Guest)
}

// validator asks as Meraki does before it posts.
func validator(t *testing.T, page string) {
	t.Helper()
	at := strings.Replace(strings.TrimSuffix(page, "/here"), "here.localhost", "localhost", 1)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}, Timeout: 20 * time.Second}
	for path, want := range map[string]string{"/v1/meraki/cloud": "200 v4l", "/v1/meraki/other": "404 "} {
		resp, err := c.Get(at + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if got := fmt.Sprint(resp.StatusCode, " ", string(body)); err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s %v", path, got, err)
		}
	}
}

func fails(s box.Status, id string) string {
	for _, x := range s.Sensors {
		if x.ID == id {
			return x.Fails
		}
	}
	return ""
}

func reports(s box.Status, id string) uint64 {
	for _, x := range s.Sensors {
		if x.ID == id {
			return x.Reports
		}
	}
	return 0
}

// TestAccounting runs a box that takes RADIUS accounting: who knows the secret is
// answered and has an account, and one whose secret cannot be read is said.
func TestAccounting(t *testing.T) {
	dir, port := t.TempDir(), freePort(t)
	t.Setenv("FOYER_LISTEN_RADIUS", port)
	socket, _, stop := run(t, dir, "sources:",
		fmt.Sprintf("  - {name: controller, kind: radius, from: [127.0.0.1], secret_file: %q}", secretFile(t, dir, "radius", "s3cret")),
		"  - {name: lost, kind: radius, from: [127.0.0.2], secret_file: /does/not/exist}")
	defer stop()
	conn, err := net.Dial("udp", port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request := append([]byte{4, 9, 0, 26}, make([]byte, 16)...)
	request = append(request, 40, 6, 0, 0, 0, 1) // Acct-Status-Type: Start
	sum := md5.Sum(append(slices.Clone(request), "s3cret"...))
	copy(request[4:], sum[:])
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 64)
	conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	n, err := conn.Read(answer)
	if err != nil || n != 20 || answer[0] != 5 || answer[1] != 9 {
		t.Fatalf("answer %x, %v", answer[:n], err)
	}
	s := status(t, socket)
	if fails(s, "lost") == "" || fails(s, "controller") != "" || !slices.ContainsFunc(s.Sensors, func(x box.SensorStatus) bool { return x.ID == "controller" && !x.Last.IsZero() }) {
		t.Errorf("%+v", s.Sensors)
	}
}
