package door_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/cmd/foyer-hq/door"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/web/gate"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A house is headquarters with the store 014, and its door.
type house struct {
	t      *testing.T
	dir    string
	id     wire.Identity
	office *office.Office
	door   *door.Door
	now    time.Time
	keys   map[office.Scope]string // of each scope alone
}

func newHouse(t *testing.T, change ...func(*door.Options)) *house {
	t.Helper()
	h := &house{t: t, dir: filepath.Join(t.TempDir(), "hq"), now: time.Now(), keys: map[office.Scope]string{}}
	must(t, office.InitCA(h.dir, h.now))
	must(t, office.SetBroker(h.dir, "tls://127.0.0.1:8883"))
	bundle, err := office.IssueStore(h.dir, "northwind", "014", []string{"foyer-014.local"}, h.now)
	must(t, err)
	h.id, err = wire.LoadIdentity(bundle)
	must(t, err)
	clock := func() time.Time { return h.now }
	h.office, err = office.Open(office.Options{Dir: h.dir, Now: clock})
	must(t, err)
	t.Cleanup(func() { h.office.Close() })
	o := door.Options{Office: h.office, Now: clock, PerPeer: gate.Rate{Every: time.Second, Burst: 1000}}
	for _, c := range change {
		c(&o)
	}
	h.door, err = door.New(o)
	must(t, err)
	for _, s := range office.Scopes() {
		h.keys[s], err = h.office.AddKey(string(s), []office.Scope{s})
		must(t, err)
	}
	return h
}

func (h *house) ask(method, path, key string, body any) *httptest.ResponseRecorder {
	h.t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		must(h.t, err)
		in = strings.NewReader(string(b))
	}
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, in)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	return w
}

// into asks, wants a status, and holds the answer against the contract.
func (h *house) into(out any, status int, method, path string, scope office.Scope, schema string, body any) {
	h.t.Helper()
	w := h.ask(method, path, h.keys[scope], body)
	if w.Code != status {
		h.t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, status)
	}
	must(h.t, json.Unmarshal(w.Body.Bytes(), out))
	s := compiled(h.t)("#/components/schemas/" + schema)
	must(h.t, s.Validate(parsed(h.t, json.RawMessage(w.Body.Bytes()))))
}

// Every route is tried without a key, with one that is none, and with the key of
// every other scope: it opens to its own alone, and says nothing to the others.
func TestEveryRouteWantsItsScope(t *testing.T) {
	h := newHouse(t)
	for _, r := range h.door.Routes() {
		if r.For == "code" {
			continue
		}
		path := strings.Replace(r.Path, "{reference}", "e-x", 1)
		for _, key := range []string{"", "foyer-hq-AAAAAAAAAAAAAAAAAAAAAAAAAA", "foyer-hq-"} {
			if w := h.ask(r.Method, path, key, nil); w.Code != http.StatusUnauthorized {
				t.Errorf("%s %s with %q: %d", r.Method, path, key, w.Code)
			}
		}
		for scope, key := range h.keys {
			w := h.ask(r.Method, path, key, nil)
			nothing := w.Code == http.StatusNotFound && strings.Contains(w.Body.String(), gate.Nothing)
			if allowed := string(scope) == r.For; allowed == nothing && path != "/v1/erasures/e-x" {
				t.Errorf("%s %s with %s: %d", r.Method, path, scope, w.Code)
			}
		}
	}
	must(t, h.office.RemoveKey("fleet"))
	if w := h.ask("GET", "/v1/fleet", h.keys[office.ScopeFleet], nil); w.Code != http.StatusUnauthorized {
		t.Errorf("a removed key: %d", w.Code)
	}
}

