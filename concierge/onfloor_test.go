package concierge_test

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// The manager sees who is away, and what is expected to take longer: whoever
// stands in for a colleague is in no figure of time.
func TestStandingInTakesLonger(t *testing.T) {
	h, _, v := managed(t)
	boss := associate("boss")
	of := func(name string) (out concierge.OnFloor) {
		f, err := h.desk.Floor(boss, h.now)
		must(t, err)
		for _, x := range f.OnShift {
			if x.ID == name {
				out = x
			}
		}
		return out
	}
	f, err := h.desk.Floor(boss, h.now)
	must(t, err)
	if len(f.Waiting) != 1 || f.Waiting[0].Ring != 0 || f.Waiting[0].StandIn {
		t.Errorf("ana, her own, is asked: %+v", f.Waiting)
	}
	h.desk.Live(associate("ana"), false, h.now)
	h.pass(30 * time.Second)
	if of("ana").State != concierge.OnAway || of("marc").State != concierge.OnAvailable {
		t.Errorf("ana's page is closed: %+v, marc: %+v", of("ana"), of("marc"))
	}
	must(t, h.desk.Escalate(boss, v, h.now))
	if f, err = h.desk.Floor(boss, h.now); err != nil || !f.Waiting[0].StandIn {
		t.Errorf("the manager is asked for ana: %+v %v", f.Waiting, err)
	}
	h.now = h.now.Add(20 * time.Second)
	if _, err := h.desk.Accept(boss, h.offer("boss").ID, h.now); err != nil {
		t.Fatal(err)
	}
	h.take()
	if x := of("boss"); x.State != concierge.OnBusy || !x.StandIn {
		t.Errorf("the manager serves ana's client: %+v", x)
	}
	figures, err := h.desk.Figures(boss, "", "", h.now)
	must(t, err)
	if figures.StoodIn != 1 || figures.Accepted != 0 || figures.Median != 0 || figures.Late != 0 {
		t.Errorf("the manager's time is counted: %+v", figures)
	}
	free := h.customer("c-2", func(p *profile.Profile) { p.Preferred = nil }) // whoever comes stands in for nobody
	h.comes(free)
	must(t, h.desk.Help(free, h.now))
	for _, x := range []string{"lea", "marc"} {
		if o := h.offer(x); o != nil {
			_, err := h.desk.Accept(associate(x), o.ID, h.now)
			must(t, err)
			h.take()
			if of(x).StandIn {
				t.Errorf("%s stands in for nobody", x)
			}
			if figures, err = h.desk.Figures(boss, "", "", h.now); err != nil || figures.Accepted != 1 {
				t.Errorf("%s's time is not counted: %+v %v", x, figures, err)
			}
			return
		}
	}
	t.Error("nobody is asked about the second")
}

// Whoever says "not today" is not even counted.
func TestHiddenAreNotCounted(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	visit := h.comes(c)
	if !h.desk.Counts(visit.Phone) || h.desk.Counts(floor.NewPhone()) {
		t.Error("counted are those whose phone is known")
	}
	must(t, h.desk.NotToday(c, h.now))
	if h.desk.Counts(visit.Phone) {
		t.Error("she said not today, and counts")
	}
}
