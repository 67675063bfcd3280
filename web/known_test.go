package web

import (
	"strings"
	"testing"

	"foyer/concierge"
)

// What she hides, objects to or corrects is gone from a card that is open, at
// once and for her own associate too, and headquarters is told; of others she
// can touch nothing.
func TestSheCorrectsHidesAndObjects(t *testing.T) {
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	events, _ := ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	ana.page(v, "Ankle boots, black, 38", "Decides on the second visit.", "Shoe size 38", "Prefers flat heels")
	keller.page("/here/privacy", `href="/here/known"`)
	keller.page("/here/known", "Ankle boots, black, 38", "Decides on the second visit. Give her time.", "By Ana, 21 October 2026.", `value="Shoe size 38"`)

	keller.done("/here/known#bought", "/here/known/hide", "id", "p-1")
	want(t, events, "floor.changed")
	gone := func(word string) {
		t.Helper()
		if page := ana.page(v, "Ms. Keller"); strings.Contains(page, word) {
			t.Errorf("%q is still on the card", word)
		}
	}
	gone("Ankle boots")
	keller.done("/here/known#notes", "/here/known/object", "id", "n-1")
	gone("Decides on the second visit.")
	keller.done("/here/known", "/here/known/correct", "id", "sp-2", "text", " Shoe size\n39 ")
	gone("Shoe size 38")
	ana.page(v, "Shoe size 39")
	keller.done("/here/known", "/here/known/remove", "id", "sp-1")
	gone("Prefers flat heels")
	keller.page("/here/known", "Show again", "I no longer object", "nobody is shown it until that is settled", `value="Shoe size 39"`)
	keller.done("/here/known#bought", "/here/known/show", "id", "p-1")
	keller.done("/here/known#notes", "/here/known/accept", "id", "n-1")
	ana.page(v, "Ankle boots", "Decides on the second visit.")

	for what, want := range map[string]int{"hide": 404, "object": 404, "remove": 404, "flatter": 404, "correct": 400} {
		if r := keller.form("/here/known/"+what, "id", "p-made-up"); r.StatusCode != want {
			t.Errorf("%s of what does not exist: %s", what, r.Status)
		}
	}
	if r := keller.form("/here/known/correct", "id", "sp-2", "text", strings.Repeat("x", 301)); r.StatusCode != 400 {
		t.Errorf("a novel: %s", r.Status)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var told []string
	for _, e := range h.shown {
		switch {
		case e.Kind == concierge.ItemCorrected:
			told = append(told, e.Item.Of+" "+e.Item.ID+" "+e.Item.Text)
		case e.Kind == concierge.NoteContested:
			told = append(told, "note "+e.Note.ID)
		}
	}
	if got := strings.Join(told, "; "); got != "purchase p-1 ; note n-1; stated sp-2 Shoe size 39; stated sp-1 ; purchase p-1 ; note n-1" {
		t.Errorf("headquarters is told %q", got)
	}
}

// The same for an app.
func TestCorrectionsAsJSON(t *testing.T) {
	h := newHouse(t)
	app := h.signIn("c-keller")
	var items []struct {
		ID, Text string
		Withheld bool
	}
	app.api("PUT", "/v1/me/items/p-2/hidden", `{}`, 400, nil)
	app.api("PUT", "/v1/me/items/p-2/hidden", `{"hidden":true}`, 204, nil)
	app.api("PUT", "/v1/me/items/p-99/hidden", `{"hidden":true}`, 404, nil)
	if app.api("GET", "/v1/me/items", "", 200, &items); len(items) != 6 || items[1].ID != "p-2" || !items[1].Withheld || items[0].Withheld {
		t.Errorf("%+v", items)
	}
	app.api("PUT", "/v1/me/preferences/sp-1", `{"text":"Prefers heels"}`, 204, nil)
	app.api("DELETE", "/v1/me/preferences/sp-2", "", 204, nil)
	if app.api("GET", "/v1/me/preferences", "", 200, &items); len(items) != 2 || items[0].Text != "Prefers heels" {
		t.Errorf("%+v", items)
	}
	app.api("POST", "/v1/me/notes/n-1/object", "", 204, nil)
	if app.api("GET", "/v1/me/notes", "", 200, &items); len(items) != 1 || !items[0].Withheld {
		t.Errorf("%+v", items)
	}
	app.api("DELETE", "/v1/me/notes/n-1/object", "", 204, nil)
}
