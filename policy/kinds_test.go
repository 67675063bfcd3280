package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/policy"
)

// The table of facts, written out by hand from the specification: the kind
// with its parameters, then preferred, served, substitute, manager, none.
const factTable = `
address                        full/may_mention  full/may_mention  full/may_mention  full/background   withhold/-
in_store                       full/background   full/background   full/background   withhold/-        withhold/-
in_store unattended            full/background   full/background   full/background   full/background   withhold/-
zone                           full/background   full/background   full/background   withhold/-        withhold/-
zone unattended                full/background   full/background   full/background   full/background   withhold/-
zone greeted                   withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
photo                          full/background   full/background   full/background   withhold/-        withhold/-
photo greeted                  withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
stated_for_all                 full/may_mention  full/may_mention  full/may_mention  withhold/-        withhold/-
stated_for_mine                full/may_mention  hint/background   withhold/-        withhold/-        withhold/-
stated_size                    full/may_mention  full/background   full/ask_first    withhold/-        withhold/-
derived_size                   hint/background   hint/ask_first    withhold/-        withhold/-        withhold/-
service_wish                   full/background   full/background   full/background   full/background   withhold/-
service_item                   full/may_mention  full/may_mention  full/may_mention  full/background   withhold/-
wishlist open                  full/background   hint/background   withhold/-        withhold/-        withhold/-
wishlist default               hint/background   withhold/-        withhold/-        withhold/-        withhold/-
wishlist closed                withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
wishlist open special          withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
wishlist open gift             withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
occasion open                  full/ask_first    withhold/-        withhold/-        withhold/-        withhold/-
occasion default               withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
visits own                     full/background   full/background   withhold/-        withhold/-        withhold/-
visits                         withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
associates own                 full/may_mention  full/may_mention  full/may_mention  full/may_mention  withhold/-
associates                     full/may_mention  full/may_mention  withhold/-        full/may_mention  withhold/-
browsing                       withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
spend                          withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
contact                        withhold/-        withhold/-        withhold/-        withhold/-        withhold/-
`

// The table of notes: kind/visibility, then author, other preferred, served,
// substitute, manager.
const noteTable = `
preference/mine                full/background   withhold/-        withhold/-        withhold/-        withhold/-
preference/preferred           full/background   full/ask_first    withhold/-        withhold/-        withhold/-
preference/service             full/background   withhold/-        withhold/-        withhold/-        withhold/-
personal_detail/mine           full/ask_first    withhold/-        withhold/-        withhold/-        withhold/-
personal_detail/preferred      full/ask_first    withhold/-        withhold/-        withhold/-        withhold/-
personal_detail/service        full/ask_first    withhold/-        withhold/-        withhold/-        withhold/-
personal_detail/opened         full/ask_first    full/ask_first    withhold/-        withhold/-        withhold/-
handling/service               full/background   full/background   full/background   full/background   full/background
handling/preferred             full/background   full/background   withhold/-        withhold/-        withhold/-
handling/mine                  full/background   withhold/-        withhold/-        withhold/-        withhold/-
handoff/mine                   full/background   full/background   full/background   full/background   full/background
handoff/service                full/background   full/background   full/background   full/background   full/background
`

func columns() []policy.Relation {
	return []policy.Relation{policy.RelationPreferred, policy.RelationServed, policy.RelationSubstitute,
		policy.RelationManager, policy.RelationNone}
}

func line(head string, cells []policy.Decision) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-31s", head)
	for _, d := range cells {
		fmt.Fprintf(&b, "%-18s", d.Disclosure.String()+"/"+d.Speak.String())
	}
	return strings.TrimRight(b.String(), " ")
}

func factKind(t *testing.T, word string) policy.Fact {
	for k := policy.Fact(0); k.String() != "invalid"; k++ {
		if k.String() == word {
			return k
		}
	}
	t.Fatalf("no kind %q", word)
	return 0
}

