package practice

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/policy"
)

func fullTable(t *testing.T) *policy.Table {
	t.Helper()
	data, err := os.ReadFile("../../policy/testdata/discretion-table.json")
	if err != nil {
		t.Fatal(err)
	}
	table, err := policy.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// What keeps to headquarters' table, scene by scene, and by which rule.
func TestVerdictsAreTheTables(t *testing.T) {
	want := map[string][]string{
		"tuesday":    {"no D26", "no D25", "yes D25", "yes D10", "yes"},
		"substitute": {"no D62", "no stated_size", "no D62", "yes", "yes service_item"},
		"elsewhere":  {"no D22", "no D20", "yes", "yes D20"},
		"note":       {"no note personal_detail/mine", "no note handling/service", "yes note handling/service", "yes note personal_detail/mine", "no note personal_detail/mine"},
		"gift":       {"no D13", "no D13", "yes", "yes D13"},
		"browsing":   {"no", "no", "no", "yes"},
		"returning":  {"yes D62", "no D63", "yes", "no D63"},
	}
	table := fullTable(t)
	for _, s := range scenes() {
		var got []string
		for _, c := range s.choices {
			v := s.judge(table, c)
			word := "no"
			if v.Right {
				word = "yes"
			}
			got = append(got, strings.TrimSpace(word+" "+v.Rule))
			if v.Reason == "" {
				t.Errorf("%s: %q: no reason", s.id, c.text)
			}
		}
		if d := cmp.Diff(want[s.id], got); d != "" {
			t.Errorf("%s: %s", s.id, d)
		}
	}
}

// Whatever table is in force, every scene can be played and none plays itself.
func TestEverySceneCanBePlayed(t *testing.T) {
	for name, table := range map[string]*policy.Table{"full": fullTable(t), "strict": policy.Strict(), "none": nil} {
		for _, s := range scenes() {
			var right, wrong int
			for _, c := range s.choices {
				if s.judge(table, c).Right {
					right++
				} else {
					wrong++
				}
			}
			if right == 0 || wrong == 0 {
				t.Errorf("%s, by the %s table: %d right and %d wrong choices", s.id, name, right, wrong)
			}
		}
	}
}

// Before she has chosen, her card says as little as a real one: what is withheld
// is told afterwards.
func TestTheCardOfASceneHoldsWhatACardWould(t *testing.T) {
	table := fullTable(t)
	for _, s := range scenes() {
		for _, it := range s.items {
			d := it.decide(table, s.base())
			on := slices.ContainsFunc(s.view(table).Card, func(g Group) bool {
				return g.Speak == d.Speak.String() && slices.ContainsFunc(g.Items, func(x string) bool { return strings.EqualFold(x[:5], it.text[:5]) })
			})
			told := slices.Contains(s.judge(table, s.choices[0]).Unseen, it.text)
			if withheld := d.Disclosure == policy.Withhold; on == withheld || told != withheld {
				t.Errorf("%s: %q is %s: on the card %t, told afterwards %t", s.id, it.text, d.Disclosure, on, told)
			}
		}
	}
}

func TestAShift(t *testing.T) {
	table := fullTable(t)
	var s Shift
	if _, err := s.Choose(table, "gift", 0); !errors.Is(err, ErrScene) {
		t.Errorf("a scene out of order: %v", err)
	}
	v, err := s.Choose(table, "tuesday", 0)
	if err != nil || v.Verdict.Right || v.Verdict.Rule != "D26" || s.Now(table).Scene != "tuesday" {
		t.Fatalf("a wrong choice: %+v %v", v.Verdict, err)
	}
	if !slices.Contains(v.Verdict.Unseen, "Handbag, bought online on Tuesday") {
		t.Errorf("what the card did not hold is not told: %v", v.Verdict.Unseen)
	}
	if _, err := s.Choose(table, "tuesday", 99); !errors.Is(err, ErrScene) {
		t.Errorf("a choice there is not: %v", err)
	}
	for _, sc := range scenes() {
		if s.Finished() {
			t.Fatal("finished early")
		}
		for n := range sc.choices {
			v, err := s.Choose(table, sc.id, n)
			if err != nil {
				t.Fatal(err)
			}
			if v.Verdict.Right {
				break
			}
		}
	}
	if v := s.Now(table); !s.Finished() || !v.Finished || v.Clean != 1 { // returning begins with a right one
		t.Errorf("%+v", v)
	}
}

// Nobody real can come into it: it imports nothing that knows anybody.
func TestItKnowsNobody(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if p := strings.Trim(i.Path.Value, `"`); strings.HasPrefix(p, "foyer/") && p != "foyer/policy" && p != "foyer/floor" {
				t.Errorf("%s imports %s", name, p)
			}
		}
	}
}
