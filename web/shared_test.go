package web

import (
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// On a phone that others use too she is asked at this visit, whatever she chose
// for others, cannot choose to be announced without, and is signed out when the
// visit ends, on that phone only; its browser forgets her when it is closed.
func TestASharedPhoneIsVisitByVisit(t *testing.T) {
	h := newHouse(t)
	c := customer("c-okafor") // announced by himself, elsewhere
	h.invite(c, "own")
	own, shared := h.person(h.guest), h.person(h.guest)
	own.done("/here", "/here/session", "code", "own")
	shared.page("/here", "Others use this phone too")
	r := shared.form("/here/session", "code", "code-c-okafor", "phone", "shared")
	if cookie := r.Header.Get("Set-Cookie"); r.StatusCode != 303 || strings.Contains(cookie, "Max-Age") || strings.Contains(cookie, "Expires") {
		t.Fatalf("%s, %q", r.Status, cookie)
	}
	v := h.arrive(c, "tailoring")
	shared.page("/here", "Shall we tell the store you are here?")
	h.pass(30 * time.Second)
	h.do(func(d *concierge.Desk, now time.Time) {
		if s := d.Here(c, now).Stage; s != concierge.Awaiting {
			t.Errorf("without a word of his he is %s", s)
		}
	})
	shared.done("/here/privacy", "/here/visibility", "mode", "ask_each_visit", "from", "privacy")
	if r := shared.form("/here/visibility", "mode", "automatic"); r.StatusCode != 403 {
		t.Errorf("announced by himself, on a shared phone: %s", r.Status)
	}
	if page := shared.page("/here/privacy", "signed out when it ends"); strings.Contains(page, `value="automatic"`) {
		t.Error("the page offers it")
	}
	h.pass(12 * time.Hour) // the session is over by itself
	if r := shared.get("/v1/me"); r.StatusCode != 401 {
		t.Errorf("after twelve hours: %s", r.Status)
	}
	h.invite(c, "again")
	shared.done("/here", "/here/session", "code", "again", "phone", "shared")
	h.do(func(d *concierge.Desk, now time.Time) {
		d.Greet(floor.Visit{ID: v, Phone: h.phones[c], State: floor.Ended}, now)
	})
	for tries := 0; shared.get("/v1/me").StatusCode != 401; tries++ { // the disk is written beside the loop
		if tries == 300 {
			t.Fatal("the session outlasts the visit")
		}
		time.Sleep(10 * time.Millisecond)
	}
	own.api("GET", "/v1/me", "", 200, nil)
	own.done("/here", "/here/visibility", "mode", "automatic")
	h.arrive(c, "tailoring")
	h.do(func(d *concierge.Desk, now time.Time) {
		if s := d.Here(c, now).Stage; s != concierge.Grace {
			t.Errorf("on his own phone he is %s", s)
		}
	})
}
