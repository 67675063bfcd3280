package radio

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/radio/format"
)

const hookSecret = "a-long-shared-secret"

func hook(t testing.TB, b *bench, make func(HookOptions) (*Hook, error), change ...func(*HookOptions)) *Hook {
	t.Helper()
	o := HookOptions{Feed: Feed{Name: "cloud", Intake: b.intake}, Secret: []byte(hookSecret), Validator: "v4lidator"}
	for _, f := range change {
		f(&o)
	}
	h, err := make(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// knock sends a request to the hook over real HTTPS.
func knock(t testing.TB, h *Hook, method, path, body string, header http.Header) (int, string) {
	t.Helper()
	srv := httptest.NewTLSServer(h)
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// merakiPost is a sample with the hook's secret.
func merakiPost(t testing.TB, name string) string {
	t.Helper()
	body := sample(t, name)
	old := shownSecret([]byte(body))
	if len(old) == 0 {
		t.Fatal("the sample shows no secret")
	}
	return strings.Replace(body, string(old), hookSecret, 1)
}

func TestMeraki(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	h := hook(t, b, NewMeraki)
	if h.Prefix() != "/v1/meraki/cloud" {
		t.Error(h.Prefix())
	}
	run(t, b, h)
	if code, body := knock(t, h, http.MethodGet, h.Prefix(), "", nil); code != http.StatusOK || body != "v4lidator" {
		t.Errorf("validator: %d %q", code, body)
	}
	for i, name := range []string{"meraki_v2.json", "meraki_v3_wifi.json", "meraki_v3_ble_bareNaN.notjson"} {
		post := merakiPost(t, name)
		if code, body := knock(t, h, http.MethodPost, h.Prefix(), post, nil); code != http.StatusOK || body != "" {
			t.Errorf("%s: %d %q", name, code, body)
		}
		eventually(t, name+" is read", func() bool { return b.intake.Sensors()[0].Deliveries == uint64(i+1) })
		// Sent again it has its answer, and counts once.
		if code, _ := knock(t, h, http.MethodPost, h.Prefix(), post, nil); code != http.StatusOK {
			t.Errorf("%s again: %d", name, code)
		}
		if s := b.guests.Stats(); s.Refused != uint64(i+1) || len(h.queue) != 0 {
			t.Errorf("%s again: %+v", name, s)
		}
	}
	if s := b.guests.Stats(); s.Reports == 0 || s.Unauthorized != 0 {
		t.Errorf("%+v", s)
	}
}

func TestMerakiRefuses(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	h := hook(t, b, NewMeraki)
	for name, c := range map[string]struct {
		method, body string
		want         int
	}{
		"wrong secret":   {http.MethodPost, sample(t, "meraki_v3_wifi.json"), 404},
		"no secret":      {http.MethodPost, `{"version":"3.0","data":{"secret":"` + hookSecret + `"}}`, 404},
		"not text":       {http.MethodPost, `{"secret":7}`, 404},
		"cut":            {http.MethodPost, `{"secret":"` + hookSecret, 404},
		"no object":      {http.MethodPost, `"secret"`, 404},
		"empty":          {http.MethodPost, "", 404},
		"too large":      {http.MethodPost, strings.Repeat(" ", maxBody+1), 413},
		"another method": {http.MethodPut, "", 404},
	} {
		if code, body := knock(t, h, c.method, h.Prefix(), c.body, nil); code != c.want || strings.Contains(body, hookSecret) {
			t.Errorf("%s: %d %q", name, code, body)
		}
	}
	if s := b.guests.Stats(); s.Unauthorized != 6 || s.Refused != 2 || len(h.queue) != 0 {
		t.Errorf("%+v", s)
	}
}

func signed(newHash func() hash.Hash, secret, body string) string {
	m := hmac.New(newHash, []byte(secret))
	m.Write([]byte(body))
	return hex.EncodeToString(m.Sum(nil))
}

func TestMist(t *testing.T) {
	b := vendorBench(t, testPlan("ac-23-16-ec-a7-0b"), IntakeOptions{})
	old := hook(t, b, NewMist, func(o *HookOptions) { o.Name, o.V1 = "old", true })
	h := hook(t, b, NewMist)
	run(t, b, h)
	run(t, b, old)
	body := sample(t, "mist_wifi_conn_raw.json")
	v2, v1 := format.MistSignatureV2, format.MistSignatureV1
	good := http.Header{http.CanonicalHeaderKey(v2): {signed(sha256.New, hookSecret, body)}}
	weak := http.Header{http.CanonicalHeaderKey(v1): {signed(sha1.New, hookSecret, body)}}
	for name, c := range map[string]struct {
		h      *Hook
		body   string
		header http.Header
		want   int
	}{
		"signed":             {h, body, good, 200},
		"another body":       {h, body + " ", good, 404},
		"unsigned":           {h, body, nil, 404},
		"wrong":              {h, body, http.Header{http.CanonicalHeaderKey(v2): {signed(sha256.New, "other", body)}}, 404},
		"v1":                 {h, body, weak, 404},
		"v1 where it may":    {old, body, weak, 200},
		"v2 wrong, v1 right": {old, body, http.Header{http.CanonicalHeaderKey(v2): {"00"}, http.CanonicalHeaderKey(v1): weak[http.CanonicalHeaderKey(v1)]}, 404},
	} {
		if code, text := knock(t, c.h, http.MethodPost, c.h.Prefix(), c.body, c.header); code != c.want {
			t.Errorf("%s: %d %q", name, code, text)
		}
	}
	if code, _ := knock(t, h, http.MethodGet, h.Prefix(), "", nil); code != 404 {
		t.Errorf("a GET: %d", code)
	}
	eventually(t, "both are read", func() bool { return b.guests.Stats().Deliveries == 2 })
	if s := b.guests.Stats(); s.Unauthorized != 5 || s.Reports == 0 {
		t.Errorf("%+v", s)
	}
}

func TestCMX(t *testing.T) {
	plan := testPlan()
	plan.Levels[0].ID = "ground"
	plan.Levels[0].Frames = []floor.Frame{{ID: "215507646298456147", At: floor.Point{X: 1, Y: 2}, Scale: 1}}
	b := vendorBench(t, plan, IntakeOptions{})
	p := b.leaseAddr(t, "d2:3f:10:00:00:01")
	h := hook(t, b, NewCMX)
	run(t, b, h)
	body := sample(t, "cmx_locationupdate.json")
	for path, want := range map[string]int{"": 404, "/": 404, "/wrong": 404, "/" + hookSecret: 200, "/" + hookSecret + "/x": 404} {
		if code, _ := knock(t, h, http.MethodPost, h.Prefix()+path, body, nil); code != want {
			t.Errorf("%s: %d", path, code)
		}
	}
	got := b.next(t).Hints
	if len(got) != 1 || got[0].Phone != p || got[0].Level != "ground" || got[0].Point.X <= 1 || got[0].At.After(opening.Add(maxAhead)) {
		t.Errorf("%+v", got)
	}
	if s := b.guests.Stats(); s.Hints == 0 || s.Unplaced != 0 {
		t.Errorf("%+v", s)
	}
}

// A position is told once, passes the gate, and lies on a drawing of the plan.
func TestHint(t *testing.T) {
	plan := testPlan()
	plan.Levels[0].Frames = []floor.Frame{{ID: "a", Scale: 2}, {ID: "b", Scale: 1}}
	b := vendorBench(t, plan, IntakeOptions{})
	p := b.lease(t, 1)
	tell := func(h format.Hint) {
		b.intake.take(t.Context(), b.intake.expect("v"), time.Time{}, b.out, func(d *delivery) { d.hint(&h) })
	}
	tell(format.Hint{Client: addr(t, 1), Map: "a", X: 3, Y: 4, SD: 5, At: opening})
	want := []floor.Hint{{Phone: p, Point: floor.Point{X: 6, Y: 8}, SD: 5, At: opening}}
	if d := cmp.Diff(want, b.next(t).Hints, comparePhones); d != "" {
		t.Error(d)
	}
	tell(format.Hint{Client: addr(t, 1), Map: "a", X: 3, Y: 4, SD: 5, At: opening}) // again
	tell(format.Hint{Client: addr(t, 2), Map: "a", At: opening})                    // a stranger's
	tell(format.Hint{Client: addr(t, 1), Map: "c", At: opening})                    // nowhere
	tell(format.Hint{Client: addr(t, 1), Map: "b"})                                 // without a time
	if got := b.next(t).Hints; len(got) != 1 || !got[0].At.Equal(opening) || got[0].AtErr != noClock || len(b.out) != 0 {
		t.Errorf("%+v", got)
	}
	if s := b.guests.Stats(); s.Hints != 5 || s.Dropped != 1 || s.Unplaced != 1 || s.Duplicate != 1 {
		t.Errorf("%+v", s)
	}
}

// A cloud that posts more than is read has its answers at once, and what is too
// much is dropped and counted.
func TestHookQueue(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	h := hook(t, b, NewCMX)
	began := time.Now()
	for i := range maxQueued + 10 {
		h.enqueue([]byte(strings.Repeat(" ", i)))
	}
	if s := b.guests.Stats(); s.QueueFull != 10 || time.Since(began) > time.Second {
		t.Errorf("%+v after %s", s, time.Since(began))
	}
	big := hook(t, b, NewCMX, func(o *HookOptions) { o.Name = "big" })
	for i := range 12 {
		big.enqueue([]byte(strings.Repeat(" ", maxBody-i)))
	}
	if n := len(big.queue); n != maxQueue/maxBody {
		t.Errorf("%d MiB wait", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := start(func() error { return big.Run(ctx, b.out) })
	eventually(t, "it is read", func() bool { big.mu.Lock(); defer big.mu.Unlock(); return big.queued == 0 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	// Too many at once, or too fast, are sent away.
	for range maxReading {
		h.open <- struct{}{}
	}
	if code, _ := knock(t, h, http.MethodPost, h.Prefix(), "", nil); code != http.StatusTooManyRequests {
		t.Errorf("one too many: %d", code)
	}
}

func TestHookOptions(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	for name, o := range map[string]HookOptions{
		"no secret":    {Feed: Feed{Name: "x", Intake: b.intake}, Validator: "v"},
		"short":        {Feed: Feed{Name: "x", Intake: b.intake}, Validator: "v", Secret: []byte("short")},
		"no name":      {Feed: Feed{Intake: b.intake}, Validator: "v", Secret: []byte(hookSecret)},
		"no validator": {Feed: Feed{Name: "x", Intake: b.intake}, Secret: []byte(hookSecret)},
	} {
		if _, err := NewMeraki(o); !errors.Is(err, ErrFeed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzShownSecret(f *testing.F) {
	f.Add([]byte(`{"a":[{"secret":"no"}],"b":NaN,"s\"":"x","secret" : "y\u0041"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if s := shownSecret(body); len(s) > len(body)*2 {
			t.Errorf("%d bytes of %d", len(s), len(body))
		}
	})
}

func TestShownSecret(t *testing.T) {
	got := shownSecret([]byte(`{"a":[{"secret":"no"}],"b":NaN,"s\"":"secret","secret" : "yA"}`))
	if string(got) != "yA" {
		t.Errorf("%q", got)
	}
}