// What the chain's programs ask goes to the store under a pseudonym: their own
// name of her is nowhere in what is sent, and gone here with her erasure.
func TestCustomersAreNamedHereOnly(t *testing.T) {
	h := newHouse(t)
	const crm = "CRM-00417"
	var invited door.Invited
	h.into(&invited, http.StatusCreated, "POST", "/v1/invitations", office.ScopeInvitation, "Invited", door.Invitation{Customer: crm, Store: "014"})
	if !strings.HasSuffix(invited.Link, "/here?code="+invited.Code) || invited.Expires.Sub(h.now) < 719*time.Hour {
		t.Errorf("invited: %+v", invited)
	}
	who, err := h.office.Pseudonym(crm, false)
	must(t, err)
	var pass door.Pass
	h.into(&pass, http.StatusCreated, "POST", "/v1/checkin-tokens", office.ScopeCheckIn, "Pass", door.CheckIn{Customer: crm, Store: "014"})
	if p, err := h.id.Pass(pass.Token, h.now); err != nil || p.Customer != who || p.Customer == crm {
		t.Errorf("a pass of %q, %v; her pseudonym is %q", p.Customer, err, who)
	}
	var told door.Told
	h.into(&told, http.StatusAccepted, "POST", "/v1/geofence", office.ScopeGeofence, "Told", door.Geofence{Customer: crm, Store: "014", Entered: true, At: h.now})
	h.into(&told, http.StatusAccepted, "POST", "/v1/consents", office.ScopeConsent, "Told", door.Consent{Customer: crm, Purpose: "presence"})
	if told.Stores != 1 {
		t.Errorf("%d stores are told", told.Stores)
	}
	var erased office.Erasure
	h.into(&erased, http.StatusAccepted, "POST", "/v1/erasures", office.ScopeErasure, "Erased", door.Erasure{Customer: crm})
	if erased.Stores != 1 || len(erased.Waiting) != 2 || erased.Reference == "" {
		t.Errorf("erased: %+v", erased)
	}
	h.into(&erased, http.StatusOK, "GET", "/v1/erasures/"+erased.Reference, office.ScopeErasure, "Erased", nil)
	if fmt.Sprint(erased.Waiting) != "[headquarters 014]" { // its own log, and the store
		t.Errorf("how far it is: %+v", erased)
	}
	if p, err := h.office.Pseudonym(crm, false); err == nil {
		t.Errorf("headquarters still knows that %s is %s", crm, p)
	}
	h.into(&erased, http.StatusAccepted, "POST", "/v1/erasures", office.ScopeErasure, "Erased", door.Erasure{Customer: crm})
	if erased.Reference != "" || erased.Stores != 0 {
		t.Errorf("erased again: %+v", erased)
	}
}

// What cannot be is refused with its place, and what is unknown says nothing.
func TestTheDoorRefuses(t *testing.T) {
	h := newHouse(t)
	_, err := h.office.Pseudonym("known", true)
	must(t, err)
	for _, c := range []struct {
		path   string
		scope  office.Scope
		body   any
		status int
		want   string
	}{
		{"/v1/checkin-tokens", office.ScopeCheckIn, door.CheckIn{Customer: "known", Store: "015"}, 422, "store:"},
		{"/v1/checkin-tokens", office.ScopeCheckIn, door.CheckIn{Customer: "known", Store: "../014"}, 422, "store:"},
		{"/v1/checkin-tokens", office.ScopeCheckIn, door.CheckIn{Store: "014"}, 422, "customer:"},
		{"/v1/checkin-tokens", office.ScopeCheckIn, map[string]any{"customer": "known", "shop": "014"}, 400, "shop"},
		{"/v1/geofence", office.ScopeGeofence, door.Geofence{Customer: "stranger", Store: "014", At: h.now}, 404, gate.Nothing},
		{"/v1/geofence", office.ScopeGeofence, door.Geofence{Customer: "known", Store: "014"}, 422, "at:"},
		{"/v1/geofence", office.ScopeGeofence, door.Geofence{Customer: "known", Store: "014", At: h.now.Add(2 * time.Hour)}, 422, "at:"},
		{"/v1/consents", office.ScopeConsent, door.Consent{Customer: "stranger", Purpose: "presence"}, 404, gate.Nothing},
		{"/v1/invitations", office.ScopeInvitation, door.Invitation{Customer: "known", Store: "014", Hours: 9000}, 422, "hours:"},
		{"/v1/invitations", office.ScopeInvitation, door.Invitation{Customer: "known", Store: "014", Link: "http://x"}, 422, "link:"},
		{"/v1/erasures/e-nothing", office.ScopeErasure, nil, 404, gate.Nothing},
		{"/v1/nothing", office.ScopeErasure, nil, 404, gate.Nothing},
	} {
		method := "POST"
		if c.body == nil {
			method = "GET"
		}
		if w := h.ask(method, c.path, h.keys[c.scope], c.body); w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %+v: %d %s, want %d %q", c.path, c.body, w.Code, w.Body, c.status, c.want)
		}
	}
	// A store that there is not leaves no pseudonym behind.
	for path, body := range map[string]any{
		"/v1/checkin-tokens": door.CheckIn{Customer: "new", Store: "015"}, "/v1/invitations": door.Invitation{Customer: "new", Store: "015"},
	} {
		scope := office.ScopeCheckIn
		if path == "/v1/invitations" {
			scope = office.ScopeInvitation
		}
		if w := h.ask("POST", path, h.keys[scope], body); w.Code != 422 || !strings.Contains(w.Body.String(), "store:") {
			t.Errorf("%s of an unknown store: %d %s", path, w.Code, w.Body)
		}
	}
	if p, err := h.office.Pseudonym("new", false); !errors.Is(err, office.ErrNobody) {
		t.Errorf("for a store that there is not she became %q, %v", p, err)
	}
	// A purpose that there is not is seen when a store is to be told.
	var invited door.Invited
	h.into(&invited, http.StatusCreated, "POST", "/v1/invitations", office.ScopeInvitation, "Invited", door.Invitation{Customer: "known", Store: "014"})
	if w := h.ask("POST", "/v1/consents", h.keys[office.ScopeConsent], door.Consent{Customer: "known", Purpose: "flattery"}); w.Code != 422 || !strings.Contains(w.Body.String(), "purpose") {
		t.Errorf("a purpose of nothing: %d %s", w.Code, w.Body)
	}
}

