package concierge_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
)

// fullTable is headquarters' table.
func fullTable(t testing.TB) *policy.Table {
	t.Helper()
	data, err := os.ReadFile("../policy/testdata/discretion-table.json")
	if err != nil {
		t.Fatal(err)
	}
	table, err := policy.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// shopper has bought in every way there is.
func shopper(p *profile.Profile) {
	old := start.AddDate(0, -4, 0)
	buy := func(id, store, seller, category, text string, s profile.Sensitivity, at time.Time) {
		x := profile.Purchase{ID: id, Store: store, Category: category, Text: text, Colour: "navy", Sensitivity: s, At: at}
		if seller != "" {
			x.Seller = associate(seller)
		}
		p.Purchases = append(p.Purchases, x)
	}
	buy("p1", "here", "ana", "boots", "ANKLE-BOOTS", profile.Ordinary, old)
	buy("p2", "here", "lea", "loafers", "COLLEAGUE-LOAFERS", profile.Ordinary, old)
	buy("p3", "", "", "handbags", "WEB-BAG-ONE", profile.Ordinary, old)
	buy("p4", "", "", "handbags", "WEB-BAG-TWO", profile.Ordinary, old.AddDate(0, -1, 0))
	buy("p5", "", "", "handbags", "TUESDAY-BAG", profile.Ordinary, start.AddDate(0, 0, -3))
	buy("p6", "there", "zoe", "coats", "OTHER-STORE-COAT", profile.Ordinary, old)
	buy("p7", "here", "lea", "lingerie", "COLLEAGUE-LINGERIE", profile.Personal, old)
	buy("p8", "here", "lea", "scarves", "GIFT-SCARF", profile.Gift, old)
	p.Stated = []profile.StatedPreference{
		{ID: "s1", Kind: profile.Preference, Text: "FLAT-HEELS", Audience: profile.ForAnyone},
		{ID: "s2", Kind: profile.Preference, Text: "FOR-MINE-ONLY", Audience: profile.ForMine},
	}
	p.Services = []profile.ServiceItem{{ID: "i1", Text: "ALTERATION-READY"}}
	p.Notes = []profile.Note{
		{ID: "n1", Author: associate("ana"), Kind: profile.NotePersonal, Visibility: profile.NoteMine, Text: "ANAS-SECRET", At: old},
		{ID: "n2", Author: associate("ana"), Kind: profile.NoteHandling, Visibility: profile.NoteService, Text: "LET-HER-TRY-ALONE", At: old},
	}
}

// cardOf lets a customer announce herself and name accept.
func cardOf(t *testing.T, h *house, name string) concierge.CardView {
	t.Helper()
	c := h.customer("c-1", shopper)
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	for range 8 {
		if o := h.offer(name); o != nil {
			card, err := h.desk.Accept(associate(name), o.ID, h.now)
			must(t, err)
			return card.View()
		}
		for _, other := range []string{"ana", "marc", "lea"} {
			if o := h.offer(other); o != nil && other != name {
				must(t, h.desk.Decline(associate(other), o.ID, "busy", h.now))
			}
		}
		h.pass(time.Second)
	}
	t.Fatalf("%s is never asked", name)
	return concierge.CardView{}
}

func text(v concierge.CardView) string {
	data, _ := json.Marshal(v)
	return string(data)
}

func TestCardOfHerOwnAssociate(t *testing.T) {
	v := cardOf(t, newHouse(t, fullTable(t)), "ana")
	got := text(v)
	for _, want := range []string{"Ms. Keller", "ANKLE-BOOTS", "COLLEAGUE-LOAFERS", "FLAT-HEELS", "FOR-MINE-ONLY", "ALTERATION-READY", "ANAS-SECRET", "handbags"} {
		if !strings.Contains(got, want) {
			t.Errorf("ana does not see %s", want)
		}
	}
	for _, never := range []string{"TUESDAY-BAG", "WEB-BAG", "OTHER-STORE-COAT", "GIFT-SCARF", "COLLEAGUE-LINGERIE"} {
		if strings.Contains(got, never) {
			t.Errorf("ana sees %s", never)
		}
	}
	for _, s := range v.Sections {
		if s.Kind == "store_history" && s.Speak != "background" {
			t.Errorf("what a colleague sold is %s", s.Speak)
		}
	}
}

func TestCardOfASubstitute(t *testing.T) {
	v := cardOf(t, newHouse(t, fullTable(t)), "lea")
	got := text(v)
	if v.Relation != "substitute" || v.Covering != "ana" {
		t.Errorf("relation %s, covering %q", v.Relation, v.Covering)
	}
	for _, want := range []string{"FLAT-HEELS", "ALTERATION-READY", "LET-HER-TRY-ALONE", "Let her tell you the rest."} {
		if !strings.Contains(got, want) {
			t.Errorf("lea does not see %s", want)
		}
	}
	// She sold some of it herself, but the relation has lapsed; everything
	// else is somebody else's.
	for _, never := range []string{"ANKLE-BOOTS", "WEB-BAG", "TUESDAY", "OTHER-STORE", "GIFT-SCARF", "LINGERIE", "FOR-MINE-ONLY", "ANAS-SECRET", "handbags"} {
		if strings.Contains(got, never) {
			t.Errorf("lea sees %s: %s", never, got)
		}
	}
}

func TestStrictTableShowsNoPurchase(t *testing.T) {
	got := text(cardOf(t, newHouse(t, nil), "ana"))
	for _, never := range []string{"BOOTS", "LOAFERS", "BAG", "COAT", "handbags"} {
		if strings.Contains(got, never) {
			t.Errorf("without a table ana sees %s", never)
		}
	}
	if !strings.Contains(got, "FLAT-HEELS") {
		t.Error("without a table ana does not see what she stated")
	}
}

func TestNothingToShowLooksTheSame(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", nil)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	card, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(t, err)
	v := card.View()
	if len(v.Sections) != 0 || v.First == "" || v.Closing == "" || v.Name == "" {
		t.Errorf("an empty card is %+v", v)
	}
}

func TestNoLedgerNoCard(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", shopper)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	o := h.offer("ana")
	must(t, h.ledger.Close())
	card, err := h.desk.Accept(associate("ana"), o.ID, h.now)
	if !errors.Is(err, concierge.ErrLedger) || len(card.View().Sections) != 0 {
		t.Fatalf("with a broken ledger: %v, %+v", err, card.View())
	}
	if h.offer("ana") == nil {
		t.Error("her yes is lost: the question should stand")
	}
	if _, err := h.desk.Card(associate("ana"), v.ID, h.now); !errors.Is(err, concierge.ErrLedger) {
		t.Errorf("the card opens another way: %v", err)
	}
}

func TestLedgerKnowsFirst(t *testing.T) {
	h := newHouse(t, fullTable(t))
	v := cardOf(t, h, "ana")
	c, _ := floor.ParseCustomer("c-1")
	rows, err := h.ledger.Of(c)
	must(t, err)
	n := 1 // the address
	for _, s := range v.Sections {
		n += len(s.Items)
	}
	if len(rows) != 1 || len(rows[0].Items) != n {
		t.Fatalf("%d rows; the card shows %d items", len(rows), n)
	}
	d := h.desk.Dossier(c, h.now)
	if len(d.Accesses) != 1 || d.Accesses[0].Who != "ana" {
		t.Errorf("she reads %+v", d.Accesses)
	}
}

func TestGreetedAndWrapUp(t *testing.T) {
	h := newHouse(t, fullTable(t))
	v := cardOf(t, h, "lea")
	if !h.desk.Greeting(v.Visit) {
		t.Error("before the greeting her place is not shown")
	}
	must(t, h.desk.Greeted(associate("lea"), v.Visit, h.now))
	if h.desk.Greeting(v.Visit) {
		t.Error("after the greeting her place is still shown")
	}
	must(t, h.desk.WrapUp(associate("lea"), v.Visit, concierge.WrapUp{Served: true}, h.now))
	if _, err := h.desk.Card(associate("lea"), v.Visit, h.now); err != concierge.ErrNothing {
		t.Errorf("the card outlives the service: %v", err)
	}
	// Next time lea has served her: not a stranger any more.
	h.now = h.now.Add(24 * time.Hour)
	c, _ := floor.ParseCustomer("c-1")
	h.desk.Left(floor.Phone{}, h.now)
	h.desk.Greet(floor.Visit{ID: v.Visit, Phone: h.phone, State: floor.Ended}, h.now)
	h.desk.SetShifts([]floor.Shift{{Associate: associate("lea"), From: h.now, To: h.now.Add(time.Hour)}})
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	card, err := h.desk.Accept(associate("lea"), h.offer("lea").ID, h.now)
	must(t, err)
	if got := card.View().Relation; got != "served" {
		t.Errorf("lea is %s the next day", got)
	}
}

// Her own associate opens the card unasked: her page is told of it at once.
func TestHerPageHearsOfAnUnaskedCard(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
	h.take()
	h.events = nil
	for range 2 { // the second time it is the same card
		_, err := h.desk.Card(associate("ana"), v.ID, h.now)
		must(t, err)
	}
	if e := h.all(concierge.HereChanged); len(e) != 1 || e[0].Customer != c {
		t.Errorf("her page hears %+v", e)
	}
}
