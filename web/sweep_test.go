package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/web/gate"
	"foyer/web/guest"
	"foyer/web/staff"
)

// A street is both listeners without the network between, and somebody who may
// use each route: what is tried is tried on every one of them.
type street struct {
	h       *house
	cookies map[string]map[string]string // by role
}

type door struct {
	gate.Route
	face *face
	role string // who may
}

func newStreet(t testing.TB) (*street, []door) {
	h := newHouse(t)
	device := h.signOn("ana", "4711").cookie("__Host-device")
	h.signOn("jonas", "8024")
	s := &street{h: h, cookies: map[string]map[string]string{"": {},
		"customer":   {"__Host-guest": must(h.server.doors.Admit(customer("c-keller"), h.now()))},
		"associate":  {"__Host-device": device, "__Host-staff": must(h.server.doors.Begin(device, associate("ana"), h.now().Add(9*time.Hour), h.now()))},
		"manager":    {"__Host-device": device, "__Host-staff": must(h.server.doors.Begin(device, associate("jonas"), h.now().Add(9*time.Hour), h.now()))},
		"technician": {"__Host-technician": must(h.server.doors.AdmitTechnician(must(h.server.PairTechnician(h.now())), h.now()))}}}
	var all []door
	for _, f := range []*face{h.server.guestFace, h.server.staffFace} {
		for _, r := range f.routes.Table() {
			role := map[string]string{guest.Customer: "customer", staff.Device: "associate", staff.Associate: "associate", staff.Manager: "manager", staff.Technician: "technician"}[r.For]
			all = append(all, door{r, f, role})
		}
	}
	if len(all) < 180 {
		t.Fatalf("only %d routes", len(all))
	}
	return s, all
}

// path is a route's path with something in its place-holders.
func (d door) path() string {
	return strings.NewReplacer("{$}", "", "{id}", "x", "{level}", "ground", "{purpose}", "photo", "{proof}", "f-x", "{what}", "hide", "{verdict}", "approve").Replace(d.Path)
}

// ask sends one request as a role, by a peer who has not asked before.
func (s *street) ask(d door, role, method, target, kind, body string, headers ...string) *httptest.ResponseRecorder {
	s.h.clock.Add(int64(200 * time.Millisecond))
	r := httptest.NewRequest(method, "https://127.0.0.1/", strings.NewReader(body))
	u, err := url.ParseRequestURI(target)
	if err != nil { // the server itself refuses it
		w := httptest.NewRecorder()
		w.WriteHeader(http.StatusBadRequest)
		return w
	}
	r.URL, r.RequestURI = u, target
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range s.cookies[role] {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if strings.HasSuffix(d.Path, "/stream") { // which has no end of its own
		ctx, stop := context.WithTimeout(r.Context(), 50*time.Millisecond)
		defer stop()
		r = r.WithContext(ctx)
	}
	w := httptest.NewRecorder()
	d.face.server.Handler.ServeHTTP(slate{w}, r)
	return w
}

// A slate is an answer without a network: a deadline means nothing to it.
type slate struct{ *httptest.ResponseRecorder }

func (slate) SetReadDeadline(time.Time) error  { return nil }
func (slate) SetWriteDeadline(time.Time) error { return nil }

// alters reports whether a route is one that alters something.
func (d door) alters() bool { return d.Method != "GET" }

// Every route, under another name, refuses; every one that alters something
// refuses another site's page, in today's browsers and in older ones, with the
// right cookies.
func TestEveryRouteRefusesOtherSites(t *testing.T) {
	t.Parallel()
	s, all := newStreet(t)
	for _, d := range all {
		if w := s.ask(d, d.role, d.Method, d.path(), "", "", "Host", "evil.example"); w.Code != http.StatusMisdirectedRequest {
			t.Errorf("%s %s by a rebound name: %d", d.Method, d.Path, w.Code)
		}
		if !d.alters() {
			continue
		}
		for _, from := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			if w := s.ask(d, d.role, d.Method, d.path(), "application/x-www-form-urlencoded", "sure=yes", from[0], from[1]); w.Code != http.StatusForbidden {
				t.Errorf("%s %s, %s %s: %d", d.Method, d.Path, from[0], from[1], w.Code)
			}
		}
	}
}

