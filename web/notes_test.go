package web

import (
	"net/http"
	"strings"
	"testing"

	"foyer/concierge"
)

// TestThePersonalNoteAndTheSubstitute is the hard case: what her own associate
// notes of a private kind is her own, whatever she calls it; the colleague who
// covers reads what was written for him, and the customer reads everything and
// decides.
func TestThePersonalNoteAndTheSubstitute(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, marc := h.signOn("ana", "4711"), h.signOn("marc", "4712")
	ana.listen("/v1/associate/stream", "")
	pulses, _ := ana.listen("/v1/associate/stream", "")
	marc.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	visit := string(h.arrive(customer("c-keller"), "shoes"))
	v := "/staff/visits/" + visit
	keller.done("/here", "/here/help")
	ana.done("/staff", "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/decline")
	marc.done(v, "/staff/offers/"+between(t, marc.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	want(t, pulses, "handoff.requested")
	ana.page("/staff", "Marc looks after Ms. Keller", "A word from you would help.")

	// Written as a preference for everybody, kept as a personal detail of hers.
	r := ana.form(v+"/notes", "kind", "preference/preferred", "text", "Her sister is getting divorced")
	if r.StatusCode != http.StatusOK || !strings.Contains(r.body, "This sounds personal.") {
		t.Fatalf("%s %s", r.Status, r.body)
	}
	r = ana.form(v+"/handoff", "greet", "Let her come to you.", "avoid", "Her sister is getting divorced, don’t ask.")
	if r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(r.body, "This sounds personal.") || !strings.Contains(r.body, "Let her come to you.") {
		t.Fatalf("%s %s", r.Status, r.body)
	}
	ana.done(v+"/handoff", v+"/handoff", "greet", "Let her come to you.", "offer", "Tea")
	ana.done(v+"/handoff", v+"/handoff/phrase", "phrase", "sit")
	if page := ana.page("/staff"); strings.Contains(page, "A word from you would help.") {
		t.Error("she is asked again")
	}
	card := marc.page(v, "From Ana", "Greet: Let her come to you.", "Offer: Tea A chair.", "Decides on the second visit.")
	if strings.Contains(card, "divorced") || strings.Contains(card, "personal") {
		t.Errorf("the substitute reads it: %s", card)
	}
	if page := marc.page(v + "/notes"); strings.Contains(page, "divorced") {
		t.Error("the substitute reads it among his own")
	}

	keller.page("/here/known", "Her sister is getting divorced", "Only Ana is shown it.", "Greet: Let her come to you.", "Let my associates read it")
	var notes []struct{ ID, Text, For string }
	keller.api("GET", "/v1/me/notes", "", 200, &notes)
	id := ""
	for _, n := range notes {
		if strings.Contains(n.Text, "divorced") {
			id = n.ID
		}
	}
	keller.api("PUT", "/v1/me/notes/"+id+"/audience", `{"audience":"everybody"}`, 400, nil)
	keller.done("/here/known#notes", "/here/known/share", "id", id)
	keller.page("/here/known", "Your associates are shown it.", "Only Ana again")
	if strings.Contains(marc.page(v), "divorced") {
		t.Error("the substitute reads what she opened to her associates")
	}
	keller.api("PUT", "/v1/me/notes/"+id+"/audience", `{"audience":"author"}`, 204, nil)
	keller.api("PUT", "/v1/me/notes/n-1/audience", `{"audience":"my_associates"}`, 404, nil) // not a personal one
	ana.done(v+"/notes", "/staff/notes/"+id, "visit", visit, "do", "remove")
	if page := keller.page("/here/known"); strings.Contains(page, "divorced") {
		t.Error("a removed note is still known")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	told := map[concierge.EventKind]int{}
	for _, e := range h.shown {
		told[e.Kind]++
	}
	if told[concierge.NoteWritten] != 5 || told[concierge.NoteRemoved] != 1 { // kept, handed off twice, shared and not
		t.Errorf("headquarters is told %v", told)
	}
}

// The same for an app, with what it must refuse.
func TestNotesAsJSON(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	visit := string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.api("POST", "/v1/customers/"+visit+"/notes", `{"kind":"gossip","text":"x"}`, 422, nil)
	ana.api("POST", "/v1/customers/v-aaaaaaaaaaaaaaaa/notes", `{"kind":"preference","text":"x"}`, 404, nil)
	ana.api("PUT", "/v1/customers/"+visit+"/handoff", `{"avoid":"She is ill"}`, 422, nil)
	ana.api("PUT", "/v1/customers/"+visit+"/handoff", `{"avoid":"Perfume"}`, 204, nil)
	var n struct {
		ID, Kind, Visibility, Text string
		Personal                   []string `json:"sounds_personal"`
	}
	ana.api("POST", "/v1/customers/"+visit+"/notes", `{"kind":"handling","text":"She is often ill"}`, 201, &n)
	if n.Kind != "personal_detail" || n.Visibility != "mine" || len(n.Personal) != 1 || n.Personal[0] != "health" {
		t.Errorf("%+v", n)
	}
	ana.api("PATCH", "/v1/notes/"+n.ID, `{"text":"Likes a chair"}`, 200, &n)
	if n.Text != "Likes a chair" || n.Kind != "personal_detail" {
		t.Errorf("%+v", n)
	}
	var all struct {
		Notes   []struct{ ID string }
		Handoff map[string]string
	}
	ana.api("GET", "/v1/customers/"+visit+"/notes", "", 200, &all)
	if len(all.Notes) != 2 || all.Handoff["avoid"] != "Perfume" {
		t.Errorf("%+v", all)
	}
	ana.api("DELETE", "/v1/notes/"+n.ID, "", 204, nil)
	ana.api("DELETE", "/v1/notes/"+n.ID, "", 404, nil)
}
