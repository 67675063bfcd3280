package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
)

// The page asks whether the phone is her own. On one that others use she is asked
// at every visit whatever she chose, cannot choose otherwise there, and is signed
// out by night; on her own phone her choice holds as before.
func TestAPhoneThatOthersUse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	stage := func(p *person) concierge.Stage {
		t.Helper()
		var me struct{ Stage concierge.Stage }
		p.api("GET", "/v1/me", "", 200, &me)
		return me.Stage
	}
	shared := h.person(h.guest)
	shared.page("/here?code=code-c-okafor", "Is this your own phone?", `name="phone" value="shared"`)
	shared.done("/here", "/here/session", "code", "code-c-okafor", "phone", "shared")
	h.arrive(customer("c-okafor"), "shoes") // who chose to be announced by himself
	if got := stage(shared); got != concierge.Awaiting {
		t.Errorf("on a shared phone he is %s", got)
	}
	if page := shared.page("/here/privacy", "Others use this phone too"); strings.Contains(page, `value="automatic"`) {
		t.Error("a shared phone is offered what is for his own")
	}
	if r := shared.form("/here/visibility", "mode", "automatic"); r.StatusCode != http.StatusForbidden {
		t.Errorf("automatic: %s", r.Status)
	}
	shared.api("PUT", "/v1/me/visibility", `{"mode":"automatic"}`, http.StatusForbidden, nil)
	h.do(func(d *concierge.Desk, now time.Time) { d.Changed(customer("c-okafor"), now) }) // as headquarters does, who says automatic
	h.pass(time.Minute)
	if got := stage(shared); got != concierge.Awaiting {
		t.Errorf("a minute later he is %s", got)
	}
	h.pass(12 * time.Hour)
	if r := shared.get("/v1/me"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("at night: %s", r.Status)
	}

	h.invite(customer("c-okafor"), "another-code")
	own := h.person(h.guest)
	own.api("POST", "/v1/me/session", `{"code":"another-code"}`, 204, nil)
	h.do(func(d *concierge.Desk, now time.Time) { d.Dismiss(customer("c-okafor"), now) })
	own.send("POST", "/v1/checkin", "", "")
	h.arrive(customer("c-okafor"), "shoes")
	if got := stage(own); got != concierge.Grace {
		t.Errorf("on his own phone he is %s", got)
	}
	h.clock.Add(int64(13 * 24 * time.Hour))
	own.page("/here")
	h.clock.Add(int64(13 * 24 * time.Hour))
	if r := own.get("/v1/me"); r.StatusCode != 200 {
		t.Errorf("his own phone is signed out: %s", r.Status)
	}
}

// On her own phone she may say later that others use it, too: the session she
// had is no more, the new one ends by night, and she is asked again. The other
// way takes a code.
func TestAPhoneBecomesShared(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-okafor")
	p := h.signIn("c-okafor")
	h.arrive(c, "shoes") // who chose to be announced by himself
	p.page("/here/privacy", "Others use this phone too", `value="automatic"`)
	before := h.person(h.guest)
	u, err := url.Parse(p.base)
	h.must(err)
	for _, k := range p.client.Jar.Cookies(u) {
		before.give(k.Name, k.Value)
	}
	before.api("GET", "/v1/me", "", 200, nil)
	p.api("PUT", "/v1/me/phone", `{"shared":false}`, 400, nil)
	p.done("/here/privacy#come", "/here/phone", "phone", "shared")
	before.api("GET", "/v1/me", "", 401, nil)
	var me struct{ Stage concierge.Stage }
	if p.api("GET", "/v1/me", "", 200, &me); me.Stage != concierge.Awaiting {
		t.Errorf("he is %s", me.Stage)
	}
	if page := p.page("/here/privacy", "sign in with a code again"); strings.Contains(page, `value="automatic"`) {
		t.Error("a shared phone is offered what is for his own")
	}
	p.api("PUT", "/v1/me/phone", `{"shared":true}`, 204, nil)
	h.pass(12 * time.Hour)
	if r := p.get("/v1/me"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("at night: %s", r.Status)
	}
}
