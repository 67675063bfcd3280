package policy

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"foyer/floor"
)

// hostile is a table that gives everything in full to everybody. It cannot be
// proved, so it reaches Decide only here.
func hostile(t *testing.T) *Table {
	t.Helper()
	data := strings.NewReplacer(`"withhold"`, `"full"`, `"-"`, `"may_mention"`).Replace(string(strictJSON))
	if _, err := Parse([]byte(data)); err == nil {
		t.Fatal("an always-full table was proved")
	}
	table, err := read([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// everyCase calls visit with all cases, seen by a trained associate with
// consent on an announced visit.
func everyCase(visit func(f Facts)) {
	for i := range cases {
		p := pointAt(i)
		visit(Facts{Tier: floor.TierStandard, Consent: true, Announced: true}.at(p))
	}
}

// TestFloorsHoldAgainstAHostileTable fails in a build with a loosened floor:
//
//	! go test -tags foyer_loose -run TestFloorsHold ./policy
func TestFloorsHoldAgainstAHostileTable(t *testing.T) {
	table := hostile(t)
	all := func(Facts) bool { return true }
	for _, tt := range []struct {
		floor string
		set   func(*Facts)
		when  func(Facts) bool
	}{
		{"F1", func(f *Facts) { f.Consent = false }, all},
		{"F1", func(f *Facts) { f.Announced = false }, all},
		{"F2", func(f *Facts) {}, func(f Facts) bool {
			return f.Sensitivity == SensitivitySpecial && f.Relation != RelationNone
		}},
		{"F3", func(f *Facts) { f.Hidden = true }, func(f Facts) bool {
			return f.Relation != RelationNone && f.Sensitivity != SensitivitySpecial
		}},
		{"F4", func(f *Facts) { f.Blocked = true }, all},
		{"F5", func(f *Facts) {}, func(f Facts) bool { return f.Relation == RelationNone }},
		{"F10", func(f *Facts) { f.Tier = floor.TierUntrained }, func(f Facts) bool {
			return f.Relation != RelationNone && f.Sensitivity != SensitivitySpecial
		}},
		{"F10", func(f *Facts) { f.Tier = "boss" }, func(f Facts) bool {
			return f.Relation != RelationNone && f.Sensitivity != SensitivitySpecial
		}},
	} {
		n := 0
		everyCase(func(f Facts) {
			if !tt.when(f) {
				return
			}
			n++
			tt.set(&f)
			d := table.Decide(f)
			if d.Disclosure != Withhold || d.Speak != Silent || d.LimitedBy != tt.floor {
				t.Fatalf("%s: %+v: %s, %s limited by %q", tt.floor, f, d.Disclosure, d.Speak, d.LimitedBy)
			}
			if _, ok := table.Reveal(f); ok {
				t.Fatalf("%s: %+v can be revealed", tt.floor, f)
			}
		})
		if n == 0 {
			t.Errorf("%s: no case", tt.floor)
		}
	}
}

func TestFloorF6(t *testing.T) {
	table := hostile(t)
	gifts := 0
	everyCase(func(f Facts) {
		for _, tier := range []floor.Tier{floor.TierStandard, floor.TierRestricted} {
			f.Tier = tier
			d := table.Decide(f)
			if f.Sensitivity == SensitivityGift && d.Disclosure == AsHint {
				t.Fatalf("%+v: a gift feeds a hint", f)
			}
			if !d.Redact.Has(RedactRecipient | RedactOrderNumber | RedactPayment | RedactAddress) {
				t.Fatalf("%+v: redacts only %b", f, d.Redact)
			}
			if price := d.Redact.Has(RedactPrice); !price && (f.Seller != SellerSelf || d.Disclosure != Full) {
				t.Fatalf("%+v: shows a price", f)
			}
			if f.Sensitivity == SensitivityGift && d.Disclosure == Full {
				gifts++
			}
		}
	})
	if gifts == 0 {
		t.Error("the hostile table gives no gift: the test tests nothing")
	}
}

func TestFloorF7AndF8(t *testing.T) {
	everyCase(func(f Facts) {
		f.Own, f.Unattended = true, true
		for _, k := range []Fact{FactSpend, FactContact, FactBrowsing, facts, 200} {
			if d := DecideFact(k, f); d.Disclosure != Withhold || d.LimitedBy == "" {
				t.Fatalf("%s: %+v: %s", k, f, d.Disclosure)
			}
		}
		if d := DecideFact(FactPhoto, f); d.Disclosure != Withhold && !d.Obligations.Has(UntilGreeted) {
			t.Fatalf("%+v: a photo stays", f)
		}
		f.Greeted = true
		if d := DecideFact(FactPhoto, f); d.Disclosure != Withhold {
			t.Fatalf("%+v: a photo after the greeting", f)
		}
	})
}

func TestFloorF9(t *testing.T) {
	var none *Table
	for _, table := range []*Table{none, Strict()} {
		everyCase(func(f Facts) {
			d := table.Decide(f)
			if d.Disclosure != Withhold || d.Rule != "F9" {
				t.Fatalf("%+v: %s by %s without a table", f, d.Disclosure, d.Rule)
			}
		})
		if table.Hints(nil) != nil {
			t.Error("hints of nothing")
		}
	}
	if Strict().Version() != "strict" {
		t.Error("the strict table does not say so")
	}
	f := Facts{Relation: RelationPreferred, Tier: floor.TierStandard, Consent: true, Announced: true}
	if d := DecideFact(FactStatedForAll, f); d.Disclosure != Full {
		t.Errorf("without a table a stated preference is %s", d.Disclosure)
	}
}

func TestFloorF10Restricted(t *testing.T) {
	table := hostile(t)
	hints := 0
	everyCase(func(f Facts) {
		f.Tier = floor.TierRestricted
		d := table.Decide(f)
		if d.Disclosure > AsHint || d.Speak > AskFirst {
			t.Fatalf("%+v: %s, %s", f, d.Disclosure, d.Speak)
		}
		if d.Disclosure == AsHint {
			hints++
			if f.Age == AgeFresh || !d.Obligations.Has(Aggregate|Log|Expire|NoLockscreen) {
				t.Fatalf("%+v: a hint that is none: %b", f, d.Obligations)
			}
		}
		if _, ok := table.Reveal(f); ok {
			t.Fatalf("%+v: restricted, but may reveal", f)
		}
	})
	if hints == 0 {
		t.Error("nothing left to test")
	}
}

// What is no value of its enum withholds.
func TestNonsenseWithholds(t *testing.T) {
	table := hostile(t)
	good := Facts{
		Tier: floor.TierStandard, Consent: true, Announced: true, Relation: RelationPreferred, Seller: SellerSelf,
		Channel: ChannelHere, Sensitivity: SensitivityOrdinary, Age: AgeRecent, Audience: AudienceOpen,
	}
	if table.Decide(good).Disclosure != Full {
		t.Fatal("the case itself withholds")
	}
	for _, spoil := range []func(*Facts){
		func(f *Facts) { f.Relation = 5 }, func(f *Facts) { f.Seller = 3 }, func(f *Facts) { f.Channel = 9 },
		func(f *Facts) { f.Sensitivity = 4 }, func(f *Facts) { f.Age = 3 }, func(f *Facts) { f.Audience = 255 },
		func(f *Facts) { *f = Facts{} },
	} {
		f := good
		spoil(&f)
		if d := table.Decide(f); d.Disclosure != Withhold {
			t.Errorf("%+v: %s", f, d.Disclosure)
		}
		if _, ok := table.Reveal(f); ok {
			t.Errorf("%+v can be revealed", f)
		}
		_ = table.Explain(f)
	}
}

// tightenings are the ways to make a case stricter apart from the table's own
// dimensions; under these not more may be said either.
func tightenings() map[string]func(Facts) []Facts {
	set := func(change func(*Facts)) func(Facts) []Facts {
		return func(f Facts) []Facts { change(&f); return []Facts{f} }
	}
	return map[string]func(Facts) []Facts{
		"consent":   set(func(f *Facts) { f.Consent = false }),
		"announced": set(func(f *Facts) { f.Announced = false }),
		"blocked":   set(func(f *Facts) { f.Blocked = true }),
		"hidden":    set(func(f *Facts) { f.Hidden = true }),
		"stale":     set(func(f *Facts) { f.Stale = true }),
		"tier": func(f Facts) []Facts {
			a, b := f, f
			a.Tier, b.Tier = floor.TierRestricted, floor.TierUntrained
			if f.Tier == floor.TierUntrained {
				return []Facts{b}
			}
			return []Facts{a, b}
		},
	}
}

func TestTighteningNeverDisclosesMore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := randomTable(rt, rapid.Uint64().Draw(rt, "table"))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "facts"), 1))
		for range 500 {
			f := randomFacts(r)
			d := table.Decide(f)
			if w := table.work(&f); w != d {
				rt.Fatalf("%+v: precomputed %+v, worked out %+v", f, d, w)
			}
			for name, tighten := range tightenings() {
				for _, g := range tighten(f) {
					e := table.Decide(g)
					if e.Disclosure > d.Disclosure || e.Speak > d.Speak || e.Redact&d.Redact != d.Redact {
						rt.Fatalf("tighter %s: %+v %+v\nbefore: %+v %+v", name, g, e, f, d)
					}
				}
			}
			for dim := range dimensions {
				next, n := f.point().stricter(dim)
				for _, q := range next[:n] {
					e := table.Decide(f.at(q))
					if e.Disclosure > d.Disclosure || e.Redact&d.Redact != d.Redact {
						rt.Fatalf("tighter %s: %s %+v\nbefore: %+v %+v", domain()[dim].name, q, e, f, d)
					}
				}
			}
			revealed, ok := table.Reveal(f)
			if ok && (revealed.Disclosure != d.Disclosure+1 || revealed.Speak != AskFirst || f.Sensitivity <= SensitivityGift) {
				rt.Fatalf("reveal of %+v: %+v from %+v", f, revealed, d)
			}
		}
	})
}

func randomFacts(r *rand.Rand) Facts {
	tiers := []floor.Tier{floor.TierStandard, floor.TierStandard, floor.TierRestricted, floor.TierUntrained}
	often := func() bool { return r.IntN(8) > 0 }
	return Facts{
		Tier: tiers[r.IntN(len(tiers))], Consent: often(), Announced: often(),
		Blocked: !often(), Hidden: !often(), Stale: !often(),
		Own: often(), Greeted: !often(), Unattended: !often(),
	}.at(pointAt(r.IntN(cases)))
}