// Every answer of every route, to whoever may have it and to whoever may not, has
// the headers that keep it from being framed, sniffed, kept or run; a page brings
// no script or style of its own.
func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	s, all := newStreet(t)
	for _, d := range all {
		for _, role := range []string{d.role, ""} {
			if d.alters() && role != "" {
				continue // by who may not: nothing is altered
			}
			w := s.ask(d, role, d.Method, d.path(), "", "", "Accept", "text/html")
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": "camera=(), geolocation=(), microphone=()"} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s %s: %s: %q", d.Method, d.Path, name, got)
				}
			}
			csp := w.Header().Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
				if !strings.Contains(csp, want) || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
					t.Errorf("%s %s: the policy is %q", d.Method, d.Path, csp)
				}
			}
			if cache := w.Header().Get("Cache-Control"); cache != "no-store" && !mayBeKept(d, cache) {
				t.Errorf("%s %s may be kept: %q", d.Method, d.Path, cache)
			}
			if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && w.Header().Get("Content-Disposition") == "" {
				for _, bad := range []string{" style=", "<style", "<script>", "onclick=", "onload=", "javascript:"} {
					if strings.Contains(w.Body.String(), bad) {
						t.Errorf("%s %s: %s breaks the page's own policy", d.Method, d.Path, bad)
					}
				}
			}
		}
	}
}

// mayBeKept reports whether an answer is the same for everybody.
func mayBeKept(d door, cache string) bool {
	return strings.HasPrefix(d.Path, "/assets/") && strings.Contains(cache, "immutable")
}

// Methods that a route does not have are nothing; HEAD says of a page what GET
// says, and nothing else.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	s, all := newStreet(t)
	had := map[string]bool{}
	for _, d := range all {
		had[d.face.name+d.Method+d.Path] = true
	}
	for _, d := range all {
		for _, m := range []string{"OPTIONS", "TRACE", "PROPFIND", "PUT", "DELETE", "PATCH", "POST"} {
			if had[d.face.name+m+d.Path] {
				continue
			}
			w := s.ask(d, d.role, m, d.path(), "", "")
			if w.Code != http.StatusNotFound || w.Header().Get("Allow") != "" || w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s: %d, Allow %q", m, d.Path, w.Code, w.Header().Get("Allow"))
			}
		}
		if d.Method == "GET" && !strings.HasSuffix(d.Path, "/stream") {
			get, head := s.ask(d, "", "GET", d.path(), "", ""), s.ask(d, "", "HEAD", d.path(), "", "")
			if get.Code != head.Code {
				t.Errorf("HEAD %s: %d, GET %d", d.Path, head.Code, get.Code)
			}
		}
	}
}

// However a path is written, it is the route's own or nothing: none is a way
// round who may.
func TestPathsAreNotTricked(t *testing.T) {
	t.Parallel()
	s, all := newStreet(t)
	for _, d := range all {
		p := d.path()
		last := strings.LastIndexByte(p, '/')
		for _, trick := range []string{p + "/", "/" + p, "/." + p, "/x/.." + p, p + "/.", p + "/x/..", p + "%2f", p + "%00", p + ";x", p + "%20", p + "?x=%zz",
			p[:last] + "%2f" + p[last+1:], "/%2e%2e" + p, strings.ToUpper(p), p[:last] + "/" + fmt.Sprintf("%%%02x", p[len(p)-1]) + p[last+1:], p + "#x", p + "\\"} {
			w := s.ask(d, "", d.Method, trick, "", "")
			switch {
			case w.Code >= 500:
				t.Errorf("%s %s: %d", d.Method, trick, w.Code)
			case d.For == guest.Anyone || d.For == staff.Device: // of both faces
			case w.Code < 300 && w.Body.Len() > 0 && trick != p:
				t.Errorf("%s %s, for %s: %d to nobody: %.200s", d.Method, trick, d.For, w.Code, w.Body)
			}
			if to := w.Header().Get("Location"); to != "" && !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
				t.Errorf("%s %s leads to %q", d.Method, trick, to)
			}
		}
	}
}

