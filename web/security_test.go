package web

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
)

func TestCookiesAndTLS(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := must(h.server.Pair(associate("ana"), h.now()))
	for _, tt := range []struct {
		p          *person
		path, body string
		name, site string
	}{
		{h.person(h.staff), "/staff/pair", "code=" + code + "&pin=4711&again=4711", "__Host-device", "SameSite=Strict"},
		{h.person(h.guest), "/here/session", "code=code-c-keller", "__Host-guest", "SameSite=Lax"},
	} {
		r := tt.p.send("POST", tt.path, "application/x-www-form-urlencoded", tt.body)
		c := r.Header.Get("Set-Cookie")
		for _, want := range []string{tt.name + "=", "Path=/;", "HttpOnly", "Secure", tt.site} {
			if !strings.Contains(c, want) {
				t.Errorf("%s: %q has no %s", tt.path, c, want)
			}
		}
		if strings.Contains(c, "Domain") {
			t.Errorf("%s: a cookie with a domain: %q", tt.path, c)
		}
	}
	old, err := tls.Dial("tcp", h.guest, &tls.Config{RootCAs: h.roots, MaxVersion: tls.VersionTLS12})
	if err == nil {
		old.Close()
		t.Error("TLS 1.2 was accepted")
	}
}

func TestRebindingAndForgery(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.signIn("c-keller").page("/here")
	she := h.signIn("c-adler")
	if r := she.send("GET", "/here", "", "", "Host", "evil.example"); r.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a rebound name: %s", r.Status)
	}
	if r := she.send("GET", "/here", "", "", "Host", "foyer.example"); r.StatusCode != http.StatusOK {
		t.Errorf("the store's name: %s", r.Status)
	}
	form := "application/x-www-form-urlencoded"
	if r := she.send("POST", "/here/visibility", form, "mode=automatic", "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site: %s", r.Status)
	}
	if r := she.send("PUT", "/v1/me/visibility", "text/plain", `{"mode":"automatic"}`); r.StatusCode != http.StatusBadRequest {
		t.Errorf("JSON in disguise: %s", r.Status)
	}
	var me struct{ Visibility concierge.Visibility }
	if she.api("GET", "/v1/me", "", 200, &me); me.Visibility != concierge.AskEachVisit {
		t.Errorf("it changed all the same: %s", me.Visibility)
	}
}

func TestPagesAreLightAndNameNobodyOutside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	await := keller.page("/here")
	keller.done("/here", "/here/announce", "style", "approach_me")
	id := between(t, ana.page("/staff"), "/staff/offers/", "/accept")
	offer := ana.page("/staff")
	ana.done("/staff/visits/"+v, "/staff/offers/"+id+"/accept")
	card := ana.page("/staff/visits/" + v)
	title, href := regexp.MustCompile(`<title>([^<]*)</title>`), regexp.MustCompile(`(?:href|src|action|data-from|data-stream)="([^"]*)"`)
	for name, page := range map[string]string{"here": await, "offer": offer, "card": card, "privacy": keller.page("/here/privacy")} {
		outside := title.FindString(page)
		for _, m := range href.FindAllStringSubmatch(page, -1) {
			outside += " " + m[1]
			if strings.Contains(m[1], "//") {
				t.Errorf("%s: something from elsewhere: %s", name, m[1])
			}
		}
		for _, secret := range []string{"Keller", "keller", "Ana", "Shoes", "ana"} {
			if strings.Contains(outside, secret) {
				t.Errorf("%s: %q stands in a title or an address: %s", name, secret, outside)
			}
		}
		for _, bad := range []string{"style=", "onclick", "<script>", "javascript:"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: %s breaks the page's own policy", name, bad)
			}
		}
	}
	weigh := func(p *person, page string, most int) {
		total := len(page)
		for _, m := range regexp.MustCompile(`"(/assets/[^"]*)"`).FindAllStringSubmatch(page, -1) {
			r := p.get(m[1])
			if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %s, %s", m[1], r.Status, r.Header.Get("Cache-Control"))
			}
			if strings.HasSuffix(m[1], ".js") && len(r.body) > 6<<10 {
				t.Errorf("%s: %d bytes, want at most 6 KB", m[1], len(r.body))
			}
			total += len(r.body)
		}
		t.Logf("%d bytes in all", total)
		if total > most {
			t.Errorf("the page weighs %d bytes, want at most %d", total, most)
		}
	}
	weigh(keller, keller.page("/here"), 50_000)
	weigh(ana, card, 60_000)
}

