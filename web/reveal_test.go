package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// TestTheAggressiveAssociate is the hard case: one who opens whatever can be
// opened. Each time she writes a reason that the customer reads at once; after
// three a manager must agree; the customer contests; the manager judges; a tier
// is proposed, and nothing of hers changes until a person decides it.
func TestTheAggressiveAssociate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	ana.listen("/v1/associate/stream", "")
	board, _ := jonas.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	her, _ := keller.listen("/v1/me/stream", "")
	visit := string(h.arrive(customer("c-keller"), "shoes"))
	v := "/staff/visits/" + visit
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	if page := ana.page(v); strings.Contains(page, "Handbag, navy") {
		t.Fatal("there is nothing to open")
	}

	r := ana.form(v+"/reveals", "what", "class/other_stores", "reason", "other", "text", "curious")
	if r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(r.body, "Say in at least 20 characters why.") {
		t.Errorf("no reason: %s %s", r.Status, r.body)
	}
	ana.done(v, v+"/reveals", "what", "class/other_stores", "reason", "other", "text", "She might want to buy another one of these")
	want(t, her, "here.changed")
	want(t, board, "floor.changed")
	ana.page(v, "Opened until 14:17", "Handbag, navy")
	keller.page("/here/privacy", "Opened with a reason, because: another reason, in their words.", "She might want to buy another one of these", "This was not right", "To be seen was: bought in our other stores.", "It is open now, and closes by itself.")
	jonas.page("/staff/reveals", "Opened for a reason in words", "Ana: bought in our other stores", "She might want to buy another one of these")
	jonas.page("/staff/floor", `href="/staff/reveals"`)
	if page := jonas.page("/staff/reveals"); strings.Contains(page, "Keller") {
		t.Error("the manager reads whose it is")
	}

	ana.done(v, v+"/reveals", "what", "class/store", "reason", "customer_asked")
	ana.done(v, v+"/reveals", "what", "class/online", "reason", "customer_asked")
	if r = ana.form(v+"/reveals", "what", "class/store", "reason", "collect_order", "order", "p-4"); r.StatusCode != http.StatusOK || !strings.Contains(r.body, "A manager must agree") {
		t.Errorf("the fourth: %s %s", r.Status, r.body)
	}
	page := jonas.page("/staff/reveals", "A second person is needed", "order or receipt p-4", "Order to collect")
	id := between(t, page[strings.Index(page, "A second person is needed"):], "/staff/reveals/", "/approve")
	if r := ana.form("/staff/reveals/" + id + "/approve"); r.StatusCode != http.StatusNotFound {
		t.Errorf("she is her own second person: %s", r.Status)
	}
	jonas.done("/staff/reveals", "/staff/reveals/"+id+"/reject")
	for range 2 {
		ana.api("POST", "/v1/visits/"+visit+"/reveals", `{"order":"p-5","reason":"return_or_repair"}`, 202, nil)
		var waits []struct{ ID, State, What string }
		jonas.api("GET", "/v1/reveals?open=1", "", 200, &waits)
		for _, w := range waits {
			if w.State == "pending" {
				jonas.api("POST", "/v1/reveals/"+w.ID+"/reject", "", 204, nil)
			}
		}
	}

	// She contests; it closes; the manager agrees with her.
	var accesses []struct {
		ID, Purpose, Reason, State, Text string
		Contestable                      bool
	}
	keller.api("GET", "/v1/me/accesses", "", 200, &accesses)
	contest := ""
	for _, a := range accesses {
		if a.Reason == "other" && a.Contestable {
			contest = a.ID
		}
	}
	keller.api("POST", "/v1/me/accesses/a-9999/contest", `{"text":""}`, 404, nil)
	keller.done("/here/privacy", "/here/accesses/"+contest+"/contest", "text", "I want none of it")
	if page := ana.page(v); strings.Contains(page, "another one of these") || strings.Contains(page, "Handbag, navy, small") {
		t.Error("it is open though she contests it")
	}
	keller.page("/here/privacy", "A manager and headquarters look into it.")
	page = jonas.page("/staff/reveals", "The client says that it was not right", "I want none of it")
	id = between(t, page[strings.Index(page, "The client says"):], "/staff/reveals/", "/uphold")
	jonas.done("/staff/reveals", "/staff/reveals/"+id+"/uphold")
	keller.page("/here/privacy", "You said that this was not right, and the store agrees.")
	jonas.page("/staff/reveals", "Nothing waits.")

	// Her copy has all of it, in words.
	copied := keller.page("/here/export/about-me.html", "What was opened with a reason", "She might want to buy another one of these; upheld", "you said: I want none of it")
	if strings.Contains(copied, "customer_asked") {
		t.Error("a code in her copy")
	}

	// A restriction is proposed to a person, and is not in force.
	var people []concierge.Person
	h.do(func(d *concierge.Desk, now time.Time) {
		var err error
		people, err = d.Conduct(associate("jonas"), now)
		h.must(err)
	})
	for _, p := range people {
		if p.Name != "Ana" {
			continue
		}
		if len(p.Grounds) < 2 || p.Tier != floor.TierStandard || p.Revealed != 3 {
			t.Errorf("proposed: %v; tier %s after %d", p.Grounds, p.Tier, p.Revealed)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	judged := 0
	for _, e := range h.shown {
		if e.Kind == concierge.RevealJudged {
			judged++
		}
	}
	if judged != 2 {
		t.Errorf("headquarters hears of the contest %d times, want twice", judged)
	}
}

// The better way: she is asked on her own page, and decides.
func TestSheIsAskedFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	events, _ := ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	her, _ := keller.listen("/v1/me/stream", "")
	visit := string(h.arrive(customer("c-keller"), "shoes"))
	v := "/staff/visits/" + visit
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	ana.page(v+"/ask", "Ask her first", "What she bought in our other stores", "She cannot answer, and you need it now")
	ana.done(v+"/ask", v+"/asks", "item", "other_stores")
	want(t, her, "ask")
	page := keller.page("/here", "Ana asks for what you bought in our other stores.", "Share", "Not now")
	id := between(t, page, "/here/asks/", `"`)
	ana.page(v+"/ask", "she is being asked.")
	keller.done("/here", "/here/asks/"+id, "answer", "share")
	want(t, events, "reveal.answered")
	ana.page(v, "She shares until 14:17", "Handbag, navy, small")
	keller.page("/here/privacy", "You were asked, and shared it.")

	var q struct{ ID, State string }
	ana.api("POST", "/v1/visits/"+visit+"/asks", `{"item":"online"}`, 201, &q)
	ana.api("POST", "/v1/visits/"+visit+"/asks", `{"item":"store"}`, 422, nil)
	var asks []struct{ ID, By, Words string }
	keller.api("GET", "/v1/me/asks", "", 200, &asks)
	if len(asks) != 1 || asks[0].ID != q.ID || asks[0].By != "Ana" {
		t.Errorf("%+v", asks)
	}
	keller.api("POST", "/v1/me/asks/"+q.ID, `{"answer":"perhaps"}`, 400, nil)
	keller.api("POST", "/v1/me/asks/"+q.ID, `{"answer":"not_now"}`, 204, nil)
	keller.api("POST", "/v1/me/asks/"+q.ID, `{"answer":"share"}`, 409, nil)
	ana.page(v+"/ask", "not now.")
	var all []struct{ Item, State string }
	ana.api("GET", "/v1/visits/"+visit+"/asks", "", 200, &all)
	if len(all) != 2 || all[0].Item != "online" || all[0].State != "not_now" {
		t.Errorf("%+v", all)
	}
}
