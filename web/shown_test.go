package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/radio"
)

// A customer whose phone the radio cannot tell types what an associate's screen
// shows: she is here, asked as always, and nobody learns where. It ends by
// itself, and goes on by her phone if that is found later.
func TestACodeOnAScreenChecksHerIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.bindErr = radio.ErrNoAddress
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	keller.page("/here", "was not found", "Code on an associate’s screen")
	if r := keller.form("/here/code", "code", "12 34"); r.StatusCode != 422 || !strings.Contains(r.body, "not on any screen") {
		t.Fatalf("a code of no screen: %s", r.Status)
	}
	code := strings.TrimSpace(between(t, ana.page("/staff/code"), `id="code">`, "<"))
	keller.done("/here", "/here/code", "code", code)
	if page := keller.page("/here", "Shall we tell Ana you are here?"); strings.Contains(page, "associate’s screen") {
		t.Error("she is asked for a code again")
	}
	keller.done("/here", "/here/announce", "style", "approach_me")
	id := between(t, ana.page("/staff"), "/staff/offers/", "/accept")
	var offers []struct{ Visit, Zone string }
	if ana.api("GET", "/v1/associate/offers", "", 200, &offers); len(offers) != 1 || offers[0].Zone != "" {
		t.Fatalf("offers %+v", offers)
	}
	ana.done("/staff/visits/"+offers[0].Visit, "/staff/offers/"+id+"/accept")
	stage := func() (s concierge.Stage) {
		h.do(func(d *concierge.Desk, now time.Time) { s = d.Here(customer("c-keller"), now).Stage })
		return s
	}
	h.pass(concierge.ByCode - time.Second)
	if got := stage(); got != concierge.Serving {
		t.Errorf("before its end she is %s", got)
	}
	h.pass(time.Second)
	if got := stage(); got != concierge.Away {
		t.Errorf("after half an hour without a word she is %s", got)
	}
}

// By JSON it is the same; her phone, once it is found, takes the visit over, and
// with it goes the end by time.
func TestAPhoneTakesACodesVisitOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	keller := h.signIn("c-keller") // her phone is known, and has not been heard
	var shown struct{ Code string }
	ana.api("GET", "/v1/associate/code", "", 200, &shown)
	keller.api("POST", "/v1/me/check-ins", `{"code":"`+shown.Code+`"}`, 204, nil)
	keller.api("POST", "/v1/me/visit/announce", `{"style":"let_me_browse"}`, 204, nil)
	h.arrive(customer("c-keller"), "shoes")
	h.pass(2 * concierge.ByCode)
	var me struct{ Stage concierge.Stage }
	if keller.api("GET", "/v1/me", "", 200, &me); me.Stage != concierge.Browsing {
		t.Errorf("she is %s: the radio's visit ended by a code's time, or she was asked anew", me.Stage)
	}
}

// A code says that somebody is in the store, and nothing overrules what she has
// chosen; and nobody tries a million.
func TestACodeOverrulesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	var shown struct{ Code string }
	for ref, c := range map[string]struct {
		before func(p *person)
		want   int
	}{
		"c-adler":  {func(p *person) { p.api("PUT", "/v1/me/visibility", `{"mode":"invisible"}`, 204, nil) }, 204},
		"c-okafor": {func(p *person) { p.api("DELETE", "/v1/me/consents/presence", "", 204, nil) }, 403},
	} {
		she := h.signIn(ref)
		c.before(she)
		ana.api("GET", "/v1/associate/code", "", 200, &shown)
		she.api("POST", "/v1/me/check-ins", `{"code":"`+shown.Code+`"}`, c.want, nil)
		h.do(func(d *concierge.Desk, now time.Time) {
			if d.Here(customer(ref), now).InStore {
				t.Errorf("%s is noticed", ref)
			}
		})
		h.clock.Add(int64(time.Minute))
	}
	keller := h.signIn("c-keller")
	var last reply
	for range 8 {
		last = keller.send("POST", "/v1/me/check-ins", "application/json", `{"code":"000000"}`)
	}
	if last.StatusCode != http.StatusTooManyRequests {
		t.Errorf("whoever tries many: %s", last.Status)
	}
}
