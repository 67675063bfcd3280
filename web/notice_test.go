package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/profile"
)

// notice puts a legal text in force, as box does for headquarters.
func (h *house) notice(version string, of map[profile.Purpose][]string) {
	h.t.Helper()
	n := profile.Notice{Version: version, Controller: "Northwind AG", Contact: "privacy@northwind.example", URL: "https://northwind.example/privacy",
		Texts: []profile.NoticeText{{Language: "en", Text: "Northwind, notice " + version + ".\nSecond paragraph.", Of: map[profile.Purpose]string{}},
			{Language: "de", Text: "Northwind, Hinweis " + version + ".", Of: map[profile.Purpose]string{}}}}
	for _, p := range profile.Purposes() {
		covers, ok := of[p]
		if !ok {
			continue
		}
		n.Purposes = append(n.Purposes, profile.NoticePurpose{Purpose: p, Covers: covers, Retention: "for as long as it says"})
		n.Texts[0].Of[p], n.Texts[1].Of[p] = "By law: "+string(p)+".", "Von Rechts wegen: "+string(p)+"."
	}
	h.must(h.profiles.SetNotice(n))
	h.do(func(d *concierge.Desk, now time.Time) { d.NoticeChanged(now) })
}

// At the first opt-in she reads the notice beside the switches. When it asks
// for more, what it widens is off at once, her page says which and why, and it
// is on again when she has agreed to the new words; what the notice has no words
// for is asked of nobody.
func TestSheAgreesAnewToAWiderNotice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-keller")
	fresh := customer("c-new")
	h.must(h.profiles.Put(profile.New(fresh)))
	h.invite(fresh, "code-c-new")
	first := map[profile.Purpose][]string{profile.Presence: {"1"}, profile.ProfileToAssociates: {"1"}, profile.HistoryStore: {"1"}}
	h.notice("2", first)
	h.person(h.guest).page("/here/privacy", "Our notice, version 2", "Northwind, notice 2.", "https://northwind.example/privacy")
	newcomer := h.signIn("c-new")
	newcomer.page("/here", "Nothing is switched on for you.", `href="/here/privacy#notice"`)
	page := newcomer.page("/here/privacy", `<details class="box" open>`, "Northwind, notice 2.", "By law: presence.")
	if strings.Contains(page, "/here/consents/photo/grant") {
		t.Error("she is asked for what the notice has no words for")
	}
	if r := newcomer.form("/here/consents/photo/grant"); r.StatusCode == 200 || h.profiles.Allowed(fresh, profile.Photo) {
		t.Errorf("and it can be allowed: %s", r.Status)
	}

	var app []struct{ Purpose, Notice string }
	newcomer.api("GET", "/v1/me/consents", "", 200, &app)
	newcomer.api("PUT", "/v1/me/consents/photo", `{"notice":"`+app[5].Notice+`"}`, 404, nil)
	newcomer.api("PUT", "/v1/me/consents/presence", `{"notice":"`+app[0].Notice+`"}`, 204, nil)

	keller := h.signIn("c-keller")
	ana := h.signOn("ana", "4711")
	events, _ := ana.listen("/v1/associate/stream", "")
	v := "/staff/visits/" + string(h.arrive(c, "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	if page := keller.page("/here/privacy", `<details class="box"><summary>`); strings.Contains(page, "has changed") {
		t.Error("a notice that widens nothing is said to")
	}
	first[profile.ProfileToAssociates] = nil
	h.notice("3", first)
	want(t, events, "card.revoked")
	if r := ana.get(v); r.StatusCode != 404 {
		t.Errorf("the card is still open: %s", r.Status)
	}
	keller.page("/here", "What we ask for has changed.", "Nobody is told.")
	keller.page("/here/privacy", "“Let associates know me” stays off.", "Off: you agreed to less than it says now.", `aria-checked="false" id="profile_to_associates"`,
		`aria-checked="true" id="presence"`)
	keller.form("/here/consents/profile_to_associates/grant", "notice", "2 page-00")
	if h.profiles.Allowed(c, profile.ProfileToAssociates) {
		t.Error("a press on older words counts")
	}
	keller.allow("profile_to_associates")
	if !h.profiles.Allowed(c, profile.ProfileToAssociates) {
		t.Error("she agreed, and it is still off")
	}
	if page := keller.page("/here/privacy"); strings.Contains(page, "has changed") {
		t.Error("it is said to be off")
	}
}

