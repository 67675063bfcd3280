package web

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// An associate sees who lists her, and that she looked stands in the log; whom
// she does not want to be sent to is offered to somebody else, reads that she is
// not available, and never why, not in the copy of everything either. It holds
// across a restart of the desk, and until she says otherwise.
func TestAnAssociateIsNotSentToWhomSheRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-keller")
	ana, marc := h.signOn("ana", "4711"), h.signOn("marc", "4712")
	ana.listen("/v1/associate/stream", "")
	marc.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	var all []struct {
		ID, Form string
		Blocked  bool
	}
	if ana.api("GET", "/v1/associate/listed-by", "", 200, &all); len(all) == 0 || all[0].Form != "Ms. Keller" && all[len(all)-1].Form != "Ms. Keller" {
		t.Fatalf("%+v", all)
	}
	id := ""
	for _, x := range all {
		if x.Form == "Ms. Keller" {
			id = x.ID
		}
		if strings.Contains(x.ID, "c-") || x.Blocked {
			t.Errorf("%+v", x)
		}
	}
	if rows, err := h.ledger.Of(c); err != nil || len(rows) != 1 || rows[0].Viewer != associate("ana") || rows[0].Purpose != "her_own_list" {
		t.Errorf("the log has %v, %v", rows, err)
	}
	ana.page("/staff/clients", "Ms. Keller", "/staff/clients/"+id)
	if rows, _ := h.ledger.Of(c); len(rows) != 1 {
		t.Errorf("each look is a row: %d", len(rows))
	}
	keller.page("/here/privacy", "Your name read in the list of those who named her")

	marc.api("PUT", "/v1/associate/blocks/"+id, `{"blocked":true}`, 404, nil) // the reference is Ana's own
	ana.api("PUT", "/v1/associate/blocks/"+id, `{}`, 400, nil)
	ana.api("PUT", "/v1/associate/blocks/"+id, `{"blocked":true}`, 204, nil)
	ana.page("/staff/clients", "You are not sent to this client.")
	keller.page("/here/associates", "not available just now")
	v := "/staff/visits/" + string(h.arrive(c, "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	if strings.Contains(ana.page("/staff"), "/staff/offers/") || ana.get(v).StatusCode != 404 {
		t.Error("she is asked, or may look")
	}
	machine := keller.get("/here/export/about-me.json")
	var y concierge.Copy
	h.must(json.Unmarshal([]byte(machine.body), &y))
	if strings.Contains(machine.body, "refus") && len(y.Desk["refusals"]) > 0 {
		t.Errorf("her copy tells her: %s", y.Desk["refusals"])
	}
	ana.page("/staff/clients/"+id, "Send me again")
	ana.done("/staff/clients/"+id, "/staff/clients/"+id, "do", "again")
	keller.page("/here/associates", "in, and free")
	if ana.get(v).StatusCode != 200 {
		t.Error("it does not end")
	}
}

// A customer says of one whom she named that she does not want her: in one step
// there is no offer, no card, no name among hers, until she says otherwise;
// headquarters is told of both.
func TestACustomerBlocksAnAssociate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-keller")
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := "/staff/visits/" + string(h.arrive(c, "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	if page := keller.page("/here/associates", `id="days-ana"`, `id="block-ana"`, "takes a name off this list, too"); strings.Contains(page, `id="unblock-ana"`) {
		t.Error("she is blocked from the start")
	}
	keller.done("/here/associates", "/here/blocks", "do", "block", "associate", "ana")
	if page := keller.page("/here/associates", "Not to be sent to you", "Allow again"); strings.Contains(page, `id="days-ana"`) || strings.Contains(page, `id="block-ana"`) {
		t.Error("whom she blocked is still named")
	}
	if r := ana.get(v); r.StatusCode != 404 {
		t.Errorf("her card stays open: %s", r.Status)
	}
	var mine struct{ Mine, Others []struct{ ID string } }
	keller.api("GET", "/v1/me/associates", "", 200, &mine)
	for _, x := range append(mine.Mine, mine.Others...) {
		if x.ID == "ana" {
			t.Error("whom she blocked is offered to her")
		}
	}
	h.mu.Lock()
	told := false
	for _, e := range h.shown {
		told = told || e.Kind == concierge.ItemCorrected && e.Item.Of == profile.OfAssociates && slices.Equal(e.Item.Blocked, []floor.AssociateID{associate("ana")}) &&
			!slices.Contains(e.Item.Preferred, associate("ana"))
	}
	h.mu.Unlock()
	if !told {
		t.Error("headquarters is not told")
	}
	keller.api("PUT", "/v1/me/blocks/ana", `{}`, 400, nil)
	keller.api("PUT", "/v1/me/blocks/nobody", `{"blocked":true}`, 404, nil)
	keller.api("PUT", "/v1/me/blocks/ana", `{"blocked":false}`, 204, nil)
	if p, err := h.profiles.Get(c); err != nil || len(p.Blocked) != 0 {
		t.Errorf("%d are blocked, %v", len(p.Blocked), err)
	} else if slices.Contains(p.Preferred, associate("ana")) {
		t.Error("to allow her again names her again")
	}
}
