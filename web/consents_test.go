package web

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/profile"
)

// allow presses a switch as it stands on her page.
func (p *person) allow(purpose string) {
	p.t.Helper()
	_, after, _ := strings.Cut(p.page("/here/privacy"), "/here/consents/"+purpose+"/grant")
	p.done("/here/privacy#allow", "/here/consents/"+purpose+"/grant", "notice", between(p.t, after, `name="notice" value="`, `"`))
}

// Whoever comes for the first time finds every switch off.
func TestNothingIsAllowedUnasked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-new")
	h.must(h.profiles.Put(profile.New(c)))
	h.invite(c, "code-c-new")
	page := h.signIn("c-new").page("/here/privacy")
	off, on := strings.Count(page, `aria-checked="false" id=`), strings.Count(page, `aria-checked="true" id=`)
	if off != len(profile.Purposes()) || on != 0 || regexp.MustCompile(`<input[^>]*\schecked`).MatchString(page) {
		t.Errorf("%d switches are off and %d on, want %d and 0", off, on, len(profile.Purposes()))
	}
}

// The receipt of a grant names the words she read, by the hash of what the page
// served: words that have changed since, or that she never saw, allow nothing.
func TestAReceiptNamesTheWordsSheRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	c := customer("c-keller")
	keller.form("/here/consents/history_store/withdraw")
	before := keller.page("/here/privacy")
	granted := func() profile.Consent {
		all, err := h.profiles.Consents(c)
		h.must(err)
		return all["history_store"]
	}
	keller.form("/here/consents/history_store/grant")
	if granted().Granted {
		t.Error("a press without words allows it")
	}
	h.must(h.profiles.Change(c, func(p *profile.Profile) error { p.Audience.Store = profile.AudienceOpen; return nil }))
	_, switched, _ := strings.Cut(before, "/here/consents/history_store/grant")
	keller.form("/here/consents/history_store/grant", "notice", between(t, switched, `name="notice" value="`, `"`))
	if granted().Granted {
		t.Error("she allows what she has not read")
	}
	keller.allow("history_store")
	words := regexp.MustCompile(`id="history_store"><span><b>([^<]*)</b><br><span class="small muted">([^<]*)</span>`).FindStringSubmatch(keller.page("/here/privacy"))
	if len(words) != 3 {
		t.Fatal("no words beside the switch")
	}
	sum := sha256.Sum256([]byte(html.UnescapeString(words[1]) + "\n" + html.UnescapeString(words[2])))
	if got, want := granted(), "page-"+hex.EncodeToString(sum[:]); !got.Granted || got.Notice != want {
		t.Errorf("%v, by %q; the page served %q", got.Granted, got.Notice, want)
	}
}

// Without the consent that lets associates know her, nothing is asked that
// could not be done, and the same page that ends a consent gives it back.
func TestAConsentComesBack(t *testing.T) {
	t.Parallel()
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
	keller.allow("profile_to_associates")
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
