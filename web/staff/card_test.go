package staff

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/concierge"
	"foyer/web/look"
)

func section(kind, caption, disclosure, speak string, items ...string) concierge.Section {
	s := concierge.Section{Kind: kind, Caption: caption, Disclosure: disclosure, Speak: speak}
	for _, it := range items {
		s.Items = append(s.Items, concierge.Item{ID: "x", Text: it})
	}
	return s
}

func TestACardIsGroupedByWhatMayBeSaid(t *testing.T) {
	v := cardOf(look.Page{}, concierge.CardView{Name: "Ms. Keller", Languages: []string{"de-CH", "en", "tlh"}, First: "Know it.", Closing: "The rest.",
		Sections: []concierge.Section{
			section("store_history", "This store", "full", "background", "Loafers"),
			section("stated", "Told us", "full", "may_mention", "Flat heels", "Size 38"),
			section("affinity", "In general", "hint", "background", "handbags", "navy"),
			section("wishes", "Wishes", "full", "may_mention"),
		},
		Guidance: []concierge.Guidance{{ID: "G01", Text: "Know it."}, {ID: "G05", Text: "Background only."}}})
	want := []groupView{
		{Class: "may", Icon: "may", Name: "May mention", Rows: []rowView{{Caption: "Told us", Items: []string{"Flat heels", "Size 38"}}}},
		{Class: "bg", Icon: "eye", Name: "Background", Rows: []rowView{{Caption: "This store", Items: []string{"Loafers"}}, {Caption: "In general", Items: []string{"handbags; navy"}, General: true}}},
	}
	if d := cmp.Diff(want, v.Groups); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Background only."}, v.Lines); d != "" {
		t.Error(d)
	}
	if v.Spoken != "German, English, tlh." || v.Note != "Know it." {
		t.Errorf("%q, %q", v.Spoken, v.Note)
	}
}

func TestASubstituteReadsFirstThatTheyHaveNotMet(t *testing.T) {
	v := cardOf(look.Page{}, concierge.CardView{Covering: "Ana", First: "Know it.", Guidance: []concierge.Guidance{
		{ID: "G01", Text: "Know it."}, {ID: "G02", Text: "You have not met. Introduce yourself. This visit may take longer and that is fine."}, {ID: "G03", Text: "Ana is in again on Thursday."}}})
	if v.Label != "You cover for Ana" || v.Name != "This client" || v.Note != "You have not met. Introduce yourself." || v.NoteMore != "This visit may take longer and that is fine." {
		t.Errorf("%+v", v)
	}
	if d := cmp.Diff([]string{"Know it.", "Ana is in again on Thursday."}, v.Lines); d != "" {
		t.Error(d)
	}
}

// A card with nothing on it is the name and the two lines: nothing points at
// what is missing.
func TestAnEmptyCardPointsAtNothing(t *testing.T) {
	f, err := New(Options{StoreName: "Rathausplatz"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	v := cardOf(f.base("Card", true), concierge.CardView{Name: "Ms. Keller", First: "Know it.", Closing: "Let her tell you the rest.",
		Sections: []concierge.Section{section("stated", "Told us", "full", "may_mention")}})
	if err := f.pages.ExecuteTemplate(&b, "card", v); err != nil {
		t.Fatal(err)
	}
	for _, hole := range []string{`class="grp`, "May mention", "Told us", "For this visit", "<dl>", "Say "} {
		if strings.Contains(b.String(), hole) {
			t.Errorf("%q stands on an empty card", hole)
		}
	}
	for _, line := range []string{"Ms. Keller", "Know it.", "Let her tell you the rest."} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("%q is missing", line)
		}
	}
}

func TestOffersInWords(t *testing.T) {
	now := time.Date(2026, 11, 21, 14, 2, 30, 0, time.UTC)
	base := concierge.Offer{ID: "o-1", Created: now.Add(-13 * time.Second), Deadline: now.Add(32 * time.Second), Name: "Ms. Keller"}
	for _, tt := range []struct {
		name                    string
		change                  func(*concierge.Offer)
		label, who, hint, after string
	}{
		{"she asked", func(o *concierge.Offer) { o.Requested = true }, "She has asked for you", "Ms. Keller", "Let it pass if you cannot go.", "A colleague is asked next."},
		{"she came", func(*concierge.Offer) {}, "She is here", "Ms. Keller", "Let it pass if you cannot go.", ""},
		{"to cover", func(o *concierge.Offer) { o.Requested, o.Cover, o.Covering, o.Name = true, true, "Ana", "" }, "You would cover for Ana", "A client would like help", "Her name comes with your yes.", ""},
		{"no name given", func(o *concierge.Offer) { o.Name = "" }, "She is here", "This client", "Let it pass if you cannot go.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := base
			tt.change(&o)
			v := offerOf(look.Page{}, o, where{}, now)
			got := []any{v.Label, v.Name, v.Hint, v.Then, v.Place, v.Of, v.Left, v.Gone()}
			if d := cmp.Diff([]any{tt.label, tt.who, tt.hint, tt.after, "In the store", 45, 32, 13}, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWaitsInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "one second", 29500 * time.Millisecond: "30 seconds", 91 * time.Second: "two minutes", time.Hour: "60 minutes"} {
		if got := about(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := plural(1, "colleague was", "colleagues were") + ", " + plural(4, "colleague was", "colleagues were") + ", " + plural(12, "thing", "things"); got != "one colleague was, four colleagues were, 12 things" {
		t.Error(got)
	}
}