// The receipt has the exact text she was served, behind the hash that her
// consent names, in her language, and the fields of ISO/IEC TS 27560.
func TestAReceiptToKeep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.notice("2", map[profile.Purpose][]string{profile.Presence: {"1"}, profile.HistoryStore: {"1"}, profile.Photo: nil})
	keller := h.signIn("c-keller")
	keller.done("/here/privacy", "/here/language", "language", "de", "to", "/here/privacy")
	page := keller.page("/here/privacy")
	_, after, _ := strings.Cut(page, "/here/consents/photo/grant")
	id := html.UnescapeString(between(t, after, `name="notice" value="`, `"`))
	for _, words := range []string{"Northwind, Hinweis 2.", "Von Rechts wegen: photo.", "Mein Bild"} {
		if !strings.Contains(page, words) {
			t.Errorf("she is not shown %q", words)
		}
	}
	keller.form("/here/consents/photo/grant", "notice", id)
	keller.done("/here/receipts", "/here/language", "language", "en", "to", "/here/receipts")
	page = keller.page("/here/receipts", "My picture", "Allowed on 21 November 2026, 14:02", "notice 2", "Purchases and visits in this store")
	_, after, _ = strings.Cut(page, "My picture")
	receipt := between(t, after, "Receipt ", ",")
	file := keller.get("/here/receipts/" + receipt)
	var r struct {
		Subject    string `json:"pii_principal_id"`
		Processing []struct {
			Notice   string `json:"privacy_notice"`
			Ref      string `json:"privacy_notice_ref"`
			SHA256   string `json:"privacy_notice_sha256"`
			Language string
			Purposes []struct {
				Purpose    string
				Basis      string `json:"lawful_basis"`
				Retention  string `json:"retention_period"`
				Withdrawal string `json:"withdrawal_method"`
			}
		} `json:"pii_processing"`
		Events []struct {
			State string `json:"event_state"`
		}
		Parties []struct {
			Name string `json:"party_name"`
			URL  string `json:"party_url"`
		} `json:"party_identification"`
	}
	h.must(json.Unmarshal([]byte(file.body), &r))
	p := r.Processing[0]
	sum := sha256.Sum256([]byte(p.Notice))
	if hex.EncodeToString(sum[:]) != p.SHA256 || p.Ref != "2 page-"+p.SHA256 || p.Ref != id || p.Language != "de" {
		t.Errorf("the text is not the one behind the hash: %+v, the page served %q", p, id)
	}
	if !strings.HasPrefix(p.Notice, "Northwind, Hinweis 2.") || !strings.Contains(p.Notice, "Mein Bild\nEines, das Sie wählen") || !strings.HasSuffix(p.Notice, "Von Rechts wegen: photo.") {
		t.Errorf("she is said to have read %q", p.Notice)
	}
	if u := p.Purposes[0]; r.Subject != "c-keller" || u.Purpose != "photo" || u.Basis != "consent" || u.Retention != "for as long as it says" || u.Withdrawal == "" ||
		r.Events[0].State != "given" || r.Parties[0].Name != "Northwind AG" || r.Parties[0].URL != "https://northwind.example/privacy" {
		t.Errorf("%+v", r)
	}
	copy := keller.get("/here/receipts/" + receipt + "/page")
	if !strings.HasPrefix(copy.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(copy.body, "Northwind, Hinweis 2.") || !strings.Contains(copy.body, p.SHA256) {
		t.Errorf("the page to keep: %s", copy.body)
	}
	adler := h.signIn("c-adler")
	if a := adler.get("/here/receipts/" + receipt); a.StatusCode != 404 {
		t.Errorf("another's receipt: %s", a.Status)
	}
	var app []struct{ Purpose, Notice, Text, Receipt string }
	keller.api("GET", "/v1/me/consents", "", 200, &app)
	keller.api("PUT", "/v1/me/consents/presence", "", 409, nil)
	keller.api("PUT", "/v1/me/consents/presence", `{"notice":"`+app[0].Notice+`"}`, 204, nil)
	keller.api("GET", "/v1/me/receipts/"+app[5].Receipt, "", 200, &r)
	keller.form("/here/consents/photo/withdraw")
	keller.page("/here/receipts", "Taken back on 21 November 2026, 14:02")
}
