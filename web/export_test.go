package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/ledger"
	"foyer/profile"
)

// Everything that is held of her is in both files, in words she can read and
// as JSON, within ten seconds for one of whom there is as much as there may
// be; and nothing is in them of anybody else.
func TestACopyOfEverything(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-keller")
	h.must(h.profiles.Change(c, func(p *profile.Profile) error {
		p.Wishes, p.Interests = []string{"MARK-wish"}, []string{"MARK-interest"}
		p.Appointments = []profile.Appointment{{ID: "a-1", At: h.now(), With: associate("ana"), Topic: "MARK-topic", State: profile.Confirmed}}
		p.Stated = append(p.Stated, profile.StatedPreference{ID: "sp-9", Kind: profile.Occasion, Text: "MARK-occasion", Audience: profile.ForMine})
		for i := range 2000 {
			p.Purchases = append(p.Purchases, profile.Purchase{ID: fmt.Sprintf("m-%d", i), At: h.now().AddDate(-1, 0, 0), Category: "coats",
				Text: fmt.Sprintf("MARK-coat-%d.", i), Sensitivity: profile.Ordinary})
		}
		return nil
	}))
	for i := range 50 {
		_, err := h.ledger.Append(c, ledger.Row{At: h.now(), Viewer: associate("marc"), Role: "associate", Relation: "substitute", Purpose: "service",
			Policy: "MARK-table", Items: []ledger.Item{{ID: fmt.Sprintf("stated/MARK-item-%d.", i), Disclosure: "full", Rule: "MARK-rule"}}})
		h.must(err)
	}
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := "/staff/visits/" + string(h.arrive(c, "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	ana.done("/staff", v+"/wrap-up", "served", "yes")

	keller.page("/here/privacy", `href="/here/export"`)
	keller.page("/here/export", "about-me.html", "about-me.json")
	began := time.Now()
	page, machine := keller.get("/here/export/about-me.html"), keller.get("/here/export/about-me.json")
	took := time.Since(began)
	t.Logf("figure: both files in %v, %d and %d bytes", took.Round(time.Millisecond), len(page.body), len(machine.body))
	if took > 10*time.Second {
		t.Errorf("they took %v", took)
	}
	both := []string{"c-keller", "Ms. Keller", "KEL-er", "Prefers flat heels", "Shoe size 38", "MARK-wish", "MARK-interest", "MARK-topic", "MARK-occasion",
		"Navy coat, alteration ready", "Ankle boots, black, 38", "MARK-coat-0.", "MARK-coat-1999.", "Decides on the second visit. Give her time.",
		"Marc", "Ana", "substitute", "preferred", "handbags"}
	for _, r := range []reply{page, machine} {
		if r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s, %q", r.Request.URL.Path, r.Status, r.Header)
		}
		for _, m := range both {
			if !strings.Contains(r.body, m) {
				t.Errorf("%s: %q is not in it", r.Request.URL.Path, m)
			}
		}
		for _, m := range []string{"Adler", "c-adler", "Okafor", "c-okafor", "4711"} {
			if strings.Contains(r.body, m) {
				t.Errorf("%s: %q is in it", r.Request.URL.Path, m)
			}
		}
	}
	for _, m := range []string{"history other stores", "allowed, by page", "the one that made this copy", "Who has served you", "What you told us"} {
		if !strings.Contains(page.body, m) {
			t.Errorf("the page has no %q", m)
		}
	}
	var y concierge.Copy
	h.must(json.Unmarshal([]byte(machine.body), &y))
	if len(y.Accesses) != 51 || y.Accesses[7].Items[0].ID != "stated/MARK-item-7." || y.Accesses[7].Items[0].Rule != "MARK-rule" || y.Accesses[7].Policy != "MARK-table" ||
		len(y.Served) != 1 || y.Served[0].Associate != "ana" || y.Names["ana"] != "Ana" || len(y.Sessions) != 1 || !y.Sessions[0].This || len(y.General) == 0 {
		t.Errorf("%d accesses, served by %v, sessions %v, in general %q", len(y.Accesses), y.Served, y.Sessions, y.General)
	}
	for _, m := range []string{`"notice": "1"`, `"method": "page"`, `"code_sha256"`} {
		if !strings.Contains(machine.body, m) {
			t.Errorf("the JSON has no %s", m)
		}
	}
	keller.api("GET", "/v1/me/export", "", 200, &y)
	h.person(h.guest).api("GET", "/v1/me/export", "", 401, nil)
}
