package concierge_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/routing"
)

// keeping is a house whose desk keeps visits under way, as a box's does.
func keeping(t *testing.T) *house {
	h := newHouse(t, fullTable(t))
	h.desk.Resume(h.now)
	must(t, h.desk.SignOn(associate("ana"), h.now)) // so that the floor is written down
	h.take()
	return h
}

// again ends the desk without a word to it and opens the files anew, some time
// later. Devices come back at once.
func (h *house) again(later time.Duration) {
	h.t.Helper()
	roster, shifts := h.desk.Roster(), []floor.Shift{}
	for _, a := range roster {
		shifts = append(shifts, floor.Shift{Associate: a.ID, From: start.Add(-time.Hour), To: start.Add(8 * time.Hour)})
	}
	must(h.t, h.desk.Close())
	desk, err := concierge.NewDesk(h.options)
	must(h.t, err)
	h.now, h.desk, h.events = h.now.Add(later), desk, nil
	desk.SetRoster(roster, h.now)
	desk.SetShifts(shifts)
	desk.Resume(h.now)
	for _, a := range roster {
		must(h.t, desk.SignOn(a.ID, h.now))
		desk.Live(a.ID, true, h.now)
	}
}

// In the middle of an offer the box begins anew: the same one is asked by the
// same question, nobody besides, and who has declined is not asked again.
func TestARestartInMidOffer(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	must(t, h.desk.Decline(associate("ana"), h.offer("ana").ID, "busy", h.now))
	before := h.offer("marc")
	h.take()
	h.again(5 * time.Second)
	after := h.offer("marc")
	if after == nil || *after != *before {
		t.Fatalf("marc was asked %+v, and is asked %+v", before, after)
	}
	if h.offer("ana") != nil || h.offer("lea") != nil || len(h.all(concierge.OfferCreated)) != 0 {
		t.Error("a second one is asked")
	}
	if here := h.desk.Here(c, h.now); !here.Asking || here.Stage != concierge.Announced {
		t.Errorf("her page: %+v", here)
	}
	_, err := h.desk.Accept(associate("marc"), after.ID, h.now)
	must(t, err)
	h.take()
	h.again(time.Minute)
	today, err := h.desk.Today(associate("marc"), h.now)
	must(t, err)
	if len(today.Serving) != 1 || today.Status != routing.Busy || h.desk.Here(c, h.now).Coming != "marc" {
		t.Errorf("after the yes marc has %+v", today)
	}
	if _, err := h.desk.Card(associate("marc"), after.Visit, h.now); err != nil {
		t.Errorf("his card: %v", err)
	}
}

// The box was down for longer than a question lasts: she has a moment to answer
// it all the same, then the next is asked. The request is not lost.
func TestALongRestartLosesNoRequest(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	id := h.offer("ana").ID
	h.take()
	h.again(10 * time.Minute)
	if o := h.offer("ana"); o == nil || o.ID != id {
		t.Fatalf("ana is asked %+v", o)
	}
	h.pass(25 * time.Second)
	if h.offer("ana") != nil || h.offer("marc") == nil && h.offer("lea") == nil {
		t.Error("the next is not asked")
	}
}

// Her phone is found again: the visit goes on with it, and is not announced
// twice. Not found, it ends.
func TestAfterARestartTheVisitGoesOn(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
	h.take()
	h.again(time.Minute)
	h.comes(c)
	if here := h.desk.Here(c, h.now); here.Stage != concierge.Browsing || len(h.all(concierge.VisitAnnounced)) != 0 {
		t.Errorf("with her phone: %+v", here)
	}
	h.pass(concierge.Resumed + time.Second)
	if here := h.desk.Here(c, h.now); here.Stage != concierge.Browsing {
		t.Errorf("later: %+v", here)
	}
	h.again(time.Minute)
	h.pass(concierge.Resumed + time.Second)
	if here := h.desk.Here(c, h.now); here.Stage != concierge.Away || len(h.all(concierge.VisitEnded)) != 1 {
		t.Errorf("without her phone: %+v", here)
	}
}

