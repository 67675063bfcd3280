package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

type (
	document3 struct {
		AsyncAPI   string                `yaml:"asyncapi"`
		Channels   map[string]apiChannel `yaml:"channels"`
		Operations map[string]struct {
			Action  string
			Channel ref
		} `yaml:"operations"`
		Components struct {
			Messages map[string]struct{ Payload ref }
			Schemas  map[string]apiSchema
		}
	}
	ref struct {
		Ref string `yaml:"$ref"`
	}
	apiChannel struct {
		Address  string
		Messages map[string]ref
		Retained bool   `yaml:"x-retained"`
		Sealed   bool   `yaml:"x-sealed"`
		Ordered  bool   `yaml:"x-ordered"`
		Limit    int    `yaml:"x-limit"`
		Priority string `yaml:"x-priority"`
	}
	apiSchema struct {
		Ref        string `yaml:"$ref"`
		Type       string
		Format     string
		Required   []string
		Enum       []string
		Items      *apiSchema
		Properties map[string]apiSchema
	}
)

func contract(t *testing.T) document3 {
	t.Helper()
	b, err := os.ReadFile("../asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var d document3
	if err := yaml.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The contract names exactly the kinds of the code, with their topics,
// directions and properties.
func TestContractHasEveryKind(t *testing.T) {
	d := contract(t)
	if d.AsyncAPI != "3.0.0" {
		t.Errorf("asyncapi %s", d.AsyncAPI)
	}
	priorities := []string{"urgent", "prompt", "ordinary"}
	want, wantOps := map[string]apiChannel{}, map[string]string{}
	for _, k := range Kinds() {
		p := k.Of()
		c := apiChannel{Address: "foyer/v1/{chain}/{store}/" + string(k), Messages: map[string]ref{},
			Retained: p.Retained, Sealed: p.Sealed, Ordered: p.Ordered, Limit: p.Limit}
		for _, n := range payloadNames(k) {
			c.Messages[n] = ref{"#/components/messages/" + n}
			if got := d.Components.Messages[n].Payload.Ref; got != "#/components/schemas/"+n {
				t.Errorf("message %s has payload %q", n, got)
			}
		}
		id := strings.ReplaceAll(string(k), "/", "-")
		wantOps[id] = "receive #/channels/" + id
		if !k.Down() {
			c.Priority = priorities[p.Priority]
			wantOps[id] = "send #/channels/" + id
		}
		want[id] = c
	}
	if diff := cmp.Diff(want, d.Channels); diff != "" {
		t.Error(diff)
	}
	ops := map[string]string{}
	for id, o := range d.Operations {
		ops[id] = o.Action + " " + o.Channel.Ref
	}
	if diff := cmp.Diff(wantOps, ops); diff != "" {
		t.Error(diff)
	}
}

func payloadNames(k Kind) (names []string) {
	if k.Raw() {
		return []string{strings.ToUpper(k.Name()[:1]) + k.Name()[1:]}
	}
	for _, p := range prototypes(k) {
		names = append(names, reflect.TypeOf(p).Name())
	}
	return names
}

// Every schema has exactly the fields of its Go type, and the right ones are
// required.
func TestContractHasEveryField(t *testing.T) {
	d := contract(t)
	used := map[string]bool{"Envelope": true, "Config": true, "Policy": true, "Plan": true}
	var compare func(reflect.Type)
	compare = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		name := typ.Name()
		if typ.Kind() != reflect.Struct || typ.PkgPath() != reflect.TypeFor[Roster]().PkgPath() || typ == reflect.TypeFor[Quarter]() || used[name] {
			return
		}
		used[name] = true
		schema := d.Components.Schemas[name]
		var all, required []string
		if strings.HasPrefix(name, "Visit") {
			all, required = []string{"event"}, []string{"event"} // written by MarshalJSON
		}
		for _, f := range reflect.VisibleFields(typ) {
			if f.Anonymous {
				continue
			}
			tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if all = append(all, tag); options == "" {
				required = append(required, tag)
			}
			compare(f.Type)
		}
		slices.Sort(all)
		if diff := cmp.Diff(all, slices.Sorted(maps.Keys(schema.Properties))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(required, schema.Required); diff != "" {
			t.Errorf("%s: required: %s", name, diff)
		}
	}
	for _, k := range Kinds() {
		for _, p := range prototypes(k) {
			compare(reflect.TypeOf(p))
		}
	}
	for name := range d.Components.Schemas {
		if !used[name] {
			t.Errorf("schema %s is of no payload", name)
		}
	}
	tags := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[envelope]()) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		tags[tag] = true
	}
	for name := range d.Components.Schemas["Envelope"].Properties {
		if !tags[name] {
			t.Errorf("the envelope has no field %s", name)
		}
		delete(tags, name)
	}
	if len(tags) > 0 {
		t.Errorf("the contract's envelope lacks %v", tags)
	}
}

// What the code writes is valid by the contract's schemas.
func TestExamplesAreValidByTheContract(t *testing.T) {
	d := contract(t)
	for k, all := range examples() {
		for _, p := range all {
			data, err := Encode(k, p)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(data, &v); err != nil {
				t.Fatal(err)
			}
			name := payloadNames(k)[0]
			if !k.Raw() {
				name = reflect.TypeOf(p).Name()
			}
			if err := d.valid(apiSchema{Ref: "#/components/schemas/" + name}, v); err != nil {
				t.Errorf("%s: %v", k, err)
			}
		}
	}
}

func (d document3) valid(s apiSchema, v any) error {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		if s, ok = d.Components.Schemas[name]; !ok {
			return fmt.Errorf("no schema %s", name)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		if s.Type != "object" {
			return fmt.Errorf("an object where the contract has a %s", s.Type)
		}
		for name, field := range v {
			if p, ok := s.Properties[name]; ok {
				if err := d.valid(p, field); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				return fmt.Errorf("%s is missing", name)
			}
		}
	case []any:
		if s.Type != "array" {
			return fmt.Errorf("an array where the contract has a %s", s.Type)
		}
		for _, e := range v {
			if err := d.valid(*s.Items, e); err != nil {
				return err
			}
		}
	case string:
		if _, err := time.Parse(time.RFC3339Nano, v); s.Type != "string" || s.Format == "date-time" && err != nil {
			return fmt.Errorf("%q where the contract has a %s %s", v, s.Type, s.Format)
		}
		if s.Enum != nil && !slices.Contains(s.Enum, v) {
			return fmt.Errorf("%q is none of %v", v, s.Enum)
		}
	case float64:
		if s.Type != "integer" || v != float64(int64(v)) {
			return fmt.Errorf("%v where the contract has a %s", v, s.Type)
		}
	case bool:
		if s.Type != "boolean" {
			return fmt.Errorf("a boolean where the contract has a %s", s.Type)
		}
	}
	return nil
}
