package main_test

import (
	"fmt"
	"go/ast"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// requirements are the numbers that the clienteling specification gives.
func requirements() (out []string) {
	for _, r := range [][2]int{{1, 7}, {10, 21}, {30, 40}, {50, 66}} {
		for n := r[0]; n <= r[1]; n++ {
			out = append(out, fmt.Sprintf("PR-%02d", n))
		}
	}
	return out
}

// proofs are what a page about requirements may name.
type proofs struct {
	tests map[string]bool // package.Test, and package.Test/part
	tags  map[string]bool // build tags of programs broken on purpose
}

// proven reads the tests and tags of a tree. A part is a text that a test's
// package runs a part by.
func proven(all []source) proofs {
	p := proofs{map[string]bool{}, map[string]bool{}}
	parts := map[string][]string{}
	for _, s := range all {
		for _, c := range s.ast.Comments {
			if tag, ok := strings.CutPrefix(c.List[0].Text, "//go:build "); ok {
				p.tags[tag] = true
			}
		}
		if !s.test {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 2 {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Run" {
					if name, ok := call.Args[0].(*ast.BasicLit); ok {
						parts[s.pkg] = append(parts[s.pkg], strings.Trim(name.Value, `"`))
					}
				}
			}
			return true
		})
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				p.tests[s.pkg+"."+f.Name.Name] = true
			}
		}
	}
	for _, test := range slices.Collect(maps.Keys(p.tests)) { // which grows
		for _, part := range parts[test[:strings.LastIndexByte(test, '.')]] {
			p.tests[test+"/"+part] = true
		}
	}
	return p
}

// overclaims says what is wrong with a page of requirements, each of which must
// have one row: numbers without one or with two, states that are none, tests and
// tags that do not exist, and rows that are kept by nobody's testimony or lack a
// reason for not being.
func overclaims(page string, want []string, p proofs) (out []string) {
	prefix, _, _ := strings.Cut(want[0], "-")
	for row := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
		id := strings.TrimSpace(cells[0])
		if !strings.HasPrefix(id, prefix+"-") {
			continue
		}
		i := slices.Index(want, id)
		if i < 0 || len(cells) != 5 {
			out = append(out, fmt.Sprintf("%s: %d cells; it is unknown, has a row already, or is not made like the others", id, len(cells)))
			continue
		}
		want = slices.Delete(slices.Clone(want), i, i+1)
		out = append(out, overclaimed(id, cells, p)...)
	}
	if len(want) > 0 {
		out = append(out, "without a row: "+strings.Join(want, ", "))
	}
	return out
}

// overclaimed says what is wrong with one row.
func overclaimed(id string, cells []string, p proofs) (out []string) {
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	named, tagged := regexp.MustCompile("`([a-z0-9/-]+\\.Test[A-Za-z0-9]+(?:/[a-z0-9 -]+)?)`"), regexp.MustCompile("caught by `([a-z_]+)`")
	says := strings.TrimSpace(cells[4])
	how := regexp.MustCompile(`^(kept|partly|open)\b`).FindString(says)
	tests := named.FindAllStringSubmatch(cells[3], -1)
	if strings.Count(cells[3], "Test") != len(tests) {
		add("%s: a test is not named by its package", id)
	}
	for _, m := range tests {
		if !p.tests[m[1]] {
			add("%s: no test %s", id, m[1])
		}
	}
	for _, m := range tagged.FindAllStringSubmatch(cells[3], -1) {
		if !p.tags[m[1]] {
			add("%s: no build tag %s", id, m[1])
		}
	}
	switch {
	case how == "":
		add("%s: %q is none of kept, partly, open", id, says)
	case how == "kept" && len(tests) == 0:
		add("%s: kept, and no test says so", id)
	case how == "partly" && !strings.Contains(says, ": "):
		add("%s: partly, and not what is missing", id)
	}
	return out
}

func TestPrivacyDocumented(t *testing.T) {
	page, err := os.ReadFile(root + "/docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range overclaims(string(page), requirements(), proven(repository(t))) {
		t.Error(o)
	}
}

// The rules of routing are told in the same way.
func TestRoutingDocumented(t *testing.T) {
	page, err := os.ReadFile(root + "/docs/routing.md")
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for n := range 37 { // the last one is not the specification's, but the issue's
		rules = append(rules, fmt.Sprintf("RT-%02d", n+1))
	}
	for _, o := range overclaims(string(page), rules, proven(repository(t))) {
		t.Error(o)
	}
}

func TestPrivacyDocumentedNoticesAClaim(t *testing.T) {
	p := proofs{map[string]bool{"a.TestA": true}, map[string]bool{"foyer_leaky": true}}
	var page strings.Builder
	for _, id := range requirements()[5:] {
		fmt.Fprintf(&page, "| %s | a thing | `a` | `a.TestA` (caught by `foyer_leaky`) | kept |\n", id)
	}
	page.WriteString("| PR-01 | w | h | `a.TestB` (caught by `foyer_lost`) | kept |\n| PR-02 | w | h | | kept |\n" +
		"| PR-03 | w | h | TestA | partly |\n| PR-04 | w | h | | nearly |\n| PR-66 | w | h | `a.TestA` | kept |\n")
	compare(t, overclaims(page.String(), requirements(), p), []string{"PR-01: no test a.TestB", "PR-01: no build tag foyer_lost", "PR-02: kept, and no",
		"PR-03: a test is not named", "PR-03: partly, and", "PR-04: \"nearly\"", "PR-66: 5 cells", "without a row: PR-05"})
}
