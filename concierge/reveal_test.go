package concierge_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/ledger"
	"foyer/profile"
)

// managed adds managers to the house.
func (h *house) managed(names ...string) {
	h.t.Helper()
	staff := h.desk.Roster()
	shifts := []floor.Shift{}
	for _, name := range names {
		staff = append(staff, floor.Associate{ID: associate(name), Name: name, Role: floor.RoleManager, Tier: floor.TierStandard})
	}
	for _, a := range staff {
		shifts = append(shifts, floor.Shift{Associate: a.ID, From: start.Add(-time.Hour), To: start.Add(8 * time.Hour)})
	}
	h.desk.SetRoster(staff, h.now)
	h.desk.SetShifts(shifts)
	for _, a := range staff {
		must(h.t, h.desk.SignOn(a.ID, h.now))
		h.desk.Live(a.ID, true, h.now)
	}
}

func (h *house) reveal(name string, v floor.VisitID, w concierge.RevealDraft) concierge.RevealLine {
	h.t.Helper()
	l, err := h.desk.Reveal(associate(name), v, w, h.now)
	must(h.t, err)
	return l
}

func (h *house) lastRow(c floor.Customer) ledger.Row {
	h.t.Helper()
	rows, err := h.ledger.Of(c)
	must(h.t, err)
	return rows[len(rows)-1]
}

func online(reason string) concierge.RevealDraft {
	return concierge.RevealDraft{Class: "online", Reason: reason}
}

// One class, one notch, a quarter of an hour, in the ledger with its reason
// before it is on the card, and at once on her page.
func TestReveal(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", shopper)
	v := h.serves(c, "ana")
	if got := h.sees("ana", v); strings.Contains(got, "WEB-BAG") {
		t.Fatal("there is nothing to reveal")
	}
	h.take()
	h.events = nil
	l := h.reveal("ana", v, online(concierge.CustomerAsked))
	if l.State != concierge.RevealActive || !l.Until.Equal(h.now.Add(15*time.Minute)) {
		t.Errorf("%+v", l)
	}
	row := h.lastRow(c)
	if row.Purpose != "reveal" || row.Reason != "customer_asked" || row.Viewer != associate("ana") || len(row.Items) != 2 {
		t.Errorf("the ledger has %+v", row)
	}
	got := h.sees("ana", v)
	for _, want := range []string{"WEB-BAG-ONE", "WEB-BAG-TWO", "Opened until 10:15"} {
		if !strings.Contains(got, want) {
			t.Errorf("not %s: %s", want, got)
		}
	}
	for _, never := range []string{"TUESDAY-BAG", "OTHER-STORE-COAT", "GIFT", "LINGERIE"} {
		if strings.Contains(got, never) {
			t.Errorf("%s is open, too", never)
		}
	}
	if n := len(h.lastRow(c).Items); n != 2 || h.lastRow(c).Seq != row.Seq {
		t.Error("looking at the card is another access")
	}
	her := h.desk.Dossier(c, h.now).Accesses[0]
	if her.Reason != "customer_asked" || her.State != concierge.RevealActive || !her.Contestable || her.Purpose != "reveal" {
		t.Errorf("she reads %+v", her)
	}
	told := false
	for _, e := range h.all(concierge.HereChanged) {
		told = told || e.Customer == c
	}
	if !told {
		t.Error("her page is not told")
	}
	if _, err := h.desk.Reveal(associate("ana"), v, online(concierge.CustomerAsked), h.now); !errors.Is(err, concierge.ErrReveal) {
		t.Errorf("the same again: %v", err)
	}
	must(t, h.desk.Hide(c, "p3", true, h.now))
	if got := h.sees("ana", v); strings.Contains(got, "WEB-BAG-ONE") || !strings.Contains(got, "WEB-BAG-TWO") {
		t.Errorf("hidden meanwhile: %s", got)
	}
	h.pass(15 * time.Minute)
	if got := h.sees("ana", v); strings.Contains(got, "WEB-BAG") {
		t.Error("open after its time")
	}
	if her := h.desk.Dossier(c, h.now).Accesses; !slices.ContainsFunc(her, func(a concierge.AccessLine) bool { return a.State == concierge.RevealExpired }) {
		t.Error("she does not read that it closed")
	}
}

