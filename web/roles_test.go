package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/guest"
	"foyer/web/staff"
)

// give puts a cookie into a person's jar.
func (p *person) give(name, value string) {
	p.t.Helper()
	u, err := url.Parse(p.base)
	if err != nil {
		p.t.Fatal(err)
	}
	p.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// ask sends a route's request with as valid a body as its path allows to know.
func (p *person) ask(r gate.Route, id string) reply {
	p.t.Helper()
	path := strings.NewReplacer("{$}", "", "{id}", id, "{level}", "ground", "{purpose}", "photo", "{proof}", "f-x", "{what}", "hide", "{verdict}", "approve").Replace(r.Path)
	switch {
	case r.Method == "GET" && strings.HasSuffix(path, "/stream"):
		req, _ := http.NewRequest("GET", p.base+path, nil)
		answer, err := p.client.Do(req)
		if err != nil {
			p.t.Fatal(err)
		}
		answer.Body.Close()
		return reply{answer, ""}
	case r.Method == "GET":
		return p.get(path)
	case strings.HasPrefix(path, "/v1/"):
		return p.send(r.Method, path, "application/json", "{}")
	}
	return p.send(r.Method, path, "application/x-www-form-urlencoded", "")
}

// leave closes what people hold open: one peer has so many connections only.
func leave(people ...*person) {
	for _, p := range people {
		p.client.CloseIdleConnections()
	}
}

// refused reports whether an answer is what somebody gets who is not signed
// in: the first page, or 401.
func refused(r reply, first string) bool {
	return r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusSeeOther && r.Header.Get("Location") == first
}

func TestEveryRouteForEveryCustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	table := h.server.guestFace.routes.Table()
	if len(table) < 20 {
		t.Fatalf("only %d routes", len(table))
	}
	for _, r := range table {
		t.Run(r.Method+" "+r.Path, func(t *testing.T) {
			nobody, crook, she := h.person(h.guest), h.person(h.guest), h.person(h.guest)
			defer leave(nobody, crook, she)
			crook.give("__Host-guest", "made-up")
			crook.give("__Host-staff", must(h.server.doors.Begin("d", associate("ana"), h.now().Add(time.Hour), h.now())))
			she.give("__Host-guest", must(h.server.doors.Admit(customer("c-keller"), h.now())))
			h.clock.Add(int64(10 * time.Minute)) // allowances are full again
			for who, p := range map[string]*person{"nobody": nobody, "crook": crook} {
				a := p.ask(r, "x")
				switch r.For {
				case guest.Customer:
					if !refused(a, "/here") {
						t.Errorf("%s: %s to %q", who, a.Status, a.Header.Get("Location"))
					}
				case guest.Anyone:
					if a.StatusCode == http.StatusUnauthorized || a.StatusCode >= 500 {
						t.Errorf("%s: %s", who, a.Status)
					}
				default:
					t.Errorf("for %q: nobody has said what that is", r.For)
				}
			}
			if a := she.ask(r, "x"); a.StatusCode == http.StatusUnauthorized || a.StatusCode >= 500 {
				t.Errorf("she: %s %s", a.Status, a.body)
			}
		})
	}
}

