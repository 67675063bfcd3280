package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/practice"
	"foyer/floor"
)

// roster gives ana a tier of headquarters'.
func (h *house) tier(ref string, tier floor.Tier) {
	h.do(func(d *concierge.Desk, now time.Time) {
		staff := d.Roster()
		for i := range staff {
			if staff[i].ID == associate(ref) {
				staff[i].Tier = tier
			}
		}
		d.SetRoster(staff, now)
	})
}

// playThrough plays the shift by its pages, and tries what is wrong first.
func (p *person) playThrough() (wrong int) {
	p.t.Helper()
	for range 40 {
		page := p.page("/staff/practice")
		if strings.Contains(page, "How not to be creepy") {
			return wrong
		}
		scene := between(p.t, page, `name="scene" value="`, `"`)
		for n := range 6 {
			r := p.form("/staff/practice", "scene", scene, "choice", fmt.Sprint(n))
			if r.StatusCode != 200 {
				p.t.Fatalf("scene %s, choice %d: %s %s", scene, n, r.Status, r.body)
			}
			if strings.Contains(r.body, "<b>Yes.</b>") {
				break
			}
			if !strings.Contains(r.body, "<b>Rather not.</b>") {
				p.t.Fatalf("scene %s, choice %d: no verdict in %s", scene, n, r.body)
			}
			wrong++
		}
	}
	p.t.Fatal("the shift does not end")
	return wrong
}

// An associate before her workshop sees what a client stated and came for; she
// plays through the shift, keeps to it, and her next card is another.
func TestTheWorkshopLiftsUntrained(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tier("ana", floor.TierUntrained)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "let_me_browse")
	kinds := func() string {
		var card struct {
			Sections []struct{ Kind, Speak string }
		}
		ana.api("GET", "/v1/visits/"+string(v)+"/card", "", 200, &card)
		out := ""
		for _, s := range card.Sections {
			out += s.Kind + "/" + s.Speak + " "
		}
		return out
	}
	if got := kinds(); got != "service_items/ask_first stated/ask_first " {
		t.Errorf("before the workshop her card has %s", got)
	}
	var own struct {
		Tier     string
		Training *struct{ Version string }
	}
	if ana.api("GET", "/v1/associate/conduct", "", 200, &own); own.Tier != "untrained" || own.Training != nil {
		t.Errorf("%+v", own)
	}
	ana.page("/staff/conduct", "Before the workshop", "Begin the workshop")
	ana.api("POST", "/v1/associate/practice/finish", `{}`, 409, nil) // not without playing
	ana.done("/staff/practice", "/staff/practice/finish")
	ana.page("/staff/practice", "Made-up client, 1 of 7", "Nobody real", "The handbag of Tuesday")
	if wrong := ana.playThrough(); wrong < 7 {
		t.Errorf("%d wrong choices were tried: too few to have learnt from", wrong)
	}
	if got := kinds(); got != "service_items/ask_first stated/ask_first " {
		t.Errorf("played, and not kept to: her card has %s", got)
	}
	ana.page("/staff/practice", "your cards show what the discretion table gives", "I will keep to this")
	ana.done("/staff/conduct", "/staff/practice/finish")
	ana.page("/staff/conduct", "Standard", "Workshop "+practice.Version+", 21 November 2026")
	if got := kinds(); !strings.Contains(got, "sold_by_you/may_mention") || !strings.Contains(got, "stated/may_mention") || !strings.Contains(got, "store_history/background") {
		t.Errorf("after the workshop her card has %s", got)
	}
	h.tier("ana", floor.TierUntrained) // headquarters sends its roster again
	if got := kinds(); !strings.Contains(got, "sold_by_you/may_mention") {
		t.Errorf("headquarters' roster undoes her workshop: %s", got)
	}
	jonas := h.signOn("jonas", "8024")
	jonas.page("/staff/people", "Workshop "+practice.Version)
	for _, name := range []string{"Keller", "c-keller", "Adler"} {
		if strings.Contains(ana.page("/staff/practice"), name) {
			t.Errorf("somebody real is in it: %s", name)
		}
	}
}

// The same by JSON, and a manager's word where the workshop was held elsewhere.
func TestTheWorkshopByJSONAndByAManager(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tier("marc", floor.TierUntrained)
	marc, jonas := h.signOn("marc", "5813"), h.signOn("jonas", "8024")
	var v practice.View
	marc.api("POST", "/v1/associate/practice", `{"scene":"tuesday"}`, 400, nil)
	marc.api("POST", "/v1/associate/practice", `{"scene":"gift","choice":0}`, 409, nil)
	marc.api("POST", "/v1/associate/practice", `{"scene":"tuesday","choice":0}`, 200, &v)
	if v.Verdict == nil || v.Verdict.Right || v.Verdict.Rule != "D26" || len(v.Verdict.Unseen) == 0 {
		t.Errorf("%+v", v.Verdict)
	}
	var own struct{ Tier string }
	marc.api("PUT", "/v1/associates/marc/training", `{"version":"elsewhere-1"}`, 404, nil) // not by himself
	jonas.api("PUT", "/v1/associates/marc/training", `{"version":"elsewhere-1"}`, 204, nil)
	if marc.api("GET", "/v1/associate/conduct", "", 200, &own); own.Tier != "standard" {
		t.Errorf("after a manager's word: %+v", own)
	}
	jonas.done("/staff/people", "/staff/people/marc/tier", "tier", "untrained", "reason", "Again, before the season.")
	if marc.api("GET", "/v1/associate/conduct", "", 200, &own); own.Tier != "untrained" {
		t.Errorf("asked for the workshop again: %+v", own)
	}
}
