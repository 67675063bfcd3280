package policy_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/policy"
)

func parsed(t *testing.T, data []byte) *policy.Table {
	t.Helper()
	table, err := policy.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestAComparisonCountsCasesAndNobody(t *testing.T) {
	now := parsed(t, fullTable(t))
	next := parsed(t, edited(t, func(r map[string]map[string]any) {
		r["D40"]["disclosure"], r["D40"]["speak"] = "full", "background"
		r["D25"]["disclosure"], r["D25"]["speak"] = "withhold", "-"
	}))
	c := policy.Compare(next)
	base := policy.Facts{Tier: floor.TierStandard, Consent: true, Announced: true, Seller: policy.SellerColleague,
		Sensitivity: policy.SensitivityOrdinary, Age: policy.AgeRecent, Audience: policy.AudienceDefault}
	card := func(relation policy.Relation, channels ...policy.Channel) {
		for _, ch := range channels {
			f := base
			f.Relation, f.Channel = relation, ch
			c.Item(now.Decide(f), f)
		}
		c.Card()
	}
	for range policy.MinSeen {
		card(policy.RelationServed, policy.ChannelHere, policy.ChannelHere, policy.ChannelOnline)
	}
	for range policy.MinSeen - 1 { // one card fewer: not told apart
		card(policy.RelationPreferred, policy.ChannelOnline)
	}
	card(policy.RelationPreferred, policy.ChannelHere) // alike
	got := c.Findings()
	want := policy.Findings{Cards: 10, CardsChanged: 9, Items: 20, Looser: 10, Stricter: 4, Few: 4, Cases: []policy.Finding{{
		When: "relation=served seller=colleague channel=here sensitivity=ordinary age=recent audience=default",
		Was:  "hint, background", Becomes: "full, background", Rules: "D40 -> D40", Loosens: true, Items: 10}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	card(policy.RelationPreferred, policy.ChannelOnline)
	if got := c.Findings(); len(got.Cases) != 2 || got.Few != 0 || got.Cases[1].Becomes != "withhold" || got.Cases[1].Loosens {
		t.Errorf("after the fifth card: %+v", got)
	}
}

// The floors bind the table that is tried as well: what it would loosen and a
// floor forbids is no change.
func TestAComparisonKnowsTheFloors(t *testing.T) {
	now := parsed(t, fullTable(t))
	next := parsed(t, edited(t, func(r map[string]map[string]any) { r["D40"]["disclosure"], r["D40"]["speak"] = "full", "background" }))
	for name, change := range map[string]func(*policy.Facts){
		"hidden":    func(f *policy.Facts) { f.Hidden = true },
		"untrained": func(f *policy.Facts) { f.Tier = floor.TierUntrained },
		"blocked":   func(f *policy.Facts) { f.Blocked = true },
		"special":   func(f *policy.Facts) { f.Sensitivity = policy.SensitivitySpecial },
	} {
		f := policy.Facts{Tier: floor.TierStandard, Consent: true, Announced: true, Relation: policy.RelationServed, Seller: policy.SellerColleague,
			Channel: policy.ChannelHere, Sensitivity: policy.SensitivityOrdinary, Age: policy.AgeRecent, Audience: policy.AudienceDefault}
		change(&f)
		c := policy.Compare(next)
		c.Item(now.Decide(f), f)
		c.Card()
		if got := c.Findings(); got.Looser != 0 || got.CardsChanged != 0 {
			t.Errorf("%s: %s", name, fmt.Sprintf("%+v", got))
		}
	}
}
