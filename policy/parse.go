package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schema is the schema of the tables this package reads.
const Schema = "foyer.discretion/1"

// ErrTable means that a discretion table is refused; the text names the
// place in the file, or the case the proof failed on.
var ErrTable = errors.New("discretion table refused")

// Limits of a table. They bound what a proof may cost, not what a chain may
// want: the full table has 43 rules.
const (
	maxBytes = 1 << 20
	maxRules = 2000
)

// Parse reads a table of schema foyer.discretion/1 strictly and proves it.
func Parse(data []byte) (*Table, error) {
	t, err := read(data)
	if err == nil {
		err = t.Prove()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// read is Parse without the proof.
func read(data []byte) (*Table, error) {
	if len(data) > maxBytes {
		return nil, refuse("the file", "%d bytes, at most %d", len(data), maxBytes)
	}
	if err := syntax(data); err != nil {
		return nil, err
	}
	top, err := object("the file", data, "schema", "version", "hit_policy", "domain", "rules",
		"params", "category_map", "obligations")
	if err != nil {
		return nil, err
	}
	t := &Table{params: Params{CoolingOff: 14 * day, ServedWindow: 730 * day, MinSupport: 2}}
	return t, first(
		func() error { return exactly("schema", top["schema"], Schema) },
		func() error { return exactly("hit_policy", top["hit_policy"], "UNIQUE") },
		func() (err error) { t.version, err = text("version", top["version"], false); return },
		func() error { return t.readDomain(top["domain"]) },
		func() error { return t.readParams(top["params"]) },
		func() error { return t.readCategories(top["category_map"]) },
		func() (err error) { t.obligations, err = obligations("obligations", top["obligations"]); return },
		func() error { return t.readRules(top["rules"]) },
	)
}

func (t *Table) readDomain(raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	got, err := object("domain", raw, dimensionNames()...)
	if err != nil {
		return err
	}
	all := anything()
	for d, dim := range domain() {
		place := "domain." + dim.name
		bits, err := values(place, got[dim.name], dim)
		if err != nil {
			return err
		}
		if bits != all[d] {
			return refuse(place, "want exactly %s", strings.Join(dim.values, ", "))
		}
	}
	return nil
}

const day = 24 * time.Hour

func (t *Table) readParams(raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	got, err := object("params", raw, "cooling_off", "served_window", "min_support")
	if err != nil {
		return err
	}
	p := &t.params
	if v := got["min_support"]; v != nil {
		n, err := strconv.Atoi(string(v))
		if err != nil || n < 2 || n > 20 {
			return refuse("params.min_support", "%s, want 2 to 20 (one purchase is no aggregate)", v)
		}
		p.MinSupport = n
	}
	return first(
		func() (err error) {
			p.CoolingOff, err = days("params.cooling_off", got["cooling_off"], p.CoolingOff, day, 365*day)
			return
		},
		func() (err error) {
			p.ServedWindow, err = days("params.served_window", got["served_window"], p.ServedWindow, day, 730*day)
			return
		},
	)
}

func (t *Table) readCategories(raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	got, err := object("category_map", raw)
	if err != nil {
		return err
	}
	t.categories = make(map[string]Sensitivity, len(got))
	for _, category := range slices.Sorted(maps.Keys(got)) { // the same error every time
		s, err := word[Sensitivity]("category_map", category, sensitivities(), got[category])
		if err != nil {
			return err
		}
		t.categories[category] = s
	}
	return nil
}

func (t *Table) readRules(raw json.RawMessage) error {
	var rows []json.RawMessage
	if err := json.Unmarshal(raw, &rows); raw == nil || err != nil || len(rows) == 0 {
		return refuse("rules", "want a list of at least one rule")
	}
	if len(rows) > maxRules {
		return refuse("rules", "%d rules, at most %d", len(rows), maxRules)
	}
	seen := make(map[string]int, len(rows))
	for i, row := range rows {
		r, err := readRule(fmt.Sprintf("rules[%d]", i), row)
		if err != nil {
			return err
		}
		if j, ok := seen[r.ID]; ok {
			return refuse(fmt.Sprintf("rules[%d].id", i), "%q is already the id of rules[%d]", r.ID, j)
		}
		seen[r.ID] = i
		t.rules = append(t.rules, r)
	}
	t.compile()
	return nil
}

func readRule(place string, raw json.RawMessage) (r Rule, err error) {
	got, err := object(place, raw, "id", "when", "disclosure", "speak", "obligations", "why")
	if err != nil {
		return r, err
	}
	if r.ID, err = text(place+".id", got["id"], true); err != nil {
		return r, err
	}
	place += fmt.Sprintf(" %q", r.ID)
	return r, first(
		func() (err error) { r.When, err = readWhen(place+".when", got["when"]); return },
		func() (err error) {
			r.Disclosure, err = word[Disclosure](place, "disclosure", disclosures(), got["disclosure"])
			return
		},
		func() (err error) { r.Speak, err = word[Speak](place, "speak", speaks(), got["speak"]); return },
		func() (err error) {
			r.Obligations, err = obligations(place+".obligations", got["obligations"])
			return
		},
		func() (err error) { r.Why, err = text(place+".why", got["why"], false); return },
		func() error {
			if (r.Disclosure == Withhold) != (r.Speak == Silent) {
				return refuse(place+".speak", "%s with disclosure %s: \"-\" goes with withhold and only with it", r.Speak, r.Disclosure)
			}
			return nil
		},
	)
}

func readWhen(place string, raw json.RawMessage) (When, error) {
	w := anything()
	got, err := object(place, raw, dimensionNames()...)
	if err != nil {
		return w, err
	}
	for d, dim := range domain() {
		v, ok := got[dim.name]
		if !ok {
			continue
		}
		if w[d], err = values(place+"."+dim.name, v, dim); err != nil {
			return w, err
		}
	}
	return w, nil
}

// syntax reports broken JSON, and anything after the object, by line.
func syntax(data []byte) error {
	var v json.RawMessage
	err := json.Unmarshal(data, &v)
	var broken *json.SyntaxError
	if errors.As(err, &broken) {
		line := 1 + bytes.Count(data[:min(int(broken.Offset), len(data))], []byte("\n"))
		return refuse(fmt.Sprintf("line %d", line), "%w", err)
	}
	if err != nil {
		return refuse("the file", "%w", err)
	}
	return nil
}
