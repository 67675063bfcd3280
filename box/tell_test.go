package box

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/config"
	"foyer/floor"
	"foyer/sync/wire"
)

// at is no quarter of an hour, so that a finer time is seen where it leaks.
var at = time.Date(2026, 11, 23, 10, 22, 41, 0, time.UTC)

func event(kind concierge.EventKind, change func(*concierge.Event)) concierge.Event {
	c, _ := floor.ParseCustomer("c-7731")
	a, _ := floor.ParseAssociate("ana")
	e := concierge.Event{Kind: kind, At: at, Visit: "v-1", Offer: "o-1", Customer: c, Associate: a, Relation: "preferred",
		History: true, Style: concierge.ApproachMe, Items: []concierge.AccessItem{{ID: "stated/s1", Disclosure: "full", Rule: "stated"}}}
	if change != nil {
		change(&e)
	}
	return e
}

func TestWhatHeadquartersMayKnow(t *testing.T) {
	noHistory := func(e *concierge.Event) { e.History = false }
	for _, tt := range []struct {
		name  string
		event concierge.Event
		kind  wire.Kind
		never []string // texts that must not be in the payload
	}{
		{"a visit", event(concierge.VisitAnnounced, nil), wire.UpVisit, []string{"10:22", "shoes", "ana"}},
		{"its end", event(concierge.VisitEnded, nil), wire.UpVisit, []string{"10:22", "ana"}},
		{"a visit not to be kept", event(concierge.VisitAnnounced, noHistory), "", nil},
		{"the end of one", event(concierge.VisitEnded, noHistory), "", nil},
		{"an offer", event(concierge.OfferCreated, nil), "", nil},
		{"a yes names no customer", event(concierge.OfferAccepted, nil), wire.UpOffer, []string{"c-7731"}},
		{"a passed offer", event(concierge.OfferTimedOut, nil), wire.UpOffer, []string{"c-7731"}},
		{"a yes in a visit not to be kept", event(concierge.OfferAccepted, noHistory), "", nil},
		{"a no in one", event(concierge.OfferDeclined, noHistory), "", nil},
		{"a passed offer in one", event(concierge.OfferTimedOut, noHistory), "", nil},
		{"a rescinded offer in one", event(concierge.OfferRescinded, noHistory), "", nil},
		{"a card by its identifiers", event(concierge.CardShown, nil), wire.UpAccess, []string{"10:22"}},
		{"a card of a visit not to be kept", event(concierge.CardShown, noHistory), "", nil},
		{"what was opened with a reason", event(concierge.CardShown, func(e *concierge.Event) {
			e.Reveal = &concierge.RevealFact{Purpose: "reveal", Reason: "customer_asked"}
		}), wire.UpAccess, []string{"10:22"}},
		{"of a visit not to be kept", event(concierge.CardShown, func(e *concierge.Event) {
			e.History, e.Reveal = false, &concierge.RevealFact{Purpose: "reveal", Reason: "customer_asked"}
		}), "", nil},
		{"what she contests, to the day", event(concierge.RevealJudged, func(e *concierge.Event) {
			e.History, e.Items, e.Reveal = false, nil, &concierge.RevealFact{Purpose: "reveal", Reason: "other", State: concierge.RevealContested}
		}), wire.UpAccess, []string{"10:2", "v-1"}},
		{"a note its author removes", event(concierge.NoteRemoved, func(e *concierge.Event) {
			e.Note = &concierge.NoteFact{ID: "n-1", Author: e.Associate, Kind: "handling", Visibility: "service", Text: "Slow", At: at}
		}), wire.UpCorrection, []string{"v-1", "10:2", "Slow", "ana"}},
		{"a purchase she hides", event(concierge.ItemCorrected, func(e *concierge.Event) {
			e.Item = &concierge.ItemFact{Of: "purchase", ID: "p-1", Hidden: true}
		}), wire.UpCorrection, []string{"v-1", "ana"}},
		{"how far a class of purchases reaches", event(concierge.ItemCorrected, func(e *concierge.Event) {
			e.Item = &concierge.ItemFact{Of: "audience", ID: "online", Reach: concierge.ReachClosed}
		}), wire.UpCorrection, []string{"v-1", "ana"}},
		{"a note she objects to", event(concierge.NoteContested, func(e *concierge.Event) {
			e.Note = &concierge.NoteFact{ID: "n-1", Author: e.Associate, Kind: "handling", Visibility: "service", Text: "Slow", At: at, Objected: true}
		}), wire.UpNote, []string{"v-1", "10:22"}},
		{"a note, to the day", event(concierge.NoteWritten, func(e *concierge.Event) {
			e.Note = &concierge.NoteFact{ID: "n-1", Author: e.Associate, Kind: "handling", Visibility: "service", Text: "Slow", At: at}
		}), wire.UpNote, []string{"v-1", "10:2", "removed"}},
		{"what she says of a visit", event(concierge.FeedbackGiven, func(e *concierge.Event) { e.Answer, e.Associate = "too_much", floor.AssociateID{} }), wire.UpFeedback, []string{"10:22", "ana"}},
		{"of one not to be kept", event(concierge.FeedbackGiven, func(e *concierge.Event) { e.Answer, e.History = "too_much", false }), "", nil},
		{"a visit she wants forgotten", event(concierge.ItemCorrected, func(e *concierge.Event) {
			e.Item = &concierge.ItemFact{Of: "visit", ID: "v-1", Removed: true}
		}), wire.UpCorrection, []string{"ana"}},
		{"an appointment, without what it is about", event(concierge.Booked, func(e *concierge.Event) {
			e.Visit, e.Booking = "", &concierge.BookingFact{ID: "ap-1", State: "confirmed", From: at, To: at.Add(time.Hour)}
		}), wire.UpAppointment, []string{"topic", "v-1"}},
		{"a manager's change of a day", event(concierge.RotaChanged, func(e *concierge.Event) {
			e.Visit, e.Customer = "", floor.Customer{}
			e.Rota = &concierge.RotaFact{Day: "2026-11-26", Shifts: []floor.Shift{{Associate: e.Associate, From: at, To: at.Add(time.Hour)}}, By: e.Associate}
		}), wire.UpRota, []string{"v-1", "c-1"}},
		{"a heads-up", event(concierge.HeadsUpGiven, nil), "", nil},
		{"her page", event(concierge.HereChanged, nil), "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kind, payload := forHQ(tt.event)
			if kind != tt.kind || (payload == nil) != (tt.kind == "") {
				t.Fatalf("kind %q, payload %v; want kind %q", kind, payload, tt.kind)
			}
			data, err := json.Marshal(payload)
			if err != nil {
				t.Fatal(err)
			}
			for _, never := range tt.never {
				if strings.Contains(string(data), never) {
					t.Errorf("%q is in %s", never, data)
				}
			}
			if kind != "" {
				if _, err := wire.Encode(kind, payload); err != nil {
					t.Errorf("the contract refuses it: %v", err)
				}
			}
		})
	}
}

