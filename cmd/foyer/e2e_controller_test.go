package main_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/box"
	"foyer/sync/wire/line/linetest"
)

// What the samples show as theirs, and what the box is told to expect.
const (
	vendorSecret = "constructed-secret"
	arubaToken   = "constructed-token"
)

// receivers are the sensors that speak a format of their own, with their node.
func receivers() map[string][2]string {
	return map[string][2]string{"esp": {"espresense", "aisle_3"}, "bubbles": {"happybubbles", "aisle-3"},
		"gateway": {"theengs", "TheengsGateway"}, "home": {"theengs", "OpenMQTTGateway_aisle_3"}}
}

// A choir is everything around a store that reports, of every make: controllers
// that are asked, clouds that post, access points that call, send and publish.
type choir struct {
	server       *httptest.Server
	usteer, dawn string // where the box listens for datagrams

	mu    sync.Mutex
	songs map[string][]string // that wait to be asked for, by format
}

func newChoir(t *testing.T) *choir {
	c := &choir{songs: map[string][]string{}}
	c.server = httptest.NewUnstartedServer(c)
	c.server.Config.ErrorLog = nil
	c.server.StartTLS()
	t.Cleanup(func() { c.server.CloseClientConnections(); c.server.Close() })
	c.usteer, c.dawn = fmt.Sprintf("127.0.0.1:%d", linetest.Port(t)), fmt.Sprintf("127.0.0.1:%d", linetest.Port(t))
	return c
}

// join puts the choir into the box's configuration.
func (c *choir) join(s *shop) {
	s.Helper()
	var b strings.Builder
	token := func(id string) string {
		sum := sha256.Sum256([]byte(sensorToken(id)))
		return hex.EncodeToString(sum[:])
	}
	fmt.Fprintf(&b, "  - {id: recorder, token_sha256: %s}\n", token("recorder"))
	for id, r := range receivers() { // the sensors are the end of the file
		fmt.Fprintf(&b, "  - {id: %s, token_sha256: %s, format: %s, node: %s}\n", id, token(id), r[0], r[1])
	}
	sum := sha256.Sum256(c.server.Certificate().Raw)
	secret, aruba := s.write("vendor-secret", vendorSecret), s.write("aruba-token", arubaToken)
	asked := fmt.Sprintf("url: %q, fingerprint: %q, secret_file: %q, every: 500ms", c.server.URL, hex.EncodeToString(sum[:]), secret)
	b.WriteString("sources:\n")
	for _, line := range []string{
		"{name: openwrt, kind: openwrt, user: foyer, objects: [hostapd.a, usteer, dawn], " + asked + "}",
		"{name: unifi, kind: unifi, " + asked + "}", "{name: unifi-v1, kind: unifi-v1, site: s1, " + asked + "}",
		"{name: fortigate, kind: fortigate, " + asked + "}",
		fmt.Sprintf("{name: usteer, kind: usteer, listen: %q, from: [127.0.0.0/8]}", c.usteer),
		fmt.Sprintf("{name: dawn, kind: dawn, listen: %q, from: [127.0.0.0/8]}", c.dawn),
		fmt.Sprintf("{name: aruba, kind: aruba, secret_file: %q}", aruba),
		fmt.Sprintf("{name: meraki, kind: meraki, validator: v, secret_file: %q}", secret),
		fmt.Sprintf("{name: mist, kind: mist, secret_file: %q}", secret),
		fmt.Sprintf("{name: cmx, kind: cmx, secret_file: %q}", secret),
	} {
		b.WriteString("  - " + line + "\n")
	}
	s.write("foyer.yaml", s.yaml("debug")+b.String())
}

// next takes a song of a format that waits to be asked for.
func (c *choir) next(format string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.songs[format]) == 0 {
		return "", false
	}
	song := c.songs[format][0]
	c.songs[format] = c.songs[format][1:]
	return song, true
}

// silent says which songs are still to be asked for.
func (c *choir) silent() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for format, songs := range c.songs {
		if len(songs) > 0 {
			return fmt.Errorf("%d payloads of %s were not asked for", len(songs), format)
		}
	}
	return nil
}

// ServeHTTP is every controller at once.
func (c *choir) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call, _ := io.ReadAll(r.Body)
	said, format := string(call), ""
	switch {
	case strings.Contains(said, `"login"`):
		io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":[0,{"ubus_rpc_session":"0123456789abcdef0123456789abcdef"}]}`)
		return
	case strings.HasPrefix(r.URL.Path, "/ubus/subscribe"):
		c.notify(w, r)
		return
	case strings.Contains(said, `"hostapd.a"`):
		format = "hostapd-clients"
	case strings.Contains(said, `"usteer"`):
		format = "usteer-clients"
	case strings.Contains(said, `"dawn"`):
		format = "dawn-map"
	case strings.Contains(r.URL.Path, "/stat/sta"):
		format = "unifi"
	case strings.Contains(r.URL.Path, "/integration/"):
		format = "unifi-v1"
	case strings.Contains(r.URL.Path, "/wifi/"):
		format = "fortigate"
	}
	song, ok := c.next(format)
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.URL.Path == "/ubus" {
		song = `{"jsonrpc":"2.0","id":1,"result":[0,` + song + `]}`
	}
	io.WriteString(w, song)
}

