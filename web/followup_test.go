package web

import (
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/profile"
)

// What an associate leaves for a client after a visit stands on her own page, only
// where she allows that something is written for her, and goes when she says so.
func TestAMessageAfterAVisit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, marc := h.signOn("ana", "4711"), h.signOn("marc", "5813")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	at := "/staff/visits/" + v
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(at, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	say := func(p *person, text string, want int) {
		t.Helper()
		p.api("POST", "/v1/visits/"+v+"/follow-up", `{"text":"`+text+`"}`, want, nil)
	}
	say(ana, "The navy loafers are back in 38.", 404) // she has not met her yet
	ana.form(at + "/greeted")
	say(ana, "The navy loafers are back in 38.", 403)
	if strings.Contains(ana.page(at), "follow-up") {
		t.Error("it is offered though she takes no messages")
	}
	grant := func() {
		_, err := h.profiles.Grant(customer("c-keller"), h.now(), "1", "page", profile.ContentPersonal)
		h.must(err)
	}
	grant()
	ana.page(at, at+"/follow-up")
	ana.page(at+"/follow-up", "No message or mail is sent to her.")
	say(marc, "I am quicker.", 404)
	say(ana, strings.Repeat("x", 281), 400)
	if r := ana.form(at+"/follow-up", "text", "  "); r.StatusCode != 422 || !strings.Contains(r.body, "Write 1 to 280 letters.") {
		t.Errorf("nothing to leave: %s", r.Status)
	}
	ana.done(at, at+"/follow-up", "text", "The navy loafers are back in 38.\nAsk for me.")
	keller.page("/here", "The navy loafers are back in 38. Ask for me.", "Ana, ")
	var all []struct{ ID, From, Text string }
	if keller.api("GET", "/v1/me/messages", "", 200, &all); len(all) != 1 || all[0].From != "Ana" {
		t.Fatalf("%+v", all)
	}
	ana.done("/staff", at+"/wrap-up", "served", "yes")
	say(ana, "One more thing.", 404) // the visit is over for her
	copied, err := h.door.Copy(customer("c-keller"), concierge.Moment{}, nil, h.now())
	if err != nil || len(copied.Messages) != 1 {
		t.Errorf("her copy has %+v, %v", copied.Messages, err)
	}
	adler := h.signIn("c-adler")
	adler.api("DELETE", "/v1/me/messages/"+all[0].ID, "", 404, nil)
	keller.done("/here", "/here/messages/"+all[0].ID+"/take-off")
	if strings.Contains(keller.page("/here"), "loafers are back") {
		t.Error("she took it off")
	}
}

func TestAMessageGoesWithHerConsentAndWithTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	left := func(ref string) *person {
		_, err := h.profiles.Grant(customer(ref), h.now(), "1", "page", profile.ContentPersonal)
		h.must(err)
		she := h.signIn(ref)
		v := string(h.arrive(customer(ref), "shoes"))
		she.done("/here", "/here/announce", "style", "approach_me")
		ana.done("/staff/visits/"+v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
		ana.form("/staff/visits/" + v + "/greeted")
		ana.done("/staff/visits/"+v, "/staff/visits/"+v+"/follow-up", "text", "It is back in 38.")
		ana.done("/staff", "/staff/visits/"+v+"/wrap-up", "served", "yes")
		ana.api("PUT", "/v1/associate/presence", `{"status":"available"}`, 204, nil)
		she.page("/here", "It is back in 38.")
		return she
	}
	kept := func(ref string) int {
		c, err := h.door.Copy(customer(ref), concierge.Moment{}, nil, h.now())
		h.must(err)
		return len(c.Messages)
	}
	keller := left("c-keller")
	keller.form("/here/consents/history_store/withdraw")
	if n := kept("c-keller"); n != 1 {
		t.Errorf("%d messages after she took back something else", n)
	}
	keller.form("/here/consents/content_personal/withdraw")
	if n := kept("c-keller"); n != 0 {
		t.Errorf("%d messages after she took it back", n)
	}
	left("c-adler")
	_, err := h.door.Sweep(h.now().Add(29 * 24 * time.Hour))
	h.must(err)
	if n := kept("c-adler"); n != 1 {
		t.Errorf("%d messages after 29 days", n)
	}
	_, err = h.door.Sweep(h.now().Add(31 * 24 * time.Hour))
	h.must(err)
	if n := kept("c-adler"); n != 0 {
		t.Errorf("%d messages after 31 days", n)
	}
}
