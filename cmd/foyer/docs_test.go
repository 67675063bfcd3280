package main_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	maxFile     = 400 // lines of a file that is not a test
	maxFunction = 60  // lines of a function that is not a test
)

// settled lists the package variables that are neither an error, a compiled
// pattern nor an embedded file, and why each is not a global all the same.
func settled() map[string]string {
	return map[string]string{
		"cmd/foyer.version":           "set by the linker",
		"cmd/foyer-hq.version":        "set by the linker",
		"cmd/foyer-ap.version":        "set by the linker",
		"radio/report.mask":           "random once per process, so that what is printed of an address cannot be joined across restarts",
		"floor/recording.scanColumns": "the columns of a file, read only",
		"floor/recording.apColumns":   "the columns of a file, read only",
	}
}

// packages groups the files that are not tests by their folder.
func packages(all []source) map[string][]source {
	out := map[string][]source{}
	for _, s := range all {
		if !s.test {
			out[s.pkg] = append(out[s.pkg], s)
		}
	}
	return out
}

// undocumented names every package without exactly one comment of more than a
// sentence, and every exported name without one.
func undocumented(all []source) (out []string) {
	for pkg, files := range packages(all) {
		var docs []string
		for _, s := range files {
			if s.ast.Doc != nil {
				docs = append(docs, s.ast.Doc.Text())
			}
			for _, d := range s.ast.Decls {
				for _, name := range bare(d) {
					out = append(out, fmt.Sprintf("%s: %s has no comment: say in a sentence what it is", s.file, name))
				}
			}
		}
		switch {
		case len(docs) != 1:
			out = append(out, fmt.Sprintf("%s: %d package comments, want one", pkg, len(docs)))
		case sentences(docs[0]) < 2:
			out = append(out, fmt.Sprintf("%s: its comment must say which secret it hides and what it never does", pkg))
		}
	}
	sort.Strings(out)
	return out
}

func sentences(doc string) int {
	words := strings.Fields(doc)
	n := 0
	for _, w := range words {
		if strings.HasSuffix(w, ".") || strings.HasSuffix(w, ":") {
			n++
		}
	}
	return n
}

// bare returns the exported names a declaration leaves without a comment; a
// group's comment covers its members.
func bare(d ast.Decl) (out []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
			out = append(out, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && (d.Doc == nil || len(d.Specs) > 1) {
					out = append(out, s.Name.Name)
				}
			case *ast.ValueSpec:
				if d.Doc == nil && s.Doc == nil && s.Comment == nil && slices.ContainsFunc(s.Names, func(n *ast.Ident) bool { return n.IsExported() }) {
					out = append(out, s.Names[0].Name)
				}
			}
		}
	}
	return out
}

func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// sprawl names every init, every package variable that can change, every
// long file and every long function.
func sprawl(all []source) (out []string) {
	for _, s := range all {
		if s.test {
			continue
		}
		if s.lines > maxFile {
			out = append(out, fmt.Sprintf("%s: %d lines, at most %d", s.file, s.lines, maxFile))
		}
		for _, d := range s.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					out = append(out, fmt.Sprintf("%s: init: work at import cannot be tested or refused", s.file))
				}
				if n := s.set.Position(d.End()).Line - s.set.Position(d.Pos()).Line + 1; n > maxFunction {
					out = append(out, fmt.Sprintf("%s: %s has %d lines, at most %d", s.file, d.Name.Name, n, maxFunction))
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					out = append(out, globals(s, d)...)
				}
			}
		}
	}
	return out
}

// globals names the variables of a declaration that are not fixed by nature.
func globals(s source, d *ast.GenDecl) (out []string) {
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		if embedded(d.Doc) || embedded(v.Doc) {
			continue
		}
		for i, name := range v.Names {
			if name.Name == "_" || settled()[s.pkg+"."+name.Name] != "" || i < len(v.Values) && fixed(v.Values[i]) {
				continue
			}
			out = append(out, fmt.Sprintf("%s: package variable %s: make it a constant, a function or a field", s.file, name.Name))
		}
	}
	return out
}

func embedded(c *ast.CommentGroup) bool {
	return c != nil && slices.ContainsFunc(c.List, func(l *ast.Comment) bool { return strings.HasPrefix(l.Text, "//go:embed ") })
}

// fixed reports whether a value is an error, a network address, or a compiled
// pattern or page.
func fixed(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := f.X.(*ast.Ident)
	return ok && slices.Contains([]string{"errors.New", "fmt.Errorf", "regexp.MustCompile", "template.Must", "netip.AddrFrom4", "netip.MustParsePrefix"}, x.Name+"."+f.Sel.Name)
}

func TestEveryNameIsDocumented(t *testing.T) {
	for _, u := range undocumented(repository(t)) {
		t.Error(u)
	}
}

func TestNothingSprawls(t *testing.T) {
	all := repository(t)
	for _, u := range sprawl(all) {
		t.Error(u)
	}
	// What is excused must exist, where its package does.
	var names []string
	known := packages(all)
	for pkg, files := range known {
		for _, s := range files {
			ast.Inspect(s.ast, func(n ast.Node) bool {
				if v, ok := n.(*ast.ValueSpec); ok {
					names = append(names, pkg+"."+v.Names[0].Name)
				}
				return true
			})
		}
	}
	for name := range settled() {
		pkg := name[:strings.LastIndexByte(name, '.')]
		if known[pkg] != nil && !slices.Contains(names, name) {
			t.Errorf("%s is excused and does not exist: remove it here", name)
		}
	}
}

func TestDocsAndSprawlAreNoticed(t *testing.T) {
	long := strings.Repeat("\n", 61)
	all, err := parseTree(fstest.MapFS{
		"a/a.go": {Data: []byte("// Package a is short.\npackage a\n\nfunc Bare() {}\n\ntype T struct{}\n\nfunc (T) M() {}\n\nfunc (t) M() {}\n\ntype t struct{}\n\nconst C = 1\n")},
		"a/b.go": {Data: []byte("package a\n\nfunc init() {}\n\nvar list []int\n\nvar err = errors.New(\"x\")\n\nfunc long() {" + long + "}\n")},
		"b/a.go": {Data: []byte("// Package b hides a thing. It never shows it.\npackage b\n\n//go:embed x\nvar page []byte\n\n// G is a group.\nconst (\n\tG = 1\n\tH = 2\n)\n\n// F is said.\nfunc F() {}\n" + strings.Repeat("\n", 400))},
		"b/b.go": {Data: []byte("// Package b says it twice. It should not.\npackage b\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantDocs := []string{"a/a.go: Bare", "a/a.go: C", "a/a.go: M", "a/a.go: T", "a: its comment", "b: 2 package comments"}
	wantSprawl := []string{"a/b.go: init", "a/b.go: package variable list", "a/b.go: long has 62 lines", "b/a.go: 414 lines"}
	compare(t, undocumented(all), wantDocs)
	compare(t, sprawl(all), wantSprawl)
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i := range min(len(got), len(want)) {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}
