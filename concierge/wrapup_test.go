package concierge_test

import (
	"slices"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/conduct"
	"foyer/floor"
)

// servedBy lets an associate go to a customer and greet her.
func (h *house) servedBy(name string) floor.VisitID {
	h.t.Helper()
	o := h.offer(name)
	if o == nil {
		h.t.Fatalf("%s is not asked", name)
	}
	_, err := h.desk.Accept(associate(name), o.ID, h.now)
	must(h.t, err)
	must(h.t, h.desk.Greeted(associate(name), o.Visit, h.now))
	return o.Visit
}

// Who hands a customer on is not asked again while anybody else is there; the
// next one sees no place of hers until she is asked, and her page says so.
func TestSomebodyElseGoesOn(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	v := h.servedBy("ana")
	must(t, h.desk.WrapUp(associate("ana"), v, concierge.WrapUp{Served: true, Next: true}, h.now))
	if here := h.desk.Here(c, h.now); here.Stage != concierge.Announced || !here.Asking {
		t.Errorf("her page says %+v", here)
	}
	next := slices.IndexFunc([]string{"marc", "lea"}, func(name string) bool { return h.offer(name) != nil })
	if h.offer("ana") != nil || next < 0 {
		t.Fatalf("who goes on? %v", h.all(concierge.OfferCreated))
	}
	if v := h.servedBy([]string{"marc", "lea"}[next]); v == "" {
		t.Error("nobody goes on")
	}
	if _, err := h.desk.Card(associate("marc"), v, h.now); err != nil && next == 0 {
		t.Error(err)
	}
}

// One who wants only her own associates is handed on to nobody else.
func TestOnlyHersGoOn(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.OnlyMine, h.now))
	for _, name := range []string{"ana", "marc"} {
		v := h.servedBy(name)
		must(t, h.desk.WrapUp(associate(name), v, concierge.WrapUp{Served: true, Next: true}, h.now))
	}
	for range 20 {
		h.pass(30 * time.Second)
		if o := h.offer("lea"); o != nil {
			t.Fatalf("lea is asked: %+v", o)
		}
	}
}

// Who is not signed in is handed on, too.
func TestAStrangerIsHandedOn(t *testing.T) {
	h := newHouse(t, nil)
	id := h.unknown("shoes")
	who, o := h.asked()
	_, err := h.desk.Accept(associate(who), o.ID, h.now)
	must(t, err)
	must(t, h.desk.WrapUp(associate(who), o.Visit, concierge.WrapUp{Served: true, Next: true}, h.now))
	if other, _ := h.asked(); other == "" || other == who {
		t.Errorf("%q is asked after %q", other, who)
	}
	if got, _ := h.desk.Unknown(id); !got.Asking || got.Met {
		t.Errorf("her page says %+v", got)
	}
}

// An associate says at the end that she came up to one who looked around. Three
// times within the window are a ground; where nobody looked around it is none.
func TestComingUpToWhoLooksAround(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	for n, browses := range []bool{false, true, true, true} {
		v := h.comes(c)
		if browses {
			must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
		}
		must(t, h.desk.Help(c, h.now))
		id := h.servedBy("ana")
		if n == 3 {
			h.take()
			h.again(time.Minute) // a restart in the midst of it
		}
		today, err := h.desk.Today(associate("ana"), h.now)
		must(t, err)
		if len(today.Serving) != 1 || today.Serving[0].Browsed != browses {
			t.Errorf("she is with %+v", today.Serving)
		}
		must(t, h.desk.WrapUp(associate("ana"), id, concierge.WrapUp{Served: true, Approached: true}, h.now))
		h.desk.Greet(floor.Visit{ID: v.ID, Phone: h.phone, State: floor.Ended}, h.now)
		h.pass(4 * time.Minute)
	}
	if f := h.desk.FiguresOf(associate("ana"), h.now); f.Approached != 3 || !slices.Equal(f.Grounds(0), []conduct.Ground{conduct.GroundApproached}) {
		t.Errorf("after three: %+v", f)
	}
}

// A customer who had asked to be left alone and says "too much" says it as well;
// if the associate has said so herself it counts once.
func TestTooMuchForOneWhoLooksAround(t *testing.T) {
	for _, said := range []bool{false, true} {
		h := newHouse(t, nil)
		c := h.customer("c-1", nil)
		h.comes(c)
		must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
		must(t, h.desk.Help(c, h.now))
		id := h.servedBy("ana")
		must(t, h.desk.WrapUp(associate("ana"), id, concierge.WrapUp{Served: true, Approached: said}, h.now))
		must(t, h.desk.Feedback(c, id, "too_much", h.now))
		if got := h.desk.FiguresOf(associate("ana"), h.now).Approached; got != 1 {
			t.Errorf("said %v: it counts %d times", said, got)
		}
	}
}
