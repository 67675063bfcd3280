package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// schemas compiles the contract's schemas, which are JSON Schema.
func schemas(t *testing.T) func(name string) *jsonschema.Schema {
	t.Helper()
	b, err := os.ReadFile("../asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := yaml.Unmarshal(b, &tree); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.AssertContent()
	if err := c.AddResource("contract", parsed(t, tree)); err != nil {
		t.Fatal(err)
	}
	return func(name string) *jsonschema.Schema {
		s, err := c.Compile("contract#/components/schemas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// parsed is a value as JSON has it.
func parsed(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// written calls fn with every example as the code writes it, and its schema.
func written(t *testing.T, fn func(k Kind, p any, schema *jsonschema.Schema, value any)) {
	schema := schemas(t)
	for k, all := range examples() {
		for _, p := range all {
			data, err := Encode(k, p)
			if err != nil {
				t.Fatal(err)
			}
			name := payloadNames(k)[0]
			if !k.Raw() {
				name = reflect.TypeOf(p).Name()
			}
			fn(k, p, schema(name), parsed(t, json.RawMessage(data)))
		}
	}
}

// What the code writes is valid by the contract's schemas, and stays so when a
// newer side adds a field.
func TestExamplesAreValidByTheContract(t *testing.T) {
	written(t, func(k Kind, p any, s *jsonschema.Schema, v any) {
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v", k, err)
		}
		v.(map[string]any)["a-field-of-the-future"] = "x"
		if err := s.Validate(v); err != nil {
			t.Errorf("%s with a field more: %v", k, err)
		}
		data, err := json.Marshal(v)
		if err == nil {
			err = Check(k, data)
		}
		if err != nil {
			t.Errorf("%s with a field more is refused: %v", k, err)
		}
	})
}

// The schemas say something: without a required field, or with a field of
// another type, a payload is not valid by them.
func TestSchemasRefuse(t *testing.T) {
	written(t, func(k Kind, _ any, s *jsonschema.Schema, v any) {
		if k.Raw() {
			return
		}
		object := v.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(object)) {
			field := object[name]
			if slices.Contains(s.Required, name) {
				delete(object, name)
				if s.Validate(v) == nil {
					t.Errorf("%s without %s is valid", k, name)
				}
			}
			object[name] = nil
			if s.Validate(v) == nil {
				t.Errorf("%s whose %s is null is valid", k, name)
			}
			object[name] = field
		}
	})
}

// The envelope itself, and a line of a snapshot, are as the contract says.
func TestEnvelopeIsValidByTheContract(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	schema := schemas(t)
	for k, all := range examples() {
		data, err := Encode(k, all[0])
		if err != nil {
			t.Fatal(err)
		}
		signed, err := Sign(Message{Kind: k, Address: Address{"northwind", "014"}, Epoch: 1, Rev: 2, Prev: 1, NotBefore: noon, Expires: noon, Payload: data}, key)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema("Envelope").Validate(parsed(t, json.RawMessage(signed))); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
	line := SnapshotLine{Rev: 1, Kind: DownProfile, Payload: json.RawMessage(`{"customer":"c-1"}`)}
	if err := schema("SnapshotLine").Validate(parsed(t, line)); err != nil {
		t.Error(err)
	}
}