func TestEveryRouteForEveryAssociate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := must(h.server.Pair(associate("ana"), h.now()))
	device, _, err := h.server.doors.Enrol("", code, "4711", h.now())
	h.must(err)
	keller := h.signIn("c-keller")
	h.do(func(d *concierge.Desk, _ time.Time) { // an offer stays open however many routes there are
		r := concierge.Defaults()
		r.Offer, r.Alone = time.Hour, time.Hour
		d.SetRules(r)
	})
	people := map[string]*person{} // one each: a peer has so many connections only
	on := func(ref string) *person {
		p := people[ref]
		if p == nil {
			p = h.person(h.staff)
			people[ref] = p
		}
		p.give("__Host-device", device)
		p.give("__Host-staff", must(h.server.doors.Begin(device, associate(ref), h.now().Add(time.Hour), h.now())))
		return p
	}
	on("marc").page("/staff") // begins their attendance
	on("jonas").page("/staff")
	ana := on("ana")
	ana.page("/staff")
	ana.listen("/v1/associate/stream", "")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	id := between(t, ana.page("/staff"), "/staff/offers/", "/accept")

	for _, r := range h.server.staffFace.routes.Table() {
		t.Run(r.Method+" "+r.Path, func(t *testing.T) {
			h.clock.Add(int64(300 * time.Millisecond)) // allowances are full again
			on := func(ref string) *person {
				p := on(ref)
				t.Cleanup(func() { leave(p) })
				return p
			}
			nobody, paired, elsewhere := h.person(h.staff), h.person(h.staff), h.person(h.staff)
			defer leave(nobody, paired, elsewhere)
			paired.give("__Host-device", device)
			h.clock.Add(int64(300 * time.Millisecond)) // this peer's allowance is not what is tried
			elsewhere.give("__Host-staff", must(h.server.doors.Begin(device, associate("ana"), h.now().Add(time.Hour), h.now())))
			for who, p := range map[string]*person{"nobody": nobody, "a paired device": paired, "a session without its device": elsewhere} {
				a := p.ask(r, v)
				if r.For == staff.Associate || r.For == staff.Manager {
					if !refused(a, "/staff") {
						t.Errorf("%s: %s to %q", who, a.Status, a.Header.Get("Location"))
					}
				} else if a.StatusCode == http.StatusSeeOther && !strings.HasSuffix(r.Path, "{$}") || a.StatusCode >= 500 {
					t.Errorf("%s: %s", who, a.Status)
				}
			}
			notHers(t, on, r, v, id)
			if r.For == staff.Manager {
				if a := on("ana").ask(r, v); a.StatusCode != http.StatusNotFound {
					t.Errorf("an associate: %s", a.Status)
				}
				id, incomplete := v, r.Path == "/v1/shifts" // a body that says nothing
				if strings.Contains(r.Path, "/reveals/") {
					return // there is none: for her as for anybody
				}
				if strings.Contains(r.Path, "/associates/") || strings.Contains(r.Path, "/people/") {
					id, incomplete = "ana", r.Method != "GET"
				}
				if a := on("jonas").ask(r, id); strings.Contains(r.Path, "/objections/") {
					if a.StatusCode != http.StatusNotFound { // nobody objects
						t.Errorf("the manager: %s", a.Status)
					}
				} else if a.StatusCode != http.StatusOK && !preparing(r) && !(incomplete && a.StatusCode == http.StatusBadRequest) || refused(a, "/staff") || a.StatusCode >= 500 {
					t.Errorf("the manager: %s", a.Status)
				}
			}
		})
	}
	ana.done("/staff/visits/"+v, "/staff/offers/"+id+"/accept") // nothing that was tried above took it away
}

// notHers asks as an associate whom a visit does not concern: the answer must
// be the one for a visit that does not exist, to the letter.
func notHers(t *testing.T, on func(string) *person, r gate.Route, visit, offer string) {
	t.Helper()
	if !strings.Contains(r.Path, "{id}") {
		return
	}
	real, other := visit, string(floor.NewVisitID())
	if strings.Contains(r.Path, "/offers/") {
		real, other = offer, "o-aaaaaaaaaaaaaaaa"
	}
	marc := on("marc")
	a, b := marc.ask(r, real), marc.ask(r, other)
	if a.StatusCode != b.StatusCode || a.body != b.body {
		t.Errorf("another's: %s %s\nmade up: %s %s", a.Status, a.body, b.Status, b.body)
	}
	if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusConflict && a.StatusCode != http.StatusBadRequest {
		t.Errorf("another's: %s", a.Status)
	}
}

// preparing reports whether a route of the store's preparation may answer
// something else than OK to what says nothing.
func preparing(r gate.Route) bool {
	return strings.HasPrefix(r.Path, "/v1/plan/") || strings.HasPrefix(r.Path, "/staff/survey/") || strings.HasPrefix(r.Path, "/staff/setup/") ||
		strings.Contains(r.Path, "/appointments/") || strings.Contains(r.Path, "/devices/") || strings.Contains(r.Path, "/tasks/") // there is no such one
}