// Limits: a key has an allowance, whoever has none is slowed down by address, and
// a body has a largest size.
func TestTheDoorIsLimited(t *testing.T) {
	h := newHouse(t, func(o *door.Options) {
		o.PerKey, o.PerPeer = gate.Rate{Every: time.Minute, Burst: 5}, gate.Rate{Every: time.Minute, Burst: 3}
	})
	count := func(n int, key string) (limited int) {
		for range n {
			if w := h.ask("GET", "/v1/fleet", key, nil); w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "" {
				limited++
			}
		}
		return limited
	}
	if n := count(6, h.keys[office.ScopeFleet]); n != 1 {
		t.Errorf("%d of 6 with a key are too many, of which 5 are allowed", n)
	}
	if n := count(5, "guess"); n != 2 {
		t.Errorf("%d of 5 guesses are too many, of which 3 are allowed", n)
	}
	if w := h.ask("POST", "/v1/enrolments", "", map[string]string{}); w.Code != http.StatusTooManyRequests {
		t.Errorf("guesses at codes are not counted with those at keys: %d", w.Code)
	}
	h.now = h.now.Add(time.Hour)
	if w := h.ask("POST", "/v1/consents", h.keys[office.ScopeConsent], door.Consent{Customer: strings.Repeat("x", 100<<10)}); w.Code != http.StatusBadRequest {
		t.Errorf("a body of 100 KiB: %d", w.Code)
	}
}

// Many ask at once, of everything: with the race detector, nothing is shared that
// must not be.
func TestManyAskAtOnce(t *testing.T) {
	h := newHouse(t)
	_, err := h.office.Pseudonym("known", true)
	must(t, err)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 5 {
				h.ask("POST", "/v1/checkin-tokens", h.keys[office.ScopeCheckIn], door.CheckIn{Customer: "known", Store: "014"})
				h.ask("POST", "/v1/invitations", h.keys[office.ScopeInvitation], door.Invitation{Customer: fmt.Sprint("c", i), Store: "014"})
				h.ask("POST", "/v1/consents", h.keys[office.ScopeConsent], door.Consent{Customer: "known", Purpose: "presence"})
				h.ask("GET", "/v1/fleet", h.keys[office.ScopeFleet], nil)
				h.ask("POST", "/v1/erasures", h.keys[office.ScopeErasure], door.Erasure{Customer: fmt.Sprint("c", i)})
			}
		})
	}
	_, err = h.office.Rotate(true)
	must(t, err)
	_, err = h.office.Rotate(true)
	must(t, err)
	all.Wait()
	if w := h.ask("POST", "/v1/checkin-tokens", h.keys[office.ScopeCheckIn], door.CheckIn{Customer: "known", Store: "014"}); w.Code != http.StatusCreated {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// The fleet's page names what somebody should look at; a browser's question for
// a password takes the key.
func TestFleetPage(t *testing.T) {
	h := newHouse(t)
	var f door.Fleet
	h.into(&f, http.StatusOK, "GET", "/v1/fleet", office.ScopeFleet, "Fleet", nil)
	if len(f.Stores) != 1 || f.Stores[0].Store != "014" || fmt.Sprint(f.Stores[0].Troubles) != "[never heard]" {
		t.Errorf("%+v", f)
	}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/fleet", nil)
	r.SetBasicAuth("anybody", h.keys[office.ScopeFleet])
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	for _, want := range []string{"0 of 1 have their line up", `<th scope="row">014</th>`, "never heard", "/fleet/fleet.css"} {
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page, %d, does not say %q", w.Code, want)
		}
	}
	for _, path := range []string{"/fleet/fleet.css"} {
		if w := h.ask("GET", path, h.keys[office.ScopeFleet], nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "table") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if b, err := os.ReadFile(filepath.Join(h.dir, "office.db")); err != nil || strings.Contains(string(b), h.keys[office.ScopeFleet]) {
		t.Errorf("a key lies on the disk: %v", err)
	}
}