// junk is what nobody's page sends.
func junk() map[string][2]string {
	const form, j = "application/x-www-form-urlencoded", "application/json"
	many := strings.Repeat("a=b&", 1900)
	return map[string][2]string{
		"too long a form":        {form, "id=" + strings.Repeat("x", 9<<10)},
		"too long a body":        {j, `{"text":"` + strings.Repeat("x", 9<<10) + `"}`},
		"many fields":            {form, many},
		"escapes":                {form, "id=%zz&text=%"},
		"not UTF-8":              {form, "id=%ff%fe&text=\xff&associate=\x00&when=\xc3"},
		"no numbers":             {form, "level=-1&step=99999999999999999999&choice=NaN&x=1e999&y=Inf&from=-1"},
		"half an object":         {j, `{"text":`},
		"an array":               {j, `[]`},
		"null":                   {j, `null`},
		"deep":                   {j, strings.Repeat("[", 4000)},
		"a huge number":          {j, `{"choice":1e400}`},
		"twice":                  {j, `{"text":"a","text":"b"}{}`},
		"another kind":           {"text/xml", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`},
		"parts without an end":   {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../x\"\r\n\r\n\xff\xd8"},
		"parts without a border": {"multipart/form-data", "x"},
		"no kind":                {"", "x=1"},
		"a kind that is none":    {";;;", "x=1"},
	}
}

// Nothing that is sent to any route, by whoever may use it, breaks the program,
// and what is too long is not taken.
func TestEveryRouteTakesJunk(t *testing.T) {
	t.Parallel()
	s, all := newStreet(t)
	for _, d := range all {
		if !d.alters() || ends(d) {
			continue
		}
		for name, x := range junk() {
			w := s.ask(d, d.role, d.Method, d.path(), x[0], x[1])
			if w.Code >= 500 {
				t.Errorf("%s %s, %s: %d %.200s", d.Method, d.Path, name, w.Code, w.Body)
			}
			for _, leak := range []string{"panic", "goroutine", ".go:", "runtime error", "json: cannot", "bbolt", "concierge:"} {
				if strings.Contains(w.Body.String(), leak) {
					t.Errorf("%s %s, %s: the answer tells %q: %.300s", d.Method, d.Path, name, leak, w.Body)
				}
			}
			if strings.HasPrefix(d.Path, "/v1/") && strings.HasPrefix(name, "too long a body") && w.Code < 300 && promises()[d.face.name].reads(d.Route) {
				t.Errorf("%s %s takes nine kilobytes: %d", d.Method, d.Path, w.Code)
			}
		}
	}
	s.stillIn(t, all)
}

// stillIn fails if somebody was signed out meanwhile, for then nothing was tried.
func (s *street) stillIn(t *testing.T, all []door) {
	t.Helper()
	for _, d := range all {
		if home := map[string]string{"customer": "/v1/me", "associate": "/v1/associate/offers", "manager": "/v1/floor", "technician": "/v1/health"}[d.role]; home == d.Path {
			if w := s.ask(d, d.role, d.Method, d.Path, "", ""); w.Code != http.StatusOK {
				t.Errorf("the %s is signed out: %d", d.role, w.Code)
			}
		}
	}
}

// reads reports whether a route reads a JSON body of an ordinary size.
func (p *promise) reads(r gate.Route) bool {
	o := p.Paths[r.Path].operations()[r.Method]
	if o == nil {
		return false
	}
	_, ok := o.RequestBody.Content["application/json"]
	return ok && r.Path != "/v1/plan/draft" && r.Path != "/v1/plan/import"
}

// ends reports whether a route ends the session or the person that tries it.
func ends(d door) bool {
	for _, word := range []string{"sign-o", "/session", "erasure", "forget", "/phone", "technician/end", "/v1/checkin"} {
		if strings.Contains(d.Path, word) {
			return true
		}
	}
	return false
}

// FuzzEveryRoute sends anything to any route as whoever may use it.
func FuzzEveryRoute(f *testing.F) {
	s, all := newStreet(f)
	n := 0
	for _, x := range junk() {
		f.Add(uint16(n*17), x[0], []byte(x[1]))
		n++
	}
	for i, d := range all {
		if o := promises()[d.face.name].Paths[d.Path].operations()[d.Method]; o != nil {
			if m := o.RequestBody.Content["application/json"]; m.Example != nil && i%4 == 0 {
				f.Add(uint16(i), "application/json", must(jsonOf(m.Example)))
			}
		} else if d.alters() && i%8 == 0 {
			f.Add(uint16(i), "application/x-www-form-urlencoded", []byte(goodForm(d.Path, "x")))
		}
	}
	f.Fuzz(func(t *testing.T, which uint16, kind string, body []byte) {
		d := all[int(which)%len(all)]
		if ends(d) || strings.HasSuffix(d.Path, "/stream") || strings.ContainsAny(kind, "\r\n\x00") {
			return
		}
		w := s.ask(d, d.role, d.Method, d.path(), kind, string(body))
		if w.Code >= 500 {
			t.Errorf("%s %s: %d %s", d.Method, d.Path, w.Code, w.Body)
		}
		if strings.HasPrefix(d.Path, "/v1/") && w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" && d.Path != "/v1/plan/use" {
			t.Errorf("%s %s: %d as %q", d.Method, d.Path, w.Code, w.Header().Get("Content-Type"))
		}
	})
}
