package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// adverse are the words of what no field, route or message of foyer may be about:
// deciding on somebody's credit, work, health or insurance, what an associate
// sold, and where anybody has been.
func adverse() *regexp.Regexp {
	return regexp.MustCompile(`(^|_|-|/)(credit|loan|debt|solvency|salary|wage|payroll|income|spend|spending|insurance|employment|employer|dismissal|` +
		`diagnosis|religion|ethnicity|sales|revenue|turnover|commission|track|tracks|trail|movement|movements|dwell|heatmap|steps|whereabouts|position_history)($|s?_|-|/)`)
}

// jsonFields returns every JSON name in the sources below root, by struct.
func jsonFields(root string, fn func(where string, names []string)) error {
	fset := token.NewFileSet()
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			if err == nil && d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
				return fs.SkipDir
			}
			return err
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			var names []string
			for _, f := range s.Fields.List {
				if f.Tag == nil {
					continue
				}
				tag, err := strconv.Unquote(f.Tag.Value)
				if name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ","); err == nil && name != "" && name != "-" {
					names = append(names, name)
				}
			}
			if len(names) > 0 {
				fn(fset.Position(s.Pos()).String(), names)
			}
			return true
		})
		return nil
	})
}

// faultsOf says what is wrong with the JSON of one struct.
func faultsOf(where string, names []string) (out []string) {
	person, place := "", ""
	for _, n := range names {
		if adverse().MatchString(n) {
			out = append(out, fmt.Sprintf("%s: %q could serve to somebody's harm", where, n))
		}
		if slices.Contains([]string{"associate", "viewer", "author", "seller"}, n) {
			person = n
		}
		if slices.Contains([]string{"zone", "x", "y", "lat", "lon", "position", "place"}, n) {
			place = n
		}
	}
	if person != "" && place != "" {
		out = append(out, fmt.Sprintf("%s: %q beside %q says where one of the staff was", where, place, person))
	}
	return out
}

// harmless says why a place beside one of the staff is not hers.
func harmless(where string) string {
	for file, why := range map[string]string{
		"web/staff/json.go":   "a card: the customer's department, for who comes to her, until she is greeted",
		"web/guest/choice.go": "in whose place a task waits: a number",
	} {
		if strings.Contains(where, file) {
			return why
		}
	}
	return ""
}

// No adverse use: nothing that foyer stores, sends or answers has a field for
// credit, employment, insurance or somebody's sales, none of it says where one of
// the staff was, and no route reports anybody's movements. A field that would is
// found.
func TestNoAdverseUse(t *testing.T) {
	structs, fields := 0, 0
	err := jsonFields("../..", func(where string, names []string) {
		if strings.Contains(where, "rehearsal/") || strings.Contains(where, "locator/survey") || strings.Contains(where, "/floor/") {
			return // a made-up store's truth, and recordings of devices: neither runs on a box with customers
		}
		structs, fields = structs+1, fields+len(names)
		for _, f := range faultsOf(where, names) {
			if why := harmless(where); why == "" || !strings.Contains(f, "one of the staff") {
				t.Error(f)
			}
		}
	})
	if err != nil || structs < 100 || fields < 500 {
		t.Fatalf("only %d structs with %d fields were read: %v", structs, fields, err)
	}
	routes := 0
	route := regexp.MustCompile(`"(?:(?:GET|POST|PUT|DELETE|PATCH) )?(/(?:v1|here|staff|setup|privacy)[^" ]*)"`)
	err = filepath.WalkDir("../../web", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range route.FindAllStringSubmatch(string(data), -1) {
			if routes++; adverse().MatchString(m[1]) {
				t.Errorf("%s: the route %s", path, m[1])
			}
		}
		return err
	})
	if err != nil || routes < 80 {
		t.Fatalf("only %d routes were read: %v", routes, err)
	}
	contract, err := os.ReadFile("../../sync/asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	properties := regexp.MustCompile(`(?m)^ +([a-z_]+): \{?`).FindAllStringSubmatch(string(contract), -1)
	for _, m := range properties {
		if adverse().MatchString(m[1]) {
			t.Errorf("the contract with headquarters has %q", m[1])
		}
	}
	if len(properties) < 200 {
		t.Fatalf("only %d properties of the contract were read", len(properties))
	}
	for _, bad := range [][]string{{"credit_limit"}, {"associate", "sales"}, {"viewer", "at", "zone"}, {"customer", "track"}, {"income"}} {
		if len(faultsOf("here", bad)) == 0 {
			t.Errorf("%q is not found", bad)
		}
	}
}
