package main_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// testOptIn follows a stranger to her first announced visit and out of it again,
// in a browser that runs no script. While headquarters is away: her invitation,
// whose phone it is, the notice, the words of each switch and none of them on, her
// associates, the question, the card. When the line is back, headquarters has her
// word on each purpose by the words she read, and no visit, for she does not let
// visits be kept. Then she takes everything back, and Ana's open card is empty
// within two seconds; she keeps a copy of all that is held about her; and she has
// herself forgotten, with the proof on her page.
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
	her := newPlain(t, chromium)
	her.open(invitation)
	her.reads("main", "Is this your own phone?")
	her.tap("#yes", "Sign in")
	her.reads("main", "You are signed in. Nobody here has been told.")
	her.runsNothing()
	ana.asks("her scripts run", scripted, "none is run", true)
	if n := s.status().Radio.Leases; n != 0 {
		t.Errorf("she has allowed nothing, and %d phones are leased", n)
	}
	s.optsIn(her)

	her.looks(s.her("/here"), "h1", "Shall we tell Ana you are here?")
	her.tap(`.langs [value="de"]`, "Deutsch")
	her.reads("h1", "Sollen wir Ana sagen, dass Sie hier sind?")
	her.picture("customer-german")
	her.tap(`.langs [value="en"]`, "English")
	her.reads("h1", "Shall we tell Ana you are here?")
	ana.reads("h2", "No one is asking for you.")
	her.tap("#yes", "Yes, tell Ana")
	ana.press("#yes", "I’m on my way")
	ana.reads("h1", newcomer.Form)
	her.looks(s.her("/here"), "h1", "Ana is on the way.")

	s.broker.Start(t)
	eventually(t, "headquarters has what it missed", s.calm)
	must(t, s.receipts(newcomer.Customer, "presence", "profile_to_associates"))
	if n := len(s.opened(newcomer.Customer)); n != 0 {
		t.Errorf("headquarters has %d visits of one who does not let them be kept", n)
	}
	s.takesBack(her, ana, newcomer.Form)
	s.leaves(her, newcomer.Form)
}

// her is the address of a customer's page.
func (s *shop) her(path string) string { return pageURL("here.localhost", s.guest, path) }

// optsIn: she reads the notice and the words of each switch, allows two things and
// names Ana.
func (s *shop) optsIn(her *plain) {
	s.Helper()
	her.open(s.her("/here/privacy#notice"))
	her.reads("#notice", "Our notice, version 7")
	her.reads("#presence", "To allow: presence.")
	her.shows(`#allow [role="switch"][aria-checked="false"]`, 8)
	her.shows(`#allow [role="switch"][aria-checked="true"]`, 0)
	her.shows("#allow input[checked]", 0)
	her.picture("customer-optin")
	her.tap("#presence", "")
	her.shows(`#presence[aria-checked="true"]`, 1)
	her.tap("#profile_to_associates", "")
	her.shows(`#profile_to_associates[aria-checked="true"]`, 1)
	her.shows(`#allow [role="switch"][aria-checked="true"]`, 2)

	her.open(s.her("/here/associates"))
	her.reads("main", "You have not named anybody.")
	her.tap("#add-ana", "Add")
	her.reads("main .list", "Ana")
	her.shows("#add-ana", 0)
}

// takesBack: she allows nothing any more while Ana reads her card, and it goes.
// Where the machine was busy elsewhere meanwhile she allows it again, and once more.
func (s *shop) takesBack(her *plain, ana *window, form string) {
	s.Helper()
	for tries := 1; ; tries++ {
		her.open(s.her("/here/privacy"))
		began := time.Now()
		her.tap("#all", "Allow nothing any more")
		ana.reads("h1", "This visit has ended.")
		took := time.Since(began)
		her.reads("h1", "Done. Nobody is told any more.")
		her.reads("main", "Ana’s screen was cleared at ")
		if ana.says("body", form) == nil {
			s.Error("her name is still on Ana's screen")
		}
		s.Logf("Ana's card was gone %v after her press", took.Round(time.Millisecond))
		if took <= soon || tries == 3 {
			if took > soon {
				s.Errorf("Ana's card took %v", took)
			}
			break
		}
		s.comesAgain(her, ana, form)
	}
	her.picture("customer-withdrawn")
	her.open(s.her("/here/privacy"))
	her.shows(`#allow [role="switch"][aria-checked="true"]`, 0)
	eventually(s.T, "her phone is no longer leased", s.leasesNobody)
}

// comesAgain: she allows the same once more, and Ana goes to her.
func (s *shop) comesAgain(her *plain, ana *window, form string) {
	s.Helper()
	her.open(s.her("/here/privacy"))
	for _, purpose := range []string{"#presence", "#profile_to_associates"} {
		her.tap(purpose, "")
		her.shows(purpose+`[aria-checked="true"]`, 1)
	}
	her.looks(s.her("/here"), "h1", "Shall we tell Ana you are here?")
	her.tap("#yes", "Yes, tell Ana")
	ana.press("#yes", "I’m on my way")
	ana.reads("h1", form)
}

// leaves: she keeps a copy of everything, and has herself forgotten. The page with
// the proof says when headquarters knows; the report is hers to keep.
func (s *shop) leaves(her *plain, form string) {
	s.Helper()
	her.open(s.her("/here/export"))
	file, body := her.keeps("#read", "A page to read", "about-me.html")
	_, machine := her.keeps("#machine", "The same for machines", "about-me.json")
	for _, fact := range []string{form, "Ana", "presence"} {
		if !strings.Contains(body, fact) || !strings.Contains(machine, fact) {
			s.Errorf("her copy says nothing of %s", fact)
		}
	}
	her.open("file://" + file)
	her.reads("h1", "Everything this store holds about you")
	her.picture("customer-copy")

	her.open(s.her("/here/forget"))
	her.tap("#forget", "Forget me")
	her.reads("h1", "Forgotten.")
	her.asks("the address is the proof's", `return /\/here\/forgotten\/f-[0-9a-z]+$/.test(location.pathname) ? '' : location.pathname + selector + want;`, "", "")
	proof, err := chromedp.Run(her.ctx, chromedp.Evaluate[string]("location.href"))
	must(s.T, err)
	her.looks(proof, "main", "Headquarters confirmed on ")
	her.picture("customer-forgotten")
	_, report := her.keeps("#keep", "Keep the report", "forgotten-*.html")
	if !strings.Contains(report, "You were forgotten") || strings.Contains(report, form) {
		s.Error("the report is none, or names her")
	}
	her.open(s.her("/here"))
	her.reads("main", "You are on our Wi-Fi. Nobody here has been told.")
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
