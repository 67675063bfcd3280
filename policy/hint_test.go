package policy_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/policy"
)

func online(category, style, colour string, age policy.Age) policy.HintInput {
	return policy.HintInput{Category: category, Style: style, Colour: colour, Facts: policy.Facts{
		Relation: policy.RelationPreferred, Tier: floor.TierStandard, Consent: true, Announced: true,
		Seller: policy.SellerUnassisted, Channel: policy.ChannelOnline, Sensitivity: policy.SensitivityOrdinary,
		Age: age, Audience: policy.AudienceDefault,
	}}
}

func TestHints(t *testing.T) {
	table, err := policy.Parse(fullTable(t))
	if err != nil {
		t.Fatal(err)
	}
	const recent, old, fresh = policy.AgeRecent, policy.AgeOld, policy.AgeFresh
	hidden := online("watches", "", "", old)
	hidden.Facts.Hidden = true
	gift := online("watches", "", "", old)
	gift.Facts.Sensitivity = policy.SensitivityGift
	full := online("shoes", "", "black", old)
	full.Facts.Channel, full.Facts.Seller = policy.ChannelHere, policy.SellerColleague
	fit := online("bras", "", "", old)
	fit.Facts.Channel, fit.Facts.Sensitivity = policy.ChannelHere, policy.SensitivityPersonal
	background := policy.G05 | policy.G08
	for _, tt := range []struct {
		name string
		in   []policy.HintInput
		want []policy.Hint
	}{
		{"one is no aggregate", []policy.HintInput{online("handbags", "structured", "black", recent)}, nil},
		{"a fresh one does not count", []policy.HintInput{
			online("handbags", "structured", "", recent), online("handbags", "structured", "", fresh)}, nil},
		{"two", []policy.HintInput{online("handbags", "structured", "black", recent), online("handbags", "structured", "red", old)},
			[]policy.Hint{{Category: "handbags", Style: "structured", Speak: policy.Background, Advice: background}}},
		{"style and colour only together", []policy.HintInput{
			online("handbags", "structured", "black", recent), online("handbags", "soft", "black", old), online("handbags", "structured", "red", old)},
			[]policy.Hint{{Category: "handbags", Style: "structured", Speak: policy.Background, Advice: background}}},
		{"nothing in common", []policy.HintInput{online("handbags", "structured", "black", recent), online("handbags", "soft", "red", old)},
			[]policy.Hint{{Category: "handbags", Speak: policy.Background, Advice: background}}},
		{"hidden and gifts do not count", []policy.HintInput{online("watches", "", "", old), hidden, gift}, nil},
		{"what is shown in full does not count", []policy.HintInput{online("shoes", "", "black", old), full}, nil},
		{"personal is asked first", []policy.HintInput{fit, fit},
			[]policy.Hint{{Category: "bras", Speak: policy.AskFirst, Advice: policy.G05 | policy.G06 | policy.G10}}},
		{"three at most, the most frequent", []policy.HintInput{
			online("a", "", "", old), online("a", "", "", old), online("b", "", "", old), online("b", "", "", old),
			online("c", "", "", old), online("c", "", "", old), online("d", "", "", old), online("d", "", "", old), online("d", "", "", old)},
			[]policy.Hint{{Category: "d", Speak: policy.Background, Advice: background},
				{Category: "a", Speak: policy.Background, Advice: background},
				{Category: "b", Speak: policy.Background, Advice: background}}},
		{"a category without a name", []policy.HintInput{online("", "", "", old), online("", "", "", old)}, nil},
	} {
		for range 20 { // the same in any order
			rand.Shuffle(len(tt.in), func(i, j int) { tt.in[i], tt.in[j] = tt.in[j], tt.in[i] })
			if d := cmp.Diff(tt.want, table.Hints(tt.in)); d != "" {
				t.Fatalf("%s: %s", tt.name, d)
			}
		}
	}
}

// What a purchase that is no hint says changes no hint.
func TestHintsIgnoreTheRest(t *testing.T) {
	table, err := policy.Parse(fullTable(t))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	hints := 0
	for range 300 {
		var all, counting []policy.HintInput
		relation := policy.Relation(r.IntN(5))
		for range 30 {
			p := online(pick("handbags", "shoes", "scarves", "watches"), pick("", "structured", "soft"), pick("", "red", "black"), policy.Age(r.IntN(3)))
			p.Facts.Relation, p.Facts.Channel = relation, policy.Channel(r.IntN(3))
			p.Facts.Sensitivity, p.Facts.Seller = policy.Sensitivity(r.IntN(4)), policy.Seller(r.IntN(3))
			p.Facts.Audience, p.Facts.Hidden = policy.Audience(r.IntN(3)), r.IntN(4) == 0
			all = append(all, p)
			if !p.Facts.Hidden && p.Facts.Age != policy.AgeFresh && p.Facts.Sensitivity >= policy.SensitivityPersonal &&
				table.Decide(p.Facts).Disclosure == policy.AsHint {
				counting = append(counting, p)
			}
		}
		got := table.Hints(all)
		hints += len(got)
		if d := cmp.Diff(table.Hints(counting), got); d != "" {
			t.Fatal(d)
		}
		if len(got) > policy.MaxHints {
			t.Fatalf("%d hints", len(got))
		}
		for _, h := range got {
			if h.Speak > policy.Background || h.Speak == policy.Silent || !h.Advice.Has(policy.G05) {
				t.Fatalf("%+v", h)
			}
		}
	}
	if hints == 0 {
		t.Error("no hint in 300 profiles")
	}
}