// What a customer withdraws here carries this box's name, and the contract takes
// it for the longest there may be.
func TestHeadquartersTakesAWithdrawal(t *testing.T) {
	var c config.Config
	c.Store.Chain, c.Store.ID = strings.Repeat("c", 32), strings.Repeat("s", 32)
	kind, payload := forHQ(event(concierge.ConsentChanged, func(e *concierge.Event) {
		e.Consent = &concierge.ConsentFact{Purpose: "presence", Wall: at, Node: node(&c), Method: "page"}
	}))
	if _, err := wire.Encode(kind, payload); err != nil {
		t.Errorf("the contract refuses it: %v", err)
	}
}

func TestZonesAreShownOnlyBeforeTheGreeting(t *testing.T) {
	z := newZones()
	show := func() string { zone, _ := z.Zone("v-1"); return string(zone) }
	z.set("v-1", "shoes", false)
	if got := show(); got != "" {
		t.Errorf("before the announcement: %q", got)
	}
	z.allow("v-1", true)
	if got := show(); got != "shoes" {
		t.Errorf("announced: %q", got)
	}
	z.set("v-1", "", true) // a privacy zone, or none that is sure
	if _, ok := z.Zone("v-1"); ok {
		t.Error("a zone without a name is shown")
	}
	z.set("v-1", "hall", true)
	z.allow("v-1", false)
	if got := show(); got != "" {
		t.Errorf("greeted: %q", got)
	}
	z.drop("v-1")
	z.allow("v-1", true)
	if got := show(); got != "" {
		t.Errorf("gone: %q", got)
	}
}

func TestFromWireKeepsNothingItDoesNotName(t *testing.T) {
	p, consents, err := fromWire(wire.Profile{Customer: "c-1", Form: "Ms. Keller", Preferred: []string{"ana"},
		Purchases: []wire.Purchase{{ID: "p1", At: at, Store: "here", Seller: "ana", Category: "boots", Text: "Boots", Sensitivity: "ordinary"}},
		Consents:  []wire.Consent{{Purpose: "presence", Granted: true, Wall: at.UnixMilli(), Node: "hq"}}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Form != "Ms. Keller" || len(p.Purchases) != 1 || p.Purchases[0].Seller.Ref() != "ana" || len(consents) != 1 || !consents[0].At.Wall.Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("%#v %#v", p, consents)
	}
	for name, bad := range map[string]wire.Profile{
		"customer":  {Customer: "no such thing"},
		"preferred": {Customer: "c-1", Preferred: []string{"a b"}},
		"seller":    {Customer: "c-1", Purchases: []wire.Purchase{{Seller: "a b"}}},
	} {
		if _, _, err := fromWire(bad); err == nil || strings.Contains(err.Error(), "a b") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
