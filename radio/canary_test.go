package radio

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// canaries are strangers' addresses that occur nowhere else.
func canaries() [][6]byte {
	out := make([][6]byte, 1000)
	for i := range out {
		sum := sha256.Sum256(fmt.Append(nil, "canary ", i))
		out[i] = [6]byte(sum[:6])
		out[i][0] = out[i][0]&^1 | 2
	}
	return out
}

// spellings are the ways in which an address, or what was made of it, might
// turn up, in lower case.
func spellings(a [6]byte) []string {
	raw, back := a[:], slices.Clone(a[:])
	slices.Reverse(back)
	bare := hex.EncodeToString(raw)
	colon := fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", a[0], a[1], a[2], a[3], a[4], a[5])
	out := []string{bare, colon, strings.ReplaceAll(colon, ":", "-"), strings.ReplaceAll(colon, ":", " "),
		bare[:4] + "." + bare[4:8] + "." + bare[8:], hex.EncodeToString(back),
		strings.Trim(fmt.Sprint(raw), "[]"), strings.ReplaceAll(strings.Trim(fmt.Sprint(raw), "[]"), " ", ",")}
	for _, text := range []string{bare, colon, strings.ToUpper(colon), string(raw)} {
		s256, s1, m5 := sha256.Sum256([]byte(text)), sha1.Sum([]byte(text)), md5.Sum([]byte(text))
		out = append(out, hex.EncodeToString(s256[:8]), hex.EncodeToString(s1[:8]), hex.EncodeToString(m5[:8]))
	}
	for _, pad := range []string{"", "x", "xx"} { // base64 looks different at each offset
		b64 := base64.RawStdEncoding.EncodeToString([]byte(pad + string(raw)))
		out = append(out, b64[(len(pad)*8+5)/6:(len(pad)+6)*8/6])
	}
	for i, s := range out {
		out[i] = strings.ToLower(s)
	}
	return out
}

// songs are deliveries that hold one canary each, half of them malformed.
func songs(t *testing.T, i int, a [6]byte) string {
	mac := fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", a[0], a[1], a[2], a[3], a[4], a[5])
	good := fmt.Sprintf(`{"ap":"ap-01","client":%q,"rssi":-60,"at":"2026-11-23T10:00:00Z","kind":"uplink_assoc","ip":["10.0.0.%d"]}`, mac, i%250)
	bad := []string{
		fmt.Sprintf(`{"ap":%q,"client":%q,"rssi":-60}`, mac, mac),
		fmt.Sprintf(`{"ap":"ap-01","client":%q,"rssi":0}`, mac),
		fmt.Sprintf(`{"ap":"ap-01","client":"%s!","rssi":-60}`, mac),
		fmt.Sprintf(`{"ap":"ap-01","client":%q,"rssi":-60,"ip":[%q]}`, mac, mac),
		fmt.Sprintf(`{%q:1}`, mac),
		mac,
		good + good,
		strings.Repeat(mac, 3000+2000*min(i%3, 1)), // too long a line, but no packet too large
		good[:len(good)-1],
	}
	if i%2 == 0 {
		return good + "\n"
	}
	return bad[i/2%len(bad)] + "\n"
}

// buffer is a log that goroutines share.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// TestCanary sends a thousand strangers through both sources at debug level
// and looks for them in everything that comes out of this package.
func TestCanary(t *testing.T) {
	seen := &buffer{}
	log := slog.New(slog.NewJSONHandler(seen, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	old := slog.Default()
	slog.SetDefault(log)
	defer slog.SetDefault(old)
	b := newBench(t, IntakeOptions{Rate: -1, Log: log})
	b.lease(t, 1)
	url := "https://" + listen(t, b, nil, newHTTP) + "/v1/reports"
	broker := listen(t, b, nil, newMQTT)
	spy := connect(t, broker, "s2", token2, func(o *paho.ClientOptions) {
		o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { fmt.Fprintln(seen, m.Topic(), string(m.Payload())) })
	})
	spy.Subscribe("#", 1, nil).WaitTimeout(30 * time.Second)
	c, m := newClient(t), connect(t, broker, "s1", token1)

	birds := canaries()
	for i, a := range birds {
		song := songs(t, i, a)
		if i%3 == 0 {
			done(t, m.Publish("foyer-sensor/v1/s1", 1, i%2 == 0, song))
			continue
		}
		resp, body := post(t, c, url, token1, song)
		fmt.Fprintln(seen, resp.Header, body)
	}
	passed := 0
	for len(b.out) > 0 {
		batch := <-b.out
		passed += len(batch.Reports)
		text, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(seen, "%#v %s\n", batch, text)
	}
	fmt.Fprintf(seen, "%#v %#v %v\n", b.guests.Stats(), b.intake.Sensors(), b.intake.LastHeard())
	if passed > 0 {
		t.Errorf("%d strangers pass the gate", passed)
	}
	if s := b.guests.Stats(); s.Dropped+uint64(passed) < 500 || s.Malformed < 400 || s.Deliveries != 1000 {
		t.Fatalf("the canaries did not all sing: %+v", s)
	}
	search(t, seen, birds)
}

func search(t *testing.T, seen *buffer, birds [][6]byte) {
	t.Helper()
	seen.mu.Lock()
	defer seen.mu.Unlock()
	raw := seen.b.Bytes()
	text := strings.ToLower(string(raw))
	if !strings.Contains(text, "ap-01") {
		t.Fatal("nothing was seen at all: the search looks in the wrong place")
	}
	for _, a := range birds {
		for _, s := range spellings(a) {
			if strings.Contains(text, s) {
				t.Fatalf("a stranger's address came out, spelt like %q", s)
			}
		}
		if bytes.Contains(raw, a[:]) {
			t.Fatal("a stranger's address came out as it is")
		}
	}
}