func TestEveryFact(t *testing.T) {
	seen := map[policy.Fact]bool{}
	for want := range strings.Lines(strings.TrimSpace(factTable)) {
		want = strings.TrimSpace(want)
		head := strings.Fields(want[:31])
		k := factKind(t, head[0])
		seen[k] = true
		f := policy.Facts{Tier: floor.TierStandard, Consent: true, Announced: true, Sensitivity: policy.SensitivityOrdinary}
		for _, p := range head[1:] {
			switch p {
			case "unattended":
				f.Unattended = true
			case "greeted":
				f.Greeted = true
			case "own":
				f.Own = true
			case "special", "gift":
				if err := f.Sensitivity.UnmarshalText([]byte(p)); err != nil {
					t.Fatal(err)
				}
			default:
				if err := f.Audience.UnmarshalText([]byte(p)); err != nil {
					t.Fatal(err)
				}
			}
		}
		var got []policy.Decision
		for _, r := range columns() {
			f.Relation = r
			d := policy.DecideFact(k, f)
			got = append(got, d)
			if d.Disclosure > policy.Withhold && (d.Rule != head[0] || !d.Obligations.Has(policy.Log|policy.Expire|policy.NoLockscreen)) {
				t.Errorf("%s for %s: rule %q, obligations %b", head, r, d.Rule, d.Obligations)
			}
		}
		if d := cmp.Diff(want, line(strings.Join(head, " "), got)); d != "" {
			t.Error(d)
		}
	}
	if len(seen) != 17 {
		t.Errorf("the table has %d kinds, want all 17", len(seen))
	}
}

func noteOf(t *testing.T, head string) (n policy.Note) {
	kind, visibility, _ := strings.Cut(head, "/")
	found := 0
	for k := policy.NotePersonal; k <= policy.NoteHandoff; k++ {
		if k.String() == kind {
			n.Kind, found = k, found+1
		}
	}
	for v := policy.NoteMine; v <= policy.NoteService; v++ {
		if v.String() == visibility {
			n.Visibility, found = v, found+1
		}
	}
	if visibility == "opened" {
		n.Opened, found = true, found+1
	}
	if found != 2 {
		t.Fatalf("no note %q", head)
	}
	return n
}

func TestEveryNote(t *testing.T) {
	for want := range strings.Lines(strings.TrimSpace(noteTable)) {
		want = strings.TrimSpace(want)
		head := strings.Fields(want)[0]
		n := noteOf(t, head)
		f := policy.Facts{Tier: floor.TierStandard, Consent: true, Announced: true}
		var got []policy.Decision
		for _, r := range columns()[:3] { // an author's relation makes no difference
			n.Author, f.Relation = true, r
			got = append(got, policy.DecideNote(n, f))
		}
		if got[0] != got[1] || got[1] != got[2] {
			t.Errorf("%s: its author sees it by relation: %v", head, got)
		}
		got = got[:1]
		n.Author = false
		for _, r := range columns() {
			f.Relation = r
			got = append(got, policy.DecideNote(n, f))
		}
		if d := got[5]; d.Disclosure != policy.Withhold || d.LimitedBy != "F5" {
			t.Errorf("%s without a relation: %+v", head, d)
		}
		if d := cmp.Diff(want, line(head, got[:5])); d != "" {
			t.Error(d)
		}
	}
}

