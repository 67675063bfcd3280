package concierge_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
)

// asked returns who is asked for a stranger now, with the question.
func (h *house) asked() (who string, o concierge.Offer) {
	h.t.Helper()
	for _, name := range []string{"ana", "marc", "lea"} {
		t, err := h.desk.Today(associate(name), h.now)
		if err == nil && t.Offer != nil && t.Offer.Unknown {
			return name, *t.Offer
		}
	}
	return "", concierge.Offer{}
}

func (h *house) unknown(zone floor.ZoneID) concierge.StrangerID {
	h.t.Helper()
	id, err := h.desk.AskUnknown(zone, h.now)
	must(h.t, err)
	return id
}

// One who is not signed in asks, somebody goes, and nothing of it is on the disk:
// not in the ledger, not in desk.db, and no event names a customer.
func TestAStrangerIsHelped(t *testing.T) {
	h := newHouse(t, nil)
	before, err := h.desk.Census()
	must(t, err)
	id := h.unknown("shoes")
	who, o := h.asked()
	if want := (concierge.Offer{ID: o.ID, Visit: o.Visit, Requested: true, Cover: true, Unknown: true, Place: "shoes", Created: h.now, Deadline: o.Deadline}); who == "" || !cmp.Equal(want, o) {
		t.Fatalf("%s is asked %+v", who, o)
	}
	if got, _ := h.desk.Unknown(id); got != (concierge.Helped{Zone: "shoes", Asking: true}) {
		t.Errorf("asking: %+v", got)
	}
	a, other := associate(who), associate(map[string]string{"ana": "marc", "marc": "ana", "lea": "ana"}[who])
	if _, err := h.desk.Accept(other, o.ID, h.now); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("another accepts: %v", err)
	}
	card, err := h.desk.Accept(a, o.ID, h.now)
	must(t, err)
	if v := card.View(); !v.Unknown || v.Place != "shoes" || v.Name != "" || v.Access != "" || len(v.Sections)+len(v.Guidance)+len(v.Languages) > 0 || v.Photo {
		t.Errorf("a card of nobody: %+v", v)
	}
	if got, _ := h.desk.Unknown(id); got != (concierge.Helped{Zone: "shoes", Coming: who}) {
		t.Errorf("coming: %+v", got)
	}
	if _, err := h.desk.Card(other, o.Visit, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("another looks: %v", err)
	}
	must(t, h.desk.Greeted(a, o.Visit, h.now))
	if got, _ := h.desk.Unknown(id); !got.Met {
		t.Errorf("met: %+v", got)
	}
	must(t, h.desk.WrapUp(a, o.Visit, concierge.WrapUp{Served: true}, h.now))
	if _, ok := h.desk.Unknown(id); ok {
		t.Error("the ask outlives the help")
	}
	h.pass(4 * time.Minute) // she has wrapped up
	if today, _ := h.desk.Today(a, h.now); today.Status != routing.Available || len(today.Serving) > 0 {
		t.Errorf("%s is %v with %v", who, today.Status, today.Serving)
	}
	after, err := h.desk.Census()
	must(t, err)
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("desk.db:\n%s", d)
	}
	if n := h.ledger.Stats().Appended; n != 0 {
		t.Errorf("%d rows in the ledger", n)
	}
	h.take()
	for _, e := range h.events {
		if e.Customer.Valid() || e.History {
			t.Errorf("%s names a customer", e.Kind)
		}
	}
}

// A question that passes goes to the next; nobody left is said; she may take it
// back at any moment, and it ends by itself.
func TestAStrangersAskGoesOnAndEnds(t *testing.T) {
	h := newHouse(t, nil)
	id, seen := h.unknown(""), map[string]bool{}
	for range 3 {
		who, o := h.asked()
		if who == "" || seen[who] {
			t.Fatalf("after %v %q is asked", seen, who)
		}
		seen[who] = true
		must(t, h.desk.Decline(associate(who), o.ID, "busy", h.now))
	}
	if got, _ := h.desk.Unknown(id); !got.Nobody {
		t.Errorf("nobody left: %+v", got)
	}
	h.take()
	n := len(h.events)
	h.pass(5 * time.Second) // which changes nothing, so nobody's page is told anything
	if got := h.events[n:]; len(got) > 0 {
		t.Errorf("while she waits: %+v", got)
	}
	h.desk.CancelUnknown(id, h.now)

	id = h.unknown("bags")
	who, o := h.asked()
	h.desk.CancelUnknown(id, h.now)
	if again, _ := h.asked(); again != "" {
		t.Errorf("%s is asked for one who needs nobody", again)
	}
	if _, err := h.desk.Accept(associate(who), o.ID, h.now); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("a yes to one who needs nobody: %v", err)
	}

	id = h.unknown("bags")
	who, o = h.asked()
	_, err := h.desk.Accept(associate(who), o.ID, h.now)
	must(t, err)
	h.desk.SignOff(associate(who), h.now)
	if next, _ := h.asked(); next == "" || next == who {
		t.Errorf("%s signs off, and %q is asked", who, next)
	}
	h.pass(31 * time.Minute)
	if _, ok := h.desk.Unknown(id); ok {
		t.Error("an ask that nobody answers has no end")
	}
}

// One who means ill keeps few people running, and only for a while.
func TestStrangersAreBounded(t *testing.T) {
	h := newHouse(t, nil)
	crowded := func(when string) {
		t.Helper()
		if _, err := h.desk.AskUnknown("shoes", h.now); !errors.Is(err, concierge.ErrCrowded) {
			t.Errorf("%s: %v", when, err)
		}
	}
	var ids []concierge.StrangerID
	for range 3 {
		ids = append(ids, h.unknown("shoes"))
	}
	crowded("three at once")
	for _, id := range ids {
		h.desk.CancelUnknown(id, h.now)
	}
	for range 9 {
		h.desk.CancelUnknown(h.unknown("shoes"), h.now)
	}
	crowded("twelve in an hour")
	h.now = h.now.Add(time.Hour)

	for range 3 { // three who are not there
		h.unknown("shoes")
		who, o := h.asked()
		_, err := h.desk.Accept(associate(who), o.ID, h.now)
		must(t, err)
		must(t, h.desk.WrapUp(associate(who), o.Visit, concierge.WrapUp{}, h.now))
	}
	crowded("three in vain")
	h.now = h.now.Add(time.Hour)
	h.unknown("shoes")
}
