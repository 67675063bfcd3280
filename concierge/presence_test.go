package concierge_test

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
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

// Her shift ends while she is with somebody: she stays until she has finished.
// If she signs off all the same, the customer is not left to nobody.
func TestTheEndOfAShiftOrphansNobody(t *testing.T) {
	for name, requested := range map[string]bool{"arrival": false, "request": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			c := h.customer("c-1", nil)
			v := h.comes(c)
			if requested {
				must(t, h.desk.Help(c, h.now))
			} else {
				must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
			}
			_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
			must(t, err)
			must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now)) // what she says of herself changes nothing
			h.desk.SetShifts([]floor.Shift{{Associate: associate("ana"), From: start.Add(-time.Hour), To: h.now.Add(time.Minute)},
				{Associate: associate("marc"), From: start.Add(-time.Hour), To: start.Add(8 * time.Hour)}})
			h.pass(2 * time.Minute)
			if _, err := h.desk.Card(associate("ana"), v.ID, h.now); err != nil {
				t.Fatalf("her card after the shift: %v", err)
			}
			h.desk.SignOff(associate("ana"), h.now)
			if o := h.offer("marc"); o == nil || o.Requested != requested {
				t.Errorf("marc is asked %+v", o)
			}
			if got := h.desk.Here(c, h.now); got.Stage != concierge.Announced || got.Asking != requested {
				t.Errorf("her page says %+v", got)
			}
		})
	}
}

func TestAfterTheLastClientTheShiftEnds(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(t, err)
	h.desk.SetShifts(nil)
	h.pass(time.Minute)
	must(t, h.desk.WrapUp(associate("ana"), v.ID, concierge.WrapUp{}, h.now))
	h.pass(time.Second)
	if _, err := h.desk.Today(associate("ana"), h.now); err != concierge.ErrNothing {
		t.Errorf("ana is still signed on: %v", err)
	}
}

// A device that has vanished was last reached some time before its stream is
// found to be closed: that time counts.
func TestAVanishedDevice(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.comes(c)
	h.now = h.now.Add(time.Minute)
	h.desk.Live(associate("ana"), false, h.now.Add(-8*time.Second))
	h.pass(3 * time.Second)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	if h.offer("ana") != nil || h.offer("marc") == nil {
		t.Error("eleven seconds after she was last reached, ana is asked")
	}
}

// Whoever goes on a break is asked nothing more: the next is asked in the same
// second, and she herself may be again when she is back.
func TestABreakPassesTheQuestionOn(t *testing.T) {
	for _, status := range []routing.PresenceStatus{routing.OnBreak, routing.DoNotDisturb, routing.Away, routing.Busy} {
		h := newHouse(t, nil)
		c := h.customer("c-1", nil)
		h.comes(c)
		must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
		must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now))
		if h.offer("ana") == nil {
			t.Fatal("ana is not asked")
		}
		must(t, h.desk.SetStatus(associate("ana"), status, h.now))
		if h.offer("ana") != nil || len(h.all(concierge.OfferRescinded)) != 1 {
			t.Errorf("%v: ana is still asked", status)
		}
		o := h.offer("marc")
		if o == nil {
			t.Fatalf("%v: marc is not asked", status)
		}
		must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now))
		must(t, h.desk.Decline(associate("marc"), o.ID, "busy", h.now))
		if h.offer("ana") == nil {
			t.Errorf("%v: ana is back and not asked", status)
		}
	}
}
