package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// buyer is a customer of ana's who bought what the list says.
func (h *house) buyer(ref string, change func(*profile.Profile), purchases ...profile.Purchase) {
	h.t.Helper()
	h.customer(ref, "Ms. Buyer", "", profile.AskEachVisit, profile.ApproachMe, "ana")
	h.must(h.profiles.Change(customer(ref), func(p *profile.Profile) error {
		p.Purchases, p.Notes, p.Services = purchases, nil, nil
		if change != nil {
			change(p)
		}
		return nil
	}))
}

func (h *house) bag(id string, days int, change func(*profile.Purchase)) profile.Purchase {
	p := profile.Purchase{ID: id, At: h.now().AddDate(0, 0, -days), Category: "handbags", Text: "HANDBAG-" + id, Sensitivity: profile.Ordinary}
	if change != nil {
		change(&p)
	}
	return p
}

func sold(store, seller string) func(*profile.Purchase) {
	return func(p *profile.Purchase) { p.Store, p.Seller = store, associate(seller) }
}

// cardFor lets a customer come, ask for help, and who is named go to her; it
// returns what stands on the card, by the customer's own route.
func (h *house) cardFor(ref string, who *person, others ...*person) (v floor.VisitID, card string) {
	h.t.Helper()
	she := h.person(h.guest)
	she.give("__Host-guest", must(h.server.doors.Admit(customer(ref), h.now())))
	she.api("POST", "/v1/me/check-ins", "", 204, nil)
	v = h.arrive(customer(ref), "shoes")
	she.api("POST", "/v1/me/help", `{}`, 204, nil)
	for range 4 {
		for _, o := range others {
			var offers []struct{ ID string }
			if o.api("GET", "/v1/associate/offers", "", 200, &offers); len(offers) > 0 {
				o.api("POST", "/v1/offers/"+offers[0].ID+"/decline", `{"reason":"busy"}`, 204, nil)
			}
		}
		var offers []struct{ ID string }
		if who.api("GET", "/v1/associate/offers", "", 200, &offers); len(offers) > 0 {
			who.api("POST", "/v1/offers/"+offers[0].ID+"/accept", `{}`, 200, nil)
			return v, who.get("/v1/visits/" + string(v) + "/card").body
		}
		h.pass(time.Second)
	}
	h.t.Fatal("she is never asked")
	return v, ""
}

// A shopFloor has ana, whose customers they are, and marc, who covers for her.
type shopFloor struct {
	*house
	ana, marc *person
	n         int
	allows    []profile.Purpose // beside the usual
}

func newShopFloor(t *testing.T) *shopFloor {
	h := newHouse(t)
	s := &shopFloor{house: h, ana: h.signOn("ana", "4711"), marc: h.signOn("marc", "5813"), allows: []profile.Purpose{profile.HistoryOnline}}
	s.ana.listen("/v1/associate/stream", "")
	s.marc.listen("/v1/associate/stream", "")
	return s
}

// finish ends a visit for an associate, who is free at once.
func (s *shopFloor) finish(who *person, v floor.VisitID) {
	who.api("POST", "/v1/visits/"+string(v)+"/wrap-up", `{"served":false}`, 204, nil)
	who.api("PUT", "/v1/associate/presence", `{"status":"available"}`, 204, nil)
}

// both are the card of her own associate, and of a substitute for her.
func (s *shopFloor) both(change func(*profile.Profile), purchases ...profile.Purchase) (own, substitute string) {
	s.t.Helper()
	s.n++
	ref := fmt.Sprint("c-buyer-", s.n)
	s.buyer(ref, change, purchases...)
	for _, p := range s.allows {
		must(s.profiles.Grant(customer(ref), s.now(), "1", "page", p))
	}
	v, own := s.cardFor(ref, s.ana)
	s.finish(s.ana, v)
	s.leaves(customer(ref), v)
	s.pass(time.Minute)
	w, substitute := s.cardFor(ref, s.marc, s.ana)
	s.finish(s.marc, w)
	s.leaves(customer(ref), w)
	s.pass(time.Minute)
	return own, substitute
}

func holds(t *testing.T, whose, card string, want []string, never ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(card, w) {
			t.Errorf("%s card does not hold %s: %s", whose, w, card)
		}
	}
	for _, n := range never {
		if strings.Contains(card, n) {
			t.Errorf("%s card holds %s: %s", whose, n, card)
		}
	}
}

