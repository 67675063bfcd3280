package web

import (
	"strings"
	"testing"
)

// Whoever comes with a browser reads a page and not a problem's JSON, also for
// what the gate refuses; a program gets the problem.
func TestPeopleReadARefusal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const browser, form = "text/html,application/xhtml+xml,*/*;q=0.8", "application/x-www-form-urlencoded"
	for name, tt := range map[string]struct {
		p      *person
		ask    func(p *person, accept string) reply
		status int
		want   string
	}{
		"unknown":        {h.person(h.guest), func(p *person, accept string) reply { return p.send("GET", "/nowhere", "", "", "Accept", accept) }, 404, "Nothing to show."},
		"unknown, staff": {h.person(h.staff), func(p *person, accept string) reply { return p.send("GET", "/staff/nowhere", "", "", "Accept", accept) }, 404, "Nothing to show."},
		"another name": {h.person(h.guest), func(p *person, accept string) reply {
			return p.send("GET", "/here", "", "", "Accept", accept, "Host", "elsewhere.example")
		}, 421, "Use the address on the store"},
		"another site": {h.person(h.guest), func(p *person, accept string) reply {
			return p.send("POST", "/here/session", form, "code=x", "Accept", accept, "Sec-Fetch-Site", "cross-site")
		}, 403, "Open the page again"},
		"codes": {h.person(h.guest), func(p *person, accept string) (r reply) {
			for range 8 {
				r = p.send("POST", "/here/session", form, "code=x", "Accept", accept)
			}
			return r
		}, 429, "Try again in"},
		"PINs": {h.signOn("ana", "4711"), func(p *person, accept string) (r reply) {
			for range 32 {
				r = p.send("POST", "/staff/pair", form, "code=x&pin=1&again=2", "Accept", accept)
			}
			return r
		}, 429, "Try again in"},
	} {
		t.Run(name, func(t *testing.T) {
			page := tt.ask(tt.p, browser)
			if strings.Contains(page.body, "nobody is told") {
				t.Error("the page says who knows, and does not know it")
			}
			if page.StatusCode != tt.status || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
				t.Fatalf("a browser gets %s %s", page.Status, page.Header.Get("Content-Type"))
			}
			if !strings.Contains(page.body, tt.want) || !strings.Contains(page.body, "<h1>") || !strings.Contains(page.body, `rel="stylesheet"`) {
				t.Errorf("the page says %s", page.body)
			}
			for _, accept := range []string{"*/*", "application/json"} {
				if r := tt.ask(tt.p, accept); r.StatusCode != tt.status || r.Header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("a program that accepts %s gets %s %s", accept, r.Status, r.Header.Get("Content-Type"))
				}
			}
		})
	}
}