// The estimate of a busy one and the choice survive, too.
func TestAChoiceSurvives(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", func(p *profile.Profile) { p.Preferred = p.Preferred[:1] })
	must(t, h.desk.Say(associate("ana"), concierge.Said{Status: routing.Busy, FreeAt: h.now.Add(8 * time.Minute)}, h.now))
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	up := h.headsUp("ana")
	h.take()
	h.again(2 * time.Minute)
	o := h.desk.Here(c, h.now).Options
	if o == nil || !o.Wait || o.Who.FreeAt.IsZero() {
		t.Fatalf("she may choose %+v", o)
	}
	if after := h.headsUp("ana"); after == nil || after.ID != up.ID {
		t.Errorf("ana reads %+v", after)
	}
	must(t, h.desk.Choose(c, o.Task, concierge.Wait, h.now))
	h.take()
	h.again(time.Minute)
	if o = h.desk.Here(c, h.now).Options; o == nil || !o.Waiting {
		t.Errorf("she no longer waits: %+v", o)
	}
}

// What was not announced is not kept, and what she ends is gone: the file has no
// row of it.
func TestOnlyWhatIsAnnouncedIsKept(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	rows := func() int {
		counts, err := h.desk.Census()
		must(t, err)
		for _, n := range counts {
			if n.Bucket == "stays" {
				return n.Rows
			}
		}
		return 0
	}
	h.comes(c)
	h.take()
	if rows() != 0 {
		t.Error("a visit nobody was told of is kept")
	}
	must(t, h.desk.Help(c, h.now))
	h.take()
	if rows() != 1 {
		t.Error("a request is not kept")
	}
	must(t, h.desk.Withdraw(c, "", h.now))
	h.take()
	if rows() != 0 {
		t.Error("after her no a visit is kept")
	}
	h.again(time.Second)
	if here := h.desk.Here(c, h.now); here.InStore {
		t.Errorf("after her no and a restart: %+v", here)
	}
}

// On the disk nothing of it can be read.
func TestAKeptVisitIsSealed(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-verysecret", nil)
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	h.take()
	data, err := os.ReadFile(filepath.Join(h.options.Dir, "desk.db"))
	must(t, err)
	for _, word := range []string{"c-verysecret", "ana", string(h.offer("ana").ID), string(h.offer("ana").Visit)} {
		if bytes.Contains(data, []byte(word)) {
			t.Errorf("desk.db says %q", word)
		}
	}
}

// Who was asked much before the restart has been asked much after it.
func TestSharesSurvive(t *testing.T) {
	h := keeping(t)
	for n := range 3 {
		c := h.customer("c-"+string(rune('1'+n)), func(p *profile.Profile) { p.Preferred = p.Preferred[:0] })
		v := h.comes(c)
		must(t, h.desk.Help(c, h.now))
		h.take()
		h.desk.Greet(floor.Visit{ID: v.ID, Phone: h.phone, State: floor.Ended}, h.now)
		h.take()
	}
	h.again(time.Second)
	c := h.customer("c-9", func(p *profile.Profile) { p.Preferred = p.Preferred[:0] })
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	account, err := h.desk.ExplainTask(string(h.desk.Here(c, h.now).Visit), h.now)
	must(t, err)
	idle := 0
	for _, x := range account[0].Considered {
		for _, term := range x.Score {
			if term.Name == "idle" && term.Points == routing.Defaults().Weights.IdleMax {
				idle++ // as if she had not been asked in this shift
			}
		}
	}
	if idle != 0 {
		t.Errorf("%d of three count as never asked", idle)
	}
}

// Her copy has what is kept of the visit under way: who was asked about her.
func TestACopyHasTheVisitUnderWay(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	must(t, h.desk.Decline(associate("ana"), h.offer("ana").ID, "busy", h.now))
	door := h.desk.Door(func(now time.Time) time.Time { return now }, nil)
	y, err := door.Copy(c, h.desk.Moment(c, h.now), nil, h.now)
	must(t, err)
	if y.Now == nil || !y.Now.Request || len(y.Now.Asked) != 2 || y.Now.Asked[0].Associate != "ana" || y.Now.Asked[0].Outcome != "declined" {
		t.Errorf("her copy says %+v", y.Now)
	}
}

// What is kept of a visit goes with her: after her erasure no row of it is left.
func TestAnErasureTakesTheVisitUnderWay(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	h.take()
	door := h.desk.Door(func(now time.Time) time.Time { return now }, nil)
	h.desk.Dismiss(c, h.now) // the events of it have not been taken when the files are erased
	_, err := door.Erase(c, concierge.Erasing{}, h.now)
	must(t, err)
	h.desk.Erased(c, h.now)
	h.take()
	counts, err := h.desk.Census()
	must(t, err)
	for _, n := range counts {
		if n.Bucket == "stays" && n.Rows != 0 {
			t.Errorf("%d rows of a visit under way", n.Rows)
		}
	}
	h.again(time.Second)
	if h.offer("ana") != nil {
		t.Error("after her erasure ana is still asked")
	}
}
