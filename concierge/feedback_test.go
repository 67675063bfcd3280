package concierge_test

import (
	"slices"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/conduct"
	"foyer/floor"
)

// serve lets name go to the customer of a stay and finish with her.
func (h *house) serve(c floor.Customer, name string) {
	h.t.Helper()
	must(h.t, h.desk.Help(c, h.now))
	for range 8 {
		for _, other := range []string{"ana", "marc", "lea"} {
			if o := h.offer(other); o != nil && other == name {
				_, err := h.desk.Accept(associate(name), o.ID, h.now)
				must(h.t, err)
				must(h.t, h.desk.Greeted(associate(name), o.Visit, h.now))
				must(h.t, h.desk.WrapUp(associate(name), o.Visit, concierge.WrapUp{Served: true}, h.now))
				return
			} else if o != nil {
				must(h.t, h.desk.Decline(associate(other), o.ID, "busy", h.now))
			}
		}
		h.pass(time.Second)
	}
	h.t.Fatalf("%s is never asked", name)
}

// A restart in the middle of a visit loses neither who served her nor that she
// wants the visit forgotten.
func TestARestartKnowsWhoServedHer(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	h.comes(c)
	h.serve(c, "ana")
	h.take()
	h.again(time.Minute)
	after := h.desk.Here(c, h.now).After
	if after == nil || !slices.Equal(after.Names, []string{"ana"}) {
		t.Fatalf("after a restart she is asked of %+v", after)
	}
	h.serve(c, "marc")
	if after = h.desk.Here(c, h.now).After; after == nil || !slices.Equal(after.Names, []string{"ana", "marc"}) {
		t.Errorf("and after the second of %+v", after)
	}
	must(t, h.desk.Feedback(c, after.Visit, string(conduct.TooMuch), h.now))
	h.take()
	h.again(time.Minute)
	if after := h.desk.Here(c, h.now).After; after != nil {
		t.Errorf("she has answered, and is asked of %+v", after)
	}
}

func TestARestartDoesNotRememberAForgottenVisit(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	h.comes(c)
	h.serve(c, "ana")
	visit := h.desk.Here(c, h.now).Visit
	must(t, h.desk.ForgetVisit(c, visit, h.now))
	h.take()
	h.again(time.Minute)
	h.pass(31 * time.Minute) // nobody hears of her again
	if _, in := h.desk.Trial(); in || h.desk.Here(c, h.now).InStore {
		t.Fatal("the visit goes on")
	}
	for _, e := range h.all(concierge.VisitEnded) {
		if e.History {
			t.Error("its end is reported")
		}
	}
	if after := h.desk.Here(c, h.now).After; after != nil {
		t.Errorf("she is asked of %+v", after)
	}
}

// Who comes after one that was too much is advised to less; who was too much is
// not told so.
func TestTooMuchIsAdviceToTheNextOne(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", nil)
	v := h.comes(c)
	h.serve(c, "ana")
	must(t, h.desk.Feedback(c, v.ID, string(conduct.TooMuch), h.now))
	advised := func(name string) bool {
		card, err := h.desk.Card(associate(name), v.ID, h.now)
		must(t, err)
		return slices.ContainsFunc(card.View().Guidance, func(g concierge.Guidance) bool { return g.ID == "G12" })
	}
	if !advised("marc") {
		t.Error("marc, who is hers too, is not advised")
	}
	if advised("ana") {
		t.Error("ana is told what was said of her visit")
	}
}