// What no reason opens: the floors F2, F3, F4 and F10, gifts, notes, what she
// does not let be used, and for a substitute what lies elsewhere.
func TestWhatNoReasonOpens(t *testing.T) {
	never := []string{"GIFT", "ANAS-SECRET", "FOR-MINE-ONLY", "SPECIAL"}
	drafts := []concierge.RevealDraft{{Class: "store", Reason: concierge.Safety}, {Class: "other_stores", Reason: concierge.Safety},
		{Class: "online", Reason: concierge.Safety}}
	for name, tt := range map[string]struct {
		viewer string
		change func(*house, floor.Customer, *profile.Profile)
		never  []string
		err    error
	}{
		"F3: hidden by her": {"ana", func(_ *house, _ floor.Customer, p *profile.Profile) {
			p.Purchases[2].Hidden, p.Purchases[3].Hidden = true, true
		}, []string{"WEB-BAG"}, nil},
		"F4: blocked": {"lea", func(_ *house, _ floor.Customer, p *profile.Profile) {
			p.Blocked = []floor.AssociateID{associate("lea")}
		}, []string{"BOOTS"}, concierge.ErrNothing},
		"a substitute": {"lea", nil, []string{"WEB-BAG", "COAT", "handbags", "coats", "LINGERIE"}, nil},
		"closed by no consent": {"ana", func(h *house, c floor.Customer, _ *profile.Profile) {
			_, err := h.profiles.Withdraw(c, h.now, profile.HistoryOnline)
			must(t, err)
		}, []string{"WEB-BAG", "handbags"}, nil},
		"F10: restricted": {"ana", func(h *house, _ floor.Customer, _ *profile.Profile) { h.tier("ana", floor.TierRestricted) }, []string{"WEB-BAG"}, concierge.ErrReveal},
		"F10: untrained":  {"ana", func(h *house, _ floor.Customer, _ *profile.Profile) { h.tier("ana", floor.TierUntrained) }, []string{"WEB-BAG"}, concierge.ErrReveal},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, fullTable(t))
			c := h.customer("c-1", func(p *profile.Profile) { // F2: a special thing is dropped when it comes
				shopper(p)
				p.Purchases = append(p.Purchases, profile.Purchase{ID: "p9", Store: "here", Seller: associate("ana"), Category: "wigs", Text: "SPECIAL", Sensitivity: profile.Special, At: start.AddDate(0, -4, 0)})
			})
			v := h.serves(c, tt.viewer)
			if tt.change != nil {
				p, err := h.profiles.Get(c)
				must(t, err)
				p.Purchases = slices.Clone(p.Purchases)
				tt.change(h, c, &p)
				must(t, h.profiles.Put(p))
				h.desk.Changed(c, h.now)
			}
			for _, w := range drafts {
				if _, err := h.desk.Reveal(associate(tt.viewer), v, w, h.now); !errors.Is(err, tt.err) {
					t.Errorf("%+v: %v, want %v", w, err, tt.err)
				}
			}
			card, err := h.desk.Card(associate(tt.viewer), v, h.now)
			if tt.err != concierge.ErrNothing {
				must(t, err)
			}
			var opened []concierge.Section
			for _, s := range card.View().Sections {
				if s.Kind == "revealed" {
					opened = append(opened, s)
				}
			}
			for _, word := range append(never, tt.never...) {
				if got := fmt.Sprint(opened); strings.Contains(got, word) {
					t.Errorf("%s is open: %s", word, got)
				}
			}
		})
	}
}

// tier changes what an associate may see.
func (h *house) tier(name string, tier floor.Tier) {
	staff := h.desk.Roster()
	for i := range staff {
		if staff[i].Name == name {
			staff[i].Tier = tier
		}
	}
	h.desk.SetRoster(staff, h.now)
}

