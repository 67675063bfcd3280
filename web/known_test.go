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
	t.Parallel()
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
	t.Parallel()
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

// A note she objects to is shown to nobody until a manager, and not its author,
// settles it: she reads who opened it, what became of it and why. Kept, it is on
// the card again; removed, it is gone.
func TestAnObjectionIsSettled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	const words = "Decides on the second visit."
	ana.page(v, words)
	open := func() string {
		t.Helper()
		keller.done("/here/known#notes", "/here/known/object", "id", "n-1")
		if strings.Contains(ana.page(v), words) {
			t.Error("it is shown meanwhile")
		}
		jonas.page("/staff/floor", "1 to settle", `href="/staff/objections"`)
		list := jonas.page("/staff/objections", "A note by Ana")
		if strings.Contains(list, words) || strings.Contains(list, "Keller") || strings.Contains(list, "c-keller") {
			t.Errorf("the list says too much: %s", list)
		}
		return "/staff/objections/" + between(t, list, `href="/staff/objections/`, `"`)
	}
	one := open()
	for _, path := range []string{"/staff/objections", one} {
		if r := ana.get(path); r.StatusCode != 404 {
			t.Errorf("Ana is shown %s: %s", path, r.Status)
		}
	}
	if strings.Contains(keller.page("/here/privacy"), "Jonas") {
		t.Error("he is among who saw what before he has opened it")
	}
	if page := jonas.page(one, words, "A note by Ana"[2:]); strings.Contains(page, "Keller") {
		t.Error("he reads whose it is")
	}
	keller.page("/here/privacy", "Jonas")
	if r := jonas.form(one, "settle", "keep", "why", " "); r.StatusCode != 400 {
		t.Errorf("kept without a reason: %s", r.Status)
	}
	jonas.done("/staff/objections", one, "settle", "keep", "why", "Ana needs it to give you time.")
	keller.page("/here/known", "the manager kept it on", "Ana needs it to give you time.", "I object")
	ana.page(v, words)
	if r := jonas.form(one, "settle", "remove"); r.StatusCode != 404 {
		t.Errorf("settled twice: %s", r.Status)
	}
	jonas.done("/staff/objections", open(), "settle", "remove", "why", "")
	keller.page("/here/known", "A note you objected to was removed on", "Nobody has written anything.")
	if strings.Contains(ana.page(v, "Ms. Keller"), words) {
		t.Error("a note that was removed is on the card")
	}
	jonas.page("/staff/objections", "Nobody objects to anything.")
}

// The same for apps.
func TestAnObjectionIsSettledAsJSON(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	jonas, app := h.signOn("jonas", "4711"), h.signIn("c-keller")
	var all []struct{ ID, By, Text string }
	jonas.api("GET", "/v1/objections", "", 200, &all)
	if len(all) != 0 {
		t.Fatalf("%+v", all)
	}
	app.api("POST", "/v1/me/notes/n-1/object", "", 204, nil)
	if jonas.api("GET", "/v1/objections", "", 200, &all); len(all) != 1 || all[0].By != "Ana" || all[0].Text != "" {
		t.Fatalf("%+v", all)
	}
	path := "/v1/objections/" + all[0].ID
	if jonas.api("GET", path, "", 200, &all[0]); all[0].Text == "" {
		t.Error("he cannot read what he is to settle")
	}
	jonas.api("POST", path+"/reject", `{}`, 400, nil)
	jonas.api("POST", "/v1/objections/made-up/uphold", `{}`, 404, nil)
	jonas.api("POST", path+"/uphold", `{"why":"Not needed."}`, 204, nil)
	jonas.api("GET", path, "", 404, nil)
	var settled []struct {
		Note, Why string
		Kept      bool
	}
	if app.api("GET", "/v1/me/objections", "", 200, &settled); len(settled) != 1 || settled[0].Note != "n-1" || settled[0].Kept || settled[0].Why != "Not needed." {
		t.Errorf("%+v", settled)
	}
}
