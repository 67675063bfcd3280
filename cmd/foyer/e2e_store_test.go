package main_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"foyer/rehearsal"
)

const walks = root + "/rehearsal/testdata/walk"

// TestEndToEnd opens stores of the built programs, with a real broker and a
// real browser, and lets customers come to them.
func TestEndToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the end-to-end tests build and run everything; go test without -short")
	}
	p := build(t, "")
	at := surveyed(t, walks)
	t.Run("withdrawal", func(t *testing.T) { testWithdrawal(t, p, at) }) // alone, for it is timed
	t.Parallel()                                                         // from here on, with the other tests that mostly wait
	t.Run("disks", func(t *testing.T) { testDisks(t, p, at) })
	t.Run("store", func(t *testing.T) { t.Parallel(); testStore(t, p, at) })
	t.Run("opt in", func(t *testing.T) { t.Parallel(); testOptIn(t, p, at) })
	t.Run("tetam", func(t *testing.T) { t.Parallel(); testTetam(t, p) })
	t.Run("late withdrawal", func(t *testing.T) { t.Parallel(); testLateWithdrawal(t, at) })
	t.Run("strangers", func(t *testing.T) { t.Parallel(); testStrangers(t, p, at) })
	t.Run("set-up", func(t *testing.T) { t.Parallel(); testSetUp(t, p, at) })
	t.Run("enroll", func(t *testing.T) { t.Parallel(); testEnroll(t, p) })
	t.Run("hard cases", func(t *testing.T) { t.Parallel(); testHardCases(t, p, at) })
	t.Run("leak", func(t *testing.T) { t.Parallel(); testLeak(t, at) })
}

// testStore is the main job, whole: a report comes in, the customer is asked,
// the right associate is told, headquarters knows; and all of it once more
// while headquarters is away.
func testStore(t *testing.T, p programs, at site) {
	s, people := openShop(t, p, at, "info"), cast()
	s.tell(people)
	first, second := people.Customers[0], people.Customers[1]
	chromium := newChromium(t, s)

	ana := newWindow(t, chromium)
	_, link := s.pair("ana")
	ana.signOn(link, "ana")

	phone := s.replay(walks, "walk_1", "127.0.0.1")
	her := newWindow(t, chromium)
	_, link = s.invite(first)
	her.open(link)
	her.press("#yes", "Sign in")
	her.reads("h1", "Shall we tell Ana you are here?")
	her.picture("customer-asked")
	time.Sleep(4 * time.Second) // she thinks about it; meanwhile the box learns in which zone she is
	her.press("#yes", "Yes, tell Ana")

	ana.reads("#yes", "I’m on my way")
	ana.picture("associate-offer")
	ana.press("#yes", "I’m on my way")
	ana.reads("h1", first.Profile.Form)
	her.reads("h1", "Ana is on the way.")
	her.picture("customer-served")
	ana.shows("#where svg .zone.here", 1)
	ana.picture("associate-card")
	ana.shows("#where svg.plan circle", 0) // a zone, and never a point
	eventually(t, "headquarters has the visit", func() error { return s.once(first) })

	code, _ := s.invite(second)
	eventually(t, "her code has come", s.settled)
	s.broker.Stop(t)
	ana.press("#greeted", "I have greeted her")
	ana.shows("#where svg", 0)
	her.reads("h1", "Ana is looking after you.")
	ana.picture("associate-greeted")
	cover := newWindow(t, chromium)
	testHandOn(t, s, first, people.Roster.Associates[1].ID, ana, her, cover)
	ana.reads("main", "to wrap up")
	ana.press("#available", "Available")
	must(t, phone.stop())
	eventually(t, "the box notices that headquarters is away", func() error {
		if s.status().HQ.Up {
			return errNotYet
		}
		return nil
	})
	s.walks(walks, "walk_3", "02:00:5e:10:00:02", "127.1.0.2")
	guest := s.newGuest("127.1.0.2")
	guest.arrives(code)
	guest.do("POST", "/v1/me/visit/announce", map[string]string{"style": "approach_me"}, nil)
	ana.press("#yes", "I’m on my way")
	ana.reads("h1", second.Profile.Form)
	if n := len(s.opened(second.Profile.Customer)); n != 0 || s.status().HQ.Backlog == 0 {
		t.Fatalf("headquarters has %d visits of a customer who came while it was away", n)
	}

	s.broker.Start(t)
	eventually(t, "headquarters has what it missed", s.calm)
	must(t, errors.Join(s.once(first), s.once(second)))
	ana.reads("h1", second.Profile.Form)
	ana.shows("#where svg", 0) // her second customer did not allow that, and some seconds have passed
	testForget(t, s, guest, ana)
}

// testHandOn: Ana cannot stay, and lets a colleague go on, who has never met the
// customer and reads nothing of what she bought.
func testHandOn(t *testing.T, s *shop, who rehearsal.Customer, colleague string, ana, her, cover *window) {
	_, link := s.pair(colleague)
	cover.signOn(link, colleague)
	ana.press("#next", "A colleague goes on")
	her.reads("h1", "We are asking now.")
	cover.reads("h1", "A client would like help") // her name comes with the yes
	cover.press("#yes", "I’m on my way")
	cover.reads(".label", "You cover for Ana")
	cover.picture("associate-substitute")
	if len(who.Profile.Purchases) == 0 {
		t.Error("she has bought nothing that a colleague could read")
	}
	for _, p := range who.Profile.Purchases {
		cover.lacks("body", p.Text)
	}
	cover.press("#greeted", "I have greeted her")
	cover.press("#done", "I have finished")
	cover.reads("main", "to wrap up")
}

// testForget: she has herself forgotten while headquarters is away. Ana's open
// card closes, the report waits, and headquarters' answer confirms it.
func testForget(t *testing.T, s *shop, her *person, ana *window) {
	s.broker.Stop(t)
	var e struct {
		Proof, Headquarters string
		Destroyed           map[string]int
	}
	her.do("POST", "/v1/me/erasure", map[string]bool{"forget": true}, &e)
	if e.Headquarters != "told" || e.Destroyed["profile"] != 1 || e.Destroyed["accesses"] == 0 {
		t.Errorf("the proof says %+v", e)
	}
	ana.reads("h1", "This visit has ended.")
	her.do("GET", "/v1/erasures/"+e.Proof, nil, &e)
	s.broker.Start(t)
	eventually(t, "headquarters confirms the erasure", func() error {
		if her.do("GET", "/v1/erasures/"+e.Proof, nil, &e); e.Headquarters != "confirmed" {
			return fmt.Errorf("it is %s", e.Headquarters)
		}
		return nil
	})
}
