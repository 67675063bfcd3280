package concierge_test

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/routing"
)

// An associate whose device nobody has reached for ten seconds is not shown as
// in and free, and the page does not ask whether to tell her; when it is back,
// both are as before. Whoever looks on is told at once.
func TestOutOfReachIsShownAsAway(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.comes(c)
	see := func() concierge.Here { return h.desk.Here(c, h.now) }
	told := func() bool {
		h.take()
		events := h.events
		h.events = nil
		marc, page := false, false
		for _, e := range events {
			marc = marc || e.Kind == concierge.FloorChanged && e.Associate == associate("marc")
			page = page || e.Kind == concierge.HereChanged && e.Customer == c
		}
		return marc && page
	}
	if got := see(); got.Ask != "ana" || got.Mine[0].Presence != concierge.InNow {
		t.Fatalf("before: %q, %+v", got.Ask, got.Mine[0])
	}
	h.desk.Live(associate("ana"), false, h.now)
	h.pass(9 * time.Second)
	told()
	if see().Ask != "ana" {
		t.Error("a page that is loaded anew makes her go away")
	}
	h.pass(2 * time.Second)
	if got := see(); got.Ask != "marc" || got.Mine[0].Presence != concierge.InToday || !told() {
		t.Errorf("out of reach: asked about %q, shown as %+v", got.Ask, got.Mine[0])
	}
	must(t, h.desk.SetStatus(associate("ana"), routing.Busy, h.now))
	if got := see().Mine[0].Presence; got != concierge.InToday {
		t.Errorf("busy and out of reach: %s", got)
	}
	must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now))
	told()
	h.desk.Live(associate("ana"), true, h.now)
	if got := see(); got.Ask != "ana" || !told() {
		t.Errorf("back again: asked about %q", got.Ask)
	}
}

// No page shows a heads-up yet, so a request does not wait for one: while her
// own associates are busy, the next is asked in the same second.
func TestABusyAssociateCostsNoTime(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	must(t, h.desk.SetStatus(associate("ana"), routing.Busy, h.now))
	must(t, h.desk.SetStatus(associate("marc"), routing.Busy, h.now))
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	if h.offer("lea") == nil {
		t.Error("lea is not asked at once")
	}
}
