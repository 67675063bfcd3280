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

// busyAna is a house where ana, the only one of hers, is with somebody else and
// c-1 has asked for help.
func busyAna(t *testing.T) (*house, floor.Customer) {
	h := newHouse(t, nil)
	c := h.customer("c-1", func(p *profile.Profile) { p.Preferred = p.Preferred[:1] })
	must(t, h.desk.SetStatus(associate("ana"), routing.Busy, h.now))
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	return h, c
}

func (h *house) headsUp(name string) *concierge.HeadsUp {
	today, err := h.desk.Today(associate(name), h.now)
	must(h.t, err)
	return today.HeadsUp
}

func (h *house) nobodyIsAsked(when string) {
	h.t.Helper()
	for _, name := range []string{"ana", "marc", "lea"} {
		if h.offer(name) != nil {
			h.t.Errorf("%s is asked %s", name, when)
		}
	}
}

// Both sides are told: the associate silently, the customer with a choice.
func TestTheBusyOneOfHersIsTold(t *testing.T) {
	h, c := busyAna(t)
	up := h.headsUp("ana")
	if up == nil || !up.Requested || up.Name != "Ms. Keller" {
		t.Fatalf("ana reads %+v", up)
	}
	h.nobodyIsAsked("while she chooses")
	o := h.desk.Here(c, h.now).Options
	if o == nil || o.Who.Name != "ana" || !o.Wait || !o.Else || o.Waiting || !o.Who.FreeAt.IsZero() || !o.Until.After(h.now) {
		t.Fatalf("she may choose %+v", o)
	}
	must(t, h.desk.AnswerHeadsUp(associate("ana"), up.ID, concierge.In5, h.now))
	if o = h.desk.Here(c, h.now).Options; o == nil || !o.Who.FreeAt.Equal(h.now.Add(5*time.Minute)) {
		t.Errorf("with an estimate she may choose %+v", o)
	}
	if h.headsUp("ana") != nil {
		t.Error("the answered question stands")
	}
	if err := h.desk.AnswerHeadsUp(associate("ana"), up.ID, concierge.In5, h.now); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("answered twice: %v", err)
	}
}

func TestSheWaitsForHers(t *testing.T) {
	h, c := busyAna(t)
	must(t, h.desk.AnswerHeadsUp(associate("ana"), h.headsUp("ana").ID, concierge.In5, h.now))
	o := h.desk.Here(c, h.now).Options
	must(t, h.desk.Choose(c, o.Task, concierge.Wait, h.now))
	h.pass(4 * time.Minute)
	h.nobodyIsAsked("while she waits")
	if o = h.desk.Here(c, h.now).Options; o == nil || !o.Waiting || o.Place != 1 {
		t.Errorf("waiting she reads %+v", o)
	}
	must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now))
	h.pass(time.Second)
	if h.offer("ana") == nil {
		t.Error("ana is free and is not asked")
	}
}

func TestTheEstimateIsOverAndSheIsAskedAgain(t *testing.T) {
	h, c := busyAna(t)
	must(t, h.desk.AnswerHeadsUp(associate("ana"), h.headsUp("ana").ID, concierge.In5, h.now))
	must(t, h.desk.Choose(c, h.desk.Here(c, h.now).Options.Task, concierge.Wait, h.now))
	h.pass(9 * time.Minute)
	if h.headsUp("ana") != nil {
		t.Error("asked again before the estimate and five minutes are over")
	}
	h.pass(80 * time.Second)
	if up := h.headsUp("ana"); up == nil || !up.Waits {
		t.Errorf("after the estimate ana reads %+v", up)
	}
}

func TestSheTakesSomebodyElse(t *testing.T) {
	h, c := busyAna(t)
	must(t, h.desk.Choose(c, h.desk.Here(c, h.now).Options.Task, concierge.SomebodyElse, h.now))
	if h.offer("marc") == nil && h.offer("lea") == nil {
		t.Error("nobody else is asked")
	}
	if h.headsUp("ana") != nil {
		t.Error("ana is still asked for an estimate")
	}
}

func TestSheBrowsesOrDoesNotAnswer(t *testing.T) {
	h, c := busyAna(t)
	must(t, h.desk.Choose(c, h.desk.Here(c, h.now).Options.Task, concierge.Browse, h.now))
	if here := h.desk.Here(c, h.now); here.Stage != concierge.Browsing || here.Options != nil || h.headsUp("ana") != nil {
		t.Errorf("browsing: %+v", here)
	}
	h, c = busyAna(t)
	h.pass(61 * time.Second)
	if here := h.desk.Here(c, h.now); here.Stage != concierge.Browsing || here.Asking {
		t.Errorf("after a minute without an answer: %+v", here)
	}
	must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now))
	h.pass(3 * time.Minute)
	h.nobodyIsAsked("for one who did not choose")
}

// She cannot: the customer has asked for somebody, so the next is asked, and is
// not told why.
func TestHersCannot(t *testing.T) {
	for _, say := range []concierge.Estimate{concierge.Cannot, concierge.PleaseCover} {
		h, c := busyAna(t)
		id := h.desk.Here(c, h.now).Options.Task
		if say == concierge.Cannot {
			must(t, h.desk.Choose(c, id, concierge.Wait, h.now))
		}
		must(t, h.desk.AnswerHeadsUp(associate("ana"), h.headsUp("ana").ID, say, h.now))
		if h.offer("marc") == nil && h.offer("lea") == nil {
			t.Errorf("%s: nobody else is asked", say)
		}
		if o := h.desk.Here(c, h.now).Options; o != nil {
			t.Errorf("%s: she is still to choose %+v", say, o)
		}
	}
}

