package web

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// A phone whose customer has signed out, or which another has taken over, does
// not go on being the first one's.
func TestWhoLeavesThePageLeavesTheVisit(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(p *person){
		"signs out":        func(p *person) { p.done("/here", "/here/sign-out") },
		"hands over":       func(p *person) { p.done("/here", "/here/session", "code", "code-c-adler") },
		"signs out, again": func(p *person) { p.api("DELETE", "/v1/me/session", "", 204, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			keller := h.signIn("c-keller")
			v := h.arrive(customer("c-keller"), "shoes")
			ana := h.signOn("ana", "2749")
			keller.done("/here", "/here/announce", "style", "let_me_browse")
			leave(keller)
			h.do(func(d *concierge.Desk, now time.Time) {
				if got := d.Here(customer("c-keller"), now).Stage; got != concierge.Away {
					t.Errorf("she is still %s", got)
				}
				if today, _ := d.Today(associate("ana"), now); len(today.Browsing) != 0 {
					t.Error("ana still has her in the list")
				}
				d.Greet(floor.Visit{ID: v, State: floor.Ended}, now)
			})
			ana.api("GET", "/v1/visits/"+string(v)+"/card", "", 404, nil)
		})
	}
}
