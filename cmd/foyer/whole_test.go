package main_test

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// holdsBack reports whether tests in a file do less with -short or with the race
// detector than without. Of properties rapid then tries a fifth as many cases.
func holdsBack(s source) (found bool) {
	found = slices.Contains(s.imports(), "pgregory.net/rapid")
	for _, group := range s.ast.Comments {
		for _, c := range group.List {
			if x, err := constraint.Parse(c.Text); err == nil {
				x.Eval(func(tag string) bool { found = found || tag == "race"; return true })
			}
		}
	}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if f, ok := n.(*ast.SelectorExpr); ok && f.Sel.Name == "Short" {
			x, ok := f.X.(*ast.Ident)
			found = found || ok && x.Name == "testing"
		}
		return true
	})
	return found
}

// leftOut says which packages' tests are held back in "make check" and not run
// in whole afterwards. Skipped names the tests that check skips.
func leftOut(all []source, whole []string, skipped *regexp.Regexp) (out []string) {
	for _, s := range all {
		switch {
		case !s.test && holdsBack(s):
			out = append(out, s.file+": no test, and asks testing.Short: who uses it cannot be told")
		case slices.Contains(whole, s.pkg) || !s.test:
		case holdsBack(s):
			out = append(out, s.file+": its tests do less with -short, and are never run without")
		default:
			for _, d := range s.ast.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && skipped.MatchString(f.Name.Name) {
					out = append(out, fmt.Sprintf("%s: %s is skipped, and never run", s.file, f.Name.Name))
				}
			}
		}
	}
	return out
}

// TestTheWholePassLeavesNothingOut holds "make test" to what it says: a test
// that check runs in part, or not at all, is run in whole afterwards.
func TestTheWholePassLeavesNothingOut(t *testing.T) {
	listed, err := exec.CommandContext(t.Context(), root+"/scripts/whole.sh").Output()
	must(t, err)
	var whole []string
	for _, pkg := range strings.Fields(string(listed)) {
		whole = append(whole, path.Clean(pkg))
	}
	makefile, err := os.ReadFile(root + "/Makefile")
	must(t, err)
	skipped := regexp.MustCompile(`(?m)^NO_RACE +:= (.+)$`).FindSubmatch(makefile)
	if skipped == nil {
		t.Fatal("the Makefile names no tests that check skips")
	}
	names := regexp.MustCompile(strings.ReplaceAll(string(skipped[1]), "$$", "$"))
	for _, o := range leftOut(repository(t), whole, names) {
		t.Error(o)
	}
	// Of these check runs some tests by name, and leaves the others to the whole pass.
	for _, m := range regexp.MustCompile(`(?m)^\tgo test .* -run \S+ \./(\S+)|grep -v '/(\S+?)\$`).FindAllStringSubmatch(string(makefile), -1) {
		if pkg := m[1] + m[2]; !slices.Contains(whole, pkg) {
			t.Errorf("%s: check runs only some of its tests, and the others are never run", pkg)
		}
	}
}

func TestTheWholePassNoticesWhatIsLeftOut(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	all, err := parseTree(fstest.MapFS{
		"whole/a_test.go": file("package a\nfunc TestA(t *testing.T) { if testing.Short() { return } }"),
		"short/a_test.go": file("package a\nfunc TestA(t *testing.T) { if testing.Short() { return } }"),
		"raced/a_test.go": file("//go:build linux && !race\n\npackage a\nfunc TestA(t *testing.T) {}"),
		"rapid/a_test.go": file("package a\nimport \"pgregory.net/rapid\"\nfunc TestA(t *testing.T) { rapid.Check(t, nil) }"),
		"named/a_test.go": file("package a\nfunc TestB(t *testing.T) {}"),
		"other/a_test.go": file("//go:build linux\n\npackage a\nfunc TestA(t *testing.T) { d.Short() }"),
		"house/a.go":      file("package a\nfunc Long() bool { return !testing.Short() }"),
	})
	must(t, err)
	compare(t, leftOut(all, []string{"whole"}, regexp.MustCompile("^TestB$")),
		[]string{"house/a.go: no test", "named/a_test.go: TestB is skipped", "raced/a_test.go: its tests", "rapid/a_test.go: its tests", "short/a_test.go: its tests"})
}