func TestReasons(t *testing.T) {
	h := newHouse(t, fullTable(t))
	h.managed("boss")
	c := h.customer("c-1", shopper)
	v := h.serves(c, "ana")
	const why = "She left without her bag and asks by telephone"
	for _, tt := range []struct {
		who  string
		w    concierge.RevealDraft
		good bool
	}{
		{"ana", concierge.RevealDraft{Class: "online"}, false},
		{"ana", online("curious"), false},
		{"ana", online(concierge.Complaint), false},
		{"boss", online(concierge.CustomerAsked), false},
		{"ana", online(concierge.ReturnOrRepair), false},
		{"ana", concierge.RevealDraft{Reason: concierge.CustomerAsked}, false},
		{"ana", concierge.RevealDraft{Class: "everything", Reason: concierge.CustomerAsked}, false},
		{"ana", concierge.RevealDraft{Class: "online", Item: "h-coats", Reason: concierge.CustomerAsked}, false},
		{"ana", concierge.RevealDraft{Item: "p5", Reason: concierge.CustomerAsked}, false},
		{"ana", concierge.RevealDraft{Class: "online", Reason: concierge.Other, Text: "because  of   it     "}, false},
		{"ana", concierge.RevealDraft{Class: "online", Reason: concierge.Other, Text: why}, true},
		{"ana", concierge.RevealDraft{Item: "h-handbags", Reason: concierge.Safety}, true},
		{"ana", concierge.RevealDraft{Order: "p7", Reason: concierge.ReturnOrRepair}, true},
		{"boss", concierge.RevealDraft{Class: "store", Reason: concierge.Complaint}, true},
	} {
		_, err := h.desk.Reveal(associate(tt.who), v, tt.w, h.now)
		if tt.good != (err == nil) || err != nil && !errors.Is(err, concierge.ErrReveal) {
			t.Errorf("%s %+v: %v", tt.who, tt.w, err)
		}
		if row := h.lastRow(c); row.Purpose == ledger.PurposeReveal && (row.Reason == "" || strings.Contains(fmt.Sprint(row), "telephone")) {
			t.Errorf("the ledger has %+v", row)
		}
	}
	if _, err := h.desk.Reveal(associate("marc"), v, online(concierge.CustomerAsked), h.now); !errors.Is(err, concierge.ErrReveal) {
		t.Errorf("one of hers who does not look after her: %v", err)
	}
	if got := h.sees("ana", v); !strings.Contains(got, "COLLEAGUE-LINGERIE") { // by the number of its receipt
		t.Errorf("what is on the receipt is not open: %s", got)
	}
	waits, err := h.desk.Reveals(associate("boss"), h.now)
	must(t, err)
	if len(waits) != 1 || waits[0].Text != why || waits[0].Associate != "ana" {
		t.Errorf("the manager reads %+v", waits)
	}
	if _, err := h.desk.Reveals(associate("ana"), h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("an associate reads the manager's list: %v", err)
	}
	must(t, h.desk.SettleReveal(associate("boss"), waits[0].ID, concierge.Reject, h.now))
	if her := h.desk.Dossier(c, h.now).Accesses; !slices.ContainsFunc(her, func(a concierge.AccessLine) bool {
		return a.State == concierge.RevealStopped && a.Text == why && a.Contestable
	}) {
		t.Errorf("she reads %+v", her)
	}
}

// Nothing is opened without its row.
func TestNoLedgerNoReveal(t *testing.T) {
	h := newHouse(t, fullTable(t))
	v := h.serves(h.customer("c-1", shopper), "ana")
	must(t, h.ledger.Close())
	if _, err := h.desk.Reveal(associate("ana"), v, online(concierge.CustomerAsked), h.now); !errors.Is(err, concierge.ErrLedger) {
		t.Fatalf("%v", err)
	}
	if strings.Contains(h.sees("ana", v), "WEB-BAG") {
		t.Error("open without a row")
	}
}

// Three in a shift, then a second person; a restart forgets neither the count
// nor who waits, and nobody is her own second person.
func TestQuotaAndSecondPerson(t *testing.T) {
	h := keeping(t)
	h.managed("boss", "other")
	c := h.customer("c-1", shopper)
	v := h.serves(c, "ana")
	h.reveal("ana", v, online(concierge.CustomerAsked))
	h.reveal("ana", v, concierge.RevealDraft{Item: "h-handbags", Reason: concierge.CustomerAsked})
	h.take()
	h.again(time.Second)
	if got := h.sees("ana", v); !strings.Contains(got, "WEB-BAG-ONE") || !strings.Contains(got, "Opened until 10:15") {
		t.Errorf("what was open is closed by a restart: %s", got)
	}
	h.reveal("ana", v, concierge.RevealDraft{Class: "other_stores", Reason: concierge.CustomerAsked})
	l := h.reveal("ana", v, concierge.RevealDraft{Order: "p7", Reason: concierge.ReturnOrRepair})
	if l.State != concierge.RevealPending || strings.Contains(h.sees("ana", v), "LINGERIE") {
		t.Fatalf("the fourth is %s", l.State)
	}
	if row := h.lastRow(c); len(row.Items) > 0 && row.Items[0].ID == "revealed/p7" {
		t.Error("what is not shown is in the ledger")
	}
	h.take()
	h.again(time.Second)
	waits, err := h.desk.Reveals(associate("boss"), h.now)
	must(t, err)
	if len(waits) != 1 || waits[0].ID != l.ID || waits[0].What != "order or receipt p7" {
		t.Fatalf("after a restart the manager reads %+v", waits)
	}
	if err := h.desk.SettleReveal(associate("ana"), l.ID, concierge.Approve, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("she approves her own: %v", err)
	}
	must(t, h.desk.SettleReveal(associate("boss"), l.ID, concierge.Approve, h.now))
	if row := h.lastRow(c); row.Reason != "return_or_repair, second person" || !strings.Contains(h.sees("ana", v), "LINGERIE") {
		t.Errorf("approved, and the ledger has %s, for %q", row, row.Reason)
	}
	if err := h.desk.SettleReveal(associate("boss"), l.ID, concierge.Approve, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("approved twice: %v", err)
	}
	l = h.reveal("ana", v, concierge.RevealDraft{Class: "store", Reason: concierge.Safety})
	must(t, h.desk.SettleReveal(associate("boss"), l.ID, concierge.Reject, h.now))
	l = h.reveal("ana", v, concierge.RevealDraft{Class: "store", Reason: concierge.Safety})
	for _, order := range []string{"p1", "p2"} {
		h.reveal("ana", v, concierge.RevealDraft{Order: order, Reason: concierge.ReturnOrRepair})
	}
	if _, err := h.desk.Reveal(associate("ana"), v, concierge.RevealDraft{Order: "p3", Reason: concierge.ReturnOrRepair}, h.now); !errors.Is(err, concierge.ErrReveal) {
		t.Errorf("a fourth waits: %v", err)
	}
	h.pass(16 * time.Minute)
	if err := h.desk.SettleReveal(associate("boss"), l.ID, concierge.Approve, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("approved a quarter of an hour later: %v", err)
	}
}

