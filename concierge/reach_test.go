package concierge_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// What she narrows is gone from a card that is open when the call returns, also
// where the disk takes nothing; what she opens is shown once it is written down.
// Headquarters is told of what is on the disk.
func TestHowFarPurchasesReachIsHersToSay(t *testing.T) {
	h := newHouse(t, fullTable(t))
	cardOf(t, h, "ana")
	c, err := floor.ParseCustomer("c-1")
	must(t, err)
	nobody, err := floor.ParseCustomer("c-nobody")
	must(t, err)
	v := h.desk.Here(c, h.now).Visit
	sees := func(when string, loafers, coat bool) {
		t.Helper()
		card, err := h.desk.Card(associate("ana"), v, h.now)
		must(t, err)
		got := text(card.View())
		if strings.Contains(got, "COLLEAGUE-LOAFERS") != loafers || strings.Contains(got, "OTHER-STORE-COAT") != coat || !strings.Contains(got, "ANKLE-BOOTS") {
			t.Errorf("%s: %s", when, got)
		}
	}
	told := func(want ...string) {
		t.Helper()
		var got []string
		for _, e := range h.all(concierge.ItemCorrected) {
			got = append(got, e.Item.ID+" "+string(e.Item.Reach))
		}
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("headquarters hears %q, want %q", got, want)
		}
	}
	sees("by default", true, false)
	h.take()
	h.events = nil
	must(t, h.desk.SetReach(c, "store", concierge.ReachClosed, h.now))
	if len(h.all(concierge.FloorChanged)) == 0 {
		t.Error("whoever looks at the card is not told")
	}
	sees("closed", false, false)
	told("store closed")

	mend := h.desk.BreakDisk(syscall.EIO)
	if err := h.desk.SetReach(c, "store", concierge.ReachOpen, h.now); err == nil || errors.Is(err, concierge.ErrUnwritten) {
		t.Errorf("a wider reach on a broken disk: %v", err)
	}
	sees("opened on a broken disk", false, false)
	mend()
	must(t, h.desk.SetReach(c, "store", concierge.ReachDefault, h.now))
	must(t, h.desk.SetReach(c, "other_stores", concierge.ReachOpen, h.now))
	sees("opened", true, true)
	told("store closed", "store default", "other_stores open")
	mend = h.desk.BreakDisk(syscall.EIO)
	if err := h.desk.SetReach(c, "other_stores", concierge.ReachClosed, h.now); !errors.Is(err, concierge.ErrUnwritten) {
		t.Errorf("%v, want that it holds and is not recorded", err)
	}
	sees("closed on a broken disk", true, false)
	if l := h.desk.Reaches(c)[1]; l.Class != "other_stores" || l.Reach != concierge.ReachClosed {
		t.Errorf("her page says %+v", l)
	}
	told("store closed", "store default", "other_stores open")
	mend()
	must(t, h.desk.SetReach(c, "other_stores", concierge.ReachOpen, h.now))
	sees("opened again", true, true)

	for _, bad := range [][2]string{{"garden", "open"}, {"store", "wide"}, {"", ""}} {
		if err := h.desk.SetReach(c, bad[0], concierge.Reach(bad[1]), h.now); err != concierge.ErrNothing {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := h.desk.SetReach(nobody, "store", concierge.ReachOpen, h.now); err != concierge.ErrNothing {
		t.Errorf("of nobody: %v", err)
	}
	if p, err := h.profiles.Get(c); err != nil || p.Audience != (profile.Audiences{Store: "default", OtherStores: "open", Online: "default"}) {
		t.Errorf("kept: %+v, %v", p.Audience, err)
	}
}
