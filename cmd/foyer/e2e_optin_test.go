package main_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// testOptIn follows a stranger to her first announced visit, in a browser, while
// headquarters is away: her invitation, whose phone it is, the notice, the words of each
// switch and none of them on, her associates, the question, the card. When the
// line is back, headquarters has her word on each purpose by the words she read,
// and no visit, for she does not let visits be kept.
func testOptIn(t *testing.T, p programs, at site) {
	s, people := openShop(t, p, at, "info"), cast()
	newcomer := &people.Customers[0].Profile
	newcomer.Consents, newcomer.Preferred = nil, nil
	s.tell(people)
	s.publishNotice()
	chromium := newChromium(t, s)
	ana := newWindow(t, chromium)
	_, link := s.pair("ana")
	ana.signOn(link, "ana")
	_, invitation := s.invite(people.Customers[0])
	eventually(t, "her invitation has come", s.settled)
	s.broker.Stop(t)

	s.replay(walks, "walk_1", "127.0.0.1")
	her := newWindow(t, chromium)
	her.open(invitation)
	her.reads("main", "Is this your own phone?")
	her.press("#yes", "Sign in")
	her.reads("main", "You are signed in. Nobody here has been told.")
	if n := s.status().Radio.Leases; n != 0 {
		t.Errorf("she has allowed nothing, and %d phones are leased", n)
	}

	her.open(pageURL("here.localhost", s.guest, "/here/privacy"))
	her.reads("#notice", "Our notice, version 7")
	her.reads("#presence", "To allow: presence.")
	her.shows(`#allow [role="switch"][aria-checked="false"]`, 8)
	her.shows(`#allow [role="switch"][aria-checked="true"]`, 0)
	her.shows("#allow input[checked]", 0)
	her.press("#presence", "")
	her.shows(`#presence[aria-checked="true"]`, 1)
	her.press("#profile_to_associates", "")
	her.shows(`#profile_to_associates[aria-checked="true"]`, 1)
	her.shows(`#allow [role="switch"][aria-checked="true"]`, 2)

	her.open(pageURL("here.localhost", s.guest, "/here/associates"))
	her.reads("main", "You have not named anybody.")
	her.press("#add-ana", "Add")
	her.reads("main .list", "Ana")
	her.shows("#add-ana", 0)

	her.open(pageURL("here.localhost", s.guest, "/here"))
	her.reads("h1", "Shall we tell Ana you are here?")
	ana.reads("h2", "No one is asking for you.")
	her.press("#yes", "Yes, tell Ana")
	ana.press("#yes", "I’m on my way")
	ana.reads("h1", newcomer.Form)
	her.reads("h1", "Ana is on the way.")

	s.broker.Start(t)
	eventually(t, "headquarters has what it missed", s.calm)
	must(t, s.receipts(newcomer.Customer, "presence", "profile_to_associates"))
	if n := len(s.opened(newcomer.Customer)); n != 0 {
		t.Errorf("headquarters has %d visits of one who does not let them be kept", n)
	}
}

// publishNotice has headquarters publish the legal text, with words for every
// purpose.
func (s *shop) publishNotice() {
	s.Helper()
	n := wire.Notice{Language: "en", Version: "7", Text: "We ask before we notice you.", Controller: "Example Ltd"}
	for _, p := range []string{"presence", "profile_to_associates", "history_store", "history_other_stores", "history_online", "photo",
		"content_personal", "positions_for_service"} {
		n.Purposes = append(n.Purposes, wire.NoticePurpose{Purpose: p, Text: "To allow: " + p + "."})
	}
	data, err := json.Marshal(n)
	must(s.T, err)
	s.hqDo("push", "notice", s.write("notice.json", string(data)), "--store", storeID)
	eventually(s.T, "the notice is in force", s.settled)
}

// receipts says what is wrong unless headquarters has her yes to exactly these
// purposes, each by the words that stood beside its switch.
func (s *shop) receipts(customer string, purposes ...string) error {
	s.Helper()
	words := regexp.MustCompile(`^7 page-[0-9a-f]{64}$`)
	got := map[string]int{}
	dec := json.NewDecoder(strings.NewReader(s.hqDo("events", "list", "--store", storeID)))
	for dec.More() {
		var e office.Event
		must(s.T, dec.Decode(&e))
		var c wire.ConsentChange
		if e.Kind != wire.UpConsent {
			continue
		}
		must(s.T, json.Unmarshal(e.Payload, &c))
		if c.Customer != customer {
			continue
		}
		if !c.Granted || c.Method != "page" || !words.MatchString(c.Notice) {
			return fmt.Errorf("a receipt that is none: %s %v %s %q", c.Purpose, c.Granted, c.Method, c.Notice)
		}
		got[c.Purpose]++
	}
	for _, p := range purposes {
		if got[p] != 1 {
			return fmt.Errorf("%d receipts of %s", got[p], p)
		}
	}
	if len(got) != len(purposes) {
		return fmt.Errorf("receipts %v", got)
	}
	return nil
}