// She says that it was not right: it closes, a manager judges who has no part in
// it, she reads what became of it, and headquarters hears.
func TestContest(t *testing.T) {
	for verdict, want := range map[concierge.Verdict]concierge.RevealState{concierge.Uphold: concierge.RevealUpheld, concierge.Reject: concierge.RevealRejected} {
		h := keeping(t)
		h.managed("boss", "other")
		c := h.customer("c-1", shopper)
		v := h.serves(c, "ana")
		h.reveal("ana", v, online(concierge.CustomerAsked))
		access := h.desk.Dossier(c, h.now).Accesses[0].ID
		if err := h.desk.Contest(h.customer("c-2", nil), access, "", h.now); !errors.Is(err, concierge.ErrNothing) {
			t.Errorf("somebody else contests it: %v", err)
		}
		must(t, h.desk.Contest(c, access, "I did not ask for it", h.now))
		if strings.Contains(h.sees("ana", v), "WEB-BAG") {
			t.Error("it is open though she contests it")
		}
		if err := h.desk.Contest(c, access, "", h.now); !errors.Is(err, concierge.ErrMoved) {
			t.Errorf("twice: %v", err)
		}
		h.take()
		h.again(48 * time.Hour) // managers may take their time
		waits, err := h.desk.Reveals(associate("boss"), h.now)
		must(t, err)
		if len(waits) != 1 || waits[0].Contest != "I did not ask for it" || waits[0].State != concierge.RevealContested {
			t.Fatalf("the manager reads %+v", waits)
		}
		if err := h.desk.SettleReveal(associate("boss"), waits[0].ID, concierge.Approve, h.now); !errors.Is(err, concierge.ErrReveal) {
			t.Errorf("a contest is not approved: %v", err)
		}
		must(t, h.desk.SettleReveal(associate("boss"), waits[0].ID, verdict, h.now))
		if her := h.desk.Dossier(c, h.now).Accesses; !slices.ContainsFunc(her, func(a concierge.AccessLine) bool { return a.ID == access && a.State == want && !a.Contestable }) {
			t.Errorf("%s: she reads %+v", verdict, her)
		}
		told := h.all(concierge.RevealJudged)
		if len(told) != 1 || told[0].Reveal.State != want || told[0].Associate != associate("ana") || told[0].Visit != "" {
			t.Errorf("headquarters hears %+v", told)
		}
	}
}

