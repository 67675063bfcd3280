package main_test

import (
	"os"
	"path/filepath"
	"testing"
)

// testTetam is the first half of the same in a real building that was
// recorded: the phone is located and arrives, and Ana's page shows the offer
// and then the card.
func testTetam(t *testing.T, p programs) {
	data := os.Getenv("FOYER_DATA")
	if data == "" {
		data = filepath.Join(root, "..", "shared", "data")
	}
	lab := filepath.Join(data, "ble_tetam", "lab")
	if _, err := os.Stat(lab); err != nil {
		t.Skipf("SKIPPED: no recording of a real building: %v; set FOYER_DATA", err)
	}
	s, people := openShop(t, p, surveyed(t, lab), "info"), cast()
	s.tell(people)
	ana := newWindow(t, newChromium(t, s))
	_, link := s.pair("ana")
	ana.signOn(link, "ana")

	s.replay(lab, "straight_01", "127.1.0.3")
	code, _ := s.invite(people.Customers[0])
	eventually(t, "her code has come", s.settled)
	guest := s.newGuest("127.1.0.3")
	guest.arrives(code)
	guest.do("POST", "/v1/me/visit/announce", map[string]string{"style": "approach_me"}, nil)
	ana.reads("h1", people.Customers[0].Profile.Form)
	ana.press("#yes", "I’m on my way")
	ana.shows("main.card", 1)
	ana.reads("h1", people.Customers[0].Profile.Form)
	ana.press("#greeted", "I have greeted her")
	if b := s.status(); b.Locator.Fixes == 0 || b.Visits.Arrived != 1 {
		t.Errorf("located %+v, arrived %+v", b.Locator, b.Visits)
	}
	eventually(t, "headquarters has the visit", func() error { return s.once(people.Customers[0]) })
}
