package web

import (
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// offers are the questions an associate is being asked.
func (p *person) offers() int {
	p.t.Helper()
	var out []struct{ ID string }
	p.api("GET", "/v1/associate/offers", "", 200, &out)
	return len(out)
}

// nobodyKnows says what has reached anybody but herself.
func (h *house) nobodyKnows(ana *person) (out []string) {
	h.t.Helper()
	if n := ana.offers(); n != 0 {
		out = append(out, "an offer")
	}
	if strings.Contains(ana.page("/staff"), "Keller") {
		out = append(out, "a name")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.shown {
		switch e.Kind {
		case concierge.HereChanged, concierge.FloorChanged, concierge.PhoneReleased: // hers, without a name, and the box's own
		default:
			out = append(out, string(e.Kind))
		}
	}
	return out
}

// What she chose of automatic, being asked, and invisible holds on the pages of
// everybody: she is told first, and nobody else learns anything before her time
// or her word has come.
func TestVisibilityOnEverybodysPages(t *testing.T) {
	t.Parallel()
	const grace = 20 * time.Second
	for name, c := range map[string]struct {
		mode string
		does func(h *house, she *person, known func() []string)
	}{
		"automatic, and she is silent": {"automatic", func(h *house, she *person, known func() []string) {
			she.page("/here", "will be told in", ">20<")
			h.pass(grace - time.Second)
			if got := known(); len(got) != 0 {
				t.Errorf("inside her grace: %v", got)
			}
			h.pass(time.Second)
			if got := known(); len(got) == 0 {
				t.Error("after it nobody is told")
			}
		}},
		"automatic, and she says no in time": {"automatic", func(h *house, she *person, known func() []string) {
			h.pass(grace - time.Second)
			she.done("/here", "/here/not-today")
			h.pass(time.Hour)
			if got := known(); len(got) != 0 {
				t.Errorf("after her no: %v", got)
			}
		}},
		"asked, and she is silent": {"ask_each_visit", func(h *house, she *person, known func() []string) {
			she.page("/here", "Shall we tell")
			h.pass(19 * time.Minute)
			if got := known(); len(got) != 0 {
				t.Errorf("before her word: %v", got)
			}
			h.pass(time.Hour)
			if got := known(); len(got) != 0 {
				t.Errorf("without her word: %v", got)
			}
		}},
		"asked, and she says yes": {"ask_each_visit", func(h *house, she *person, known func() []string) {
			she.done("/here", "/here/announce", "style", "approach_me")
			if got := known(); len(got) == 0 {
				t.Error("after her yes nobody is told")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			ana := h.signOn("ana", "4711")
			ana.listen("/v1/associate/stream", "")
			keller := h.signIn("c-keller")
			keller.done("/here", "/here/visibility", "mode", c.mode)
			h.arrive(customer("c-keller"), "shoes")
			c.does(h, keller, func() []string { // after an hour Ana has to sign on anew
				if r := ana.get("/v1/associate/offers"); r.StatusCode != 200 {
					ana.done("/staff", "/staff/session", "associate", "ana", "pin", "4711")
				}
				return h.nobodyKnows(ana)
			})
		})
	}
	t.Run("invisible", func(t *testing.T) {
		h := newHouse(t)
		ana := h.signOn("ana", "4711")
		ana.listen("/v1/associate/stream", "")
		keller := h.signIn("c-keller")
		keller.done("/here", "/here/visibility", "mode", "invisible")
		h.arrive(customer("c-keller"), "shoes")
		keller.page("/here", "nobody is told")
		h.pass(time.Minute)
		if got := h.nobodyKnows(ana); len(got) != 0 {
			t.Errorf("%v", got)
		}
	})
}

// Whoever holds a phone ends by the sign at the entrance that it is noticed, and
// reads what is so before and after.
func TestTheSignOnAPhoneThatIsNoticed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	browser := h.person(h.guest)
	if page := browser.page("/here/privacy", "it is not noticed, not counted and not remembered"); strings.Contains(mainOf(page), "<form") {
		t.Error("a stranger is asked for something")
	}
	if r := browser.form("/here/privacy/opt-out"); r.StatusCode != 200 || !strings.Contains(r.body, "There is nothing to undo.") {
		t.Errorf("a stranger reads %s %s", r.Status, r.body)
	}
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "let_me_browse")
	h.mu.Lock()
	h.speaks = h.phones[customer("c-keller")]
	h.mu.Unlock()
	if page := browser.page("/here/privacy", "This phone is noticed.", `action="/here/privacy/opt-out"`); strings.Contains(page, "Keller") {
		t.Error("whoever is not signed in reads whose phone it is")
	}
	if r := browser.form("/here/privacy/opt-out"); !strings.Contains(r.body, "Done. This phone is not noticed.") {
		t.Errorf("%s %s", r.Status, r.body)
	}
	h.do(func(d *concierge.Desk, now time.Time) {
		if got := d.Here(customer("c-keller"), now); got.InStore {
			t.Errorf("she is %s", got.Stage)
		}
	})
	h.mu.Lock()
	h.phones[customer("c-keller")] = floor.NewPhone()
	h.mu.Unlock()
	keller.send("POST", "/v1/checkin", "", "")
	h.arrive(customer("c-keller"), "shoes")
	keller.page("/here", "Not today, then.")
}
