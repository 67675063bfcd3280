package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"foyer/web/contract"
	"foyer/web/gate"
	"foyer/web/guest"
	"foyer/web/staff"
)

// A promise is a listener's contract, read.
type promise struct {
	Paths      map[string]path
	Components struct{ Schemas map[string]any }
	mux        *http.ServeMux // which operation a request is
	mu         sync.Mutex
	compiler   *jsonschema.Compiler
	compiled   map[string]*jsonschema.Schema
	lived      sync.Map // operations that were seen to do what they are for
}

type path struct {
	Parameters                    []parameter
	Get, Put, Post, Delete, Patch *operation
}

type parameter struct{ Name, In string }

type operation struct {
	For         string `yaml:"x-for"`
	Summary     string
	Security    []map[string][]string
	RequestBody struct {
		Content map[string]media
	} `yaml:"requestBody"`
	Responses map[string]answer
}

type answer struct {
	Ref     string `yaml:"$ref"`
	Content map[string]media
}

type media struct{ Schema, Example any }

func (p path) operations() map[string]*operation {
	all := map[string]*operation{"GET": p.Get, "PUT": p.Put, "POST": p.Post, "DELETE": p.Delete, "PATCH": p.Patch}
	for m, o := range all {
		if o == nil {
			delete(all, m)
		}
	}
	return all
}

// promises reads the contracts once for all tests.
var promises = sync.OnceValue(func() map[string]*promise {
	all := map[string]*promise{}
	for _, l := range []string{contract.Guest, contract.Staff} {
		all[l] = must(readPromise(must(contract.Document(l))))
	}
	return all
})

