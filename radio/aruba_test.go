package radio

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/floor"
)

const arubaToken = "constructed-token"

// arubas serves Aruba's place to call in for two tokens.
func arubas(t testing.TB, b *bench, change ...func(*Aruba)) string {
	t.Helper()
	a, err := NewAruba([]ArubaOptions{
		{Feed: Feed{Name: "other", Intake: b.intake}, TokenSHA256: sha256.Sum256([]byte("another-token"))},
		{Feed: Feed{Name: "iot", Intake: b.intake}, TokenSHA256: sha256.Sum256([]byte(arubaToken))},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(a)
	}
	return listen(t, b, nil, func(o ListenOptions) (Source, error) { o.Aruba = a; return NewHTTP(o) })
}

func dialAruba(t testing.TB, addr string, h http.Header) (*websocket.Conn, error) {
	t.Helper()
	d := websocket.Dialer{TLSClientConfig: clientTLS(), HandshakeTimeout: 20 * time.Second}
	c, resp, err := d.DialContext(t.Context(), "wss://"+addr+arubaPath, h)
	if resp != nil && resp.Body != nil {
		resp.Body.Close()
	}
	if err == nil {
		t.Cleanup(func() { c.Close() })
	}
	return c, err
}

// ended reports whether the box ends the connection.
func ended(t testing.TB, c *websocket.Conn) bool {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, _, err := c.ReadMessage()
	var late interface{ Timeout() bool }
	return err != nil && !(errors.As(err, &late) && late.Timeout())
}

func TestAruba(t *testing.T) {
	b := vendorBench(t, testPlan("20:4c:03:aa:00:01"), IntakeOptions{})
	p := b.leaseAddr(t, sampleClient)
	c, err := dialAruba(t, arubas(t, b), nil)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(sample(t, "aruba_aos8_wifidata.bin"))
	for range 2 {
		if err := c.WriteMessage(websocket.BinaryMessage, body); err != nil {
			t.Fatal(err)
		}
		got := b.next(t)
		if len(got.Alive) != 1 || got.Alive[0] != "ap-02" {
			t.Fatalf("%+v", got)
		}
		for _, r := range got.Reports {
			if r.Phone != p || r.AP != "ap-02" || r.Kind != floor.UplinkAssoc {
				t.Errorf("%+v", r)
			}
		}
	}
	accounts := b.intake.Sensors()
	if len(accounts) != 4 || accounts[0].ID != "iot" || accounts[0].Deliveries != 2 || accounts[1].Deliveries != 0 {
		t.Errorf("%+v", accounts)
	}
	// Text is ignored; another feed's token on this connection ends it.
	if err := c.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	spoilt := append([]byte(nil), body...)
	spoilt[10]++
	if err := c.WriteMessage(websocket.BinaryMessage, spoilt); err != nil {
		t.Fatal(err)
	}
	if !ended(t, c) || b.guests.Stats().Unauthorized != 1 {
		t.Errorf("a wrong token later on: %+v", b.guests.Stats())
	}
}

func TestArubaRefuses(t *testing.T) {
	b := vendorBench(t, testPlan("20:4c:03:aa:00:01"), IntakeOptions{})
	addr := arubas(t, b)
	body := []byte(sample(t, "aruba_aos8_wifidata.bin"))
	wrong := append([]byte(nil), body...)
	wrong[10]++
	for name, m := range map[string][]byte{"wrong token": wrong, "nonsense": []byte("nonsense"), "too large": make([]byte, maxMessage+1)} {
		c, err := dialAruba(t, addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.WriteMessage(websocket.BinaryMessage, m) // the box may have gone already
		if !ended(t, c) {
			t.Errorf("%s: the connection stays", name)
		}
	}
	eventually(t, "the one too large is counted", func() bool { return b.guests.Stats().Refused == 1 })
	if s := b.guests.Stats(); s.Unauthorized != 2 || s.Reports != 0 {
		t.Errorf("%+v", s)
	}
	if _, err := dialAruba(t, addr, http.Header{"Origin": {"https://evil.example"}}); !errors.Is(err, websocket.ErrBadHandshake) {
		t.Errorf("a page in a browser: %v", err)
	}
	resp, _ := post(t, newClient(t), "https://"+addr+arubaPath, token1, "")
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a post: %s", resp.Status)
	}
}

// An access point that answers pings stays, silent as it is; one that does not,
// or never says whose it is, goes.
func TestArubaIdle(t *testing.T) {
	b := vendorBench(t, testPlan("20:4c:03:aa:00:01"), IntakeOptions{})
	addr := arubas(t, b, func(a *Aruba) { a.first, a.ping = 500*time.Millisecond, 200*time.Millisecond })
	body := []byte(sample(t, "aruba_aos8_wifidata.bin"))
	var all []*websocket.Conn
	for range 3 {
		c, err := dialAruba(t, addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	nobody, deaf, patient := all[0], all[1], all[2]
	for _, c := range []*websocket.Conn{deaf, patient} {
		if err := c.WriteMessage(websocket.BinaryMessage, body); err != nil {
			t.Fatal(err)
		}
	}
	deaf.SetPingHandler(func(string) error { return nil })
	gone := start(func() error { // reading is what answers pings
		_, _, err := patient.ReadMessage()
		return err
	})
	if !ended(t, nobody) || !ended(t, deaf) {
		t.Error("a connection that is dead or nobody's stays")
	}
	select {
	case err := <-gone:
		t.Errorf("an access point that answers is sent away: %v", err)
	case <-time.After(1500 * time.Millisecond):
	}
	patient.Close()
	<-gone
}

func TestArubaOptions(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	one := ArubaOptions{Feed: Feed{Name: "a", Intake: b.intake}, TokenSHA256: sha256.Sum256([]byte("x"))}
	for name, list := range map[string][]ArubaOptions{
		"nobody":      {},
		"same token":  {one, one},
		"no token":    {{Feed: one.Feed}},
		"empty token": {{Feed: one.Feed, TokenSHA256: sha256.Sum256(nil)}},
		"no name":     {{TokenSHA256: one.TokenSHA256}},
	} {
		if _, err := NewAruba(list); !errors.Is(err, ErrFeed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
