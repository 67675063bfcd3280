package web

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/radio"
	"foyer/web/guest"
)

// passes reads the made-up passes of tests: "pass <customer> <number>" is good,
// everything else is bad in the way it says.
func passes(token string, _ time.Time) (guest.Pass, error) {
	bad := map[string]error{"malformed": guest.ErrPass, "signer": guest.ErrPassSigner, "store": guest.ErrPassStore,
		"over": guest.ErrPassOver, "early": guest.ErrPassClock, "disk": errors.New("no space left for " + token)}
	if err := bad[token]; err != nil {
		return guest.Pass{}, err
	}
	part := strings.Fields(token)
	return guest.Pass{Customer: customer(part[1]), Number: part[2]}, nil
}

func (p *person) pass(token string) reply {
	p.t.Helper()
	return p.send("POST", "/v1/checkin", "application/json", `{"token":"`+token+`"}`)
}

// An app checks her in by a pass, without a code: her phone is leased, she is
// asked as on her page, and her session takes her no.
func TestAnAppChecksHerIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app := h.person(h.guest)
	if r := app.pass("pass c-keller 1"); r.StatusCode != http.StatusNoContent {
		t.Fatalf("%s %s", r.Status, r.body)
	}
	h.arrive(customer("c-keller"), "shoes")
	var me struct{ Stage concierge.Stage }
	if app.api("GET", "/v1/me", "", 200, &me); me.Stage != concierge.Awaiting {
		t.Errorf("she is %s", me.Stage)
	}
	r := app.pass("pass c-keller 2") // she is signed in already: the session stays
	if r.StatusCode != http.StatusNoContent || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("again: %s %q", r.Status, r.Header.Get("Set-Cookie"))
	}
	if r := app.send("POST", "/v1/checkin", "", ""); r.StatusCode != http.StatusNoContent {
		t.Errorf("by her session: %s %s", r.Status, r.body)
	}
	if r := h.person(h.guest).send("POST", "/v1/checkin", "", ""); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("by nothing: %s %s", r.Status, r.body)
	}
	if r := app.pass("pass c-adler 3"); r.StatusCode != http.StatusNoContent {
		t.Fatalf("another takes the phone: %s", r.Status)
	}
	h.do(func(d *concierge.Desk, now time.Time) {
		if got := d.Here(customer("c-keller"), now).Stage; got != concierge.Away {
			t.Errorf("her phone is another's and she is %s", got)
		}
	})
	app.api("POST", "/v1/me/visit/not-today", "{}", http.StatusConflict, nil) // Adler's session, and she has not come yet
}

// Each way in which a pass is not good has its own problem, which holds nothing
// of it and begins no session.
func TestAPassThatIsNotGood(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if r := h.person(h.guest).pass("pass c-keller 1"); r.StatusCode != http.StatusNoContent {
		t.Fatal(r.Status)
	}
	words := map[string]string{}
	for token, want := range map[string]int{"malformed": 400, "signer": 401, "store": 403, "over": 410, "early": 503, "disk": 503,
		"pass c-keller 1": 410, "pass c-unknown 2": 404} {
		app := h.person(h.guest)
		r := app.pass(token)
		if r.StatusCode != want || r.Header.Get("Content-Type") != "application/problem+json" || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %s %q, want %d", token, r.Status, r.Header.Get("Set-Cookie"), want)
		}
		if strings.Contains(r.body, token+" ") || strings.Contains(r.body, "c-") || strings.Contains(r.body, "no space") {
			t.Errorf("%s: the answer repeats it: %s", token, r.body)
		}
		if other := words[r.body]; other != "" {
			t.Errorf("%s and %s are told apart by nobody: %s", token, other, r.body)
		}
		words[r.body] = token
		h.clock.Add(int64(time.Minute)) // a new allowance
	}
	h.unsure.Store(true)
	if r := h.person(h.guest).pass("pass c-keller 3"); r.StatusCode != 503 || !strings.Contains(r.body, "not sure of the time") {
		t.Errorf("with a clock in doubt: %s %s", r.Status, r.body)
	}
	h.unsure.Store(false)
	if r := h.person(h.guest).pass("pass c-keller 3"); r.StatusCode != http.StatusNoContent {
		t.Errorf("what was refused by a clock in doubt is used up: %s", r.Status)
	}
	if r := h.person(h.guest).send("POST", "/v1/checkin", "application/json", `{"pass":"x"}`); r.StatusCode != 400 {
		t.Errorf("a body of another form: %s", r.Status)
	}
	crook := h.person(h.guest)
	for range 8 {
		crook.pass("signer")
	}
	if r := crook.pass("signer"); r.StatusCode != http.StatusTooManyRequests {
		t.Errorf("whoever tries many: %s", r.Status)
	}
}

// A phone that cannot be found is no reason to begin no session: with it the
// app tries again, without another pass.
func TestAPassOfAPhoneThatIsNotFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.bindErr = radio.ErrRouter
	app := h.person(h.guest)
	if r := app.pass("pass c-keller 1"); r.StatusCode != http.StatusConflict || !strings.Contains(r.body, "router") {
		t.Fatalf("%s %s", r.Status, r.body)
	}
	app.page("/here", "router")
	h.mu.Lock()
	h.bindErr = nil
	h.mu.Unlock()
	if r := app.send("POST", "/v1/checkin", "", ""); r.StatusCode != http.StatusNoContent {
		t.Errorf("%s %s", r.Status, r.body)
	}
}
