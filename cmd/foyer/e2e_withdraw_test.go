package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/box"
	"foyer/web/admin"
)

// soon is how long a withdrawal may take until nothing is left of what it ends.
const soon = 2 * time.Second

// testWithdrawal measures, with headquarters' broker stopped, how long it takes
// from a customer's press on her page until nobody sees her any more.
func testWithdrawal(t *testing.T, p programs, at site) {
	for _, f := range withdraw(t, p, at) {
		t.Error(f)
	}
}

// testLateWithdrawal is the same with a build in which her no waits for
// headquarters: nothing of it may be in time.
func testLateWithdrawal(t *testing.T, at site) {
	found := withdraw(t, build(t, "foyer_lateno"), at)
	for _, what := range []string{"offer", "card", "position", "lease"} {
		if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, what) }) {
			t.Errorf("a build whose withdrawals wait for headquarters passes for its %s: %q", what, found)
		}
	}
}

// withdraw lets one customer take back what she allows while Ana is being asked,
// and another while Ana reads her card, and returns what was late.
func withdraw(t *testing.T, p programs, at site) (late []string) {
	s, people := openShop(t, p, at, "info"), cast()
	s.tell(people)
	codes := make([]string, 2)
	for i := range codes {
		codes[i], _ = s.invite(people.Customers[i])
	}
	ana := s.newStaff()
	ana.signOn("ana")
	ana.listen("/v1/associate/stream")
	eventually(t, "the codes have come", s.settled)
	s.broker.Stop(t)
	eventually(t, "the box notices that headquarters is away", func() error {
		if s.status().HQ.Up {
			return errNotYet
		}
		return nil
	})

	first := s.comes(codes[0], "walk_1", "02:00:5e:10:00:01", "127.1.0.6")
	offer := ana.offered()
	late = first.withdraws([]ending{
		{"the offer is taken back on Ana's stream", ana.hears("offer.rescinded", offer)},
		{"no offer is left in Ana's list", func() error { return ana.has("/v1/associate/offers", 200, "[]") }},
		{"her position is dropped", s.tracksNobody}, {"her lease is deleted", s.leasesNobody}})

	// Where Ana is still being asked (in the broken build), this ends it.
	first.send(t.Context(), "POST", "/v1/me/visit/not-today", "application/json", []byte("{}"))

	second := s.comes(codes[1], "walk_2", "02:00:5e:10:00:02", "127.1.0.7")
	var card struct{ Visit string }
	ana.do("POST", "/v1/offers/"+ana.offered()+"/accept", struct{}{}, &card)
	if err := ana.has("/v1/visits/"+card.Visit+"/card", 200, people.Customers[1].Profile.Form); err != nil {
		t.Fatalf("Ana's card: %v", err)
	}
	late = append(late, second.withdraws([]ending{
		{"the card is revoked on Ana's stream", ana.hears("card.revoked", card.Visit)},
		{"the card opens no more", func() error { return ana.has("/v1/visits/"+card.Visit+"/card", 404, "") }},
		{"where she is opens no more", func() error { return ana.has("/staff/visits/"+card.Visit+"/where", 404, "") }},
		{"her position is dropped", s.tracksNobody}, {"her lease is deleted", s.leasesNobody}})...)
	if s.status().HQ.Up {
		t.Error("headquarters was not away")
	}
	return late
}

// comes lets a customer's phone be heard, signs her in, and has her announced.
func (s *shop) comes(code, track, radio, ip string) *person {
	s.Helper()
	s.walks(walks, track, radio, ip)
	her := s.newGuest(ip)
	her.arrives(code)
	if st, err := s.figures(); err != nil || st.Radio.Leases == 0 || st.Locator.Phones == 0 {
		s.Fatalf("she is not located: %+v %+v %v", st.Radio, st.Locator, err)
	}
	her.do("POST", "/v1/me/visit/announce", map[string]string{"style": "approach_me"}, nil)
	return her
}

// An ending is something that a withdrawal ends; over says why it has not yet.
type ending struct {
	what string
	over func() error
}

// withdraws presses "allow nothing any more" on her page, and looks how long each
// ending takes from then. Those that do not come in time are the answer.
func (p *person) withdraws(all []ending) (late []string) {
	p.s.Helper()
	pressed := time.Now()
	status, page := p.send(p.s.Context(), "POST", "/here/withdraw", "application/x-www-form-urlencoded", nil)
	if status != 200 || !strings.Contains(string(page), "Nobody is told any more.") {
		p.s.Fatalf("her page: %d %s", status, page)
	}
	p.s.Logf("%8s her page says that it is done", time.Since(pressed).Round(time.Millisecond))
	for len(all) > 0 && time.Since(pressed) < soon {
		all = slices.DeleteFunc(all, func(e ending) bool {
			if e.over() != nil {
				return false
			}
			p.s.Logf("%8s %s", time.Since(pressed).Round(time.Millisecond), e.what)
			return true
		})
		time.Sleep(5 * time.Millisecond)
	}
	for _, e := range all {
		late = append(late, fmt.Sprintf("not within %v: %s: %v", soon, e.what, e.over()))
	}
	return late
}

// hears says what is wrong until p's stream has told an event about id. What it
// told before now does not count.
func (p *person) hears(kind, id string) func() error {
	before := len(p.heard.String())
	return func() error {
		for event := range strings.SplitSeq(p.heard.String()[before:], "\n\n") {
			if strings.Contains(event, "event: "+kind) && strings.Contains(event, id) {
				return nil
			}
		}
		return errors.New("nothing of it on the stream")
	}
}

// has says what is wrong unless an address answers with a status and a text.
func (p *person) has(path string, status int, text string) error {
	got, body := p.send(p.s.Context(), "GET", path, "", nil)
	if got != status || !strings.Contains(string(body), text) {
		return fmt.Errorf("%s answers %d", path, got)
	}
	return nil
}

// figures are what the box says of itself, without a program to ask for it.
func (s *shop) figures() (st box.Status, err error) {
	data, err := admin.Get(s.Context(), s.socket(), "/status")
	if err == nil {
		err = json.Unmarshal(data, &st)
	}
	return st, err
}

func (s *shop) tracksNobody() error {
	st, err := s.figures()
	if err == nil && st.Locator.Phones+st.Visits.Phones > 0 {
		err = fmt.Errorf("%d phones are located", st.Locator.Phones)
	}
	return err
}

func (s *shop) leasesNobody() error {
	st, err := s.figures()
	if err == nil && st.Radio.Leases > 0 {
		err = fmt.Errorf("%d phones are leased", st.Radio.Leases)
	}
	return err
}
