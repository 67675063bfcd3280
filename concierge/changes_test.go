package concierge_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// edit changes a stored profile as headquarters would, and tells the desk.
func (h *house) edit(c floor.Customer, change func(*profile.Profile)) {
	h.t.Helper()
	must(h.t, h.profiles.Change(c, func(p *profile.Profile) error { change(p); return nil }))
	h.desk.Changed(c, h.now)
}

func automatic(p *profile.Profile) { p.Visibility = profile.Automatic }

func TestAskMeStopsTheGrace(t *testing.T) {
	for name, change := range map[string]func(h *house, c floor.Customer){
		"on her page": func(h *house, c floor.Customer) {
			must(t, h.desk.SetVisibility(c, concierge.AskEachVisit, h.now))
		},
		"at headquarters": func(h *house, c floor.Customer) {
			h.edit(c, func(p *profile.Profile) { p.Visibility = profile.AskEachVisit })
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			c := h.customer("c-1", automatic)
			h.comes(c)
			h.pass(10 * time.Second)
			change(h, c)
			h.pass(time.Minute)
			if got := h.desk.Here(c, h.now).Stage; got != concierge.Awaiting || len(h.all(concierge.VisitAnnounced)) != 0 {
				t.Errorf("she wants to be asked, and is %s", got)
			}
		})
	}
}

func TestBlockedInTheMiddle(t *testing.T) {
	block := func(p *profile.Profile) { p.Blocked = []floor.AssociateID{associate("ana")} }
	t.Run("while asked", func(t *testing.T) {
		h := newHouse(t, nil)
		c := h.customer("c-1", nil)
		h.comes(c)
		must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
		id := h.offer("ana").ID
		h.edit(c, block)
		if h.offer("ana") != nil || h.offer("marc") == nil {
			t.Error("the blocked one is still asked, or the next is not")
		}
		if _, err := h.desk.Accept(associate("ana"), id, h.now); !errors.Is(err, concierge.ErrMoved) {
			t.Errorf("her yes counts: %v", err)
		}
	})
	t.Run("before asked", func(t *testing.T) {
		h := newHouse(t, nil)
		c := h.customer("c-1", nil)
		h.comes(c)
		must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
		h.edit(c, func(p *profile.Profile) { p.Blocked = []floor.AssociateID{associate("marc")} })
		must(t, h.desk.Decline(associate("ana"), h.offer("ana").ID, "busy", h.now))
		if h.offer("marc") != nil {
			t.Error("somebody blocked since the task began is asked")
		}
	})
	t.Run("while serving", func(t *testing.T) {
		h := newHouse(t, nil)
		c := h.customer("c-1", nil)
		v := h.comes(c)
		must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
		_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
		must(t, err)
		h.edit(c, block)
		if len(h.all(concierge.CardRevoked)) != 1 {
			t.Error("her card stays open")
		}
		if today, _ := h.desk.Today(associate("ana"), h.now); len(today.Serving) != 0 {
			t.Error("she still serves")
		}
		if _, err := h.desk.Card(associate("ana"), v.ID, h.now); !errors.Is(err, concierge.ErrNothing) {
			t.Errorf("the card opens anew: %v", err)
		}
	})
}

// A consent can be merged before the desk has been told of it.
func TestYesAfterHerNo(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	_, err := h.profiles.Withdraw(c, h.now, profile.ProfileToAssociates)
	must(t, err)
	if card, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now); err == nil {
		t.Errorf("accepted without a consent: %s", text(card.View()))
	}
	if _, err := h.desk.Card(associate("ana"), v.ID, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("a card without a consent: %v", err)
	}
	rows, err := h.ledger.Of(c)
	must(t, err)
	if len(rows) != 0 {
		t.Errorf("%d accesses after her no", len(rows))
	}
}

func TestYesOfOneWhoIsNotHersAnyMore(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", shopper)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	id := h.offer("ana").ID
	must(t, h.profiles.Change(c, func(p *profile.Profile) error { p.Preferred = []floor.AssociateID{associate("marc")}; return nil }))
	card, err := h.desk.Accept(associate("ana"), id, h.now)
	must(t, err)
	if got := card.View().Relation; got != "substitute" {
		t.Errorf("she is %s", got)
	}
	h.desk.Changed(c, h.now)
	if o := h.offer("marc"); o != nil {
		t.Error("two at once")
	}
}

func TestLateYes(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	o := h.offer("ana")
	if _, err := h.desk.Accept(associate("ana"), o.ID, o.Deadline.Add(time.Second)); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("a yes after the time: %v", err)
	}
}

func TestACardIsDecidedAnewWhenItHasExpired(t *testing.T) {
	h := newHouse(t, fullTable(t))
	v := cardOf(t, h, "ana")
	c, _ := floor.ParseCustomer("c-1")
	h.now = v.Expires.Add(time.Second)
	card, err := h.desk.Card(associate("ana"), v.Visit, h.now)
	must(t, err)
	rows, err := h.ledger.Of(c)
	must(t, err)
	if len(rows) != 2 || !card.View().AsOf.Equal(h.now) {
		t.Errorf("%d accesses; the card is as of %v", len(rows), card.View().AsOf)
	}
}

