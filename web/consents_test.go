package web

import (
	"strings"
	"testing"
	"time"

	"foyer/concierge"
)

// Without the consent that lets associates know her, nothing is asked that
// could not be done, and the same page that ends a consent gives it back.
func TestAConsentComesBack(t *testing.T) {
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	keller.form("/here/consents/profile_to_associates/withdraw")
	h.arrive(customer("c-keller"), "shoes")
	page := keller.page("/here", "Nobody is told.", `href="/here/privacy#allow"`)
	if !strings.Contains(page, "nobody is told") {
		t.Error("the switch does not say that nobody is told")
	}
	if strings.Contains(page, "Shall we") || strings.Contains(page, "/here/announce") || strings.Contains(page, "/here/help") {
		t.Errorf("she is asked what she may not answer: %s", page)
	}
	if r := keller.form("/here/announce", "style", "approach_me"); r.StatusCode != 403 {
		t.Errorf("announced without consent: %s", r.Status)
	}
	keller.page("/here/privacy", `action="/here/consents/profile_to_associates/grant"`, `role="switch" aria-checked="false" id="profile_to_associates"`)
	keller.done("/here/privacy#allow", "/here/consents/profile_to_associates/grant")
	keller.page("/here/privacy", `action="/here/consents/profile_to_associates/withdraw"`)
	keller.page("/here", "Shall we tell Ana you are here?")
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.page("/staff", "Ms. Keller")

	keller.api("DELETE", "/v1/me/consents/history_store", "", 204, nil)
	h.pass(time.Second)
	keller.api("PUT", "/v1/me/consents/history_store", "", 204, nil)
	keller.api("PUT", "/v1/me/consents/flattery", "", 404, nil)
	h.mu.Lock()
	defer h.mu.Unlock()
	var facts []concierge.ConsentFact
	for _, e := range h.shown {
		if e.Kind == concierge.ConsentChanged {
			facts = append(facts, *e.Consent)
		}
	}
	if len(facts) != 4 {
		t.Fatalf("%d receipts, want 4: %+v", len(facts), facts)
	}
	if f := facts[3]; !f.Granted || f.Purpose != "history_store" || f.Method != "page" || !strings.HasPrefix(f.Notice, "page-") || f.Notice == facts[1].Notice {
		t.Errorf("the receipt says %+v", f)
	}
}
