package fetch

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secretWord stands for what an answer holds and an error may not.
const secretWord = "d2:3f:10:00:00:01"

func serve(t *testing.T, h http.HandlerFunc) (*httptest.Server, Options) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return s, Options{URL: s.URL, CAs: pool, Timeout: 5 * time.Second}
}

func ask(t *testing.T, o Options) (Answer, error) {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.Do(t.Context(), http.MethodGet, "/x?y=1", nil, nil)
}

func TestDo(t *testing.T) {
	s, o := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RequestURI() != "/base/x?y=1" {
			t.Errorf("asked %s", r.URL)
		}
		io.WriteString(w, "fine")
	})
	o.URL += "/base/"
	a, err := ask(t, o)
	if err != nil || string(a.Body) != "fine" || time.Since(a.Date) > time.Minute {
		t.Errorf("%+v %v", a, err)
	}
	// A pinned certificate needs no authority; another one is refused.
	o.CAs, o.Fingerprint = nil, sha256.Sum256(s.Certificate().Raw)
	if _, err := ask(t, o); err != nil {
		t.Errorf("pinned: %v", err)
	}
	o.Fingerprint[0]++
	if _, err := ask(t, o); !errors.Is(err, ErrCertificate) {
		t.Errorf("another than the pinned: %v", err)
	}
	o.Fingerprint = [32]byte{}
	if _, err := ask(t, o); !errors.Is(err, ErrCertificate) {
		t.Errorf("signed by nobody: %v", err)
	}
}

func TestRefused(t *testing.T) {
	var followed atomic.Bool
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want error
	}{
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/other" {
				followed.Store(true)
			}
			http.Redirect(w, r, "/other?"+secretWord, http.StatusFound)
		}, ErrRedirect},
		"too large":    {func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxBody+1)) }, ErrLarge},
		"unauthorized": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, secretWord, http.StatusUnauthorized) }, ErrDenied},
		"broken":       {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, secretWord, http.StatusBadGateway) }, ErrStatus},
		"cut short": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, secretWord)
		}, ErrAnswer},
		"no HTTP": {func(w http.ResponseWriter, _ *http.Request) {
			c, _, _ := w.(http.Hijacker).Hijack()
			io.WriteString(c, secretWord+" is no HTTP\r\n\r\n")
			c.Close()
		}, ErrAnswer},
		"slow": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, ErrTimeout},
	} {
		_, o := serve(t, c.h)
		o.Timeout = time.Second
		_, err := ask(t, o)
		if !errors.Is(err, c.want) || strings.Contains(err.Error(), secretWord) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if followed.Load() {
		t.Error("a redirect was followed")
	}
	if _, err := ask(t, Options{URL: "https://127.0.0.1:1"}); !errors.Is(err, ErrUnreachable) {
		t.Errorf("nobody there: %v", err)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	if _, err := ask(t, Options{URL: strings.Replace(plain.URL, "http:", "https:", 1)}); !errors.Is(err, ErrAnswer) {
		t.Errorf("no TLS: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for _, u := range []string{"", "10.0.0.1", "http://10.0.0.1", "ftp://10.0.0.1", "https://user:password@10.0.0.1", "https://10.0.0.1/?a=b", "https:///x", "http s://"} {
		if _, err := New(Options{URL: u}); !errors.Is(err, ErrOptions) || strings.Contains(err.Error(), "password") {
			t.Errorf("%s: %v", u, err)
		}
	}
	if _, err := New(Options{URL: "http://10.0.0.1", Insecure: true}); err != nil {
		t.Error(err)
	}
}

func TestEvents(t *testing.T) {
	long := strings.Repeat("x", 4091)
	var got []string
	err := events(strings.NewReader("retry: 1000\n\nevent: a\r\ndata: 1\r\n\r\n:\n\nevent: b\ndata:"+long[:4090]+"\ndata:"+long+"\n\nevent: cut\ndata: off"), func(e Event) { got = append(got, string(e)) })
	if err != nil || len(got) != 2 || got[0] != "event: a\r\ndata: 1\r\n\r\n" || len(got[1]) < 8000 {
		t.Errorf("%q %v", got, err)
	}
	if err := events(strings.NewReader("data: "+strings.Repeat("x", maxEvent)), func(Event) { t.Error("too large an event") }); !errors.Is(err, ErrLarge) {
		t.Error(err)
	}
}

// uhttpd drops an idle stream, and says refusals with status 200.
func TestSubscribe(t *testing.T) {
	var logins atomic.Int32
	answer := atomic.Pointer[string]{}
	set := func(s string) { answer.Store(&s) }
	_, o := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/ubus":
			logins.Add(1)
			io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":[0,{"ubus_rpc_session":"0123456789abcdef0123456789abcdef"}]}`)
		case *answer.Load() == "":
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, "event: probe\ndata: {}\n\n")
		default:
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, *answer.Load())
		}
	})
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	u := NewUbus(c, "u", func() ([]byte, error) { return []byte("p"), nil })
	n := 0
	set("")
	if err := u.Subscribe(t.Context(), "hostapd.x", func(Event) { n++ }); err != nil || n != 1 || logins.Load() != 1 {
		t.Errorf("a dropped stream: %v, %d events, %d logins", err, n, logins.Load())
	}
	set(`{"jsonrpc":"2.0","error":{"code":-32002,"message":"` + secretWord + `"}}`)
	if err := u.Subscribe(t.Context(), "hostapd.x", func(Event) { n++ }); !errors.Is(err, ErrDenied) || logins.Load() != 2 {
		t.Errorf("denied: %v, %d logins", err, logins.Load())
	}
	set(`{"jsonrpc":"2.0","error":{"code":-32000,"message":"` + secretWord + `"}}`)
	if err := u.Subscribe(t.Context(), "hostapd.x", func(Event) { n++ }); !errors.Is(err, ErrStream) || strings.Contains(err.Error(), secretWord) {
		t.Errorf("no such object: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := u.Subscribe(ctx, "hostapd.x", func(Event) { n++ }); !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("cancelled: %v", err)
	}
}
