package concierge_test

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/routing"
)

// Three questions in a row that nobody answered: she is shown as away and asked
// nothing more, until she says that she is there.
func TestThreeMissesAndSheIsAway(t *testing.T) {
	h := newHouse(t, nil)
	for n, ref := range []string{"c-1", "c-2", "c-3"} {
		c := h.customer(ref, nil)
		h.comes(c)
		must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
		if h.offer("ana") == nil {
			t.Fatalf("after %d misses ana is not asked", n)
		}
		h.pass(46 * time.Second)
		must(t, h.desk.NotToday(c, h.now)) // marc, who was asked next, has nothing to do with it
	}
	today, err := h.desk.Today(associate("ana"), h.now)
	must(t, err)
	if today.Status != routing.Away {
		t.Errorf("after three misses she is %v", today.Status)
	}
	c := h.customer("c-4", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	if h.offer("ana") != nil || h.offer("marc") == nil {
		t.Error("away, she is asked")
	}
	must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now))
	must(t, h.desk.Decline(associate("marc"), h.offer("marc").ID, "busy", h.now))
	if h.offer("ana") == nil {
		t.Error("back on the floor, she is not asked")
	}
}
