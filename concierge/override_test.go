package concierge_test

import (
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/routing"
)

// managed is a house with a manager, where ana is being asked about c-1.
func managed(t *testing.T) (h *house, c floor.Customer, v string) {
	h = newHouse(t, nil)
	boss := floor.Associate{ID: associate("boss"), Name: "boss", Role: floor.RoleManager, Tier: floor.TierStandard}
	h.desk.SetRoster(append(h.desk.Roster(), boss), h.now)
	shifts := []floor.Shift{}
	for _, a := range h.desk.Roster() {
		shifts = append(shifts, floor.Shift{Associate: a.ID, From: start.Add(-time.Hour), To: start.Add(8 * time.Hour)})
	}
	h.desk.SetShifts(shifts)
	must(t, h.desk.SignOn(boss.ID, h.now))
	h.desk.Live(boss.ID, true, h.now)
	c = h.customer("c-1", func(p *profile.Profile) { p.Blocked = []floor.AssociateID{associate("lea")} })
	visit := h.comes(c)
	must(t, h.desk.Help(c, h.now))
	if h.offer("ana") == nil {
		t.Fatal("ana is not asked")
	}
	return h, c, string(visit.ID)
}

// A manager has somebody else asked, or herself; it is a question, and what
// nobody gets round she does not get round either.
func TestAManagerDecides(t *testing.T) {
	h, _, v := managed(t)
	boss := associate("boss")
	for who, why := range map[string]error{"lea": concierge.ErrUnfit, "nobody": concierge.ErrUnfit} {
		if err := h.desk.Assign(boss, v, who, h.now); !errors.Is(err, why) {
			t.Errorf("%s: %v", who, err)
		}
	}
	if err := h.desk.Assign(associate("marc"), v, "marc", h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("an associate assigns herself: %v", err)
	}
	must(t, h.desk.Assign(boss, v, "marc", h.now))
	if h.offer("marc") == nil || h.offer("ana") != nil {
		t.Error("marc is not asked alone")
	}
	must(t, h.desk.Escalate(boss, v, h.now))
	if h.offer("boss") == nil || h.offer("marc") != nil {
		t.Error("the manager is not asked alone")
	}
	accounts, err := h.desk.WhyTask(boss, v, h.now)
	must(t, err)
	if n := len(accounts); n < 3 || accounts[n-2].Ring != "manager's choice" || accounts[n-1].Ring != "escalated by a manager" {
		t.Errorf("explained: %+v", accounts)
	}
	if _, err := h.desk.WhyTask(associate("ana"), v, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("an associate reads why: %v", err)
	}
	must(t, h.desk.Decline(boss, h.offer("boss").ID, "busy", h.now))
	if h.offer("marc") != nil {
		t.Error("whom the manager chose is asked twice")
	}
}

// A cancelled request is over, and the customer is told so.
func TestAManagerCancels(t *testing.T) {
	h, c, v := managed(t)
	must(t, h.desk.CancelTask(associate("boss"), v, h.now))
	h.pass(5 * time.Minute)
	for _, name := range []string{"ana", "marc", "lea", "boss"} {
		if h.offer(name) != nil {
			t.Errorf("%s is asked", name)
		}
	}
	if here := h.desk.Here(c, h.now); !here.Nobody || here.Asking {
		t.Errorf("her page: %+v", here)
	}
}

// The figures count what happened, survive a restart, and are no associate's to
// read.
func TestFiguresOfTheFloor(t *testing.T) {
	h, c, _ := managed(t)
	h.desk.Resume(h.now)
	boss := associate("boss")
	must(t, h.desk.Decline(associate("ana"), h.offer("ana").ID, "busy", h.now))
	h.pass(10 * time.Second)
	_, err := h.desk.Accept(associate("marc"), h.offer("marc").ID, h.now)
	must(t, err)
	must(t, h.desk.WrapUp(associate("marc"), h.desk.Here(c, h.now).Visit, concierge.WrapUp{Served: true}, h.now))
	h.take()
	check := func(when string) {
		f, err := h.desk.Figures(boss, "", "", h.now)
		must(t, err)
		if f.Requests != 1 || f.Accepted != 1 || f.Late != 0 || f.Offers != 2 || f.Yes != 1 || f.No != 1 || f.Matched != 1 || f.Named != 1 || f.Median != 10*time.Second {
			t.Errorf("%s: %+v", when, f)
		}
	}
	check("at once")
	f, err := h.desk.Figures(boss, "", "", h.now)
	must(t, err)
	if len(f.Shares) != 3 { // managers have no share
		t.Errorf("shares %+v", f.Shares)
	}
	if f, err = h.desk.Figures(boss, "2026-01-01", "2026-01-31", h.now); err != nil || f.Requests != 0 || f.Shares != nil {
		t.Errorf("of January: %+v, %v", f, err)
	}
	if _, err := h.desk.Figures(associate("ana"), "", "", h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("an associate reads the figures: %v", err)
	}
	h.again(time.Minute)
	check("after a restart")
}

// An override is no question of the rings: it counts in nobody's share.
func TestAnOverrideIsNoShare(t *testing.T) {
	h, _, v := managed(t)
	must(t, h.desk.Assign(associate("boss"), v, "marc", h.now))
	f, err := h.desk.Figures(associate("boss"), "", "", h.now)
	must(t, err)
	for _, s := range f.Shares {
		if s.Asked != 0 {
			t.Errorf("%s has been asked %d times", s.Who.Name, s.Asked)
		}
	}
	if routing.Override.String() != "override" {
		t.Error(routing.Override)
	}
}
