package web

import (
	"strings"
	"testing"

	"foyer/concierge"
)

// She says herself, without a script, how far each class of what she bought
// reaches; a card that is open has less on it with her press, and headquarters
// is told.
func TestSheChoosesHowFarPurchasesReach(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	keller := h.signIn("c-keller")
	card := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(card, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	ana.page(card, "Loafers, cognac, 38", "navy")

	keller.page("/here/privacy", `aria-label="Who sees it: Purchases and visits in this store"`)
	page := keller.page("/here/audience", "Who sees what you bought", `value="default" id="store-default" aria-pressed="true"`, "They see what you bought here", "Off: you do not allow it")
	if strings.Count(page, `aria-pressed="true"`) != 3 || strings.Count(page, "Off: you do not allow it") != 1 {
		t.Errorf("not one choice of each class, or not one that is off:\n%s", page)
	}
	keller.done("/here/audience", "/here/audience", "class", "store", "audience", "closed")
	keller.page("/here/audience", `id="store-closed" aria-pressed="true"`)
	keller.page("/here/privacy", "Only who sold it to you sees it")
	if page := ana.page(card, "Ankle boots, black, 38"); strings.Contains(page, "Loafers") {
		t.Error("what she closed is on the card still")
	}
	keller.done("/here/audience", "/here/audience", "class", "other_stores", "audience", "open")
	ana.page(card, "Our other stores", "Handbag, navy, small")

	app := h.signIn("c-adler")
	app.api("PUT", "/v1/me/audience", `{"class":"online","audience":"closed"}`, 204, nil)
	app.api("PUT", "/v1/me/audience", `{"class":"online","audience":"wide"}`, 400, nil)
	app.api("PUT", "/v1/me/audience", `{"class":"garden","audience":"closed"}`, 400, nil)
	var all map[string]string
	if app.api("GET", "/v1/me/audience", "", 200, &all); all["online"] != "closed" || all["store"] != "default" || len(all) != 3 {
		t.Errorf("%v", all)
	}
	h.person(h.guest).api("PUT", "/v1/me/audience", `{"class":"online","audience":"closed"}`, 401, nil)
	var told []string
	h.mu.Lock()
	for _, e := range h.shown {
		if e.Kind == concierge.ItemCorrected {
			told = append(told, e.Customer.Ref()+" "+e.Item.ID+" "+string(e.Item.Reach))
		}
	}
	h.mu.Unlock()
	if got := strings.Join(told, ", "); got != "c-keller store closed, c-keller other_stores open, c-adler online closed" {
		t.Errorf("headquarters is told: %s", got)
	}
}
