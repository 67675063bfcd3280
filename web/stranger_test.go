package web

import (
	"net/http"
	"strings"
	"testing"

	"foyer/floor"
)

// Somebody who is not signed in asks for help on her page, which needs no script:
// an associate is told where and nothing else, and the page says who comes.
func TestHelpWithoutSigningIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "2749")
	events, _ := ana.listen("/v1/associate/stream", "")
	she := h.person(h.guest)
	page := she.page("/here", "You need not sign in.", `action="/here/ask"`, `<option value="shoes">`)
	for _, l := range floor.Example().Levels {
		for _, z := range l.Zones {
			if has := strings.Contains(page, `<option value="`+string(z.ID)+`">`); has == z.Private {
				t.Errorf("zone %s, private %v: on the page %v", z.ID, z.Private, has)
			}
			if z.Private {
				if r := she.form("/here/ask", "zone", string(z.ID)); r.StatusCode != http.StatusBadRequest {
					t.Errorf("a private zone: %s", r.Status)
				}
			}
		}
	}
	if r := she.form("/here/ask", "zone", "<b>"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a zone there is not: %s", r.Status)
	}
	she.done("/here", "/here/ask", "zone", "shoes")
	r := she.get("/here")
	if !strings.Contains(r.body, "We are asking now.") || r.Header.Get("Refresh") == "" || strings.Contains(r.body, "Your code") {
		t.Errorf("asked: %q\n%s", r.Header.Get("Refresh"), r.body)
	}
	she.done("/here", "/here/ask", "zone", "shoes") // pressed twice is asked once
	offer := want(t, events, "offer.created")
	if page := h.signOn("jonas", "8024").page("/staff/floor", "Shoes", "Asked for help, not signed in."); strings.Contains(page, "/staff/tasks/") {
		t.Error("a manager is to decide on one of whom nothing is known")
	}
	ana.page("/staff", "Not signed in", "Somebody at Shoes would like help", "There is no name and nothing else to know.")
	var offers []struct {
		ID, Visit, Name, Zone string
		Unknown               bool
	}
	ana.api("GET", "/v1/associate/offers", "", 200, &offers)
	if len(offers) != 1 || !offers[0].Unknown || offers[0].Zone != "shoes" || offers[0].Name != "" {
		t.Fatalf("after %v: %+v", offer, offers)
	}
	card := "/staff/visits/" + offers[0].Visit
	ana.done(card, "/staff/offers/"+offers[0].ID+"/accept")
	ana.page(card, "Not signed in", "Somebody at Shoes", "nothing is known of her", "I have greeted her")
	ana.page(card+"/where", "Shoes")
	var wire map[string]any
	ana.api("GET", "/v1/visits/"+offers[0].Visit+"/card", "", 200, &wire)
	if wire["zone"] != "shoes" || len(wire["sections"].([]any)) != 0 || wire["access"] != "" {
		t.Errorf("%v", wire)
	}
	she.page("/here", "Ana is on the way.", "nothing is kept")
	ana.done(card, card+"/greeted")
	she.page("/here", "Ana is looking after you.")
	ana.done("/staff", card+"/wrap-up", "served", "yes")
	she.page("/here", "You need not sign in.", "Your code")
	ana.api("GET", "/v1/visits/"+offers[0].Visit+"/card", "", 404, nil)
	if n := h.ledger.Stats().Appended; n != 0 {
		t.Errorf("%d rows in the ledger about nobody", n)
	}
}

// The same as JSON; what is not hers she learns nothing of; and one device asks
// so often only.
func TestHelpWithoutSigningInIsLimited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.signOn("ana", "2749").listen("/v1/associate/stream", "")
	she, other := h.person(h.guest), h.person(h.guest)
	type state struct {
		Open, Asking bool
		Zone         string
	}
	var got state
	she.api("POST", "/v1/help", `{"zone":"shoes"}`, 204, nil)
	she.api("GET", "/v1/help", "", 200, &got)
	if got != (state{true, true, "shoes"}) {
		t.Errorf("%+v", got)
	}
	other.give("__Host-ask", "made-up")
	got = state{}
	if other.api("GET", "/v1/help", "", 200, &got); got.Open {
		t.Error("a made-up number opens an ask")
	}
	other.api("DELETE", "/v1/help", "", 204, nil)
	if she.api("GET", "/v1/help", "", 200, &got); !got.Open {
		t.Error("somebody else's press ends her ask")
	}
	she.api("DELETE", "/v1/help", "", 204, nil)
	she.api("POST", "/v1/help", `{"zone":"toilet-of-nowhere"}`, 400, nil)
	for range 2 {
		she.api("POST", "/v1/help", `{}`, 204, nil)
		she.api("DELETE", "/v1/help", "", 204, nil)
	}
	if r := h.person(h.guest).form("/here/ask"); r.StatusCode != http.StatusTooManyRequests || !strings.Contains(r.body, "Speak to any of us") {
		t.Errorf("the fourth of one device within minutes: %s", r.Status) // with another browser, too
	}

	keller := h.signIn("c-keller")
	keller.api("POST", "/v1/help", `{}`, http.StatusConflict, nil)
	keller.done("/here", "/here/ask")
	if strings.Contains(keller.page("/here"), "We are asking now.") {
		t.Error("who is signed in has asked as if she were not")
	}
}
