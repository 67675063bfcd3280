package gate_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/web/gate"
)

var at = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func guarded(rate gate.Rate) http.Handler {
	t := gate.NewRoutes()
	t.Add("GET", "/here", "anyone", func(w http.ResponseWriter, _ *http.Request) { gate.JSON(w, 200, "in") })
	t.Add("POST", "/here/x", "anyone", func(w http.ResponseWriter, r *http.Request) {
		var v struct {
			A string `json:"a"`
		}
		if err := gate.Read(r, &v); err != nil {
			gate.Problem(w, 400, err.Error())
			return
		}
		gate.JSON(w, 200, v.A)
	})
	return gate.Guard(gate.Options{Hosts: []string{"foyer.example", "10.0.0.2", "fe80::1"}, Now: func() time.Time { return at }, PerPeer: rate}, t)
}

func TestGuard(t *testing.T) {
	for _, tt := range []struct {
		name, method, path, host, body string
		header                         []string
		want                           int
	}{
		{name: "by name", host: "foyer.example", want: 200},
		{name: "by name, port and case", host: "Foyer.Example:8444", want: 200},
		{name: "by name with a dot", host: "foyer.example.", want: 200},
		{name: "by address", host: "10.0.0.2:443", want: 200},
		{name: "by IPv6 address", host: "[fe80::1]:443", want: 200},
		{name: "rebound name", host: "evil.example", want: 421},
		{name: "name with a tail", host: "foyer.example.evil.example", want: 421},
		{name: "no host", host: "", want: 421},
		{name: "forwarded name", host: "evil.example", header: []string{"X-Forwarded-Host", "foyer.example"}, want: 421},
		{name: "unknown path", host: "foyer.example", path: "/nowhere", want: 404},
		{name: "wrong method", host: "foyer.example", method: "DELETE", want: 404},
		{name: "another site's form", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"b"}`,
			header: []string{"Sec-Fetch-Site", "cross-site", "Content-Type", "application/json"}, want: 403},
		{name: "another site's form, old browser", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"b"}`,
			header: []string{"Origin", "https://evil.example", "Content-Type", "application/json"}, want: 403},
		{name: "a neighbour's form", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"b"}`,
			header: []string{"Sec-Fetch-Site", "same-site", "Content-Type", "application/json"}, want: 403},
		{name: "its own form", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"b"}`,
			header: []string{"Sec-Fetch-Site", "same-origin", "Content-Type", "application/json"}, want: 200},
		{name: "an app", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"b"}`, header: []string{"Content-Type", "application/json"}, want: 200},
		{name: "text as JSON", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"b"}`, header: []string{"Content-Type", "text/plain"}, want: 400},
		{name: "misspelt", method: "POST", path: "/here/x", host: "foyer.example", body: `{"aa":"b"}`, header: []string{"Content-Type", "application/json"}, want: 400},
		{name: "two objects", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"b"}{}`, header: []string{"Content-Type", "application/json"}, want: 400},
		{name: "too long", method: "POST", path: "/here/x", host: "foyer.example", body: `{"a":"` + strings.Repeat("b", 9000) + `"}`, header: []string{"Content-Type", "application/json"}, want: 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.method == "" {
				tt.method = "GET"
			}
			if tt.path == "" {
				tt.path = "/here"
			}
			r := httptest.NewRequest(tt.method, "https://foyer.example"+tt.path, strings.NewReader(tt.body))
			r.Host = tt.host
			for i := 0; i+1 < len(tt.header); i += 2 {
				r.Header.Set(tt.header[i], tt.header[i+1])
			}
			w := httptest.NewRecorder()
			guarded(gate.Rate{}).ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Fatalf("%d %s, want %d", w.Code, w.Body, tt.want)
			}
			if w.Code >= 400 {
				var p struct{ Status int }
				if w.Header().Get("Content-Type") != "application/problem+json" || json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Status != w.Code {
					t.Errorf("not a problem: %s %s", w.Header().Get("Content-Type"), w.Body)
				}
			}
			got := map[string]string{}
			for _, k := range []string{"Cache-Control", "Referrer-Policy", "X-Content-Type-Options", "Strict-Transport-Security"} {
				got[k] = w.Header().Get(k)
			}
			want := map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Strict-Transport-Security": ""}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("policy %q", csp)
			}
		})
	}
}

func TestABrokenHandlerTellsNobodyWhy(t *testing.T) {
	var log strings.Builder
	h := gate.Guard(gate.Options{Hosts: []string{"foyer.example"}, Now: func() time.Time { return at }, Log: slog.New(slog.NewTextHandler(&log, nil))},
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("Ms. Keller") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "https://foyer.example/", nil))
	if w.Code != 500 || !strings.Contains(log.String(), "broke the program") || !strings.Contains(log.String(), "gate_test.go") {
		t.Errorf("%d, log %s", w.Code, log.String())
	}
	if strings.Contains(w.Body.String()+log.String(), "Keller") {
		t.Error("the panic's value got out")
	}
}

// Whoever breaks a handshake is named nowhere: an IPv6 address may hold the
// phone's hardware address.
func TestABrokenHandshakeNamesNobody(t *testing.T) {
	var said strings.Builder
	log.SetOutput(&said)
	defer log.SetOutput(os.Stderr)
	slogged := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(slogged)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv, ended := gate.Server(guarded(gate.DefaultPeer())), make(chan error, 1)
	srv.TLSConfig = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, errors.New("none") }}
	go func() { ended <- srv.ServeTLS(l, "", "") }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET / HTTP/1.1\r\n\r\n")
	_, _ = io.ReadAll(conn) // until the server has given up
	conn.Close()
	srv.Close()
	<-ended
	if said.String() != "" {
		t.Errorf("the server says %q", said.String())
	}
}

func TestPeerHasAnAllowance(t *testing.T) {
	h := guarded(gate.Rate{Every: time.Minute, Burst: 3})
	ask := func(peer, forwarded string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "https://foyer.example/here", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", forwarded)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for range 3 {
		if w := ask("10.0.3.7:1", ""); w.Code != 200 {
			t.Fatalf("%d within the allowance", w.Code)
		}
	}
	if w := ask("10.0.3.7:2", "10.9.9.9"); w.Code != 429 || w.Header().Get("Retry-After") != "60" {
		t.Errorf("%d, Retry-After %q: a header must not make another peer", w.Code, w.Header().Get("Retry-After"))
	}
	if w := ask("10.0.3.8:1", ""); w.Code != 200 {
		t.Errorf("%d for another peer", w.Code)
	}
	for range 3 {
		ask("[2001:db8::1]:1", "")
	}
	if w := ask("[2001:db8::2]:1", ""); w.Code != 429 {
		t.Errorf("%d: one IPv6 network is one peer", w.Code)
	}
}

func TestLimiterForgetsAndStaysBounded(t *testing.T) {
	l := gate.NewLimiter(gate.Rate{Every: time.Hour, Burst: 1})
	for i := range 20000 { // far more than it remembers, all of them used up
		l.Wait(string(rune(i)), at)
	}
	if l.Wait("new", at) == 0 {
		t.Error("a flood of names bought allowances without end")
	}
	if w := l.Wait("new", at.Add(2*time.Hour)); w != 0 {
		t.Errorf("after two hours a newcomer waits %v", w)
	}
}

// What is wrong with a body is said in its writer's words: no type and no name of
// the program's.
func TestUnread(t *testing.T) {
	for body, want := range map[string]string{
		`[]`:             "want an object, and got array",
		`{"style":1}`:    "style: number is not what it takes",
		`{"style":`:      "it ends too soon",
		``:               "it ends too soon",
		`{style}`:        "not JSON from byte 2 on",
		`{"styles":"x"}`: `"styles": there is no such field`,
		`{"style":"` + strings.Repeat("x", 9<<10) + `"}`: "longer than 8192 bytes",
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/", http.MaxBytesReader(w, io.NopCloser(strings.NewReader(body)), 8<<10))
		r.Header.Set("Content-Type", "application/json")
		var v struct {
			Style string `json:"style"`
		}
		if err := gate.Read(r, &v); !errors.Is(err, gate.ErrBody) || err.Error() != "request body: "+want {
			t.Errorf("%.40s: %v, want %s", body, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"style":"approach_me"}`, `{"style":1}`, `{}`, `[]`, `{"style":"a"}x`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		var v struct {
			Style string `json:"style"`
		}
		err := gate.Read(r, &v)
		if err != nil && !errors.Is(err, gate.ErrBody) {
			t.Errorf("%v is not ErrBody", err)
		}
		if err == nil && !json.Valid(body) {
			t.Errorf("%q is not JSON and was taken", body)
		}
	})
}