// Who is erased leaves no reveal behind, and none that waits.
func TestRevealsAreErased(t *testing.T) {
	h := keeping(t)
	h.managed("boss")
	c := h.customer("c-1", shopper)
	v := h.serves(c, "ana")
	h.reveal("ana", v, online(concierge.CustomerAsked))
	must(t, h.desk.Contest(c, h.desk.Dossier(c, h.now).Accesses[0].ID, "", h.now))
	counts := func() (n int) {
		all, err := h.desk.Census()
		must(t, err)
		for _, x := range all {
			if x.Bucket == "reveals" {
				n = x.Rows
			}
		}
		return n
	}
	if counts() != 1 {
		t.Fatalf("%d reveals are kept", counts())
	}
	h.desk.Dismiss(c, h.now)
	_, err := h.desk.Door(nil, nil).Erase(c, concierge.Erasing{Here: true}, h.now)
	must(t, err)
	h.desk.Erased(c, h.now)
	waits, err := h.desk.Reveals(associate("boss"), h.now)
	must(t, err)
	if counts() != 0 || len(waits) != 0 {
		t.Errorf("%d reveals are kept, %d wait", counts(), len(waits))
	}
}

// Her page asks her: a yes opens it for a quarter of an hour as her choice, a no
// and silence are the same, and asking has an end.
func TestAskHer(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", shopper)
	v := h.serves(c, "lea")
	ask := func(item string) concierge.AskLine {
		t.Helper()
		q, err := h.desk.Ask(associate("lea"), v, item, h.now)
		must(t, err)
		return q
	}
	state := func() concierge.AskState {
		t.Helper()
		asked, err := h.desk.Asked(associate("lea"), v, h.now)
		must(t, err)
		return asked[0].State
	}
	q := ask("preferences")
	here := h.desk.Here(c, h.now)
	if len(here.Asks) != 1 || here.Asks[0].By != "lea" || here.Asks[0].Words != "what you told your own associates" {
		t.Fatalf("her page asks %+v", here.Asks)
	}
	if _, err := h.desk.Ask(associate("lea"), v, "sizes", h.now); !errors.Is(err, concierge.ErrReveal) {
		t.Errorf("two at once: %v", err)
	}
	if err := h.desk.AnswerAsk(h.customer("c-2", nil), q.ID, true, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("somebody else answers: %v", err)
	}
	must(t, h.desk.AnswerAsk(c, q.ID, true, h.now))
	if got := h.sees("lea", v); !strings.Contains(got, "FOR-MINE-ONLY") || !strings.Contains(got, "may_mention") || state() != concierge.AskShared {
		t.Errorf("shared, and lea sees %s", got)
	}
	if row := h.lastRow(c); row.Purpose != "asked" || row.Reason != "her_choice" || row.Items[0].ID != "shared_words/s2" {
		t.Errorf("the ledger has %+v", row)
	}
	if err := h.desk.AnswerAsk(c, q.ID, false, h.now); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("answered twice: %v", err)
	}
	q = ask("online")
	must(t, h.desk.AnswerAsk(c, q.ID, false, h.now))
	if state() != concierge.AskNotNow || strings.Contains(h.sees("lea", v), "WEB-BAG") {
		t.Error("she said not now")
	}
	if _, err := h.desk.Ask(associate("lea"), v, "online", h.now); !errors.Is(err, concierge.ErrReveal) {
		t.Errorf("asked again after a no: %v", err)
	}
	q = ask("store")
	h.pass(time.Minute)
	if state() != concierge.AskNotNow {
		t.Error("silence is not a no")
	}
	if err := h.desk.AnswerAsk(c, q.ID, true, h.now); !errors.Is(err, concierge.ErrMoved) {
		t.Errorf("too late: %v", err)
	}
	if _, err := h.desk.Ask(associate("lea"), v, "other_stores", h.now); !errors.Is(err, concierge.ErrReveal) {
		t.Errorf("asked without an end: %v", err)
	}
	if _, err := h.desk.Ask(associate("marc"), v, "birthday_of_her_dog", h.now); !errors.Is(err, concierge.ErrReveal) {
		t.Errorf("asked for nonsense: %v", err)
	}
	h.pass(15 * time.Minute)
	if strings.Contains(h.sees("lea", v), "FOR-MINE-ONLY") {
		t.Error("open after its time")
	}
}

// A yes on her page opens all of what was asked for, but for gifts and what the
// floors close.
func TestSheSharesWhatSheBought(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", shopper)
	v := h.serves(c, "lea")
	q, err := h.desk.Ask(associate("lea"), v, "store", h.now)
	must(t, err)
	must(t, h.desk.AnswerAsk(c, q.ID, true, h.now))
	got := h.sees("lea", v)
	if !strings.Contains(got, "ANKLE-BOOTS") || strings.Contains(got, "GIFT-SCARF") || strings.Contains(got, "WEB-BAG") {
		t.Errorf("lea sees %s", got)
	}
	h.desk.NotToday(c, h.now)
	if _, err := h.desk.Card(associate("lea"), v, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("not today, and open: %v", err)
	}
}
