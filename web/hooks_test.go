package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foyer/web/gate"
)

// What machines post passes the same gate as people's requests, may be large,
// and is for its own place only.
func TestHooks(t *testing.T) {
	t.Parallel()
	got := 0
	hooks := []Hook{{"/v1/meraki/a", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if got = len(body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})}}
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		w.WriteHeader(http.StatusTeapot)
	})
	o := gate.Options{Hosts: []string{"here.example"}, Now: time.Now, Large: (&Server{o: Options{Hooks: hooks}}).large}
	h := gate.Guard(o, posted(hooks, page))
	for _, c := range []struct {
		host, path string
		size, want int
	}{
		{"here.example", "/v1/meraki/a", 100_000, 200},
		{"here.example", "/v1/meraki/a/b", 1, 200},
		{"here.example", "/v1/meraki/a", 2 << 20, 413},
		{"evil.example", "/v1/meraki/a", 1, 421},
		{"here.example", "/v1/meraki/ab", 1, 418},
		{"here.example", "/v1/meraki", 100_000, 413},
	} {
		got = 0
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "https://"+c.host+c.path, strings.NewReader(strings.Repeat("x", c.size))))
		if w.Code != c.want || w.Code == 200 && got != c.size {
			t.Errorf("%s%s, %d bytes: %d, %d read", c.host, c.path, c.size, w.Code, got)
		}
	}
}
