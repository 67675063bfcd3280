package first

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/web/gate"
)

// A box that is nobody's, with its page served as the daemon serves it.
type newBox struct {
	t     *testing.T
	face  *Face
	srv   *httptest.Server
	mu    sync.Mutex
	codes []string
	now   time.Time
	asked []Ask
	wrong error
	hold  chan struct{} // headquarters answers once it is closed
}

func unpack(t *testing.T) *newBox {
	t.Helper()
	b := &newBox{t: t, now: time.Now(), hold: make(chan struct{})}
	close(b.hold)
	var err error
	b.face, err = New(Options{
		Enrol: func(_ context.Context, a Ask, say func(string)) (Joined, error) {
			say("asking")
			b.mu.Lock()
			b.asked = append(b.asked, a)
			hold, wrong := b.hold, b.wrong
			b.mu.Unlock()
			<-hold
			return Joined{Store: "014", Chain: "northwind", Hosts: []string{"foyer-3f9a.local", "10.30.0.2"}, Next: "/staff/setup", Fingerprint: "DECAF0"}, wrong
		},
		About: func() About {
			return About{Host: "foyer-3f9a.local", Addresses: []string{"10.30.0.2", "10.20.0.2"}, Fingerprint: "C0FFEE"}
		},
		Code: func(code string) { b.mu.Lock(); b.codes = append(b.codes, code); b.mu.Unlock() },
		Now:  func() time.Time { b.mu.Lock(); defer b.mu.Unlock(); return b.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	g := gate.Options{Hosts: []string{"foyer-3f9a.local"}, Own: true, Now: b.face.Now, Page: b.face.Refuse}
	b.srv = httptest.NewTLSServer(gate.Guard(g, b.face.Routes()))
	t.Cleanup(b.srv.Close)
	return b
}

func (b *newBox) code() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.codes[len(b.codes)-1]
}

func (b *newBox) answered() []Ask { b.mu.Lock(); defer b.mu.Unlock(); return b.asked }

func (b *newBox) pass(d time.Duration) { b.mu.Lock(); b.now = b.now.Add(d); b.mu.Unlock() }

// A browser of somebody on the network.
type browser struct {
	b      *newBox
	cookie *http.Cookie
	header http.Header
	host   string
}

func (w *browser) do(method, path string, form ...string) (int, string, *http.Response) {
	w.b.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	req, err := http.NewRequest(method, w.b.srv.URL+path, strings.NewReader(values.Encode()))
	if err != nil {
		w.b.t.Fatal(err)
	}
	for k, v := range w.header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w.host != "" {
		req.Host = w.host
	}
	if w.cookie != nil {
		req.AddCookie(w.cookie)
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	res, err := tr.RoundTrip(req)
	if err != nil {
		w.b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.b.t.Fatal(err)
	}
	return res.StatusCode, string(body), res
}

// enters types a code and keeps the cookie it is given.
func (w *browser) enters(code string) int {
	w.b.t.Helper()
	status, _, res := w.do("POST", "/setup/code", "code", code)
	for _, c := range res.Cookies() {
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || !strings.HasPrefix(c.Name, "__Host-") {
			w.b.t.Errorf("the cookie is %v", c)
		}
		w.cookie = c
	}
	return status
}

func (w *browser) reads(path string, words ...string) string {
	w.b.t.Helper()
	_, body, _ := w.do("GET", path)
	for _, word := range words {
		if !strings.Contains(body, word) {
			w.b.t.Errorf("%s does not say %q:\n%s", path, word, body)
		}
	}
	return body
}

func (b *newBox) joins(w *browser) {
	b.t.Helper()
	if status, _, _ := w.do("POST", "/setup/join", "door", "foyer enroll https://hq.example:8443 --code ABC --fingerprint sha256:00"); status != http.StatusSeeOther {
		b.t.Fatalf("join: %d", status)
	}
}

func (b *newBox) until(what string, ok func() bool) {
	b.t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	b.t.Fatal(what)
}

func TestCodeOpensOnceAndOnlyOnce(t *testing.T) {
	b := unpack(t)
	ok, first := &browser{b: b}, b.code()
	typed := strings.ToLower(first[:5] + "-" + first[5:10] + " " + first[10:])
	if ok.enters(typed) != http.StatusSeeOther || ok.cookie == nil {
		t.Fatal("the code on the console, as people type it, opens nothing")
	}
	ok.reads("/setup", "What is trusted, and why.", "C0FFEE")
	second := &browser{b: b}
	if second.enters(first) != http.StatusForbidden || second.cookie != nil {
		t.Error("a code opens twice")
	}
	if body := second.reads("/setup", "This box is nobody’s yet."); strings.Contains(body, "C0FFEE") || strings.Contains(body, "foyer-3f9a") || strings.Contains(body, "10.30") {
		t.Errorf("a stranger is told of the box:\n%s", body)
	}
	if b.code() == first || len(b.code()) < 26 {
		t.Fatalf("the next code is %q", b.code())
	}
	// A second technician at the console ends the first one's session.
	if second.enters(b.code()) != http.StatusSeeOther {
		t.Fatal("the next code opens nothing")
	}
	second.reads("/setup", "What is trusted, and why.")
	ok.reads("/setup", "This box is nobody’s yet.")
	if status, _, _ := ok.do("POST", "/setup/join", "door", "https://hq:1", "code", "x", "fingerprint", "y"); status != http.StatusSeeOther || len(b.answered()) > 0 {
		t.Errorf("who was sent away still joins: %d %v", status, b.answered())
	}
}

func TestGuessing(t *testing.T) {
	b := unpack(t)
	crook, many := &browser{b: b}, 0
	for i := range 40 {
		switch status := crook.enters("AAAAAAAAAAAAAAAAAAAAAAAA" + string(rune('A'+i%26)) + "A"); status {
		case http.StatusForbidden:
		case http.StatusTooManyRequests:
			many++
		default:
			t.Fatalf("a guess: %d", status)
		}
	}
	if many < 30 {
		t.Errorf("of 40 guesses %d were too many", many)
	}
	if crook.enters(b.code()) != http.StatusTooManyRequests { // even the right one, from there
		t.Error("the limit lets the right code through, and says so")
	}
	b.pass(time.Minute)
	if crook.enters("") != http.StatusForbidden {
		t.Error("nothing opens as a code")
	}
}

func TestSessionEnds(t *testing.T) {
	b := unpack(t)
	w := &browser{b: b}
	w.enters(b.code())
	for range 8 {
		b.pass(29 * time.Minute)
		w.reads("/setup", "What is trusted")
	}
	b.pass(29 * time.Minute)
	w.reads("/setup", "nobody’s yet") // after hours, whatever is done
	w.enters(b.code())
	b.pass(31 * time.Minute)
	w.reads("/setup", "nobody’s yet") // left alone
	w.cookie = &http.Cookie{Name: cookie, Value: "made-up"}
	w.reads("/setup", "nobody’s yet")
}

func TestOtherSitesAndNames(t *testing.T) {
	b := unpack(t)
	w := &browser{b: b}
	w.enters(b.code())
	for _, h := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}} {
		evil := &browser{b: b, cookie: w.cookie, header: h}
		for _, path := range []string{"/setup/code", "/setup/join"} {
			if status, _, _ := evil.do("POST", path, "code", b.code(), "door", "https://evil.example", "fingerprint", "00"); status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", path, h, status)
			}
		}
	}
	if len(b.answered()) > 0 {
		t.Errorf("another site had the box join: %v", b.answered())
	}
	for host, want := range map[string]int{"foyer-3f9a.local": 200, "FOYER-3f9a.local.:443": 200, "evil.example": 421, "10.30.0.2": 421, "127.0.0.2": 421, "127.0.0.1": 200, "localhost.evil.example": 421} {
		if status, _, _ := (&browser{b: b, host: host}).do("GET", "/setup"); status != want {
			t.Errorf("by the name %s: %d, want %d", host, status, want)
		}
	}
}