func TestHardCaseTheOnlineHandbagBoughtOnTuesday(t *testing.T) {
	t.Parallel()
	h := newShopFloor(t)
	t.Run("this week", func(t *testing.T) {
		own, substitute := h.both(nil, h.bag("TUESDAY", 4, nil), h.bag("SPRING", 200, nil))
		// One alone is no aggregate, and the fresh one feeds none: nothing at all.
		holds(t, "her own associate's", own, []string{`"relation":"preferred"`, "Prefers flat heels"}, "HANDBAG", "handbags", "online", "affinity")
		holds(t, "a substitute's", substitute, []string{`"relation":"substitute"`}, "HANDBAG", "handbags", "online", "affinity")
	})
	t.Run("three weeks later", func(t *testing.T) {
		own, substitute := h.both(nil, h.bag("TUESDAY", 21, nil), h.bag("SPRING", 200, nil))
		holds(t, "her own associate's", own, []string{`"kind":"affinity","caption":"In general","disclosure":"hint","speak":"background"`, `"text":"handbags"`, "G05", "G08"},
			"HANDBAG", `"online`, "TUESDAY")
		holds(t, "a substitute's", substitute, nil, "HANDBAG", "handbags", "affinity")
	})
	t.Run("she opened online", func(t *testing.T) {
		own, substitute := h.both(func(p *profile.Profile) { p.Audience.Online = profile.AudienceOpen }, h.bag("TUESDAY", 4, nil))
		holds(t, "her own associate's", own, []string{`"kind":"online_history"`, `"speak":"background"`, "HANDBAG-TUESDAY"}, "may_mention\",\"items\":[{\"id\":\"TUESDAY")
		holds(t, "a substitute's", substitute, nil, "HANDBAG")
	})
	t.Run("she took the history back", func(t *testing.T) {
		h.allows = nil
		own, _ := h.both(nil, h.bag("TUESDAY", 21, nil), h.bag("SPRING", 200, nil))
		holds(t, "her own associate's", own, nil, "HANDBAG", "handbags")
	})
}

func TestHardCaseThePurchaseFromAColleague(t *testing.T) {
	t.Parallel()
	h := newShopFloor(t)
	t.Run("her own associate uses it and does not cite it", func(t *testing.T) {
		own, substitute := h.both(nil, h.bag("FROM-LEA", 100, sold("store-014", "lea")), h.bag("FROM-ANA", 100, sold("store-014", "ana")))
		holds(t, "her own associate's", own, []string{`"kind":"store_history","caption":"This store","disclosure":"full","speak":"background","items":[{"id":"FROM-LEA"`,
			`"kind":"sold_by_you","caption":"From you","disclosure":"full","speak":"may_mention","items":[{"id":"FROM-ANA"`}, "lea", "Lea")
		// Disciplined ignorance: by default a substitute gets nothing of it.
		holds(t, "a substitute's", substitute, []string{"G02"}, "HANDBAG", "handbags", "affinity")
	})
	t.Run("she closed it", func(t *testing.T) {
		own, substitute := h.both(func(p *profile.Profile) { p.Audience.Store = profile.AudienceClosed }, h.bag("FROM-LEA", 100, sold("store-014", "lea")),
			h.bag("FROM-ANA", 100, sold("store-014", "ana")))
		holds(t, "her own associate's", own, []string{"HANDBAG-FROM-ANA"}, "HANDBAG-FROM-LEA")
		holds(t, "a substitute's", substitute, nil, "HANDBAG")
	})
	t.Run("personal and gift", func(t *testing.T) {
		own, substitute := h.both(nil, h.bag("PERSONAL", 100, func(p *profile.Purchase) { sold("store-014", "lea")(p); p.Sensitivity = profile.Personal }),
			h.bag("GIFT", 100, func(p *profile.Purchase) { sold("store-014", "lea")(p); p.Sensitivity = profile.Gift }))
		holds(t, "her own associate's", own, nil, "HANDBAG")
		holds(t, "a substitute's", substitute, nil, "HANDBAG")
	})
}

func TestHardCaseFromAnotherStore(t *testing.T) {
	t.Parallel()
	h := newShopFloor(t)
	elsewhere := func(open profile.Audience) (own, substitute string) {
		return h.both(func(p *profile.Profile) { p.Audience.OtherStores = open }, h.bag("GRAZ-1", 100, sold("store-002", "tim")),
			h.bag("GRAZ-2", 200, sold("store-002", "tim")), h.bag("GRAZ-FRESH", 3, sold("store-002", "tim")))
	}
	t.Run("as it stands", func(t *testing.T) {
		own, substitute := elsewhere(profile.AudienceDefault)
		holds(t, "her own associate's", own, []string{`"disclosure":"hint","speak":"background","items":[{"id":"h-handbags","text":"handbags"}]`}, "HANDBAG", "GRAZ", "store-002", "tim")
		holds(t, "a substitute's", substitute, nil, "HANDBAG", "handbags", "store-002")
	})
	t.Run("she opened it", func(t *testing.T) {
		own, substitute := elsewhere(profile.AudienceOpen)
		holds(t, "her own associate's", own, []string{`"kind":"other_history"`, "HANDBAG-GRAZ-1", "HANDBAG-GRAZ-FRESH", `"speak":"background"`}, "tim")
		holds(t, "a substitute's", substitute, nil, "HANDBAG", "handbags", "affinity")
	})
	t.Run("she closed it", func(t *testing.T) {
		own, substitute := elsewhere(profile.AudienceClosed)
		holds(t, "her own associate's", own, nil, "HANDBAG", "handbags")
		holds(t, "a substitute's", substitute, nil, "HANDBAG", "handbags")
	})
}
