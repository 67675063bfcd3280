package web

import (
	"strings"
	"testing"

	"foyer/profile"
)

// She sees her card first, as each of those who might look: what is on it is what
// is on the associate's screen then, nobody learns of her look, and her page tells
// it in her language.
func TestSheSeesHerCardFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.profiles.Change(customer("c-keller"), func(p *profile.Profile) error { p.Wishes = []string{"chair"}; return nil }))
	ana := h.signOn("ana", "4711")
	marc := h.signOn("marc", "4712")
	keller := h.signIn("c-keller")
	visit := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.page("/here", `id="preview" href="/here/preview"`, "See it first")
	known := h.nobodyKnows(ana)

	own := keller.page("/here/preview", "Your card, as they would see it", `id="as-own-1" aria-current="true"`, "Ms. Keller", "KEL-er", "Navy coat, alteration ready",
		"Bought from Ana", "Ankle boots, black, 38", "Loafers, cognac, 38", "Decides on the second visit", "Glad of a chair", "Let her tell you the rest.")
	sub := keller.page("/here/preview?as=substitute", "a colleague would see you whom you have not met", "They stand in for Ana", "Prefers flat heels", "You have not met.")
	for _, never := range []string{"Loafers", "Ankle boots", "handbags"} {
		if strings.Contains(sub, never) {
			t.Errorf("one who stands in is shown %s", never)
		}
	}
	if rest := keller.page("/here/preview?as=none", "no card of yours opens for them"); strings.Contains(rest, "Keller") || strings.Contains(rest, "flat heels") {
		t.Error("anybody is shown something")
	}
	if r := keller.get("/here/preview?as=ana"); r.StatusCode != 404 {
		t.Errorf("as a name: %s", r.Status)
	}
	if now := h.nobodyKnows(ana); len(now) != len(known) {
		t.Errorf("her look is known of: %v, before %v", now, known)
	}
	keller.page("/here/privacy", "Nobody has seen anything about you.")
	for _, p := range []*person{ana, marc} {
		if r := p.get(visit); r.StatusCode != 404 {
			t.Errorf("a card opens by her look: %s", r.Status)
		}
		if r := p.get("/here/preview"); r.StatusCode != 404 {
			t.Errorf("the staff's listener has her page: %s", r.Status)
		}
	}
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(visit, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	card := ana.page(visit)
	for _, item := range []string{"Navy coat, alteration ready", "Prefers flat heels", "Shoe size 38", "Ankle boots, black, 38", "Wool scarf, grey", "Loafers, cognac, 38", "handbags, navy", "Decides on the second visit"} {
		if strings.Contains(card, item) != strings.Contains(own, item) || !strings.Contains(card, item) {
			t.Errorf("%q is on one of the two only: card %t, preview %t", item, strings.Contains(card, item), strings.Contains(own, item))
		}
	}

	keller.done("/here/preview", "/here/language", "language", "de", "to", "/here/preview")
	german := keller.page("/here/preview", "Ihre Karte, wie andere sie sähen", "Gekauft bei Ana", "Darf man ansprechen", "Froh um einen Stuhl", "Prefers flat heels", "Den Rest erzählt sie selbst.")
	for _, english := range []string{"Bought", "May mention", "Glad of", "Let her"} {
		if strings.Contains(german, english) {
			t.Errorf("in German it says %q", english)
		}
	}
	keller.form("/here/consents/profile_to_associates/withdraw")
	if page := keller.page("/here/preview", "öffnet sich für niemanden eine Karte"); strings.Contains(page, "Keller") {
		t.Error("a card opens of one who is not to be known")
	}
}