func TestAges(t *testing.T) {
	bought := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for _, tt := range []struct {
		after time.Duration
		want  policy.Age
	}{
		{-day, policy.AgeFresh}, {0, policy.AgeFresh}, {14*day - 1, policy.AgeFresh}, {14 * day, policy.AgeRecent},
		{729 * day, policy.AgeRecent}, {731*day - 1, policy.AgeRecent}, {731 * day, policy.AgeOld},
	} {
		if got := policy.AgesAt(bought.Add(tt.after), 14*day).Of(bought); got != tt.want {
			t.Errorf("after %s: %s, want %s", tt.after, got, tt.want)
		}
	}
}

func TestGuidance(t *testing.T) {
	got := policy.Advise(policy.Situation{Relation: policy.RelationSubstitute, CoverAbsent: true, CoverBusy: true, TooMuch: true})
	var ids []string
	for _, g := range got.Guidance(policy.Blanks{Name: "Ana", Day: "Thursday"}) {
		ids = append(ids, g.ID)
		if g.ID == "G03" && g.Text != "Ana is in again on Thursday. Offer to book with Ana before you offer a product." {
			t.Errorf("G03 reads %q", g.Text)
		}
	}
	if d := cmp.Diff([]string{"G01", "G02", "G03", "G12"}, ids); d != "" {
		t.Error(d)
	}
	if got := policy.G04.Guidance(policy.Blanks{Name: "Ana"}); got != nil {
		t.Errorf("half a line: %v", got)
	}
	all := policy.Lines(1<<12 - 1).Guidance(policy.Blanks{Name: "Ana", Day: "Monday", Time: "15:10"})
	if len(all) != 12 || all[3].Text != "Ana is with a client until about 15:10. Offer: wait, you, or an appointment." {
		t.Errorf("%d lines, G04 %q", len(all), all[3].Text)
	}
	preferred := policy.Advise(policy.Situation{Relation: policy.RelationPreferred, CoverAbsent: true, Browsing: true, InCompany: true, FirstVisit: true})
	if want := policy.G01 | policy.G07 | policy.G09 | policy.G11; preferred != want {
		t.Errorf("%b, want %b", preferred, want)
	}
}

func TestExplain(t *testing.T) {
	table, err := policy.Parse(fullTable(t))
	if err != nil {
		t.Fatal(err)
	}
	f := online("", "", "", policy.AgeRecent).Facts
	f.Tier = floor.TierRestricted
	want := `case      relation=preferred seller=unassisted channel=online sensitivity=ordinary age=recent audience=default
viewer    tier=restricted consent=true announced=true blocked=false hidden=false stale=false
rule      D25: hint, background (online: aggregate only, never item, date, price or channel), table "draft-1"
limited   by F10: the viewer's tier
decision  hint, ask_first
advice    G05 Background only. Use it to choose what you show, not what you say.
advice    G06 Wait until she raises it; otherwise ask an open question.
advice    G08 She is at home when she shops online. Treat it as private.
`
	if d := cmp.Diff(want, table.Explain(f)); d != "" {
		t.Error(d)
	}
}

func TestReveal(t *testing.T) {
	table, err := policy.Parse(fullTable(t))
	if err != nil {
		t.Fatal(err)
	}
	f := online("", "", "", policy.AgeRecent).Facts
	d, ok := table.Reveal(f)
	if !ok || d.Disclosure != policy.Full || d.Speak != policy.AskFirst || d.LimitedBy != "reveal" || !d.Redact.Has(policy.RedactPrice) {
		t.Errorf("from a hint: %+v, %t", d, ok)
	}
	f.Age = policy.AgeFresh
	if d, ok = table.Reveal(f); !ok || d.Disclosure != policy.AsHint {
		t.Errorf("from nothing: %+v, %t", d, ok)
	}
	f.Relation = policy.RelationSubstitute
	if _, ok = table.Reveal(f); ok {
		t.Error("a substitute reveals what was bought online")
	}
	f.Relation, f.Seller = policy.RelationPreferred, policy.SellerSelf
	if _, ok = table.Reveal(f); ok {
		t.Error("revealed what is in full")
	}
}

func TestEnumText(t *testing.T) {
	if _, err := policy.Relation(9).MarshalText(); err == nil {
		t.Error("relation 9 marshals")
	}
	var s policy.Speak
	if err := s.UnmarshalText([]byte("shout")); err == nil {
		t.Error("speak reads anything")
	}
	for s := policy.Silent; s <= policy.MayMention; s++ {
		text, err := s.MarshalText()
		var back policy.Speak
		if err != nil || back.UnmarshalText(text) != nil || back != s {
			t.Errorf("%s does not come back", s)
		}
	}
}

func TestDecisionsAllocateNothing(t *testing.T) {
	table, err := policy.Parse(fullTable(t))
	if err != nil {
		t.Fatal(err)
	}
	f := online("", "", "", policy.AgeRecent).Facts
	n := testing.AllocsPerRun(100, func() {
		_ = table.Decide(f)
		_, _ = table.Reveal(f)
		for k := policy.Fact(0); k <= policy.FactAssociates; k++ {
			_ = policy.DecideFact(k, f)
		}
		_ = policy.DecideNote(policy.Note{Kind: policy.NoteHandoff}, f)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
