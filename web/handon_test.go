package web

import (
	"strings"
	"testing"
	"time"

	"foyer/concierge"
)

// At the end an associate may hand a client on, and say that she came up to her
// while she was looking around; nobody is asked that who had no reason to.
func TestWrapUpHandsOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, marc := h.signOn("ana", "4711"), h.signOn("marc", "4711")
	ana.listen("/v1/associate/stream", "")
	marc.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	goes := func() {
		t.Helper()
		id := between(t, ana.page("/staff"), "/staff/offers/", "/accept")
		ana.done("/staff/visits/"+v, "/staff/offers/"+id+"/accept")
		ana.done("/staff/visits/"+v, "/staff/visits/"+v+"/greeted")
	}
	keller.done("/here", "/here/announce", "style", "approach_me")
	goes()
	if page := ana.page("/staff/visits/"+v, "A colleague goes on", "I have finished"); strings.Contains(page, "looking around") {
		t.Error("she is asked whether she approached one who did not look around")
	}
	if r := ana.form("/staff/visits/"+v+"/wrap-up", "served", "perhaps"); r.StatusCode != 400 {
		t.Errorf("served perhaps: %s", r.Status)
	}
	ana.done("/staff", "/staff/visits/"+v+"/wrap-up", "served", "next")
	keller.page("/here", "We are asking now.")
	id := between(t, marc.page("/staff", "You would cover for Ana"), "/staff/offers/", "/accept")
	marc.api("POST", "/v1/offers/"+id+"/accept", "{}", 200, nil)
	marc.api("POST", "/v1/visits/"+v+"/wrap-up", `{"served":true,"handoff_to_next":false}`, 204, nil)

	keller.done("/here", "/here/announce", "style", "let_me_browse")
	h.pass(4 * time.Minute) // she has wrapped up
	keller.done("/here", "/here/help")
	goes()
	ana.page("/staff/visits/"+v, "I came up to her while she was looking around")
	ana.done("/staff", "/staff/visits/"+v+"/wrap-up", "served", "yes", "approached", "yes")
	h.do(func(d *concierge.Desk, now time.Time) {
		if s := d.Here(customer("c-keller"), now).Stage; s != concierge.Announced {
			t.Errorf("after it all she is %s", s)
		}
	})
}
