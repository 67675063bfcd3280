package web

import (
	"net/http"
	"strings"
	"testing"
)

// A cookie that somebody else put into a browser is never what its owner's session
// is known by: whoever signs in gets a new one, and the old one opens nothing.
func TestASessionCannotBeFixed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	crook := h.signIn("c-adler")
	planted := crook.cookie("__Host-guest")
	victim := h.person(h.guest)
	victim.give("__Host-guest", planted)
	victim.done("/here", "/here/session", "code", "code-c-keller")
	if victim.cookie("__Host-guest") == planted {
		t.Error("she is known by the cookie that was planted")
	}
	if strings.Contains(crook.get("/v1/me/export").body, "c-keller") {
		t.Error("whoever planted it reads hers")
	}
	ana := h.signOn("ana", "4711")
	old := ana.cookie("__Host-staff")
	ana.done("/staff", "/staff/session", "associate", "ana", "pin", "4711")
	if ana.cookie("__Host-staff") == old {
		t.Error("signing on again keeps the session")
	}
	ana.give("__Host-staff", old)
	if r := ana.get("/v1/associate/offers"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("the session before: %s", r.Status)
	}
	fixed := h.person(h.staff)
	fixed.give("__Host-device", "SETBYSOMEBODYELSE")
	fixed.done("/staff", "/staff/pair", "code", must(h.server.Pair(associate("marc"), h.now())), "pin", "5823", "again", "5823")
	if fixed.cookie("__Host-device") == "SETBYSOMEBODYELSE" {
		t.Error("a device is known by a cookie of somebody else's")
	}
}