// notify is an access point's stream of notifications, which stays open: each
// that was ended would have the box wait longer before it listens again.
func (c *choir) notify(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	stream := http.NewResponseController(w)
	for stream.Flush() == nil {
		for song, ok := c.next("hostapd-events"); ok; song, ok = c.next("hostapd-events") {
			io.WriteString(w, song+"\n\n")
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// carry sends a song by the way its format comes, and keeps the answers.
func (c *choir) carry(s *shop, e evidence, format string, songs []string) {
	s.Helper()
	switch format {
	case "aruba-aos8":
		c.call(s, songs)
	case "usteer":
		c.send(s, c.usteer, songs)
	case "dawn":
		c.send(s, c.dawn, songs)
	case "espresense", "happybubbles", "theengs":
		c.publish(s, format, songs)
	case "meraki", "mist", "cmx":
		c.post(s, e, format, songs)
	case "hostapd-control", "hostapd-stations", "iw-stations": // an operator's recordings
		c.replay(s, e, format, songs)
	default:
		c.mu.Lock()
		c.songs[format] = append(c.songs[format], songs...)
		c.mu.Unlock()
	}
}

// call is an access point of Aruba's.
func (c *choir) call(s *shop, songs []string) {
	s.Helper()
	d := websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS13}, HandshakeTimeout: patience}
	for len(songs) > 0 { // a message that is none ends the connection
		conn, res, err := d.DialContext(s.Context(), "wss://"+s.sensors+"/v1/aruba", nil)
		if err != nil {
			s.Fatalf("call as Aruba does: %v %v", err, res)
		}
		n := min(5, len(songs)) // the fourth and fifth of which are broken
		for _, song := range songs[:n] {
			if conn.WriteMessage(websocket.BinaryMessage, []byte(song)) != nil {
				break
			}
		}
		_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		_, _, _ = conn.ReadMessage() // until the box has read all of it
		conn.Close()
		songs = songs[n:]
	}
}

// send sends datagrams, from eight access points in turn and no faster than
// they are let in.
func (c *choir) send(s *shop, to string, songs []string) {
	s.Helper()
	var from []net.Conn
	for i := range 8 {
		d := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.IPv4(127, 3, 0, byte(i+1))}}
		conn, err := d.DialContext(s.Context(), "udp", to)
		must(s.T, err)
		defer conn.Close()
		from = append(from, conn)
	}
	for i, song := range songs {
		_, err := from[i%len(from)].Write([]byte(song))
		must(s.T, err)
		time.Sleep(time.Millisecond)
	}
}

// publish sends what Bluetooth receivers say to the box's own broker.
func (c *choir) publish(s *shop, format string, songs []string) {
	s.Helper()
	for id, r := range receivers() {
		if r[0] != format {
			continue
		}
		client := s.mqtt(id)
		for _, song := range songs {
			for line := range strings.Lines(song) {
				topic, body, _ := strings.Cut(strings.TrimSpace(line), " ")
				if !strings.Contains(topic, r[1]) {
					continue // another node's
				}
				done := client.Publish(topic, 1, false, body)
				if !done.WaitTimeout(patience) {
					s.Fatalf("publish as %s: no answer", id)
				}
				if done.Error() != nil { // a topic with an address in it, which is nobody's: it was hung up on
					client = s.mqtt(id)
				}
			}
		}
		client.Disconnect(100)
	}
}

// post is a vendor's cloud.
func (c *choir) post(s *shop, e evidence, vendor string, songs []string) {
	s.Helper()
	path := "/v1/" + vendor + "/" + vendor
	if vendor == "cmx" {
		path += "/" + vendorSecret
	}
	for i, song := range songs {
		cloud := s.newGuest(fmt.Sprintf("127.2.%d.1", i%50))
		m := hmac.New(sha256.New, []byte(vendorSecret))
		m.Write([]byte(song))
		req, err := http.NewRequestWithContext(s.Context(), "POST", cloud.base+path, strings.NewReader(song))
		must(s.T, err)
		req.Header.Set("X-Mist-Signature-v2", hex.EncodeToString(m.Sum(nil)))
		res, err := cloud.client.Do(req)
		must(s.T, err)
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Fprintln(e.keep("what a cloud was answered"), res.Status, res.Header, string(text))
		cloud.client.CloseIdleConnections()
		time.Sleep(10 * time.Millisecond)
	}
}

// replay decodes a recording with the built program, and posts what came of it
// as a sensor does. What it says of it besides is evidence.
func (c *choir) replay(s *shop, e evidence, format string, songs []string) {
	s.Helper()
	post := s.sensor("recorder")
	for _, song := range songs {
		var out, errs bytes.Buffer
		cmd := exec.CommandContext(s.Context(), s.foyer, "replay", "--source", format, "-")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(song), &out, &errs
		err := cmd.Run() // of a broken one it is an error
		fmt.Fprintln(e.keep("what foyer replay says"), err, &errs)
		status, text, err := post(s.Context(), out.Bytes())
		must(s.T, err)
		fmt.Fprintln(e.keep("what the sensor was answered"), status, text)
	}
}

// heard says what is wrong unless the box has read of every format, by every
// source, most of what is no worse than it should be. n is how many strangers
// each song had.
func (c *choir) heard(s *shop, n int) error {
	st, err := s.figures()
	if err != nil {
		return err
	}
	for id, songs := range map[string]int{"openwrt": 4, "unifi": 1, "unifi-v1": 1, "fortigate": 1, "usteer": 1, "dawn": 1, "aruba": 1,
		"meraki": 3, "mist": 3, "cmx": 1, "esp": 1, "bubbles": 1, "gateway": 1, "home": 1, "recorder": 3} {
		i := slices.IndexFunc(st.Sensors, func(x box.SensorStatus) bool { return x.ID == id })
		if i < 0 {
			return fmt.Errorf("no source %s", id)
		}
		if x := st.Sensors[i]; int(x.Reports+x.Hints) < songs*n*2/5 {
			return fmt.Errorf("%s has delivered %d reports and %d positions of %d strangers (%d malformed, %d refused, %d throttled) %s",
				id, x.Reports, x.Hints, songs*n, x.Malformed, x.Refused, x.Throttled, x.Fails)
		}
	}
	return c.silent()
}