func readPromise(document []byte) (*promise, error) {
	p := &promise{mux: http.NewServeMux(), compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	if err := yaml.Unmarshal(document, p); err != nil {
		return nil, err
	}
	var tree any
	if err := yaml.Unmarshal(document, &tree); err != nil {
		return nil, err
	}
	strict(tree)
	text, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	p.compiler.AssertFormat()
	if err := p.compiler.AddResource("contract", doc); err != nil {
		return nil, err
	}
	for path, ops := range p.Paths {
		for method := range ops.operations() {
			p.mux.Handle(method+" "+path, http.NotFoundHandler())
		}
	}
	return p, nil
}

// strict closes every object: a field that the contract does not have is one
// that somebody forgot to write down.
func strict(tree any) {
	switch x := tree.(type) {
	case map[string]any:
		if _, ok := x["properties"]; ok && x["additionalProperties"] == nil {
			x["additionalProperties"] = false
		}
		for _, v := range x {
			strict(v)
		}
	case []any:
		for _, v := range x {
			strict(v)
		}
	}
}

// schema is the one at a place of the document.
func (p *promise) schema(place ...string) (*jsonschema.Schema, error) {
	at := "contract#"
	for _, s := range place {
		at += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.compiled[at]; s != nil {
		return s, nil
	}
	s, err := p.compiler.Compile(at)
	p.compiled[at] = s
	return s, err
}

// wrong says what an exchange has that the contract has not.
func (p *promise) wrong(r *http.Request, body string, got reply) error {
	_, pattern := p.mux.Handler(r)
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		if strings.HasPrefix(r.URL.Path, "/v1/") && got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusMisdirectedRequest {
			return fmt.Errorf("%s is not in the contract", r.URL.Path)
		}
		return nil
	}
	if got.StatusCode == http.StatusMisdirectedRequest || got.StatusCode == http.StatusForbidden && r.Header.Get("Sec-Fetch-Site") != "" {
		return nil // the gate's own, of every route
	}
	place := []string{"paths", path, strings.ToLower(method)}
	o := p.Paths[path].operations()[method]
	status := fmt.Sprint(got.StatusCode)
	said, ok := o.Responses[status]
	if !ok {
		return fmt.Errorf("answers %s, which is not in the contract", status)
	}
	if err := p.answers(append(place, "responses", status, "content"), said, got); err != nil {
		return fmt.Errorf("answers %s: %w", status, err)
	}
	if got.StatusCode >= 300 {
		return nil
	}
	p.lived.Store(pattern, true)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if body == "" || body == "{}" && o.RequestBody.Content == nil { // nothing, and a body that says nothing
		return nil
	}
	if _, ok := o.RequestBody.Content[kind]; !ok {
		return fmt.Errorf("took %q, which is not in the contract", kind)
	}
	if kind != "application/json" {
		return nil
	}
	s, err := p.schema(append(place, "requestBody", "content", kind, "schema")...)
	if err != nil {
		return err
	}
	if err := valid(s, body); err != nil {
		return fmt.Errorf("took %s: %w", body, err)
	}
	return nil
}

// answers holds an answer to what was said of it.
func (p *promise) answers(place []string, said answer, got reply) error {
	content := said.Content
	if name, ok := strings.CutPrefix(said.Ref, "#/components/responses/"); ok {
		content, place = map[string]media{"application/problem+json": {}}, []string{"components", "responses", name, "content"}
	}
	kind, _, _ := strings.Cut(got.Header.Get("Content-Type"), ";")
	if len(content) == 0 {
		if got.body != "" {
			return fmt.Errorf("with a body, which is not in the contract: %s", got.body)
		}
		return nil
	}
	if _, ok := content[kind]; !ok {
		return fmt.Errorf("as %q, which is not in the contract", kind)
	}
	if !strings.HasSuffix(kind, "json") {
		return nil
	}
	s, err := p.schema(append(slices.Clone(place), kind, "schema")...)
	if err != nil {
		return err
	}
	return valid(s, got.body)
}

// jsonOf is a value of the document as a body.
func jsonOf(v any) ([]byte, error) { return json.Marshal(v) }

func valid(s *jsonschema.Schema, body string) error {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// holds fails for an exchange that the listener's contract does not have.
// Every request of every test goes through it.
func (p *person) holds(r *http.Request, body string, got reply) {
	p.t.Helper()
	c := promises()[p.face]
	if err := c.wrong(r, body, got); err != nil {
		p.t.Errorf("%s %s: %v\n%.500q", r.Method, r.URL.Path, err, got.body)
	}
}

// The contracts have exactly the routes of the listeners that programs use,
// each for whom the router has it, with the parameters of its path.
func TestContractsHaveEveryRoute(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for listener, table := range map[string][]gate.Route{contract.Guest: h.server.guestFace.routes.Table(), contract.Staff: h.server.staffFace.routes.Table()} {
		got, want := map[string]string{}, map[string]string{}
		for path, p := range promises()[listener].Paths {
			for method, o := range p.operations() {
				got[method+" "+path] = whose(t, o)
				if o.Summary == "" || len(o.Responses) < 2 {
					t.Errorf("%s %s has no summary, or no errors", method, path)
				}
			}
			var named []string
			for _, x := range p.Parameters {
				named = append(named, "{"+x.Name+"}")
			}
			if inPath := regexp.MustCompile(`\{\w+\}`).FindAllString(path, -1); !cmp.Equal(inPath, named) {
				t.Errorf("%s has the parameters %v", path, named)
			}
		}
		for _, r := range table {
			if strings.HasPrefix(r.Path, "/v1/") || r.Path == "/captive-portal" || r.Path == contract.Path {
				want[r.Method+" "+r.Path] = r.For
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) < 50 {
			t.Errorf("%s: %s", listener, diff)
		}
	}
}

// whose is the router's word for whom an operation is, and checks that its
// security says the same.
func whose(t *testing.T, o *operation) string {
	t.Helper()
	var ways []string
	for _, way := range o.Security {
		var cookies []string
		for c := range way {
			cookies = append(cookies, c)
		}
		slices.Sort(cookies)
		ways = append(ways, strings.Join(cookies, "+"))
	}
	want, ok := map[string]string{guest.Anyone: "", guest.Customer: "session", "customer-or-pass": "session|", staff.Device: "device", staff.Associate: "device+session",
		staff.Manager: "device+session", staff.Technician: "technician|device+session"}[o.For]
	if got := strings.Join(ways, "|"); !ok || got != want {
		t.Errorf("%q is for %s, by its security for %q", o.Summary, o.For, got)
	}
	if o.For == "customer-or-pass" {
		return guest.Customer
	}
	return o.For
}

// Every example is valid by the schema it stands beside.
func TestContractsExamplesAreValid(t *testing.T) {
	t.Parallel()
	n := 0
	for listener, c := range promises() {
		for path, p := range c.Paths {
			for method, o := range p.operations() {
				check := func(place []string, content map[string]media) {
					for kind, m := range content {
						if m.Example == nil {
							continue
						}
						n++
						s, err := c.schema(append(append([]string{"paths", path, strings.ToLower(method)}, place...), "content", kind, "schema")...)
						if err == nil {
							err = valid(s, string(must(json.Marshal(m.Example))))
						}
						if err != nil {
							t.Errorf("%s: the example of %s %s: %v", listener, method, path, err)
						}
					}
				}
				check([]string{"requestBody"}, o.RequestBody.Content)
				for status, a := range o.Responses {
					check([]string{"responses", status}, a.Content)
				}
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d examples", n)
	}
}

// What does not fit the contract is noticed.
func TestContractsAreHeld(t *testing.T) {
	t.Parallel()
	c := promises()[contract.Guest]
	ask := func(method, path, kind, body, as string, status int, answered string) error {
		r := must(http.NewRequest(method, "https://foyer.example"+path, strings.NewReader(body)))
		r.Header.Set("Content-Type", kind)
		return c.wrong(r, body, reply{&http.Response{StatusCode: status, Header: http.Header{"Content-Type": {as}}}, answered})
	}
	const j = "application/json"
	if err := ask("PUT", "/v1/me/visibility", j, `{"mode":"automatic"}`, "", 204, ""); err != nil {
		t.Errorf("what fits: %v", err)
	}
	for name, err := range map[string]error{
		"a route":              ask("GET", "/v1/me/secrets", "", "", j, 200, `{}`),
		"a status":             ask("GET", "/v1/me", "", "", j, 418, `{}`),
		"a kind of answer":     ask("GET", "/v1/me/asks", "", "", "text/html", 200, `[]`),
		"a field":              ask("GET", "/v1/me/associates", "", "", j, 200, `{"mine":[],"others":[],"pin":"4711"}`),
		"a missing field":      ask("GET", "/v1/me/associates", "", "", j, 200, `{"mine":[]}`),
		"a field of a body":    ask("PUT", "/v1/me/visibility", j, `{"mode":"automatic","until":"x"}`, "", 204, ""),
		"a value of a body":    ask("PUT", "/v1/me/visibility", j, `{"mode":"always"}`, "", 204, ""),
		"an answer's body":     ask("PUT", "/v1/me/visibility", j, `{"mode":"automatic"}`, j, 204, `{}`),
		"a page for a problem": ask("GET", "/v1/me", "", "", "text/html", 401, `<p>`),
	} {
		if err == nil {
			t.Errorf("%s too much or too little was not noticed", name)
		}
	}
}

// The documents are where the contract says, and name nobody.
func TestContractsAreServed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for listener, at := range map[string]string{contract.Guest: h.guest, contract.Staff: h.staff} {
		r := h.person(at).get(contract.Path)
		if r.StatusCode != 200 || r.body != string(must(contract.Document(listener))) {
			t.Errorf("%s: %s", listener, r.Status)
		}
	}
}
