package box_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/box"
)

// Every cause that ends a lease, each through the listener that it comes by: from
// then on her phone is a stranger's, and the box holds no lease.
func TestEveryCauseEndsTheLease(t *testing.T) {
	s := newOpenStore(t, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)) // open from 10 to 20
	for n, c := range []struct {
		name string
		ends func(g *guest, phone string)
	}{
		{"she withdraws", func(g *guest, _ string) { g.must("DELETE", "/v1/me/consents/presence", "") }},
		{"she wishes not to be seen", func(g *guest, _ string) { g.must("PUT", "/v1/me/visibility", `{"mode":"invisible"}`) }},
		{"she signs out", func(g *guest, _ string) { g.must("DELETE", "/v1/me/session", "") }},
		{"an access point loses her", func(_ *guest, phone string) {
			s.hear(phone, `,"kind":"serving","assoc":false`)
			s.pass(61 * time.Second)
		}},
		{"accounting stops", func(_ *guest, phone string) {
			s.account(2, phone, "")
			s.pass(61 * time.Second)
		}},
		{"silence", func(*guest, string) { s.pass(30 * time.Minute) }},
		{"another has the phone", func(_ *guest, phone string) {
			other := s.comes(customers-1, s.address(customers-1), func() { s.hear(phone, fmt.Sprintf(`,"rssi":-60,"ip":[%q]`, s.address(customers-1))) })
			if got := s.status().Radio; got.Superseded != 1 || got.Leases != 1 {
				t.Errorf("the newer mapping: %+v", got)
			}
			other.must("DELETE", "/v1/me/session", "")
		}},
		{"the store closes", func(_ *guest, phone string) {
			for s.now().Hour() < 20 {
				s.hear(phone, `,"rssi":-60`) // she is heard until then
				s.pass(10 * time.Minute)
			}
		}},
	} {
		phone, ip := s.phone(n+1), s.address(n)
		g := s.comes(n, ip, func() { s.hear(phone, fmt.Sprintf(`,"rssi":-60,"ip":[%q]`, ip)) })
		if got := s.status().Radio; got.Leases != 1 {
			t.Fatalf("%s: before, there are %d leases", c.name, got.Leases)
		}
		c.ends(g, phone)
		s.until(func(x box.Status) bool { return x.Radio.Leases == 0 })
		before := s.status().Radio
		s.hear(phone, `,"rssi":-60`)
		if after := s.until(func(x box.Status) bool { return x.Radio.Reports > before.Reports }).Radio; after.Dropped != before.Dropped+1 || after.Admitted != before.Admitted {
			t.Errorf("%s: her phone is not a stranger's: %+v", c.name, after)
		}
	}
}

// A phone that speaks IPv6 alone is found by a source that knows that address;
// one that accounting tells of, too, at her page's next try.
func TestAPhoneIsFoundByWhatIsKnownOfIt(t *testing.T) {
	s := newOpenStore(t, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	if c, err := net.Dial("tcp", strings.Replace(s.at.Guest, "[::]", "[::1]", 1)); err != nil {
		t.Log("SKIPPED: no IPv6 on this machine: ", err)
	} else {
		c.Close()
		s.comes(0, "::1", func() { s.hear(s.phone(1), `,"rssi":-60,"ip":["::1"]`) })
		if got := s.status().Radio; got.Leases != 1 || got.BoundByReport != 1 {
			t.Errorf("IPv6 alone: %+v", got)
		}
	}
	leases := s.status().Radio.Leases
	g := s.comes(1, s.address(1), func() {}) // nobody knows her address …
	if _, page := g.send("GET", "/here", ""); !strings.Contains(page, "This phone was not found on the store&#39;s Wi-Fi") || !strings.Contains(page, `action="/here/code"`) {
		t.Errorf("her page does not say so: %s", page)
	}
	s.account(3, s.phone(2), s.address(1)) // … but an interim update, later
	g.must("POST", "/v1/checkin", "")
	if got := s.status().Radio; got.Leases != leases+1 {
		t.Errorf("by accounting: %+v", got)
	}
}

// What answers for more addresses than a phone has is a router: she reads why
// she is not found, and no lease follows the wrong thing.
func TestARouterIsNoPhone(t *testing.T) {
	s := newOpenStore(t, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	ip := s.address(0)
	many := fmt.Sprintf(`,"rssi":-60,"ip":[%q,"10.0.0.1","10.0.0.2","10.0.0.3"]`, ip)
	g := s.comes(0, ip, func() { s.hear(s.phone(1), many) })
	if got := s.status().Radio; got.Leases != 0 || got.Router != 1 {
		t.Errorf("%+v", got)
	}
	const why = "This phone reaches the store through a router, so it cannot be told apart: join the store&#39;s own Wi-Fi."
	if _, page := g.send("GET", "/here", ""); !strings.Contains(page, why) {
		t.Errorf("her page does not say why: %s", page)
	}
	answer := make(chan string, 1)
	go func() {
		status, text := g.send("POST", "/v1/checkin", "")
		answer <- fmt.Sprint(status, text)
	}()
	s.until(func(x box.Status) bool { return x.Radio.Waiting == 1 })
	s.hear(s.phone(1), many)
	if got := <-answer; !strings.HasPrefix(got, fmt.Sprint(http.StatusConflict)) || !strings.Contains(got, "through a router") {
		t.Error(got)
	}
}

// The sign at the entrance is for everybody: whoever holds the phone ends that it
// is noticed, signed in or not, and a stranger reads that there is nothing to
// end. Nobody ends it for another's phone.
func TestDontNoticeMe(t *testing.T) {
	s := newOpenStore(t, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	phone, ip := s.phone(1), s.address(0)
	her := s.comes(0, ip, func() { s.hear(phone, fmt.Sprintf(`,"rssi":-60,"ip":[%q]`, ip)) })
	optOut := func(from, want string) {
		t.Helper()
		if status, text := s.guest(from).send("POST", "/v1/privacy/opt-out", ""); status != http.StatusOK || text != `{"was_noticed":`+want+`}` {
			t.Errorf("from %s: %d %s", from, status, text)
		}
	}
	optOut(s.address(1), "false")
	if got := s.status().Radio; got.Leases != 1 {
		t.Fatalf("somebody else ended it: %+v", got)
	}
	browser := s.guest(ip) // the same phone; the app has the session
	if _, page := browser.send("GET", "/here/privacy", ""); !strings.Contains(page, "This phone is noticed.") || strings.Contains(page, "Nothing about you") {
		t.Errorf("the page says %s", page)
	}
	optOut(ip, "true")
	s.until(func(x box.Status) bool { return x.Radio.Leases == 0 })
	before := s.status().Radio
	s.hear(phone, `,"rssi":-60`)
	if after := s.until(func(x box.Status) bool { return x.Radio.Reports > before.Reports }).Radio; after.Dropped != before.Dropped+1 {
		t.Errorf("her phone is not a stranger's: %+v", after)
	}
	optOut(ip, "false")
	if _, page := browser.send("GET", "/here/privacy", ""); !strings.Contains(page, "Nothing about you") {
		t.Errorf("the page says %s", page)
	}
	if _, page := her.send("GET", "/here/privacy", ""); strings.Count(page, `aria-checked="true"`) != 2 {
		t.Error("somebody without her session took back what she allows")
	}
}
