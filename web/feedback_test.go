package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// visited has somebody served from her yes to the wrap-up; her phone goes on being
// here.
func (h *house) visited(ref string, ana *person) (keller *person, v floor.VisitID) {
	h.t.Helper()
	keller = h.person(h.guest)
	keller.give("__Host-guest", must(h.server.doors.Admit(customer(ref), h.now())))
	keller.api("POST", "/v1/me/check-ins", "", 204, nil)
	v = h.arrive(customer(ref), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	at := "/staff/visits/" + string(v)
	ana.done(at, "/staff/offers/"+between(h.t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	if r := ana.form(at + "/greeted"); r.StatusCode != 303 {
		h.t.Fatalf("greeted: %s %s", r.Status, r.body)
	}
	ana.done("/staff", at+"/wrap-up", "served", "yes")
	ana.done("/staff", "/staff/presence", "status", "available") // she needs no time to wrap up
	return keller, v
}

func (h *house) leaves(c floor.Customer, v floor.VisitID) {
	h.mu.Lock()
	phone := h.phones[c]
	h.mu.Unlock()
	h.do(func(d *concierge.Desk, now time.Time) {
		d.Greet(floor.Visit{ID: v, Phone: phone, State: floor.Ended, At: now}, now)
	})
}

func TestFeedbackOfOneVisit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller, v := h.visited("c-keller", ana)
	at := "/here/visits/" + string(v) + "/feedback"
	page := keller.page("/here", "How was the attention?", at, "Ana served you.", "Whoever served you is not told what you say.")
	if strings.Contains(page, "aria-pressed=\"true\" id=\"just-right\"") {
		t.Error("an answer is chosen for her")
	}
	if r := keller.form(at, "value", "wonderful"); r.StatusCode != 400 {
		t.Errorf("an answer there is not: %s", r.Status)
	}
	keller.done("/here", at, "value", "too_much")
	if strings.Contains(keller.page("/here"), "How was the attention?") {
		t.Error("she is asked again")
	}
	keller.api("POST", "/v1/me/visits/"+string(v)+"/feedback", `{"value":"just_right"}`, 204, nil) // she thinks better of it
	// Not of another's visit, nor of one there never was.
	adler := h.signIn("c-adler")
	a := adler.send("POST", "/v1/me/visits/"+string(v)+"/feedback", "application/json", `{"value":"too_much"}`)
	b := adler.send("POST", "/v1/me/visits/"+string(floor.NewVisitID())+"/feedback", "application/json", `{"value":"too_much"}`)
	if a.StatusCode != 404 || a.body != b.body {
		t.Errorf("another's: %s, made up: %s", a.Status, b.Status)
	}
	// Nothing that the associate can ask for says a word of it.
	for _, path := range []string{"/staff", "/staff/conduct", "/v1/associate/conduct", "/staff/me"} {
		for _, never := range []string{"just_right", "1 times", "Just right"} {
			if strings.Contains(ana.page(path), never) {
				t.Errorf("%s says %q", path, never)
			}
		}
	}
	var given []concierge.Event
	for _, e := range h.shown {
		if e.Kind == concierge.FeedbackGiven {
			given = append(given, e)
		}
	}
	if len(given) != 2 || given[1].Answer != "just_right" || given[1].Associate.Valid() || !given[1].History {
		t.Errorf("%+v", given)
	}
}

// Who does not let visits be kept may still say how it was; that she came is told
// to nobody.
func TestFeedbackWithoutHistory(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	_, err := h.profiles.Withdraw(customer("c-keller"), h.now(), profile.HistoryStore)
	h.must(err)
	keller, v := h.visited("c-keller", ana)
	if c, _ := h.door.Copy(customer("c-keller"), concierge.Moment{}, nil, h.now()); len(c.Visits) != 0 {
		t.Errorf("a visit is kept of one who does not let it be: %+v", c.Visits)
	}
	keller.done("/here", "/here/visits/"+string(v)+"/feedback", "value", "too_little")
	c, err := h.door.Copy(customer("c-keller"), concierge.Moment{}, nil, h.now())
	if err != nil || len(c.Visits) != 1 || c.Visits[0].Answer != "too_little" {
		t.Errorf("what she said is not in her copy: %+v %v", c.Visits, err)
	}
	for _, e := range h.shown {
		if e.Kind == concierge.FeedbackGiven && e.History {
			t.Error("headquarters would be told")
		}
	}
}

func TestForgetThisVisit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller, v := h.visited("c-keller", ana)
	copied := func() concierge.Copy {
		c, err := h.door.Copy(customer("c-keller"), concierge.Moment{}, nil, h.now())
		h.must(err)
		return c
	}
	if c := copied(); len(c.Visits) != 1 || len(c.Served) != 1 {
		t.Fatalf("%+v %+v", c.Visits, c.Served)
	}
	keller.done("/here", "/here/visits/"+string(v)+"/feedback", "forget", "yes")
	if c := copied(); len(c.Visits) != 0 || len(c.Served) != 0 {
		t.Errorf("after she wants it forgotten: %+v %+v", c.Visits, c.Served)
	}
	h.leaves(customer("c-keller"), v)
	if c := copied(); len(c.Visits) != 0 {
		t.Errorf("its end brings it back: %+v", c.Visits)
	}
	told := false
	for _, e := range h.shown {
		told = told || e.Kind == concierge.ItemCorrected && e.Item.Of == "visit" && e.Item.ID == string(v) && e.Item.Removed
		if e.Kind == concierge.VisitEnded && e.History {
			t.Error("its end is reported")
		}
	}
	if !told {
		t.Error("headquarters is not told to let go of it")
	}
	keller.api("POST", "/v1/me/visits/"+string(v)+"/feedback", `{"value":"too_much"}`, 404, nil)
}

// An aggregate takes five customers and the next day; a proposal takes two and a
// manager, and changes nothing by itself.
func TestConductIsProposedAndDecidedByAPerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	ana.listen("/v1/associate/stream", "")
	for i := range 5 {
		ref := fmt.Sprintf("c-%d", i)
		h.customer(ref, "Ms. Who", "", profile.AskEachVisit, profile.ApproachMe, "ana")
		she, v := h.visited(ref, ana)
		answer := "just_right"
		if i > 2 {
			answer = "too_much"
		}
		she.done("/here", "/here/visits/"+string(v)+"/feedback", "value", answer)
		h.leaves(customer(ref), v)
		page := jonas.page("/staff/people", "Ana", "Standard")
		if proposed := strings.Contains(page, "More than one client said too much."); proposed != (i == 4) {
			t.Errorf("after %d answers, %d of them too much: proposed %t", i+1, max(0, i-2), proposed)
		}
		if strings.Contains(page, "Clients said") {
			t.Errorf("an aggregate on the same day, of %d", i+1)
		}
		h.pass(time.Minute)
	}
	var who struct {
		Tier     string
		Proposed []string
		Feedback *struct{ Answers, JustRight, TooMuch int }
		Reason   string
		Until    string
	}
	jonas.api("GET", "/v1/associates/ana/tier", "", 200, &who)
	if who.Tier != "standard" || len(who.Proposed) != 1 || who.Proposed[0] != "too_much" || who.Feedback != nil {
		t.Errorf("%+v", who)
	}
	// Only with a reason and an end, and not on oneself.
	until := h.now().Add(14 * 24 * time.Hour).UTC().Format(time.RFC3339)
	jonas.api("PUT", "/v1/associates/ana/tier", `{"tier":"restricted","reason":"too short","until":"`+until+`"}`, 400, nil)
	jonas.api("PUT", "/v1/associates/ana/tier", `{"tier":"restricted","reason":"Two clients felt crowded."}`, 400, nil)
	jonas.api("PUT", "/v1/associates/ana/tier", `{"tier":"royal","reason":"Two clients felt crowded."}`, 400, nil)
	jonas.api("PUT", "/v1/associates/jonas/tier", `{"tier":"standard","reason":"I am quite good."}`, 404, nil)
	ana.api("PUT", "/v1/associates/marc/tier", `{"tier":"restricted","reason":"Two clients felt crowded.","until":"`+until+`"}`, 404, nil)
	jonas.api("PUT", "/v1/associates/ana/tier", `{"tier":"restricted","reason":"Two clients felt crowded.","until":"`+until+`"}`, 204, nil)
	ana.page("/staff/conduct", "Restricted", "Two clients felt crowded.", "Jonas decided it.", "It ends on 5 December 2026.")
	keller, v := h.visited("c-keller", ana)
	_ = keller
	var card struct {
		Sections []struct{ Kind, Speak, Disclosure string }
	}
	ana.api("GET", "/v1/visits/"+string(v)+"/card", "", 200, &card)
	for _, s := range card.Sections {
		if s.Speak != "ask_first" || s.Kind == "sold_by_you" || s.Kind == "store_history" {
			t.Errorf("restricted, she has %+v", s)
		}
	}
	// It ends by itself.
	h.pass(14*24*time.Hour + time.Minute)
	h.do(func(d *concierge.Desk, now time.Time) {
		for _, a := range d.Roster() {
			if a.ID == associate("ana") && a.Tier != floor.TierStandard {
				t.Errorf("after its end she is %s", a.Tier)
			}
		}
	})
}

func TestSharesOfFiveTheNextDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	for i := range 5 {
		ref := fmt.Sprintf("c-%d", i)
		h.customer(ref, "Ms. Who", "", profile.AskEachVisit, profile.ApproachMe, "ana")
		she, v := h.visited(ref, ana)
		she.done("/here", "/here/visits/"+string(v)+"/feedback", "value", []string{"just_right", "too_much"}[i%2])
		h.leaves(customer(ref), v)
		h.pass(time.Minute)
	}
	shares := func() (answers int) {
		h.do(func(d *concierge.Desk, now time.Time) {
			own, err := d.OwnConduct(associate("ana"), now)
			h.must(err)
			answers = own.Shares.Answers
		})
		return answers
	}
	if n := shares(); n != 0 {
		t.Errorf("%d answers on the same day", n)
	}
	h.clock.Add(int64(24 * time.Hour))
	if n := shares(); n != 5 {
		t.Errorf("%d answers the next day, want 5", n)
	}
	_, err := forgetting{h}.Forget(customer("c-0"))
	h.must(err)
	if n := shares(); n != 0 {
		t.Errorf("%d answers of four customers", n)
	}
}
