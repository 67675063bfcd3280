package web

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/web/contract"
)

// A person is a browser on one of the faces, with cookies of its own.
type person struct {
	t      testing.TB
	base   string
	client *http.Client
	face   string // which listener it speaks to
}

func (h *house) person(hostport string) *person {
	jar, err := cookiejar.New(nil)
	h.must(err)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: h.roots}, ForceAttemptHTTP2: true}
	h.t.Cleanup(tr.CloseIdleConnections)
	face := contract.Staff
	if hostport == h.guest {
		face = contract.Guest
	}
	return &person{face: face, t: h.t, base: "https://" + hostport, client: &http.Client{Transport: tr, Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// reply is an answer read whole.
type reply struct {
	*http.Response
	body string
}

func (p *person) send(method, path, kind, body string, headers ...string) reply {
	p.t.Helper()
	req, err := http.NewRequest(method, p.base+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	answer, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	r := reply{answer, string(b)}
	p.holds(req, body, r)
	p.tight(r)
	return r
}

// tight fails for a cookie that another site, a script or a neighbour could have.
// Every answer of every test goes through it.
func (p *person) tight(r reply) {
	p.t.Helper()
	for _, c := range r.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteStrictMode && c.SameSite != http.SameSiteLaxMode {
			p.t.Errorf("%s sets a loose cookie: %s", r.Request.URL.Path, c.Raw)
		}
		if c.SameSite == http.SameSiteLaxMode && p.face != contract.Guest {
			p.t.Errorf("%s sets a cookie that other sites' links carry: %s", r.Request.URL.Path, c.Raw)
		}
	}
}

func (p *person) get(path string) reply { p.t.Helper(); return p.send("GET", path, "", "") }

// page is a GET that must show a page with these words.
func (p *person) page(path string, words ...string) string {
	p.t.Helper()
	r := p.get(path)
	if r.StatusCode != 200 {
		p.t.Fatalf("GET %s: %s: %s", path, r.Status, r.body)
	}
	for _, w := range words {
		if !strings.Contains(r.body, w) {
			p.t.Errorf("GET %s: %q is not on it:\n%s", path, w, r.body)
		}
	}
	return r.body
}

// form posts a form and follows where it leads.
func (p *person) form(path string, kv ...string) reply {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	return p.send("POST", path, "application/x-www-form-urlencoded", v.Encode())
}

// done posts a form that must lead to a page.
func (p *person) done(to, path string, kv ...string) {
	p.t.Helper()
	if r := p.form(path, kv...); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != to {
		p.t.Fatalf("POST %s: %s to %q, want 303 to %q\n%s", path, r.Status, r.Header.Get("Location"), to, r.body)
	}
}

// api sends JSON, wants a status and reads the answer into v.
func (p *person) api(method, path, body string, want int, v any) {
	p.t.Helper()
	kind := ""
	if body != "" {
		kind = "application/json"
	}
	r := p.send(method, path, kind, body)
	if r.StatusCode != want {
		p.t.Fatalf("%s %s: %s: %s, want %d", method, path, r.Status, r.body, want)
	}
	if v != nil {
		if err := json.Unmarshal([]byte(r.body), v); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, r.body)
		}
	}
}

// An event as it stands on the wire.
type wireEvent struct{ id, kind, data string }

// listen opens a stream and gives its events until the test ends.
func (p *person) listen(path, last string) (<-chan wireEvent, func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", p.base+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	stream := *p.client
	stream.Timeout = 0
	answer, err := stream.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		p.t.Fatalf("GET %s: %s %s", path, answer.Status, answer.Header.Get("Content-Type"))
	}
	out := make(chan wireEvent, 64)
	go func() {
		defer close(out)
		defer answer.Body.Close()
		var e wireEvent
		for s := bufio.NewScanner(answer.Body); s.Scan(); {
			switch name, value, _ := strings.Cut(s.Text(), ": "); name {
			case "id":
				e.id = value
			case "event":
				e.kind = value
			case "data":
				e.data = value
			case "":
				if e.kind != "" {
					select {
					case out <- e:
					case <-ctx.Done(): // nobody reads any more
						return
					}
				}
				e = wireEvent{}
			}
		}
	}()
	p.t.Cleanup(cancel)
	return out, cancel
}

// want waits for an event of a kind.
func want(t *testing.T, in <-chan wireEvent, kind string) wireEvent {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case e, ok := <-in:
			if !ok {
				t.Fatalf("the stream ended before %s", kind)
			}
			if e.kind == kind {
				return e
			}
		case <-late:
			t.Fatalf("no %s within 30 s", kind)
		}
	}
}

// associate pairs a device, sets a PIN and signs on.
func (h *house) signOn(ref, pin string) *person {
	h.t.Helper()
	p := h.person(h.staff)
	code, err := h.server.Pair(associate(ref), h.now())
	h.must(err)
	p.done("/staff", "/staff/pair", "code", code, "pin", pin, "again", pin)
	p.done("/staff", "/staff/session", "associate", ref, "pin", pin)
	return p
}

// signIn brings a customer in by her code.
func (h *house) signIn(ref string) *person {
	h.t.Helper()
	p := h.person(h.guest)
	p.done("/here", "/here/session", "code", "code-"+ref)
	return p
}
