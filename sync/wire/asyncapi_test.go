package wire

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

type (
	document3 struct {
		AsyncAPI   string `yaml:"asyncapi"`
		Info       struct{ Version string }
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
		Required   []string
		Properties map[string]any
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
	if !strings.HasPrefix(d.Info.Version, fmt.Sprint(Version, ".")) {
		t.Errorf("the contract is version %s, envelopes say %d", d.Info.Version, Version)
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
	// Events of all these, together.
	want["up-many"] = apiChannel{Address: "foyer/v1/{chain}/{store}/" + string(UpMany), Messages: map[string]ref{"Many": {"#/components/messages/Many"}},
		Sealed: true, Limit: UpMany.Of().Limit, Priority: "ordinary"}
	wantOps["up-many"] = "send #/channels/up-many"
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
	used := map[string]bool{"Envelope": true, "Many": true, "Config": true, "Policy": true, "Plan": true}
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
	compare(reflect.TypeFor[SnapshotLine]())
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
