package concierge_test

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// Her no holds although the disk takes nothing: the card goes, the phone is
// let go, and a check-in that follows by itself changes nothing.
func TestANoHoldsThoughItCannotBeWritten(t *testing.T) {
	for name, no := range map[string]func(h *house, c floor.Customer) error{
		"all withdrawn":      func(h *house, c floor.Customer) error { return h.desk.Withdraw(c, "", h.now) },
		"presence withdrawn": func(h *house, c floor.Customer) error { return h.desk.Withdraw(c, "presence", h.now) },
		"invisible": func(h *house, c floor.Customer) error {
			return h.desk.SetVisibility(c, concierge.Invisible, h.now)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			c := h.customer("c-1", automatic)
			v := h.comes(c)
			must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
			_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
			must(t, err)
			mend := h.desk.BreakDisk(syscall.EIO)
			if err := no(h, c); !errors.Is(err, concierge.ErrUnwritten) || !errors.Is(err, syscall.EIO) {
				t.Fatalf("%v, want that it holds and is not recorded", err)
			}
			if !h.released[v.Phone] || len(h.all(concierge.CardRevoked)) != 1 {
				t.Error("her phone is still leased, or the card is open")
			}
			if _, err := h.desk.Card(associate("ana"), v.ID, h.now); err != concierge.ErrNothing {
				t.Errorf("the card still opens: %v", err)
			}
			again := h.comes(c)
			h.pass(time.Minute)
			if !h.released[again.Phone] || len(h.all(concierge.VisitAnnounced)) != 1 {
				t.Error("the next check-in brings her back")
			}
			if len(h.all(concierge.ConsentChanged)) != 0 {
				t.Error("headquarters is told what is not on the disk")
			}
			mend()
			must(t, no(h, c))
			must(t, h.desk.SetVisibility(c, concierge.AskEachVisit, h.now))
			_, err = h.profiles.Grant(c, h.now.Add(time.Second), "n1", "page", profile.Purposes()...)
			must(t, err)
			if h.comes(c); h.desk.Here(c, h.now).Stage != concierge.Awaiting {
				t.Error("her no outlives its being written down")
			}
		})
	}
}

// Where only her associates may no longer know, she is hidden and stays so.
func TestHiddenThoughItCannotBeWritten(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	defer h.desk.BreakDisk(syscall.EIO)()
	if err := h.desk.Withdraw(c, "profile_to_associates", h.now); !errors.Is(err, concierge.ErrUnwritten) {
		t.Fatal(err)
	}
	if h.offer("ana") != nil || len(h.all(concierge.OfferRescinded)) != 1 {
		t.Error("ana is still asked")
	}
	if err := h.desk.Help(c, h.now); !errors.Is(err, concierge.ErrConsent) {
		t.Errorf("help: %v", err)
	}
	if err := h.desk.SetVisibility(c, concierge.Automatic, h.now); err == nil || errors.Is(err, concierge.ErrUnwritten) {
		t.Errorf("a yes that is not written down: %v", err)
	}
}
