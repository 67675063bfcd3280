package web

import (
	"strings"
	"testing"
	"time"

	"foyer/concierge"
)

// What a customer's page says of others is so: who knows, who is told, what
// comes next.
func TestThePageSaysWhatIsSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	okafor := h.signIn("c-okafor") // announced by himself; Marc, whom he named, is not in
	h.arrive(customer("c-okafor"), "tailoring")
	h.pass(21 * time.Second)
	okafor.page("/here", "Nobody has been told yet.", "You will see here when one is on the way.", "nobody knows yet")
	h.pass(5*time.Minute + time.Second)
	if page := okafor.page("/here", "Nobody has been told yet.", "Ask, and whoever is free comes."); strings.Contains(page, "You will see here") {
		t.Error("nobody is looked for any more, and the page says so not")
	}
	okafor.done("/here", "/here/help")
	for range 30 {
		h.pass(time.Minute)
	}
	okafor.page("/here", "Nobody is free this minute.", "You can ask again.", "Ask again", "Book a time")
	jonas := h.signOn("jonas", "8024")
	jonas.listen("/v1/associate/stream", "")
	okafor.page("/here", "Nobody is free this minute.", "We have told the manager.")
	jonas.page("/staff/floor", "Asked for help.")
	okafor.done("/here", "/here/not-today")
	okafor.page("/here", "Not today, then.", "Tomorrow you are announced again when you come.")

	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/not-today")
	keller.page("/here", "Not today, then.", "Tomorrow we ask again.")
}

// She reads who saw what, when, as what and for what, at the next look at her
// page: no line to headquarters has a part in it.
func TestWhoSawWhat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.page("/here/privacy", "Nobody has seen anything about you.")
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	keller.page("/here/privacy", "Today, 14:02", "<b>Ana</b>, Shoes, your associate", "Your name, what you came for", "Opened to serve you.")
}

// Where the access cannot be written down there is no card, by page or by JSON,
// and the question stands.
func TestNoRowNoPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	id := between(t, ana.page("/staff"), "/staff/offers/", "/accept")
	h.must(h.ledger.Close())
	for _, r := range []reply{ana.form("/staff/offers/" + id + "/accept"), ana.send("POST", "/v1/offers/"+id+"/accept", "application/json", "{}"),
		ana.get("/staff/visits/" + v), ana.send("GET", "/v1/visits/"+v+"/card", "", "")} {
		if r.StatusCode != 503 || strings.Contains(r.body, "Keller") || strings.Contains(r.body, "coat") {
			t.Errorf("%s %s: %s %s", r.Request.Method, r.Request.URL.Path, r.Status, r.body)
		}
	}
	ana.page("/staff", "/staff/offers/"+id+"/accept")
}

// The sign at the entrance says /privacy. A stranger reads there that there is
// nothing to undo, and is asked for nothing; a customer ends everything with
// one press, there and then, and is a stranger from that moment.
func TestThePrivacySign(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sign := func(p *person) string {
		r := p.get("/privacy")
		if r.StatusCode != 303 || r.Header.Get("Location") != "/here/privacy" {
			t.Fatalf("%s to %q", r.Status, r.Header.Get("Location"))
		}
		return p.page("/here/privacy")
	}
	stranger := h.person(h.guest)
	page := sign(stranger)
	if !strings.Contains(page, "it is not noticed, not counted and not remembered") || strings.Contains(mainOf(page), "<form") {
		t.Errorf("a stranger reads %s", page)
	}
	if r := stranger.get("/privacy"); r.Header.Get("Set-Cookie") != "" {
		t.Error("a stranger is given a cookie")
	}
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	if page = sign(keller); !strings.Contains(page, `action="/here/withdraw"`) || strings.Contains(page, "reason") {
		t.Errorf("a customer reads %s", page)
	}
	if r := keller.form("/here/withdraw"); r.StatusCode != 200 || !strings.Contains(r.body, "Done. Nobody is told any more.") {
		t.Errorf("%s %s", r.Status, r.body)
	}
	all, err := h.profiles.Consents(customer("c-keller"))
	h.must(err)
	for purpose, word := range all {
		if word.Granted {
			t.Errorf("%s is still allowed", purpose)
		}
	}
	h.do(func(d *concierge.Desk, now time.Time) {
		if s := d.Here(customer("c-keller"), now).Stage; s != concierge.Away {
			t.Errorf("she is %s", s)
		}
	})
	if page = sign(keller); strings.Contains(page, `aria-checked="true"`) {
		t.Error("a switch stands on")
	}
}

// After twenty minutes without an answer nothing is asked, and she can still
// ask herself.
func TestAfterTheQuestionSheCanStillAsk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	if page := keller.page("/here"); strings.Contains(page, "/here/help") {
		t.Error("help is offered to somebody who is not there")
	}
	h.arrive(customer("c-keller"), "shoes")
	h.pass(21 * time.Minute)
	page := keller.page("/here", "Nobody here has been told.", "I’d like some help", "Tell Ana I am here")
	if strings.Contains(page, "Shall we") {
		t.Error("the question is asked for ever")
	}
	keller.done("/here", "/here/help")
	keller.page("/here", "We are asking now.")
}