func TestSessionEndsWithTheShift(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	stream, _ := ana.listen("/v1/associate/stream", "")
	for h.now().Before(time.Date(2026, 11, 21, 17, 50, 0, 0, time.UTC)) {
		ana.page("/staff", "Good ")
		h.pass(10 * time.Minute)
	}
	h.pass(20 * time.Minute)
	ana.page("/staff", "Who is here?")
	ana.api("GET", "/v1/associate/offers", "", 401, nil)
	ended := time.After(time.Minute)
	for {
		select {
		case _, ok := <-stream:
			if !ok {
				return
			}
		case <-ended:
			t.Fatal("the stream goes on after the shift")
		}
	}
}

// Whoever is with a client when her shift ends keeps the card, and may finish.
func TestSessionLastsWhileSheServes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	keller := h.signIn("c-keller")
	for h.now().Before(time.Date(2026, 11, 21, 17, 50, 0, 0, time.UTC)) {
		ana.page("/staff")
		h.pass(10 * time.Minute)
	}
	ana.listen("/v1/associate/stream", "")
	for tries, in := 0, false; !in && tries < 3000; tries++ { // the desk hears of it a moment after the stream has begun
		time.Sleep(10 * time.Millisecond)
		h.do(func(d *concierge.Desk, now time.Time) {
			in = d.Here(customer("c-keller"), now).Mine[0].Presence == concierge.InNow
		})
	}
	v := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	h.pass(14 * time.Minute) // past 18:00
	ana.page(v, "Ms. Keller")
	ana.done(v, v+"/greeted")
	ana.done("/staff", v+"/wrap-up", "served", "yes")
	ana.page("/staff", "Who is here?")
	ana.api("GET", "/v1/associate/offers", "", 401, nil)
}

func TestOffShiftAndManagers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	device := h.signOn("ana", "4711")
	for ref, want := range map[string]int{"lea": 403, "jonas": 204} {
		code := must(h.server.Pair(associate(ref), h.now()))
		_, _, err := h.server.doors.Enrol("", code, "8024", h.now())
		h.must(err)
		device.api("POST", "/v1/associate/session", `{"associate":"`+ref+`","pin":"8024"}`, want, nil)
	}
	device.api("GET", "/v1/floor", "", 200, nil)
	device.api("POST", "/v1/associate/session", `{"associate":"nobody","pin":"8024"}`, 403, nil)
}

func TestRestartKeepsDevicesAndBackoff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.page("/staff", "Ana")
	for range 3 {
		if r := ana.form("/staff/session", "associate", "ana", "pin", "9999"); r.StatusCode != 403 || !strings.Contains(r.body, "That did not match. Try again.") {
			t.Fatalf("a wrong PIN: %s %s", r.Status, r.body)
		}
	}
	h.close()
	h.open()
	jar := ana.client.Jar
	ana = h.person(h.staff)
	ana.client.Jar = jar.(*cookiejar.Jar)
	ana.page("/staff", "Good afternoon, Ana.") // her session survives, and with it her attendance
	if r := ana.form("/staff/session", "associate", "ana", "pin", "4711"); r.StatusCode != 429 || !strings.Contains(r.body, "The next one counts in 30 seconds.") {
		t.Errorf("the right PIN during the wait: %s", r.Status)
	}
	h.pass(31 * time.Second)
	ana.done("/staff", "/staff/session", "associate", "ana", "pin", "4711")
}

// While the clock is in doubt no device is unpaired and no PIN forgotten for its
// age: when it is right again she signs on as before.
func TestALeapUnpairsNobody(t *testing.T) {
	t.Parallel()
	for name, sure := range map[string]bool{"in doubt": false, "believed": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.unsure.Store(!sure)
			ana := h.signOn("ana", "4711")
			was := h.clock.Load()
			h.clock.Add(int64(10 * 365 * 24 * time.Hour))
			h.server.tidy()
			h.clock.Store(was)
			r := ana.form("/staff/session", "associate", "ana", "pin", "4711")
			if in := r.StatusCode == http.StatusSeeOther; in == sure {
				t.Errorf("after a leap of ten years: %s", r.Status)
			}
		})
	}
}

var errRadio = errors.New("this phone was not found on the store's Wi-Fi: join it, turn off a VPN, and try again")

func TestOpenRefusesHalfAHouse(t *testing.T) {
	t.Parallel()
	if _, err := Open(Options{}); err == nil || !strings.Contains(err.Error(), "listener") {
		t.Errorf("%v", err)
	}
}
