package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/health"
	"foyer/web/gate"
	"foyer/web/staff"
)

// technician is whoever prepares the store, let in by a code.
func (h *house) technician() *person {
	h.t.Helper()
	p := h.person(h.staff)
	p.done("/staff/setup", "/staff/technician", "code", must(h.server.PairTechnician(h.now())))
	return p
}

// A technician sees the building and what is wrong with the box, and nobody; it
// stands in the ledger, and ends after a day's work or when a manager says so.
func TestATechnicianPreparesTheStore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.warnings = []health.Warning{{Code: health.APSilent, Severity: health.NeedsYou, Since: h.now(), Text: "Access point ap-03 has stopped reporting.", Cure: "Check its power."}}
	jonas, before := h.signOn("jonas", "8024"), h.ledger.Head().Seq
	tim := h.technician()
	if rows := h.ledger.Head().Seq - before; rows != 1 {
		t.Errorf("%d rows in the ledger for one who was let in", rows)
	}
	h.must(h.ledger.Verify())
	for _, path := range []string{"/staff/setup", "/staff/plan", "/staff/survey", "/staff/survey/report", "/staff/health"} {
		if page := tim.page(path, `href="/staff/health"`); strings.Contains(page, `href="/staff/people"`) || strings.Contains(page, `href="/staff/me"`) {
			t.Errorf("%s leads a technician where nothing is his", path)
		}
	}
	tim.page("/staff/health", "ap-03 has stopped reporting", "Check its power.", "Sign off")
	var wrong []struct{ Code, Severity, Cure string }
	if tim.api("GET", "/v1/health", "", 200, &wrong); len(wrong) != 1 || wrong[0].Code != "ap-silent" || wrong[0].Severity != health.NeedsYou.String() || wrong[0].Cure == "" {
		t.Errorf("what is wrong: %+v", wrong)
	}
	if r := tim.get("/staff"); r.Header.Get("Location") != "/staff/setup" {
		t.Errorf("his first page: %s to %q", r.Status, r.Header.Get("Location"))
	}
	jonas.page("/staff/devices", "A technician is signed on to set the box up, until 22:02")
	jonas.done("/staff/devices", "/staff/technician/end")
	if r := tim.get("/staff/setup"); !refused(r, "/staff") {
		t.Errorf("after the manager ended it: %s", r.Status)
	}
	if rows := h.ledger.Head().Seq - before; rows != 2 {
		t.Errorf("%d rows in the ledger for one who came and went", rows)
	}
	tim = h.technician()
	token := tim.cookie("__Host-technician")
	tim.done("/staff/technician", "/staff/technician/sign-off")
	tim.give("__Host-technician", token)
	if r := tim.get("/staff/setup"); !refused(r, "/staff") {
		t.Errorf("his old session after he signed off: %s", r.Status)
	}
	tim = h.technician()
	h.clock.Add(int64(8*time.Hour - time.Second))
	tim.page("/staff/setup")
	h.clock.Add(int64(time.Second))
	if r := tim.get("/staff/setup"); !refused(r, "/staff") {
		t.Errorf("after eight hours: %s", r.Status)
	}
}

// What cannot be written down lets nobody in, and the code is gone.
func TestATechnicianIsWrittenDownFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.unwritten.Store(true)
	tim := h.person(h.staff)
	code := must(h.server.PairTechnician(h.now()))
	if r := tim.form("/staff/technician", "code", code); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("%s, %s", r.Status, r.Header.Get("Set-Cookie"))
	}
	if until := must(h.server.doors.Technicians(h.now())); len(until) > 0 {
		t.Error("a session is left")
	}
	h.unwritten.Store(false)
	if r := tim.form("/staff/technician", "code", code); r.StatusCode != http.StatusForbidden {
		t.Errorf("the code again: %s", r.Status)
	}
}

// The session before is over when a new code is used in the same browser, and
// a cookie that somebody else set is not taken for one.
func TestATechniciansSessionIsNew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tim := h.technician()
	first := tim.cookie("__Host-technician")
	tim.done("/staff/setup", "/staff/technician", "code", must(h.server.PairTechnician(h.now())))
	if second := tim.cookie("__Host-technician"); second == first {
		t.Error("it is the same session")
	}
	crook := h.person(h.staff)
	crook.give("__Host-technician", first)
	if r := crook.get("/staff/setup"); !refused(r, "/staff") {
		t.Errorf("the session before: %s", r.Status)
	}
	fixed := h.person(h.staff)
	fixed.give("__Host-technician", "SETBYSOMEBODYELSE")
	fixed.done("/staff/setup", "/staff/technician", "code", must(h.server.PairTechnician(h.now())))
	if fixed.cookie("__Host-technician") == "SETBYSOMEBODYELSE" {
		t.Error("a cookie of somebody else's became a session")
	}
}

// Guessing codes is slowed down, whoever they are for.
func TestTechniciansCodesAreNotGuessed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tim := h.person(h.staff)
	for range 100 {
		if r := tim.form("/staff/technician", "code", "AAAAA-AAAAA"); r.StatusCode == http.StatusTooManyRequests {
			return
		} else if r.StatusCode != http.StatusForbidden {
			t.Fatalf("a wrong code: %s", r.Status)
		}
	}
	t.Error("a hundred codes were tried at once")
}

// For a technician every route that is not his is closed as for anybody, and
// every one that is opens.
func TestEveryRouteForATechnician(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	device, _, err := h.server.doors.Enrol("", must(h.server.Pair(associate("ana"), h.now())), "4711", h.now())
	h.must(err)
	tim := h.technician()
	tim.give("__Host-device", device)
	token := tim.cookie("__Host-technician")
	his := 0
	for _, r := range h.server.staffFace.routes.Table() {
		h.clock.Add(int64(300 * time.Millisecond)) // allowances are full again
		tim.give("__Host-technician", token)
		if r.Path == "/staff/technician/sign-off" {
			continue
		}
		a := tim.ask(r, "x")
		switch r.For {
		case staff.Technician:
			if his++; refused(a, "/staff") || a.StatusCode == http.StatusNotFound && r.Method != "GET" || // nothing is there to be seen yet
				a.StatusCode >= 500 {
				t.Errorf("%s %s: %s", r.Method, r.Path, a.Status)
			}
		case staff.Associate, staff.Manager:
			if !refused(a, "/staff") {
				t.Errorf("%s %s: %s", r.Method, r.Path, a.Status)
			}
		}
	}
	if his < 15 {
		t.Errorf("only %d routes are a technician's", his)
	}
	guest := h.person(h.guest)
	guest.give("__Host-technician", token)
	guest.give("__Host-guest", token)
	if a := guest.ask(gate.Route{Method: "GET", Path: "/v1/me"}, ""); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the customers' listener: %s", a.Status)
	}
}

// letIn writes to the ledger, unless it is full.
func (h *house) letIn(role, purpose string, now time.Time) error {
	if h.unwritten.Load() {
		return errors.New("the ledger is full")
	}
	return h.ledger.LetIn(role, purpose, now)
}

// cookie is the value of one of a person's.
func (p *person) cookie(name string) string {
	p.t.Helper()
	for _, k := range p.client.Jar.Cookies(must(url.Parse(p.base))) {
		if k.Name == name {
			return k.Value
		}
	}
	p.t.Fatalf("no cookie %s", name)
	return ""
}