// An arrival nobody can meet: hers cannot, and asking for somebody else makes a
// request of it.
func TestAnArrivalAsksForSomebodyElse(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", func(p *profile.Profile) { p.Preferred = p.Preferred[:1] })
	h.desk.SignOff(associate("ana"), h.now)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	o := h.desk.Here(c, h.now).Options
	if o == nil || o.Wait || !o.Else || o.Who.Name != "ana" {
		t.Fatalf("she may choose %+v", o)
	}
	if err := h.desk.Choose(c, o.Task, concierge.Wait, h.now); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("she waits for one who is not in: %v", err)
	}
	if err := h.desk.Choose(c, "v-other", concierge.SomebodyElse, h.now); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("another's task: %v", err)
	}
	h.pass(6 * time.Minute) // nobody came, and the page still has the choice
	must(t, h.desk.Choose(c, o.Task, concierge.SomebodyElse, h.now))
	if !h.desk.Here(c, h.now).Asking || h.offer("marc") == nil && h.offer("lea") == nil {
		t.Error("nobody else is asked")
	}
}

// A withdrawal ends a heads-up like everything else.
func TestAHeadsUpEndsWithHerNo(t *testing.T) {
	h, c := busyAna(t)
	must(t, h.desk.NotToday(c, h.now))
	if h.headsUp("ana") != nil || len(h.all(concierge.HeadsUpOver)) != 1 {
		t.Error("the heads-up outlives her no")
	}
}

func TestWrapUpAndQuiet(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Help(c, h.now))
	_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(t, err)
	must(t, h.desk.WrapUp(associate("ana"), v.ID, concierge.WrapUp{Served: true}, h.now))
	today := func() concierge.Today { v, err := h.desk.Today(associate("ana"), h.now); must(t, err); return v }
	if d := today(); d.Status != routing.Busy || !d.Wrapping.Equal(h.now.Add(3*time.Minute)) {
		t.Errorf("after serving: %+v", d)
	}
	h.pass(3 * time.Minute)
	if d := today(); d.Status != routing.Available {
		t.Errorf("after three minutes she is %v", d.Status)
	}
	must(t, h.desk.Say(associate("ana"), concierge.Said{Status: routing.DoNotDisturb, Until: h.now.Add(5 * time.Hour)}, h.now))
	if d := today(); !d.Quiet.Equal(h.now.Add(30 * time.Minute)) {
		t.Errorf("not disturbed until %v", d.Quiet)
	}
	h.pass(30 * time.Minute)
	if d := today(); d.Status != routing.Away {
		t.Errorf("after half an hour she is %v, and not asked", d.Status)
	}
}

// The only manager within reach is asked however often she misses.
func TestTheLastManagerIsNotSetAway(t *testing.T) {
	h := newHouse(t, nil)
	boss := floor.Associate{ID: associate("boss"), Name: "boss", Role: floor.RoleManager, Tier: floor.TierStandard}
	h.desk.SetRoster([]floor.Associate{boss}, h.now)
	h.desk.SetShifts([]floor.Shift{{Associate: boss.ID, From: start, To: start.Add(8 * time.Hour)}})
	must(t, h.desk.SignOn(boss.ID, h.now))
	h.desk.Live(boss.ID, true, h.now)
	for n := range 4 {
		c := h.customer("c-"+string(rune('1'+n)), nil)
		v := h.comes(c)
		must(t, h.desk.Help(c, h.now))
		if h.offer("boss") == nil {
			t.Fatalf("request %d reaches nobody", n+1)
		}
		h.pass(61 * time.Second)
		h.desk.Greet(floor.Visit{ID: v.ID, Phone: h.phone, State: floor.Ended}, h.now)
	}
}

// Two wait for the same one: the priority of headquarters goes first, then who
// came first.
func TestWhoIsAskedAboutFirst(t *testing.T) {
	for _, priority := range []uint8{0, 2} {
		h := newHouse(t, nil)
		for _, name := range []string{"marc", "lea"} {
			h.desk.SignOff(associate(name), h.now)
		}
		must(t, h.desk.SetStatus(associate("ana"), routing.OnBreak, h.now))
		none := func(p *profile.Profile) { p.Preferred = nil }
		first := h.customer("c-1", none)
		second := h.customer("c-2", func(p *profile.Profile) { none(p); p.Priority = priority })
		a := h.comes(first)
		must(t, h.desk.Help(first, h.now))
		h.pass(5 * time.Second)
		b := h.comes(second)
		must(t, h.desk.Help(second, h.now))
		must(t, h.desk.SetStatus(associate("ana"), routing.Available, h.now))
		want := a.ID
		if priority > 0 {
			want = b.ID
		}
		if o := h.offer("ana"); o == nil || o.Visit != want {
			t.Errorf("priority %d: asked about %+v, want %s", priority, o, want)
		}
	}
}

// Both of hers are busy; one becomes free, is asked and declines. Then she has
// her time to choose once more: it ran out while her page said that somebody is
// being asked.
func TestTheChoiceComesBack(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	for _, name := range []string{"ana", "marc"} {
		must(t, h.desk.SetStatus(associate(name), routing.Busy, h.now))
	}
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	h.pass(40 * time.Second)
	must(t, h.desk.SetStatus(associate("marc"), routing.Available, h.now))
	h.pass(25 * time.Second)
	if h.offer("marc") == nil || h.desk.Here(c, h.now).Options != nil {
		t.Fatal("marc is not asked alone")
	}
	must(t, h.desk.Decline(associate("marc"), h.offer("marc").ID, "busy", h.now))
	if o := h.desk.Here(c, h.now).Options; o == nil || !o.Wait || o.Who.Name != "ana" || o.Until.Sub(h.now) != time.Minute {
		t.Errorf("she may choose %+v", o)
	}
}
