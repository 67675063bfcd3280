package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/web/first"
	"foyer/web/gate"
)

// A bare box is one that is nobody's: what the console shows, and how often
// headquarters was asked.
type bareBox struct {
	h     *house
	face  *first.Face
	srv   *httptest.Server
	code  string
	asked atomic.Int32
}

func (h *house) bareBox() *bareBox {
	h.t.Helper()
	b := &bareBox{h: h}
	b.face = must(first.New(first.Options{
		Enrol: func(context.Context, first.Ask, func(string)) (first.Joined, error) {
			b.asked.Add(1)
			return first.Joined{Store: "SECRET-STORE", Chain: "northwind", Hosts: []string{"SECRET-NAME"}, Next: "/staff/setup", Fingerprint: "C0FFEE"}, nil
		},
		About: func() first.About { return first.About{Host: "SECRET-NAME", Fingerprint: "C0FFEE"} },
		Code:  func(code string) { b.code = code },
		Now:   h.now,
	}))
	b.srv = httptest.NewTLSServer(gate.Guard(gate.Options{Own: true, Now: h.now, Page: b.face.Refuse}, b.face.Routes()))
	h.t.Cleanup(b.srv.Close)
	return b
}

func (b *bareBox) person() *person {
	p := b.h.person(strings.TrimPrefix(b.srv.URL, "https://"))
	p.client.Transport = b.srv.Client().Transport
	return p
}

// ask has somebody ask for a route with a good form, and says what came of it:
// joining counts by whether headquarters is asked, and only one who may know is
// shown anything of the box.
func (b *bareBox) ask(p *person, r gate.Route, knows bool) string {
	b.h.t.Helper()
	b.h.clock.Add(int64(20 * time.Second)) // another try is allowed
	before := b.asked.Load()
	path := strings.TrimSuffix(r.Path, "{$}")
	a := p.get(path)
	if r.Method != "GET" {
		a = p.form(path, "code", "a-made-up-code", "door", "https://hq.example:8443", "fingerprint", "sha256:00")
	}
	if told := strings.Contains(a.body, "SECRET") || strings.Contains(a.body, "C0FFEE"); a.StatusCode >= 500 || told != (knows && path == "/setup" && r.Method == "GET") {
		b.h.t.Errorf("%s %s: %s %.300s", r.Method, r.Path, a.Status, a.body)
	}
	if r.Path == "/setup/join" && a.StatusCode == http.StatusSeeOther && a.Header.Get("Location") != "/setup" {
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && !b.face.Joined(); {
			time.Sleep(time.Millisecond)
		}
		if b.asked.Load() == before {
			return nothing
		}
	}
	return came(a, "/setup", r.For == first.Anyone)
}

// Every route of a box that is nobody's for everybody, while it is, once it has
// joined, and when it is a store's: docs/roles.md is what came of it.
func TestEveryRouteForEverybodyAtFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.bareBox()
	table := inOrder(b.face.Routes().Table())
	nobody, before, tim, store := b.person(), b.person(), b.person(), b.person()
	before.done("/setup", "/setup/code", "code", b.code) // then somebody else reads the next code
	tim.done("/setup", "/setup/code", "code", b.code)
	for name, value := range map[string]string{"__Host-technician": h.technician().cookie("__Host-technician"), "__Host-staff": h.signOn("ana", "4711").cookie("__Host-staff"),
		"__Host-guest": h.signIn("c-keller").cookie("__Host-guest")} {
		store.give(name, value)
		store.give("__Host-setup", value)
	}
	rt := &roleTable{t: t, face: "first", roles: []string{"nobody", "a technician who was replaced", "a store's people", "the technician", "the same, once joined", "all of them, at a store's box"}}
	cells := map[string][]string{}
	ask := func(r gate.Route, people ...*person) {
		for _, p := range people {
			cells[r.Path] = append(cells[r.Path], b.ask(p, r, p == tim))
		}
	}
	for _, r := range table {
		ask(r, nobody, before, store)
	}
	if b.asked.Load() > 0 {
		t.Fatal("somebody without the code had the box join")
	}
	for _, r := range table {
		ask(r, tim)
	}
	if b.asked.Load() != 1 || !b.face.Joined() {
		t.Fatalf("headquarters was asked %d times", b.asked.Load())
	}
	for _, r := range table {
		ask(r, tim)
		for _, p := range []*person{nobody, before, store} {
			if c := b.ask(p, r, false); c != cells[r.Path][0] {
				t.Errorf("%s %s, once joined, without the code: %s", r.Method, r.Path, c)
			}
		}
		rt.add(r, append(cells[r.Path], h.after(t, r, tim.cookie("__Host-setup")))...)
	}
	for _, r := range b.face.Routes().Table() { // with what it is drawn with
		h.after(t, r, tim.cookie("__Host-setup"))
	}
	if got := cells["/setup/join"]; !slices.Equal(got, []string{signIn, signIn, signIn, may, nothing}) {
		t.Errorf("who has the box join: %q", got)
	}
	rt.held()
}

// after asks a store's box for a route of the time before, on both listeners, as
// everybody at once and as nobody. The root leads to the listener's own page.
func (h *house) after(t *testing.T, r gate.Route, setup string) string {
	t.Helper()
	path := strings.TrimSuffix(r.Path, "{$}")
	for host, own := range map[string]string{h.guest: "/here", h.staff: "/staff"} {
		all := h.person(host)
		for _, name := range []string{"__Host-setup", "__Host-technician", "__Host-staff", "__Host-guest", "__Host-device"} {
			all.give(name, setup)
		}
		for _, p := range []*person{all, h.person(host)} {
			a := p.send(r.Method, path, "application/x-www-form-urlencoded", "code=x&door=x&fingerprint=x")
			if root := path == "/" && a.StatusCode == http.StatusSeeOther && a.Header.Get("Location") == own; !root && a.StatusCode != http.StatusNotFound {
				t.Errorf("%s %s at a store's box: %s to %q", r.Method, path, a.Status, a.Header.Get("Location"))
				return may
			}
		}
		h.later()
	}
	return nothing
}
