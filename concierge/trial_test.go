package concierge_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"foyer/concierge"
	"foyer/floor"
	"foyer/policy"
	"foyer/routing"
)

// opened is headquarters' table, but what other stores and the web give as a
// hint by default is given in full.
func opened(t *testing.T) *policy.Table {
	t.Helper()
	data, err := os.ReadFile("../policy/testdata/discretion-table.json")
	must(t, err)
	var table map[string]any
	must(t, json.Unmarshal(data, &table))
	table["version"] = "opened"
	for _, r := range table["rules"].([]any) {
		if rule := r.(map[string]any); rule["id"] == "D25" || rule["id"] == "D22" {
			rule["disclosure"] = "full"
		}
	}
	data, err = json.Marshal(table)
	must(t, err)
	next, err := policy.Parse(data)
	must(t, err)
	return next
}

// comes and is served by ana, who sees her card.
func (h *house) served(ref string) (floor.Visit, concierge.CardView) {
	h.t.Helper()
	c := h.customer(ref, shopper)
	v := h.comes(c)
	must(h.t, h.desk.SetStatus(associate("ana"), routing.Available, h.now)) // the last one is wrapped up
	must(h.t, h.desk.Help(c, h.now))
	card, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(h.t, err)
	return v, card.View()
}

func TestATrialChangesNothingThatAnybodySees(t *testing.T) {
	plain, tried := newHouse(t, fullTable(t)), newHouse(t, fullTable(t))
	tried.desk.Try(opened(t), tried.now)
	for i := range policy.MinSeen {
		ref := fmt.Sprintf("c-%d", i)
		v, a := plain.served(ref)
		w, b := tried.served(ref)
		a.Visit, b.Visit, a.Access, b.Access = "", "", "", ""
		if text(a) != text(b) {
			t.Fatalf("the card differs while a table is tried:\n%s\n%s", text(a), text(b))
		}
		tried.desk.SetStale(true, tried.now) // decided anew: the same card, counted once
		tried.desk.SetStale(false, tried.now)
		_, err := tried.desk.Card(associate("ana"), w.ID, tried.now)
		must(t, err)
		must(t, plain.desk.WrapUp(associate("ana"), v.ID, concierge.WrapUp{}, plain.now))
		must(t, tried.desk.WrapUp(associate("ana"), w.ID, concierge.WrapUp{}, tried.now))
	}
	if _, on := plain.desk.Trial(); on {
		t.Error("a trial nobody asked for")
	}
	got, _ := tried.desk.Trial()
	if got.Version != "opened" || !got.Since.Equal(start) || got.Found.Cards != policy.MinSeen || got.Found.CardsChanged != policy.MinSeen {
		t.Fatalf("%+v", got)
	}
	// Each of them bought two cooled-off bags online, and a coat elsewhere.
	if f := got.Found; f.Looser != 3*policy.MinSeen || f.Stricter != 0 || len(f.Cases) != 2 || f.Cases[0].Items != 2*policy.MinSeen ||
		!strings.Contains(f.Cases[0].When, "channel=online") || f.Cases[0].Rules != "D25 -> D25" {
		t.Errorf("%+v", f)
	}
	report, err := json.Marshal(got)
	must(t, err)
	for _, never := range []string{"c-0", "Keller", "BAG", "COAT", "v-", "ana"} {
		if strings.Contains(string(report), never) {
			t.Errorf("%q is in %s", never, report)
		}
	}
	tried.desk.SetPolicy(fullTable(t), tried.now)
	if got, _ := tried.desk.Trial(); got.Found.Cards != 0 {
		t.Error("a trial against another table goes on counting")
	}
	tried.desk.Try(nil, tried.now)
	if _, on := tried.desk.Trial(); on {
		t.Error("the trial does not end")
	}
}

// A case met on fewer cards than that could be one customer's.
func TestATrialOfOneCustomerTellsNoCase(t *testing.T) {
	h := newHouse(t, fullTable(t))
	h.desk.Try(opened(t), h.now)
	h.served("c-1")
	if got, _ := h.desk.Trial(); len(got.Found.Cases) != 0 || got.Found.Few != 3 {
		t.Errorf("%+v", got.Found)
	}
}
