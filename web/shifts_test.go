package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
)

// On a Saturday without headquarters the manager puts Lea on shift, and Ana off.
func TestShiftsChangedInTheStore(t *testing.T) {
	h := newHouse(t)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	const day = "2026-11-21"
	jonas.page("/staff/floor", `href="/staff/shifts"`)
	jonas.page("/staff/people", `href="/staff/shifts"`, `href="/staff/devices"`, `href="/staff/people/ana/pin"`)
	jonas.page("/staff/shifts", "Saturday 21 November", "09:00 to 18:00", "on shift now", "not in", "Nobody stands in", "/staff/shifts?day=2026-11-22")
	jonas.done("/staff/shifts?day="+day, "/staff/people/lea/shifts", "day", day, "from", "", "to", "19:30", "do", "now")
	jonas.page("/staff/shifts", "14:02 to 19:30", "Changed here by Jonas. Headquarters says: not in.")
	lea := h.signOn("lea", "5823")
	lea.page("/staff", "Lea")
	jonas.done("/staff/shifts?day="+day, "/staff/people/ana/shifts", "day", day, "from", "09:00", "to", "18:00", "do", "end")
	jonas.page("/staff/shifts", "09:00 to 14:02")
	ana.page("/staff", "Your shift is over.")
	jonas.done("/staff/shifts?day="+day, "/staff/people/ana/shifts", "day", day, "do", "undo")
	jonas.done("/staff/shifts", "/staff/people/ana/covers", "cover", "lea", "do", "keep")
	jonas.page("/staff/shifts", "Stands in: Lea", "As headquarters says")
	var r struct {
		People []struct {
			ID     string
			Shifts []struct{ To string }
			Covers []string
		}
	}
	jonas.api("PUT", "/v1/shifts", `{"associate":"marc","day":"`+day+`","shifts":[{"from":"2026-11-21T10:00:00Z","to":"2026-11-21T15:00:00Z"}]}`, http.StatusNoContent, nil)
	jonas.api("GET", "/v1/shifts?day="+day, "", http.StatusOK, &r)
	for _, p := range r.People {
		if p.ID == "marc" && (len(p.Shifts) != 1 || p.Shifts[0].To != "2026-11-21T15:00:00Z") || p.ID == "ana" && strings.Join(p.Covers, " ") != "lea" {
			t.Errorf("as JSON: %+v", p)
		}
	}
	for body, status := range map[string]int{`{"associate":"marc","day":"2020-01-01"}`: 400, `{"associate":"nobody","day":"` + day + `"}`: 404, `{}`: 400} {
		jonas.api("PUT", "/v1/shifts", body, status, nil)
	}
	lea.api("PUT", "/v1/shifts", `{"associate":"marc","day":"`+day+`"}`, http.StatusNotFound, nil)
	jonas.api("PUT", "/v1/associates/ana/covers", `{"covers":["ana"]}`, http.StatusBadRequest, nil)
	if r := jonas.form("/staff/people/marc/shifts", "day", day, "from", "noon", "to", "18:00", "do", "keep"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a time that is none: %s", r.Status)
	}
	told := 0
	for _, e := range h.shown {
		if e.Kind == concierge.RotaChanged {
			told++
		}
	}
	if told != 5 {
		t.Errorf("headquarters is told of %d changes, want 5", told)
	}
}

// A lost device and a forgotten PIN: each asks first, is in the ledger before it
// is done, and takes effect at once.
func TestALostDeviceAndAForgottenPIN(t *testing.T) {
	h := newHouse(t)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	keller := h.signIn("c-keller")
	ana.listen("/v1/associate/stream", "")
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	rows := func() (n int) {
		h.must(h.ledger.Verify())
		return int(h.ledger.Head().Seq)
	}
	before := rows()
	page := jonas.page("/staff/devices", "Paired for Ana", "Signed on: Ana", "this one")
	id := between(t, page[strings.Index(page, "Paired for Ana"):], `href="/staff/devices/`, `"`)
	jonas.page("/staff/devices/"+id, "Is it lost?", "Signed on: Ana")
	if rows() != before {
		t.Error("asking alone is in the ledger")
	}
	if r := ana.form("/staff/devices/" + id + "/lost"); r.StatusCode != http.StatusNotFound || rows() != before {
		t.Errorf("an associate says so: %s", r.Status)
	}
	jonas.done("/staff/devices", "/staff/devices/"+id+"/lost")
	if n := rows(); n != before+1 {
		t.Errorf("%d rows in the ledger, want %d", n, before+1)
	}
	ana.page("/staff", "This device is not paired.")
	h.do(func(d *concierge.Desk, now time.Time) {
		if _, err := d.Today(associate("ana"), now); err == nil {
			t.Error("Ana is signed on still: her cards are open on a lost device")
		}
	})
	if page := jonas.page("/staff/devices"); strings.Contains(page, id) {
		t.Error("it is listed still")
	}
	marc := h.signOn("marc", "5823")
	marc.page("/staff", "Marc")
	jonas.page("/staff/people/marc/pin", "A new PIN for Marc?", "written into the ledger")
	if r := jonas.form("/staff/people/marc/pin"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("without a yes: %s", r.Status)
	}
	before = rows()
	r := jonas.form("/staff/people/marc/pin", "sure", "yes")
	if r.StatusCode != http.StatusOK || rows() != before+1 {
		t.Fatalf("%s, %d rows more: %s", r.Status, rows()-before, r.body)
	}
	code := between(t, r.body, `id="code">`, "<")
	marc.page("/staff", "Who is here?")
	if r := marc.form("/staff/session", "associate", "marc", "pin", "5823"); r.StatusCode == http.StatusSeeOther {
		t.Error("the old PIN lets him in")
	}
	marc.done("/staff", "/staff/pair", "code", code, "pin", "9310", "again", "9310")
	marc.done("/staff", "/staff/session", "associate", "marc", "pin", "9310")
	if n := strings.Count(jonas.page("/staff/devices"), `href="/staff/devices/`); n != 2 {
		t.Errorf("%d devices, want Jonas's and Marc's", n)
	}
}
