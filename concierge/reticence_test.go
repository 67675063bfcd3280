package concierge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/concierge"
	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
	"foyer/routing"
)

// served has name serve the customer of cardOf and her visit end.
func served(t *testing.T, h *house, name string) floor.Customer {
	t.Helper()
	v := cardOf(t, h, name)
	must(t, h.desk.WrapUp(associate(name), v.Visit, concierge.WrapUp{Served: true}, h.now))
	must(t, h.desk.SetStatus(associate(name), routing.Available, h.now))
	h.desk.Greet(floor.Visit{ID: v.Visit, Phone: h.phone, State: floor.Ended}, h.now)
	c, _ := floor.ParseCustomer("c-1")
	return c
}

// What she said for her own associates has no general form: one who has only
// served her is not told it in her very words.
func TestAStatementHasNoHint(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := served(t, h, "lea")
	h.edit(c, func(p *profile.Profile) { p.Preferred = nil })
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	for _, name := range []string{"ana", "marc"} {
		if o := h.offer(name); o != nil {
			must(t, h.desk.Decline(associate(name), o.ID, "busy", h.now))
		}
	}
	card, err := h.desk.Accept(associate("lea"), h.offer("lea").ID, h.now)
	must(t, err)
	if v := card.View(); v.Relation != "served" || strings.Contains(text(v), "FOR-MINE-ONLY") {
		t.Errorf("to one who is %s: %s", v.Relation, text(v))
	}
}

func TestHerPlaceNeedsItsOwnConsent(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	if !h.desk.Greeting(v.ID) {
		t.Fatal("her place is not shown although she allows it")
	}
	must(t, h.desk.Withdraw(c, string(profile.PositionsForService), h.now))
	if h.desk.Greeting(v.ID) {
		t.Error("her place is still shown")
	}
	named := false // box closes the place of the visits that events name
	for _, e := range h.all(concierge.HereChanged) {
		named = e.Visit == v.ID
	}
	if !named || h.offer("ana") == nil {
		t.Error("the visit is not named, or more than her place ended")
	}
}

func TestAnUntrainedAssociateReadsNoName(t *testing.T) {
	h := newHouse(t, nil)
	h.desk.SetRoster([]floor.Associate{{ID: associate("ana"), Name: "Ana", Role: floor.RoleAssociate, Tier: floor.TierUntrained}}, h.now)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
	if today, _ := h.desk.Today(associate("ana"), h.now); len(today.Browsing) != 0 {
		t.Errorf("untrained, she learns of %+v", today.Browsing)
	}
	if told := h.desk.Here(c, h.now).Told; len(told) != 0 {
		t.Errorf("%v know", told)
	}
	card, err := h.desk.Card(associate("ana"), v.ID, h.now)
	if err == nil && card.View().Name != "" {
		t.Error("her card has the name")
	}
}

func TestRosterDecidesCardsAnew(t *testing.T) {
	h := newHouse(t, fullTable(t))
	v := cardOf(t, h, "ana")
	h.take()
	h.events = nil
	h.desk.SetRoster([]floor.Associate{{ID: associate("ana"), Name: "ana", Role: floor.RoleAssociate, Tier: floor.TierRestricted}}, h.now)
	card, err := h.desk.Card(associate("ana"), v.Visit, h.now)
	must(t, err)
	if strings.Contains(text(card.View()), "LOAFERS") {
		t.Error("restricted since, she still reads single purchases")
	}
	if len(h.all(concierge.FloorChanged)) == 0 {
		t.Error("her screen is not told")
	}
}

func TestPolicyDecidesCardsAnew(t *testing.T) {
	h := newHouse(t, fullTable(t))
	v := cardOf(t, h, "ana")
	h.take()
	h.events = nil
	h.desk.SetPolicy(policy.Strict(), h.now)
	if e := h.all(concierge.FloorChanged); len(e) != 1 || e[0].Associate != associate("ana") {
		t.Errorf("the screen with the old card hears %+v", e)
	}
	card, err := h.desk.Card(associate("ana"), v.Visit, h.now)
	must(t, err)
	if strings.Contains(text(card.View()), "BOOTS") {
		t.Error("the old table's card is shown")
	}
}