// Floors, tiers and the lease, for everything that is not a purchase.
func TestFloorsOfFactsAndNotes(t *testing.T) {
	good := policy.Facts{
		Relation: policy.RelationPreferred, Tier: floor.TierStandard, Consent: true, Announced: true, Own: true,
		Sensitivity: policy.SensitivityOrdinary, Audience: policy.AudienceOpen,
	}
	untrained := map[string]bool{"stated_for_all": true, "stated_for_mine": true, "stated_size": true,
		"service_wish": true, "service_item": true, "handoff": true}
	for name, decide := range everything() {
		if d := decide(good); d.Disclosure == policy.Withhold {
			t.Fatalf("%s: nothing to close", name)
		}
		for floorID, spoil := range map[string]func(*policy.Facts){
			"F1": func(f *policy.Facts) { f.Announced = false },
			"F3": func(f *policy.Facts) { f.Hidden = true },
			"F4": func(f *policy.Facts) { f.Blocked = true },
			"F5": func(f *policy.Facts) { f.Relation = policy.RelationNone },
		} {
			f := good
			spoil(&f)
			if d := decide(f); d.Disclosure != policy.Withhold || d.LimitedBy != floorID {
				t.Errorf("%s: %s does not hold: %+v", name, floorID, d)
			}
		}
		f := good
		f.Tier = floor.TierUntrained
		if d := decide(f); (d.Disclosure > policy.Withhold) != untrained[name] || d.Speak > policy.AskFirst {
			t.Errorf("%s, untrained: %s, %s", name, d.Disclosure, d.Speak)
		}
		before := policy.Withhold
		for _, tier := range []floor.Tier{"", floor.TierUntrained, floor.TierRestricted, floor.TierStandard} {
			f.Tier = tier
			d := decide(f)
			if d.Disclosure < before {
				t.Errorf("%s: tier %q sees less than the one below", name, tier)
			}
			before = d.Disclosure
		}
		f.Stale = true
		if d := decide(f); d.Disclosure > before {
			t.Errorf("%s: more without a lease", name)
		}
	}
	f := good
	f.Tier = floor.TierRestricted
	if d := policy.DecideFact(policy.FactPhoto, f); d.Disclosure != policy.Withhold {
		t.Errorf("restricted: a photo has no hint, but it is %s", d.Disclosure)
	}
	if d := policy.DecideFact(policy.FactWishlist, f); d.Disclosure != policy.AsHint || d.Speak != policy.AskFirst {
		t.Errorf("restricted: the wishlist is %s, %s", d.Disclosure, d.Speak)
	}
}

// everything lists facts and notes that a preferred associate sees.
func everything() map[string]func(policy.Facts) policy.Decision {
	out := map[string]func(policy.Facts) policy.Decision{}
	for k := policy.FactAddress; k.String() != "invalid"; k++ {
		out[k.String()] = func(f policy.Facts) policy.Decision { return policy.DecideFact(k, f) }
	}
	for k := policy.NotePersonal; k <= policy.NoteHandoff; k++ {
		n := policy.Note{Kind: k, Visibility: policy.NoteService, Author: true}
		out[k.String()] = func(f policy.Facts) policy.Decision { return policy.DecideNote(n, f) }
	}
	return out
}

// A farther relation never sees more of anything but notes of its own.
func TestFactsAreMonotone(t *testing.T) {
	for k := policy.Fact(0); k.String() != "invalid"; k++ {
		for mask := range 8 {
			f := policy.Facts{Tier: floor.TierStandard, Consent: true, Announced: true, Sensitivity: policy.SensitivityOrdinary}
			f.Own, f.Greeted, f.Unattended = mask&1 > 0, mask&2 > 0, mask&4 > 0
			for a := policy.AudienceClosed; a <= policy.AudienceOpen; a++ {
				for r := policy.RelationSubstitute; r <= policy.RelationPreferred; r++ {
					closer, farther := f, f
					closer.Relation, farther.Relation = r, r-1
					closer.Audience, farther.Audience = a, a
					x, y := policy.DecideFact(k, closer), policy.DecideFact(k, farther)
					if y.Disclosure > x.Disclosure {
						t.Errorf("%s: %s sees more than %s: %+v", k, r-1, r, f)
					}
					if a > policy.AudienceClosed {
						closer.Audience = a - 1
						if policy.DecideFact(k, closer).Disclosure > x.Disclosure {
							t.Errorf("%s: %s sees more than %s", k, a-1, a)
						}
					}
				}
			}
		}
	}
}