func TestWhoKnewHearsThatSheIsNotHersAnyMore(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
	h.take()
	h.events = nil
	h.edit(c, func(p *profile.Profile) { p.Preferred = []floor.AssociateID{associate("marc")} })
	told := h.all(concierge.FloorChanged)
	if !slices.ContainsFunc(told, func(e concierge.Event) bool { return e.Associate == associate("ana") }) {
		t.Error("her line stays on ana's screen")
	}
}

func TestNotTodayHoldsTheWholeDay(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", automatic)
	v := h.comes(c)
	must(t, h.desk.NotToday(c, h.now))
	leaves := func(v floor.Visit) { h.desk.Greet(floor.Visit{ID: v.ID, Phone: v.Phone, State: floor.Ended}, h.now) }
	leaves(v)
	h.now = h.now.Add(3 * time.Hour)
	v = h.comes(c)
	h.pass(time.Minute)
	if got := h.desk.Here(c, h.now).Stage; got != concierge.Hidden || len(h.all(concierge.VisitAnnounced)) != 0 {
		t.Errorf("the same afternoon she is %s", got)
	}
	leaves(v)
	h.now = h.now.Add(21 * time.Hour)
	h.comes(c)
	if got := h.desk.Here(c, h.now).Stage; got != concierge.Grace {
		t.Errorf("the next day she is %s", got)
	}
}

func TestALeaseTheDeskNeverHeardOf(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	var phone floor.Phone
	door := h.desk.Door(func(now time.Time) time.Time { return now.Add(time.Hour) }, func(_ context.Context, b concierge.Bound) error { phone = b.Phone; return context.Canceled })
	if err := door.CheckIn(t.Context(), c, netip.MustParseAddr("10.0.0.7"), h.now); !errors.Is(err, context.Canceled) {
		t.Errorf("check in: %v", err)
	}
	if !h.released[phone] {
		t.Error("the lease stays, and nobody can end it")
	}
}

// A renewal that the desk does not hear of must not end the lease it follows.
func TestARenewalTheDeskNeverHeardOf(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.bind = h.comes(c).Phone
	door := h.desk.Door(func(now time.Time) time.Time { return now.Add(time.Hour) }, func(context.Context, concierge.Bound) error { return context.DeadlineExceeded })
	for _, live := range []bool{true, false} {
		if err := door.CheckIn(t.Context(), c, netip.MustParseAddr("10.0.0.7"), h.now); err == nil || h.released[h.bind] == live {
			t.Errorf("%v; live before: %v, released after: %v", err, live, h.released[h.bind])
		}
		h.desk.Left(h.bind, h.now)
	}
}

// A new lease within a stay leaves the radio's first visit to end by itself,
// twenty minutes later; people are still there.
func TestAnOldVisitsEndClosesNothing(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	first := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	card, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(t, err)
	next := h.comes(c)
	first.State, next.State = floor.Ended, floor.Ended
	h.desk.Greet(first, h.now)
	if got := h.desk.Here(c, h.now); got.Stage != concierge.Serving {
		t.Errorf("she is %s while Ana is with her", got.Stage)
	}
	if _, err := h.desk.Card(associate("ana"), card.View().Visit, h.now); err != nil {
		t.Errorf("ana's card: %v", err)
	}
	if h.desk.Greet(next, h.now); h.desk.Here(c, h.now).Stage != concierge.Away {
		t.Error("the end of the visit she is on is not taken")
	}
}

// A gap can end a visit and begin the next before the end is told.
func TestTheNextVisitIsAskedAnew(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	first := h.comes(c)
	must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
	h.now = h.now.Add(time.Hour)
	next := floor.Visit{ID: floor.NewVisitID(), Phone: first.Phone, State: floor.Present, Began: h.now, At: h.now}
	h.desk.Greet(next, h.now)
	h.desk.Greet(floor.Visit{ID: first.ID, Phone: first.Phone, State: floor.Ended}, h.now)
	if got := h.desk.Here(c, h.now); got.Stage != concierge.Awaiting || got.Visit != next.ID || len(got.Told) != 0 {
		t.Errorf("an hour later she is %s, and %v know", got.Stage, got.Told)
	}
}

// Her check-in waited for a report while she was erased: it comes too late,
// whether before the erasure's end or after it.
func TestACheckInThatMeetsAnErasure(t *testing.T) {
	for name, early := range map[string]bool{"in between": true, "afterwards": false} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			c := h.customer("c-1", automatic)
			var v floor.Visit
			h.desk.Dismiss(c, h.now)
			if early {
				v = h.comes(c)
			}
			_, err := h.desk.Door(nil, nil).Erase(c, concierge.Erasing{}, h.now)
			must(t, err)
			h.desk.Erased(c, h.now)
			if !early {
				v = h.comes(c)
			}
			h.pass(time.Minute)
			if !h.released[v.Phone] || len(h.all(concierge.PhoneReleased)) != 1 {
				t.Error("the phone of one who was forgotten is followed")
			}
			if len(h.all(concierge.VisitAnnounced)) != 0 || h.offer("ana") != nil {
				t.Error("one who was forgotten is announced")
			}
		})
	}
}
