package box

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/policy"
	"foyer/sync/wire"
)

// document gives the store a document of headquarters'.
func (b *store) document(t *testing.T, kind wire.Kind, v any) error {
	t.Helper()
	data, err := wire.Encode(kind, v)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range b.documents(t.Context()) {
		if h.kind == kind {
			apply, err := h.check(data)
			if err != nil {
				return err
			}
			return apply()
		}
	}
	t.Fatalf("nobody handles %s", kind)
	return nil
}

func discretion(t *testing.T, change func(rule map[string]any)) []byte {
	t.Helper()
	data, err := os.ReadFile("../policy/testdata/discretion-table.json")
	var table map[string]any
	if err == nil {
		err = json.Unmarshal(data, &table)
	}
	if err != nil {
		t.Fatal(err)
	}
	table["version"] = "draft-2"
	for _, r := range table["rules"].([]any) {
		change(r.(map[string]any))
	}
	if data, err = json.Marshal(table); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestATrialIsProvedAndReported(t *testing.T) {
	b, _ := lined(t)
	if err := b.document(t, wire.DownPolicy, discretion(t, func(map[string]any) {})); err != nil {
		t.Fatal(err)
	}
	withheld := func(ids ...string) []byte {
		return discretion(t, func(r map[string]any) {
			if slices.Contains(ids, r["id"].(string)) {
				r["disclosure"], r["speak"] = "withhold", "-"
			}
		})
	}
	// Monotone it is not: a colleague's sale here is shown, an own one would not be.
	if err := b.document(t, wire.DownShadow, wire.Shadow{Table: withheld("D10")}); err == nil || !strings.Contains(err.Error(), "not monotone in") {
		t.Errorf("a table that cannot be in force is tried: %v", err)
	}
	if _, err := b.shadow(t.Context()); err != errNoTrial {
		t.Errorf("nothing is tried, and: %v", err)
	}
	if err := b.document(t, wire.DownShadow, wire.Shadow{Table: withheld("D22", "D25")}); err != nil {
		t.Fatal(err)
	}
	before := b.link.Status().Backlog
	b.reportTrial(t.Context())
	if n := b.link.Status().Backlog; n != before {
		t.Error("a report of no cards")
	}
	b.sees(t)
	b.reportTrial(t.Context())
	b.reportTrial(t.Context()) // the same is not told twice
	if n := b.link.Status().Backlog; n != before+1 {
		t.Errorf("%d reports, want 1", n-before)
	}
	v, err := b.shadow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report := shadowReport(v.(concierge.Trial))
	if report.Version != "draft-2" || report.Cards != 1 || report.Stricter != 2 || report.Few != 2 || len(report.Cases) != 0 {
		t.Errorf("%+v", report)
	}
	if _, err := wire.Encode(wire.UpShadow, report); err != nil {
		t.Errorf("the contract refuses it: %v", err)
	}
	if err := b.document(t, wire.DownShadow, wire.Shadow{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.shadow(t.Context()); err != errNoTrial {
		t.Errorf("the trial was dropped, and: %v", err)
	}
}

// sees lets ana see the card of one who bought elsewhere.
func (b *store) sees(t *testing.T) {
	t.Helper()
	err := b.tell(t, wire.DownProfile, keller(1, func(p *wire.Profile) {
		p.Visibility, p.Preferred = "ask_each_visit", []string{"ana"}
		for i := range 2 {
			p.Purchases = append(p.Purchases, wire.Purchase{ID: fmt.Sprint("p", i), At: time.Now().AddDate(0, -3, 0), Store: "there", Category: "bags", Text: "BAG", Sensitivity: "ordinary"})
		}
		p.Consents = append(p.Consents, wire.Consent{Purpose: "history_other_stores", Granted: true, Wall: at.UnixMilli(), Node: "hq"})
	}))
	if err != nil {
		t.Fatal(err)
	}
	ana, _ := floor.ParseAssociate("ana")
	v := floor.Visit{ID: floor.NewVisitID(), Phone: floor.NewPhone(), State: floor.Present, Began: at, At: at}
	err = b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		d.SetRoster([]floor.Associate{{ID: ana, Name: "Ana", Role: floor.RoleAssociate, Tier: floor.TierStandard}}, now)
		d.SetShifts([]floor.Shift{{Associate: ana, From: now.Add(-time.Hour), To: now.Add(time.Hour)}})
		if err := d.SignOn(ana, now); err != nil {
			t.Error(err)
		}
		d.Live(ana, true, now)
		b.flow.arrive(concierge.Bound{Phone: v.Phone, Customer: customerOf(t, "c-1")})
		d.Greet(v, now)
		if err := d.Announce(customerOf(t, "c-1"), concierge.ApproachMe, now); err != nil {
			t.Error(err)
		}
		if _, err := d.Card(ana, v.ID, now); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A report fits into a message, however many cases were met.
func TestALongReportIsCut(t *testing.T) {
	var tr concierge.Trial
	tr.Since = at
	for range 1620 {
		tr.Found.Cases = append(tr.Found.Cases, policy.Finding{Items: 1, Was: "hint, background", Becomes: "withhold", Rules: "D25 -> D26",
			When: "relation=preferred seller=unassisted channel=other_store sensitivity=ordinary age=recent audience=default"})
	}
	r := shadowReport(tr)
	if len(r.Cases) != mostCases || r.Few != 1620-mostCases {
		t.Errorf("%d cases, %d more", len(r.Cases), r.Few)
	}
	if _, err := wire.Encode(wire.UpShadow, r); err != nil {
		t.Error(err)
	}
}
