package policy_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/policy"
)

var update = flag.Bool("update", false, "write testdata/golden-1620.txt from the rules by the evaluator in this test")

// fullTable reads headquarters' table as the tests hold it.
func fullTable(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/discretion-table.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// bruteForce answers every case from the rules' text alone: it shares no code
// with the package, and no rule but "exactly one row matches".
func bruteForce(t *testing.T, data []byte) string {
	t.Helper()
	var table struct {
		Rules []struct {
			ID, Disclosure, Speak string
			When                  map[string][]string
		}
	}
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	walk(func(c map[string]string) {
		var hits []string
		for _, r := range table.Rules {
			match := true
			for dim, values := range r.When {
				match = match && slices.Contains(values, c[dim])
			}
			if match {
				hits = append(hits, fmt.Sprintf("%s %s %s", r.Disclosure, r.Speak, r.ID))
			}
		}
		if len(hits) != 1 {
			t.Fatalf("case %v: %d rows match: %v", c, len(hits), hits)
		}
		fmt.Fprintf(&b, "%s: %s\n", words(c), hits[0])
	})
	return b.String()
}

func walk(visit func(map[string]string)) {
	for _, relation := range []string{"preferred", "served", "substitute", "manager", "none"} {
		for _, seller := range []string{"self", "colleague", "unassisted"} {
			for _, channel := range []string{"here", "other_store", "online"} {
				for _, sensitivity := range []string{"ordinary", "personal", "gift", "special"} {
					for _, age := range []string{"fresh", "recent", "old"} {
						for _, audience := range []string{"closed", "default", "open"} {
							visit(map[string]string{"relation": relation, "seller": seller, "channel": channel,
								"sensitivity": sensitivity, "age": age, "audience": audience})
						}
					}
				}
			}
		}
	}
}

func words(c map[string]string) string {
	return strings.Join([]string{c["relation"], c["seller"], c["channel"], c["sensitivity"], c["age"], c["audience"]}, " ")
}

// factsOf reads a case through the enums' own text.
func factsOf(t *testing.T, c map[string]string) policy.Facts {
	t.Helper()
	f := policy.Facts{Tier: floor.TierStandard, Consent: true, Announced: true}
	for _, err := range []error{
		f.Relation.UnmarshalText([]byte(c["relation"])), f.Seller.UnmarshalText([]byte(c["seller"])),
		f.Channel.UnmarshalText([]byte(c["channel"])), f.Sensitivity.UnmarshalText([]byte(c["sensitivity"])),
		f.Age.UnmarshalText([]byte(c["age"])), f.Audience.UnmarshalText([]byte(c["audience"])),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestEveryCaseOfTheFullTable(t *testing.T) {
	data := fullTable(t)
	const golden = "testdata/golden-1620.txt"
	want := bruteForce(t, data)
	if *update {
		if err := os.WriteFile(golden, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(file), want); d != "" {
		t.Errorf("the committed answers are not those of the rules:\n%s", d)
	}
	table, err := policy.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	counts := map[policy.Disclosure]int{}
	walk(func(c map[string]string) {
		d := table.Decide(factsOf(t, c))
		counts[d.Disclosure]++
		fmt.Fprintf(&got, "%s: %s %s %s\n", words(c), d.Disclosure, d.Speak, d.Rule)
	})
	if d := cmp.Diff(string(file), got.String()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[policy.Disclosure]int{policy.Withhold: 1372, policy.AsHint: 56, policy.Full: 192}, counts); d != "" {
		t.Error(d)
	}
}

// The hard cases of the story this product comes from.
func TestHardCases(t *testing.T) {
	table, err := policy.Parse(fullTable(t))
	if err != nil {
		t.Fatal(err)
	}
	base := policy.Facts{
		Tier: floor.TierStandard, Consent: true, Announced: true, Relation: policy.RelationPreferred,
		Seller: policy.SellerUnassisted, Channel: policy.ChannelOnline, Sensitivity: policy.SensitivityOrdinary,
		Age: policy.AgeFresh, Audience: policy.AudienceDefault,
	}
	with := func(change func(*policy.Facts)) policy.Facts { f := base; change(&f); return f }
	for _, tt := range []struct {
		name  string
		facts policy.Facts
		want  string
	}{
		{"the online handbag bought on Tuesday", base, "withhold - D26"},
		{"the same in three weeks", with(func(f *policy.Facts) { f.Age = policy.AgeRecent }), "hint background D25"},
		{"the same and a substitute", with(func(f *policy.Facts) {
			f.Age, f.Relation, f.Audience = policy.AgeRecent, policy.RelationSubstitute, policy.AudienceOpen
		}), "withhold - D63"},
		{"bought here from a colleague", with(func(f *policy.Facts) {
			f.Seller, f.Channel = policy.SellerColleague, policy.ChannelHere
		}), "full background D20"},
		{"the same and a substitute", with(func(f *policy.Facts) {
			f.Seller, f.Channel, f.Relation = policy.SellerColleague, policy.ChannelHere, policy.RelationSubstitute
		}), "withhold - D62"},
		{"sold it herself", with(func(f *policy.Facts) {
			f.Seller, f.Channel = policy.SellerSelf, policy.ChannelHere
		}), "full may_mention D10"},
	} {
		d := table.Decide(tt.facts)
		if got := fmt.Sprintf("%s %s %s", d.Disclosure, d.Speak, d.Rule); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	table, err := policy.Parse(fullTable(b))
	if err != nil {
		b.Fatal(err)
	}
	f := policy.Facts{
		Tier: floor.TierStandard, Consent: true, Announced: true, Relation: policy.RelationSubstitute,
		Seller: policy.SellerColleague, Channel: policy.ChannelHere, Sensitivity: policy.SensitivityOrdinary,
		Age: policy.AgeRecent, Audience: policy.AudienceOpen,
	}
	b.ReportAllocs()
	for b.Loop() {
		f.Age ^= 3 // recent and old in turn
		if table.Decide(f).Disclosure != policy.AsHint {
			b.Fatal("want a hint")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	data := fullTable(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}
