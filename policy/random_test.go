package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// randomTable makes a random table that can be proved: a random answer for
// every case, lowered to the least of the looser cases and to what the floors
// permit, written as JSON and read by Parse.
func randomTable(t interface{ Fatal(...any) }, seed uint64) *Table {
	r := rand.New(rand.NewPCG(seed, 2))
	boxes := make(map[outcome][]When)
	var bound [cases]Disclosure
	for i := range bound {
		bound[i] = Full
	}
	lavish := r.IntN(4) // some tables give much, some little
	for i := cases - 1; i >= 0; i-- {
		p := pointAt(i) // every looser case has a larger index
		o := outcome{disclosure: min(bound[i], Disclosure(min(2, r.IntN(3+lavish))))}
		for o.disclosure > Withhold && conflict(p, Rule{Disclosure: o.disclosure, Speak: AskFirst}) != nil {
			o.disclosure--
		}
		switch o.disclosure {
		case Full:
			o.speak = AskFirst + Speak(r.IntN(2))
			if p.seller() == SellerSelf {
				o.speak = AskFirst + Speak(r.IntN(3))
			}
		case AsHint:
			o.speak = AskFirst + Speak(r.IntN(2))
		}
		for d := range dimensions {
			next, n := p.stricter(d)
			for _, q := range next[:n] {
				j, _ := q.index()
				bound[j] = min(bound[j], o.disclosure)
			}
		}
		var w When
		for d, v := range p {
			w[d] = 1 << v
		}
		boxes[o] = append(boxes[o], w)
	}
	data, err := json.Marshal(asJSON(boxes))
	if err != nil {
		t.Fatal(err)
	}
	table, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func asJSON(boxes map[outcome][]When) map[string]any {
	var rules []any
	for o, whens := range boxes {
		for _, w := range merge(whens) {
			when := map[string][]string{}
			for d, dim := range domain() {
				for v, word := range dim.values {
					if w[d]&(1<<v) != 0 {
						when[dim.name] = append(when[dim.name], word)
					}
				}
			}
			rules = append(rules, map[string]any{
				"id": fmt.Sprintf("R%04d", len(rules)), "when": when,
				"disclosure": o.disclosure, "speak": o.speak,
			})
		}
	}
	return map[string]any{"schema": Schema, "hit_policy": "UNIQUE", "rules": rules}
}

func TestIndexIsABijection(t *testing.T) {
	for i := range cases {
		if j, ok := pointAt(i).index(); !ok || j != i {
			t.Fatalf("case %d comes back as %d", i, j)
		}
	}
	if pointAt(cases-1) != (point{4, 2, 2, 3, 2, 2}) {
		t.Error("the last case is not the last of every dimension")
	}
}

// Applying a difference to the old table gives the new one, and no case is
// named twice.
func TestDiff(t *testing.T) {
	var tables []*Table
	for seed := range uint64(12) {
		tables = append(tables, randomTable(t, seed))
	}
	one := rapid.SampledFrom(tables)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := one.Draw(rt, "old"), one.Draw(rt, "new")
		var got [cases]outcome
		for i := range cases {
			r, _ := a.at(i)
			got[i] = outcome{r.Disclosure, r.Speak}
		}
		var named [cases]bool
		for _, c := range Diff(a, b) {
			n := 0
			for i := range cases {
				if !c.When.covers(pointAt(i)) {
					continue
				}
				if n++; named[i] || got[i] != (outcome{c.Old, c.OldSpeak}) {
					rt.Fatalf("%s: case %s named twice, or %v before", c, pointAt(i), got[i])
				}
				named[i], got[i] = true, outcome{c.New, c.NewSpeak}
			}
			if n != c.Cases {
				rt.Fatalf("%s: %d cases", c, n)
			}
		}
		for i := range cases {
			if r, _ := b.at(i); got[i] != (outcome{r.Disclosure, r.Speak}) {
				rt.Fatalf("case %s: %v, want %s", pointAt(i), got[i], r.ID)
			}
		}
	})
	if d := Diff(Strict(), Strict()); d != nil {
		t.Errorf("a table differs from itself: %v", d)
	}
}

func TestDiffReads(t *testing.T) {
	loose, err := read([]byte(`{"schema":"foyer.discretion/1","hit_policy":"UNIQUE","rules":[
	{"id":"A","when":{"seller":["self"],"audience":["open","default"]},"disclosure":"full","speak":"background"},
	{"id":"B","when":{"seller":["self"],"audience":["closed"]},"disclosure":"withhold","speak":"-"},
	{"id":"C","when":{"seller":["colleague","unassisted"]},"disclosure":"withhold","speak":"-"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range append(Diff(Strict(), loose), Diff(loose, Strict())...) {
		got = append(got, c.String())
	}
	want := []string{
		"+ seller=self audience=open / default: full/background by A, was withhold/- by F9 (360 cases)",
		"- seller=self audience=open / default: withhold/- by F9, was full/background by A (360 cases)",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
