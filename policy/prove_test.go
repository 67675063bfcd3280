package policy_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"foyer/policy"
)

// edited returns headquarters' table with its rules changed.
func edited(t *testing.T, change func(rules map[string]map[string]any)) []byte {
	t.Helper()
	var table map[string]any
	if err := json.Unmarshal(fullTable(t), &table); err != nil {
		t.Fatal(err)
	}
	rules := map[string]map[string]any{}
	for _, r := range table["rules"].([]any) {
		r := r.(map[string]any)
		rules[r["id"].(string)] = r
	}
	change(rules)
	var kept []any
	for _, r := range table["rules"].([]any) {
		if r := r.(map[string]any); r["id"] != nil {
			kept = append(kept, r)
		}
	}
	if extra, ok := rules["new"]; ok {
		kept = append(kept, extra)
	}
	table["rules"] = kept
	data, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestProofNamesTheCase(t *testing.T) {
	give := func(id, disclosure, speak string) func(map[string]map[string]any) {
		return func(rules map[string]map[string]any) {
			rules[id]["disclosure"], rules[id]["speak"] = disclosure, speak
		}
	}
	type when = map[string]any
	for _, tt := range []struct {
		name   string
		change func(map[string]map[string]any)
		want   []string
	}{
		{"gap", func(r map[string]map[string]any) { delete(r["D26"], "id") },
			[]string{"gap", "relation=preferred seller=unassisted channel=online sensitivity=ordinary age=fresh audience=default"}},
		{"overlap", func(r map[string]map[string]any) {
			r["new"] = when{"id": "X", "disclosure": "withhold", "speak": "-", "when": when{
				"relation": []string{"served"}, "sensitivity": []string{"gift"}, "seller": []string{"colleague"}}}
		}, []string{"overlap: rules D51 and X", "relation=served seller=colleague"}},
		{"a lawful change", give("D40", "full", "background"), nil},
		{"channel", give("D24", "withhold", "-"), []string{"not monotone in channel: rule D27 gives full, but the looser other_store gives withhold by rule D24"}},
		{"special", give("D01", "full", "background"), []string{"F2", "rule D01", "sensitivity=special"}},
		{"none", give("D02", "hint", "background"), []string{"F5", "rule D02 gives hint, background", "relation=none"}},
		{"a gift as a hint", give("D13", "hint", "ask_first"), []string{"F6", "sensitivity=gift"}},
		{"a colleague's gift", give("D34", "full", "ask_first"), []string{"F6: gifts never reach a non-seller", "rule D34 gives full"}},
		{"a fresh hint", give("D26", "hint", "background"), []string{"no hint rests on a fresh purchase", "channel=online sensitivity=ordinary age=fresh"}},
		{"may mention a colleague's", give("D20", "full", "may_mention"), []string{"only an own sale may be mentioned", "rule D20"}},
		{"may mention a hint", give("D14", "hint", "may_mention"), []string{"a hint is background"}},
		{"closed", give("D21", "hint", "background"), []string{"closed leaves only", "audience=closed"}},
		{"substitute by default", give("D62", "hint", "ask_first"), []string{"rule D62 gives hint", "closed leaves only"}},
		{"substitute and no setting", func(r map[string]map[string]any) {
			r["D62"]["when"].(map[string]any)["audience"] = []string{"closed"}
			r["new"] = when{"id": "X", "disclosure": "full", "speak": "ask_first", "when": when{
				"relation": []string{"substitute"}, "seller": []string{"colleague", "unassisted"}, "sensitivity": []string{"ordinary"},
				"channel": []string{"here"}, "audience": []string{"default"}}}
		}, []string{"rule X gives full", "by default a substitute sees nothing she did not sell"}},
		{"substitute elsewhere", func(r map[string]map[string]any) {
			r["D63"]["when"].(map[string]any)["audience"] = []string{"closed", "default"}
			r["new"] = when{"id": "X", "disclosure": "full", "speak": "ask_first", "when": when{
				"relation": []string{"substitute"}, "seller": []string{"colleague", "unassisted"}, "sensitivity": []string{"ordinary"},
				"channel": []string{"other_store", "online"}, "audience": []string{"open"}}}
		}, []string{"rule X gives full", "a substitute never sees other stores or online"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := policy.Parse(edited(t, tt.change))
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.Is(err, policy.ErrTable) {
				t.Fatalf("got %v, want ErrTable", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\ndoes not name %q", err, want)
				}
			}
		})
	}
}

// One box of cases is given in full, the rest withheld, so that the table is
// not monotone in exactly one dimension.
func TestProofHoldsEveryDimension(t *testing.T) {
	type when = map[string][]string
	own := func(w when) when {
		for dim, v := range map[string]string{"relation": "preferred", "seller": "self", "sensitivity": "ordinary"} {
			if w[dim] == nil {
				w[dim] = []string{v}
			}
		}
		return w
	}
	for dim, w := range map[string]when{
		"relation":    own(when{"relation": {"served"}}),
		"seller":      own(when{"seller": {"colleague"}, "audience": {"default", "open"}}),
		"channel":     own(when{"channel": {"online"}}),
		"sensitivity": own(when{"sensitivity": {"personal"}}),
		"age":         own(when{"age": {"fresh"}}),
		"audience":    own(when{"audience": {"default"}}),
	} {
		t.Run(dim, func(t *testing.T) {
			_, err := policy.Parse(boxOnly(t, w))
			if err == nil || !strings.Contains(err.Error(), "not monotone in "+dim+": rule box gives full") {
				t.Errorf("got %v, want a breach in %s", err, dim)
			}
		})
	}
	for _, w := range []when{own(when{}), own(when{"age": {"recent"}}), own(when{"age": {"old"}})} {
		if _, err := policy.Parse(boxOnly(t, w)); err != nil {
			t.Errorf("%v: %v", w, err)
		}
	}
}

// boxOnly makes a table that gives one box in full and nothing else.
func boxOnly(t *testing.T, box map[string][]string) []byte {
	t.Helper()
	type rule struct {
		ID         string              `json:"id"`
		When       map[string][]string `json:"when"`
		Disclosure string              `json:"disclosure"`
		Speak      string              `json:"speak"`
	}
	rules := []rule{{"box", box, "full", "background"}}
	inside := map[string][]string{}
	walkDomain(func(dim string, all []string) {
		var rest []string
		for _, v := range all {
			if box[dim] != nil && !slices.Contains(box[dim], v) {
				rest = append(rest, v)
			}
		}
		if rest != nil {
			w := maps.Clone(inside)
			w[dim] = rest
			rules = append(rules, rule{"not " + dim, w, "withhold", "-"})
			inside[dim] = box[dim]
		}
	})
	data, err := json.Marshal(map[string]any{"schema": policy.Schema, "hit_policy": "UNIQUE", "rules": rules})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func walkDomain(visit func(dim string, all []string)) {
	visit("relation", []string{"preferred", "served", "substitute", "manager", "none"})
	visit("seller", []string{"self", "colleague", "unassisted"})
	visit("channel", []string{"here", "other_store", "online"})
	visit("sensitivity", []string{"ordinary", "personal", "gift", "special"})
	visit("age", []string{"fresh", "recent", "old"})
	visit("audience", []string{"closed", "default", "open"})
}

const tiny = `{
 "schema": "foyer.discretion/1",
 "version": "tiny",
 "hit_policy": "UNIQUE",
 "params": {"cooling_off": "21d", "served_window": "365d", "min_support": 3},
 "category_map": {"lingerie": "personal", "wigs": "special"},
 "obligations": ["log", "ttl"],
 "rules": [
  {"id": "A", "when": {"seller": ["self"]}, "disclosure": "withhold", "speak": "-", "obligations": ["no_lockscreen"], "why": "x"},
  {"id": "B", "when": {"seller": ["colleague", "unassisted"]}, "disclosure": "withhold", "speak": "-", "why": "y"}
 ]
}`

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"broken text", `"rules": [`, `"rules": [[`, "line "},
		{"not an object", tiny, `[]`, "want an object"},
		{"nothing", tiny, ``, "line 1"},
		{"trailing data", "\n ]\n}", "\n ]\n} {}", "line 12"},
		{"schema", "discretion/1", "discretion/2", `schema: "foyer.discretion/2"`},
		{"hit policy", "UNIQUE", "FIRST", `hit_policy: "FIRST"`},
		{"unknown field", `"version"`, `"versoin"`, `unknown field "versoin"`},
		{"field twice", `"version": "tiny"`, `"version": "tiny", "version": "x"`, `"version" twice`},
		{"other case", `"version"`, `"Version"`, `unknown field "Version"`},
		{"no rules", `"rules": [`, `"rules": [], "domain": [`, "domain"},
		{"rule field", `"why": "y"`, `"wy": "y"`, `rules[1]: unknown field "wy"`},
		{"no id", `"id": "B", `, ``, "rules[1].id: want a text"},
		{"id twice", `"id": "B"`, `"id": "A"`, `rules[1].id: "A" is already the id of rules[0]`},
		{"dimension", `{"seller": ["self"]}`, `{"weather": ["self"]}`, `rules[0] "A".when: unknown field "weather"`},
		{"value", `"unassisted"]`, `"nobody"]`, `rules[1] "B".when.seller[1]: seller "nobody": unknown value`},
		{"value twice", `"unassisted"]`, `"colleague"]`, `rules[1] "B".when.seller[1]: "colleague" twice`},
		{"no value", `["self"]`, `[]`, `rules[0] "A".when.seller: an empty list`},
		{"null when", `{"seller": ["self"]}`, `null`, `rules[0] "A".when: want an object`},
		{"number", `["self"]`, `[1]`, `rules[0] "A".when.seller[0]: want a text`},
		{"disclosure", `"withhold", "speak": "-", "why": "y"`, `"some", "speak": "-", "why": "y"`, `rules[1] "B".disclosure: disclosure "some"`},
		{"speak", `"speak": "-", "why": "y"`, `"speak": "sing", "why": "y"`, `rules[1] "B".speak: speak "sing"`},
		{"speak of nothing", `"speak": "-", "why": "y"`, `"speak": "ask_first", "why": "y"`, `goes with withhold and only with it`},
		{"obligation", `["no_lockscreen"]`, `["no_photos"]`, `rules[0] "A".obligations[0]: unknown obligation "no_photos"`},
		{"obligation of all", `["log", "ttl"]`, `["log", "sign"]`, `obligations[1]: unknown obligation "sign"`},
		{"support", `"min_support": 3`, `"min_support": 1`, `params.min_support: 1, want 2`},
		{"cooling off", `"21d"`, `"21 days"`, `params.cooling_off: "21 days"`},
		{"no cooling off", `"21d"`, `"0d"`, `params.cooling_off`},
		{"window", `"365d"`, `"99999999999999d"`, `params.served_window`},
		{"category", `"personal"`, `"secret"`, `category_map.lingerie`},
		{"domain", `"rules": [`, `"domain": {"relation": ["none"]}, "rules": [`, `domain.relation: want exactly`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := strings.Replace(tiny, tt.old, tt.new, 1)
			if in == tiny {
				t.Fatal("the case changes nothing")
			}
			_, err := policy.Parse([]byte(in))
			if !errors.Is(err, policy.ErrTable) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrTable naming %q", err, tt.want)
			}
		})
	}
}

