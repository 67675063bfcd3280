package door_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"foyer/cmd/foyer-hq/door"
	"foyer/sync/office"
	"foyer/sync/wire/enrol"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

type (
	contract struct {
		OpenAPI    string                          `yaml:"openapi"`
		Paths      map[string]map[string]operation `yaml:"paths"`
		Components struct{ Schemas map[string]schema }
	}
	operation struct {
		Scope       string `yaml:"x-scope"`
		RequestBody struct{ Content content }
		Responses   map[string]struct{ Content content }
	}
	content map[string]struct {
		Schema struct {
			Ref string `yaml:"$ref"`
		}
	}
	schema struct {
		Required   []string
		Properties map[string]any
	}
)

const contractFile = "../../../sync/openapi-hq.yaml"

func read(t *testing.T, into any) {
	t.Helper()
	b, err := os.ReadFile(contractFile)
	must(t, err)
	must(t, yaml.Unmarshal(b, into))
}

// The contract names exactly the routes of the code, each with its scope.
func TestContractHasEveryRoute(t *testing.T) {
	var c contract
	read(t, &c)
	if c.OpenAPI != "3.1.0" {
		t.Errorf("openapi %s", c.OpenAPI)
	}
	got, want := map[string]string{}, map[string]string{}
	for path, ops := range c.Paths {
		for method, o := range ops {
			got[strings.ToUpper(method)+" "+path] = o.Scope
		}
	}
	for _, r := range newHouse(t).door.Routes() {
		if strings.HasPrefix(r.Path, "/v1/") { // the rest is the page for people
			want[r.Method+" "+r.Path] = r.For
		} else if r.For != string(office.ScopeFleet) {
			t.Errorf("%s is for %s", r.Path, r.For)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 8 {
		t.Error(diff)
	}
}

// Every schema has exactly the fields of its Go type, and requires those that
// are always written.
func TestContractHasEveryField(t *testing.T) {
	var c contract
	read(t, &c)
	for name, v := range map[string]any{"CheckIn": door.CheckIn{}, "Pass": door.Pass{}, "Geofence": door.Geofence{}, "Consent": door.Consent{},
		"Told": door.Told{}, "Invitation": door.Invitation{}, "Invited": door.Invited{}, "Erasure": door.Erasure{}, "Erased": office.Erasure{},
		"Fleet": door.Fleet{}, "EnrolRequest": enrol.Request{}, "EnrolAnswer": enrol.Answer{}, "Lost": enrol.Lost{}} {
		var fields, required []string
		typ := reflect.TypeOf(v)
		for i := range typ.NumField() {
			field, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			fields = append(fields, field)
			if options == "" {
				required = append(required, field)
			}
		}
		s := c.Components.Schemas[name]
		var got []string
		for p := range s.Properties {
			got = append(got, p)
		}
		for _, l := range [][]string{fields, required, got, s.Required} {
			slices.Sort(l)
		}
		if diff := cmp.Diff(fields, got); diff != "" {
			t.Errorf("%s: fields %s", name, diff)
		}
		if diff := cmp.Diff(required, s.Required); diff != "" {
			t.Errorf("%s: required %s", name, diff)
		}
	}
}

// compiled returns the schema of a request or an answer.
func compiled(t *testing.T) func(ref string) *jsonschema.Schema {
	t.Helper()
	var tree any
	read(t, &tree)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(t, c.AddResource("contract", parsed(t, tree)))
	return func(ref string) *jsonschema.Schema {
		s, err := c.Compile("contract" + ref)
		must(t, err)
		return s
	}
}

func parsed(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	must(t, err)
	return out
}
