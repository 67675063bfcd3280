package web

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A manager sees who waits, why who was asked, and decides: by page and by JSON.
func TestAManagerDecidesOnTheFloor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, marc, jonas := h.signOn("ana", "4711"), h.signOn("marc", "5823"), h.signOn("jonas", "8024")
	for _, p := range []*person{ana, marc, jonas} {
		p.listen("/v1/associate/stream", "")
	}
	keller := h.signIn("c-keller")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/help")
	ana.page("/staff", "She has asked for you")
	jonas.page("/staff/floor", "Decide", "/staff/tasks/"+v, "Figures of today")
	page := jonas.page("/staff/tasks/"+v, "Ana asked, R0.", "Ask somebody", "Marc")
	if strings.Contains(page, "Keller") || strings.Contains(page, "c-keller") {
		t.Error("the manager reads whose request it is")
	}
	jonas.done("/staff/floor", "/staff/tasks/"+v+"/assign", "associate", "marc")
	marc.page("/staff", "You would cover for Ana")
	if strings.Contains(ana.page("/staff"), "data-offer") {
		t.Error("ana is still asked")
	}
	var why []struct{ Associate, Ring string }
	jonas.api("GET", "/v1/tasks/"+v+"/explain", "", http.StatusOK, &why)
	if len(why) != 2 || why[1].Associate != "marc" || why[1].Ring != "manager's choice" {
		t.Errorf("explained: %+v", why)
	}
	jonas.api("POST", "/v1/tasks/"+v+"/assign", `{"associate":"lea"}`, http.StatusConflict, nil) // she is not in
	jonas.api("POST", "/v1/tasks/"+v+"/escalate", "{}", http.StatusNoContent, nil)
	jonas.page("/staff", "400,90,400", "Nobody has come yet")
	jonas.api("POST", "/v1/tasks/"+v+"/cancel", "{}", http.StatusNoContent, nil)
	keller.page("/here", "Nobody is free this minute.", "Book a time")
	marc.api("GET", "/v1/tasks/"+v+"/explain", "", http.StatusNotFound, nil)
	marc.api("GET", "/v1/metrics/floor", "", http.StatusNotFound, nil)
}

// The manager's figures, and that they have no sales and no ranking in them.
func TestFiguresOfTheDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/help")
	offer := between(t, ana.page("/staff"), "/staff/offers/", "/accept")
	h.pass(7 * time.Second)
	ana.api("POST", "/v1/offers/"+offer+"/accept", "{}", http.StatusOK, nil)
	var f struct {
		Requests, Accepted, Offers int
		P50                        int `json:"accept_s_p50"`
		Hers                       int `json:"served_by_hers"`
		Shares                     []struct{ Associate string }
	}
	jonas.api("GET", "/v1/metrics/floor", "", http.StatusOK, &f)
	if f.Requests != 1 || f.Accepted != 1 || f.Offers != 1 || f.P50 != 7 || f.Hers != 1 || len(f.Shares) != 1 {
		t.Errorf("figures %+v", f)
	}
	jonas.api("GET", "/v1/metrics/floor?from=yesterday", "", http.StatusBadRequest, nil)
	page := jonas.page("/staff/figures", "Requests for help", "1 of 1", "7 s", "Nobody’s sales are counted.")
	for _, never := range []string{"revenue", "conversion", "basket", "€"} {
		if strings.Contains(page, never) {
			t.Errorf("the figures say %q", never)
		}
	}
}