func TestParseReadsEverything(t *testing.T) {
	table, err := policy.Parse([]byte(tiny))
	if err != nil {
		t.Fatal(err)
	}
	p := table.Params()
	if table.Version() != "tiny" || p.CoolingOff.Hours() != 21*24 || p.ServedWindow.Hours() != 365*24 || p.MinSupport != 3 {
		t.Errorf("version %q, params %+v", table.Version(), p)
	}
	for _, tt := range []struct {
		category string
		stated   policy.Sensitivity
		want     policy.Sensitivity
	}{
		{"lingerie", policy.SensitivityOrdinary, policy.SensitivityPersonal},
		{"lingerie", policy.SensitivityGift, policy.SensitivityGift},
		{"lingerie", policy.SensitivitySpecial, policy.SensitivitySpecial},
		{"wigs", policy.SensitivityOrdinary, policy.SensitivitySpecial},
		{"shoes", policy.SensitivityPersonal, policy.SensitivityPersonal},
	} {
		if got := table.Classify(tt.category, tt.stated); got != tt.want {
			t.Errorf("%s, said to be %s: %s, want %s", tt.category, tt.stated, got, tt.want)
		}
	}
	var out strings.Builder
	if err := table.Write(&out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "colleague / unassisted") || strings.Count(got, "\n") != 3 {
		t.Errorf("the table reads:\n%s", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(tiny))
	f.Add(fullTable(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := policy.Parse(data)
		if err != nil {
			if !errors.Is(err, policy.ErrTable) {
				t.Fatalf("refused without ErrTable: %v", err)
			}
			return
		}
		if err := table.Prove(); err != nil {
			t.Fatalf("accepted but not proved: %v", err)
		}
		walk(func(c map[string]string) {
			f := factsOf(t, c)
			if d := table.Decide(f); d.Disclosure > policy.Withhold && (c["sensitivity"] == "special" || c["relation"] == "none") {
				t.Fatalf("%v: %v", c, d)
			}
		})
	})
}