// Whatever is there, a stranger reaches nothing of it but the door.
func TestStrangersReachTheDoorOnly(t *testing.T) {
	b := unpack(t)
	for _, r := range b.face.Routes().Table() {
		status, body, _ := (&browser{b: b}).do(r.Method, r.Path, "door", "https://hq:1", "code", "x", "fingerprint", "y")
		switch {
		case strings.HasPrefix(r.Path, "/assets/"), r.Path == "/setup":
			if status != 200 {
				t.Errorf("%s %s: %d", r.Method, r.Path, status)
			}
		case r.Path == "/setup/code":
			if status != 403 {
				t.Errorf("%s %s: %d", r.Method, r.Path, status)
			}
		case status/100 == 2 || strings.Contains(body, "C0FFEE"):
			t.Errorf("%s %s: %d %s", r.Method, r.Path, status, body)
		}
	}
	if len(b.answered()) > 0 {
		t.Errorf("a stranger had the box join: %v", b.answered())
	}
	for _, path := range []string{"/staff", "/staff/setup", "/staff/pair", "/here", "/v1/me", "/v1/plan", "/metrics", "/setup/", "/setup/../staff", "/setup/join/x"} {
		if status, _, _ := (&browser{b: b}).do("GET", path); status != 404 && status != 307 && status != 301 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestJoin(t *testing.T) {
	b := unpack(t)
	w := &browser{b: b}
	w.enters(b.code())
	w.do("POST", "/setup/join", "door", "https://hq.example:8443")
	w.reads("/setup?step=2", "its fingerprint are all needed", `value="https://hq.example:8443"`)
	b.mu.Lock()
	b.wrong = errors.New("headquarters refuses: this code is unknown, used or expired")
	b.mu.Unlock()
	b.joins(w)
	b.until("the error", func() bool {
		return strings.Contains(w.reads("/setup?step=2"), "Headquarters refuses: this code is unknown, used or expired.")
	})
	w.reads("/setup?step=2", `value="https://hq.example:8443"`, `value="sha256:00"`)
	b.mu.Lock()
	b.wrong, b.hold = nil, make(chan struct{})
	b.mu.Unlock()
	b.joins(w)
	b.until("it says how far it is", func() bool { return strings.Contains(w.reads("/setup"), "<li>asking</li>") })
	w.reads("/setup", "The box asks headquarters.", `data-every="1"`, `http-equiv="refresh"`)
	b.joins(w) // pressed twice
	b.until("headquarters is asked", func() bool { return len(b.answered()) > 1 })
	if len(b.answered()) != 2 {
		t.Errorf("headquarters was asked %d times", len(b.answered()))
	}
	select {
	case <-b.face.Shown():
		t.Error("shown before it has joined")
	default:
	}
	close(b.hold)
	b.until("it has joined", b.face.Joined)
	(&browser{b: b}).reads("/setup", "nobody’s yet") // a stranger is told nothing, and it does not count as shown
	select {
	case <-b.face.Shown():
		t.Error("shown to a stranger")
	default:
	}
	body := w.reads("/setup", "This is the box of store 014 of northwind.", "DECAF0", `href="https://10.30.0.2/staff/setup"`)
	if strings.Contains(body, "data-every") {
		t.Error("the last page asks again, and finds another box")
	}
	<-b.face.Shown()
	b.joins(w)
	if len(b.answered()) != 2 {
		t.Error("it joins again")
	}
	want := Ask{Door: "https://hq.example:8443", Code: "ABC", Fingerprint: "sha256:00"}
	if b.answered()[1] != want {
		t.Errorf("asked %+v", b.answered()[1])
	}
}

func TestHeadquartersLine(t *testing.T) {
	for line, want := range map[string]Ask{
		"foyer enroll https://hq:8443 --code A --fingerprint sha256:1":              {Door: "https://hq:8443", Code: "A", Fingerprint: "sha256:1"},
		"foyer enroll --fingerprint=sha256:1 --code=A https://hq:8443 --replace":    {Door: "https://hq:8443", Code: "A", Fingerprint: "sha256:1", Replace: true},
		"  foyer enroll https://hq:8443 --replace --code A --fingerprint sha256:1 ": {Door: "https://hq:8443", Code: "A", Fingerprint: "sha256:1", Replace: true},
	} {
		for _, field := range []string{"door", "code", "fingerprint"} {
			r := httptest.NewRequest("POST", "/", strings.NewReader(url.Values{field: {line}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if got, err := read(r); err != nil || got != want {
				t.Errorf("%q in %s: %+v, %v", line, field, got, err)
			}
		}
	}
	for _, zone := range []string{"Europe/Zurich\"", "a\nb: c", `\`} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(url.Values{"door": {"d"}, "code": {"c"}, "fingerprint": {"f"}, "zone": {zone}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if _, err := read(r); err == nil {
			t.Errorf("zone %q is let through", zone)
		}
	}
}
