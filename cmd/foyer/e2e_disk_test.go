package main_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/health"
	"foyer/rehearsal"
	"foyer/web/admin"
)

// A fault is a way in which a disk stops taking what is written to it.
type fault struct {
	warning health.Code
	before  func(s *shop)               // puts the data folder on a disk of its own
	strike  func(s *shop) (cure func()) // makes the disk fail
	after   func(s *shop)               // what an operator does once it is cured, nil: nothing, the box goes on by itself
}

// testDisk lets a disk fail under the built program in a store that is open,
// and looks that the box says so, goes on serving, confirms nothing that it then
// loses, and goes on by itself once the disk takes it again.
func testDisk(t *testing.T, p programs, at site, f fault) {
	s, people := openShop(t, p, at, "info", f.before), cast()
	s.tell(people)
	ana := s.newStaff()
	ana.signOn("ana")
	ana.listen("/v1/associate/stream")
	s.walks(walks, "walk_1", "02:00:5e:10:00:01", "127.1.0.8")
	code, _ := s.invite(people.Customers[0])
	eventually(t, "her code has come", s.settled)
	her := s.newGuest("127.1.0.8")
	her.arrives(code)
	words := saying{her, map[string]bool{}}
	words.say("content_personal", true)
	words.say("history_online", true)
	if words.refused() > 0 {
		t.Fatal("her words are refused on a disk that works")
	}

	her.do("POST", "/v1/me/visit/announce", map[string]string{"style": "approach_me"}, nil)
	offer := ana.offered()

	cure := f.strike(s)
	opened, _ := ana.send(t.Context(), "POST", "/v1/offers/"+offer+"/accept", "application/json", []byte("{}"))
	_, _ = admin.Pair(t.Context(), s.socket(), "ana") // which writes where her session stands, too
	s.push(crowd(people.Customers[1], 1500))
	eventually(t, "the box says what is wrong", func() error {
		words.say("content_personal", !words.last["content_personal"])
		if words.refused() == 0 && f.warning == health.DiskFailing {
			return errNotYet
		}
		return s.warned(f.warning, true)
	})
	if f.warning == health.DiskFailing && opened == 200 {
		t.Error("Ana sees a card, and no row of it can be on the disk")
	}
	words.say("history_online", false)
	words.say("photo", true)
	told := call(t, p.foyer, "status", "--socket", s.socket())
	t.Logf("%d of her words refused; Ana's card answered %d; foyer status says:\n%s", words.refused(), opened, told)
	if !strings.Contains(told, "disk") {
		t.Error("the operator is not told of the disk")
	}
	if status, _ := her.send(t.Context(), "GET", "/here", "", nil); status != 200 {
		t.Errorf("her page answers %d while the disk fails", status)
	}

	cure()
	if f.after != nil {
		f.after(s)
	}
	healed := time.Now()
	eventually(t, "the box says that it is over", func() error { return s.warned(f.warning, false) })
	eventually(t, "what headquarters sent meanwhile is in force", s.settled)
	t.Logf("figure: well again after %v", time.Since(healed).Round(time.Millisecond))
	words.say("history_other_stores", true)
	if !words.last["history_other_stores"] {
		t.Error("her word is refused on a disk that works again")
	}
	words.held("before a power cut")
	s.killBox()
	words.held("after a power cut")
	eventually(t, "headquarters has everything", s.calm)
	if out := call(t, p.foyer, "ledger", "verify", "--socket", s.socket()); !strings.Contains(out, "The ledger holds.") ||
		opened == 200 && !strings.Contains(out, "Row 1 ") {
		t.Errorf("the ledger, after Ana's card was answered %d: %s", opened, out)
	}
}

// crowd are n more customers, all alike.
func crowd(like rehearsal.Customer, n int) (out []rehearsal.Customer) {
	for i := range n {
		like.Profile.Customer = fmt.Sprintf("late-%04d", i)
		out = append(out, like)
	}
	return out
}

// warned says what is wrong unless the box gives a warning, or no longer does.
func (s *shop) warned(code health.Code, want bool) error {
	st, err := s.figures()
	if err != nil {
		return err
	}
	has := slices.ContainsFunc(st.Warnings, func(w health.Warning) bool { return w.Code == code })
	if has != want {
		return fmt.Errorf("%s: %v; warnings %v", code, has, st.Warnings)
	}
	return nil
}

// saying is a customer who says what she allows, and what of it was confirmed
// to her. A word that was refused is not known to be either way.
type saying struct {
	*person
	last map[string]bool
}

const refusedWord = "refused "

// say allows a purpose, or takes it back, and keeps whether that was confirmed.
func (w saying) say(purpose string, yes bool) {
	w.s.Helper()
	method := "DELETE"
	if yes {
		method = "PUT"
	}
	status, body := w.send(w.s.Context(), method, "/v1/me/consents/"+purpose, "application/json", []byte("{}"))
	switch {
	case status/100 == 2:
		w.last[purpose] = yes
		delete(w.last, refusedWord+purpose)
	case status >= 500 || yes && status == 404: // what she allowed cannot even be read
		delete(w.last, purpose)
		w.last[refusedWord+purpose] = true
	case status != 429:
		w.s.Fatalf("%s %s: %d %s", method, purpose, status, body)
	}
}

func (w saying) refused() (n int) {
	for purpose := range w.last {
		if strings.HasPrefix(purpose, refusedWord) {
			n++
		}
	}
	return n
}

var purposeSwitch = regexp.MustCompile(`aria-checked="(true|false)" id="([a-z_]+)"`)

// held looks on her page that every word that was confirmed is there.
func (w saying) held(when string) {
	w.s.Helper()
	_, page := w.send(w.s.Context(), "GET", "/here/privacy", "", nil)
	shown := map[string]bool{}
	for _, m := range purposeSwitch.FindAllStringSubmatch(string(page), -1) {
		shown[m[2]] = m[1] == "true"
	}
	if len(shown) < 8 {
		w.s.Fatalf("her page shows %d switches %s", len(shown), when)
	}
	for _, purpose := range slices.Sorted(maps.Keys(w.last)) {
		if !strings.HasPrefix(purpose, refusedWord) && shown[purpose] != w.last[purpose] {
			w.s.Errorf("%s: %s is %v, and %v was confirmed to her", when, purpose, shown[purpose], w.last[purpose])
		}
	}
}