// Her withdrawal can come between the lease and the desk's knowing of it.
func TestALeaseThatComesTooLate(t *testing.T) {
	for name, no := range map[string]func(h *house, c floor.Customer) error{
		"withdrawn": func(h *house, c floor.Customer) error { return h.desk.Withdraw(c, "", h.now) },
		"invisible": func(h *house, c floor.Customer) error {
			return h.desk.SetVisibility(c, concierge.Invisible, h.now)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			c := h.customer("c-1", nil)
			must(t, no(h, c))
			v := h.comes(c)
			if !h.released[v.Phone] || len(h.all(concierge.PhoneReleased)) != 1 {
				t.Error("her phone is still followed")
			}
		})
	}
}

func TestLookAroundEndsTheService(t *testing.T) {
	h := newHouse(t, fullTable(t))
	v := cardOf(t, h, "lea")
	c, _ := floor.ParseCustomer("c-1")
	must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
	if _, err := h.desk.Card(associate("lea"), v.Visit, h.now); err != concierge.ErrNothing {
		t.Errorf("lea's card stays: %v", err)
	}
	if got := h.desk.Here(c, h.now); got.Coming != "" || len(h.all(concierge.CardRevoked)) != 1 {
		t.Errorf("%q is still coming", got.Coming)
	}
}

func TestWhoServedHerIsHistory(t *testing.T) {
	for name, early := range map[string]bool{"withdrawn before": true, "withdrawn after": false} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, fullTable(t))
			v := cardOf(t, h, "lea")
			c, _ := floor.ParseCustomer("c-1")
			withdraw := func() { must(t, h.desk.Withdraw(c, string(profile.HistoryStore), h.now)) }
			if early {
				withdraw()
			}
			must(t, h.desk.WrapUp(associate("lea"), v.Visit, concierge.WrapUp{Served: true}, h.now))
			must(t, h.desk.SetStatus(associate("lea"), routing.Available, h.now))
			h.desk.Greet(floor.Visit{ID: v.Visit, Phone: h.phone, State: floor.Ended}, h.now)
			if !early {
				withdraw()
			}
			_, err := h.profiles.Grant(c, h.now, "n1", "page", profile.HistoryStore)
			must(t, err)
			h.comes(c)
			must(t, h.desk.Help(c, h.now))
			for range 8 {
				for _, other := range []string{"ana", "marc"} {
					if o := h.offer(other); o != nil {
						must(t, h.desk.Decline(associate(other), o.ID, "busy", h.now))
					}
				}
				if o := h.offer("lea"); o != nil {
					card, err := h.desk.Accept(associate("lea"), o.ID, h.now)
					must(t, err)
					if got := card.View().Relation; got == "served" {
						t.Error("a visit that was not to be kept makes her somebody who served")
					}
					return
				}
				h.pass(time.Second)
			}
			t.Fatal("lea is never asked")
		})
	}
}

// What is withheld and what does not exist are the same card, to the letter:
// whoever asks learns nothing from what is missing.
func TestWithheldIsLikeNothing(t *testing.T) {
	nothing := func(p *profile.Profile) { p.Purchases, p.Notes, p.Stated = nil, nil, nil }
	for name, tt := range map[string]struct {
		viewer string
		change func(p *profile.Profile)
	}{
		"hidden by her": {"ana", func(p *profile.Profile) {
			for i := range p.Purchases {
				p.Purchases[i].Hidden = true
			}
			p.Notes, p.Stated = nil, nil
		}},
		"notes she objected to": {"ana", func(p *profile.Profile) {
			for i := range p.Notes {
				p.Notes[i].Objected = true
			}
			p.Purchases, p.Stated = nil, nil
		}},
		"not for a substitute": {"lea", func(p *profile.Profile) {
			p.Purchases = p.Purchases[4:] // fresh, of another store, a personal item, a gift
			p.Notes, p.Stated = p.Notes[:1], p.Stated[1:]
		}},
	} {
		t.Run(name, func(t *testing.T) {
			card := func(content func(p *profile.Profile)) string {
				h := newHouse(t, fullTable(t))
				c := h.customer("c-1", func(p *profile.Profile) { shopper(p); content(p) })
				h.comes(c)
				must(t, h.desk.Help(c, h.now))
				for _, other := range []string{"ana", "marc"} {
					if o := h.offer(other); o != nil && other != tt.viewer {
						must(t, h.desk.Decline(associate(other), o.ID, "busy", h.now))
					}
				}
				got, err := h.desk.Accept(associate(tt.viewer), h.offer(tt.viewer).ID, h.now)
				must(t, err)
				v := got.View()
				v.Visit = "" // random
				return text(v)
			}
			if d := cmp.Diff(card(nothing), card(tt.change)); d != "" {
				t.Error(d)
			}
		})
	}
}
