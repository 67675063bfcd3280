package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The two privacy gates of the house, as the type checker sees them:
//
//  1. a client's hardware address never leaves radio: no exported name of any
//     other package, nor of radio itself, reaches a type that holds one;
//  2. a profile never leaves concierge: no exported name of concierge, its
//     constructors and their options aside, reaches a type of profile.
//
// A name reaches what its signature, exported fields and exported methods
// mention, and what those reach in turn.

// addressAllowed lists where a hardware address may be mentioned all the
// same, and why.
func addressAllowed() map[string]string {
	return map[string]string{
		"foyer/radio/report":  "the codec is where addresses are read and written",
		"foyer/radio/format":  "vendors' rows become canonical reports there, for radio alone",
		"foyer/radio/nl80211": "the stations of this machine's own radio, read for the codec",
	}
}

// isAddress says whether a type holds a client's hardware address.
func isAddress(n *types.TypeName) bool {
	if n.Pkg() == nil {
		return false
	}
	switch n.Pkg().Path() + "." + n.Name() {
	case "foyer/radio/report.Addr", "foyer/radio/report.Report", "foyer/radio/nl80211.Station", "net.HardwareAddr", "net.Interface",
		"github.com/mdlayher/wifi.StationInfo", "github.com/mdlayher/wifi.BSS":
		return true
	}
	return false
}

func isProfile(n *types.TypeName) bool {
	return n.Pkg() != nil && within(n.Pkg().Path(), "foyer/profile")
}

// A walk follows types until it meets a forbidden one.
type walk struct {
	forbidden func(*types.TypeName) bool
	seen      map[types.Type]bool
}

// reaches returns the way from t to a forbidden type, or "".
func (w *walk) reaches(t types.Type) string {
	if t == nil || w.seen[t] {
		return ""
	}
	w.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		return w.named(t)
	case *types.Alias:
		if w.forbidden(t.Obj()) {
			return t.Obj().Name()
		}
		return w.reaches(types.Unalias(t))
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() {
				if way := w.reaches(f.Type()); way != "" {
					return "." + f.Name() + " " + way
				}
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			if m.Exported() {
				if way := w.reaches(m.Type()); way != "" {
					return "." + m.Name() + "() " + way
				}
			}
		}
	case *types.Signature:
		return w.first(t.Params(), t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if way := w.reaches(v.Type()); way != "" {
				return way
			}
		}
	case *types.Map:
		return w.first(t.Key(), t.Elem())
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		return w.reaches(t.Elem())
	case *types.TypeParam:
		return w.reaches(t.Constraint())
	case *types.Union:
		for term := range t.Terms() {
			if way := w.reaches(term.Type()); way != "" {
				return way
			}
		}
	}
	return ""
}

func (w *walk) first(list ...types.Type) string {
	for _, t := range list {
		if way := w.reaches(t); way != "" {
			return way
		}
	}
	return ""
}

// named follows a type of the house by its fields and methods, and a foreign
// one by its name and its arguments only: what net/http reaches is not ours.
func (w *walk) named(t *types.Named) string {
	if w.forbidden(t.Obj()) {
		return t.Obj().Pkg().Name() + "." + t.Obj().Name()
	}
	for a := range t.TypeArgs().Types() {
		if way := w.reaches(a); way != "" {
			return way
		}
	}
	if p := t.Obj().Pkg(); p == nil || !within(p.Path(), "foyer") {
		return ""
	}
	if way := w.reaches(t.Underlying()); way != "" {
		return t.Obj().Name() + way
	}
	for m := range t.Methods() {
		if m.Exported() {
			if way := w.reaches(m.Type()); way != "" {
				return t.Obj().Name() + "." + m.Name() + "() " + way
			}
		}
	}
	return ""
}

// leaks returns every exported name of a package from which a forbidden type
// can be reached. skip names those that are excused.
func leaks(p *types.Package, forbidden func(*types.TypeName) bool, skip func(types.Object) bool) (out []string) {
	for _, name := range p.Scope().Names() {
		o := p.Scope().Lookup(name)
		if !o.Exported() || skip(o) {
			continue
		}
		w := walk{forbidden, map[types.Type]bool{}}
		if way := w.reaches(o.Type()); way != "" {
			out = append(out, fmt.Sprintf("%s.%s reaches %s", p.Path(), name, way))
		}
	}
	return out
}

func nothing(types.Object) bool { return false }

// constructor excuses concierge's doors inwards: what makes a desk is given
// the profiles, by hand or in its options.
func constructor(o types.Object) bool {
	_, isFunc := o.(*types.Func)
	return isFunc && strings.HasPrefix(o.Name(), "New") || strings.HasSuffix(o.Name(), "Options")
}

// built returns the packages of the house as the compiler exported them. It
// reads every source file too, so that the test cache notices a change.
func built(t *testing.T) map[string]*types.Package {
	t.Helper()
	_ = repository(t)
	cmd := exec.Command("go", "list", "-e", "-export", "-deps", "-json=ImportPath,Export,Module,Name", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v: %s", err, stderr.String())
	}
	files := map[string]string{}
	var ours []string
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct {
			ImportPath, Export, Name string
			Module                   *struct{ Path string }
		}
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		files[p.ImportPath] = p.Export
		switch {
		case p.Module == nil || p.Module.Path != "foyer" || p.Name == "main":
		case p.Export == "":
			t.Errorf("%s does not build: the gates cannot be checked for it", p.ImportPath)
		default:
			ours = append(ours, p.ImportPath)
		}
	}
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
	packages := map[string]*types.Package{}
	for _, path := range ours {
		p, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		packages[path] = p
	}
	return packages
}

func TestAddressesStayInRadio(t *testing.T) {
	all := built(t)
	for path, p := range all {
		if addressAllowed()[path] != "" {
			continue
		}
		for _, l := range leaks(p, isAddress, nothing) {
			t.Errorf("%s: a client's hardware address never leaves radio", l)
		}
	}
	// The gate must know the very types it is about.
	if p := all["foyer/radio/report"]; p != nil && !slices.ContainsFunc(p.Scope().Names(), func(n string) bool { return isAddress(types.NewTypeName(0, p, n, nil)) }) {
		t.Error("radio/report has no type that the gate calls an address: was it renamed?")
	}
}

func TestProfilesStayInConcierge(t *testing.T) {
	all := built(t)
	p := all["foyer/concierge"]
	if p == nil {
		t.Fatal("there is no concierge package: the gate guards nothing")
	}
	if all["foyer/profile"] == nil {
		t.Error("there is no profile package: the gate guards nothing")
	}
	// A customer's pseudonym is everywhere in concierge: a walk that does not
	// even find that one sees nothing.
	customer := func(n *types.TypeName) bool { return n.Name() == "Customer" && n.Pkg().Path() == "foyer/floor" }
	if len(leaks(p, customer, nothing)) == 0 {
		t.Error("the walk finds nothing in concierge: the gate is blind")
	}
	for _, l := range leaks(p, isProfile, constructor) {
		t.Errorf("%s: a profile never leaves concierge", l)
	}
	card, ok := p.Scope().Lookup("Card").(*types.TypeName)
	if !ok {
		t.Fatal("concierge has no Card")
	}
	for f := range card.Type().Underlying().(*types.Struct).Fields() {
		if f.Exported() {
			t.Errorf("Card.%s is open: a Card shows itself by View only", f.Name())
		}
	}
}

// Both gates are tried on packages that leak in every way there is.
func TestGatesNoticeALeak(t *testing.T) {
	house := newHouse(t, map[string]string{
		"foyer/profile":      `package profile; type Profile struct{ Name string }; type Note string`,
		"foyer/radio/report": `package report; type Addr [6]byte; type Report struct{ Client Addr }`,
		"foyer/concierge": `package concierge
			import "foyer/profile"
			type inner struct{ P *profile.Profile }
			type Options struct{ Cache func() profile.Profile }
			type Sealed struct{ p profile.Profile }
			type Field struct{ P []profile.Profile }
			type Method struct{}
			func (Method) Notes() map[string]profile.Note { return nil }
			type Hidden struct{ s Sealed }
			type Iface interface{ Get() (profile.Profile, error) }
			type Box[T any] struct{ V T }
			type Deep struct{ M Method }
			type Mine = profile.Profile
			func New(o Options, p profile.Profile) *Sealed { return &Sealed{p} }
			func Func(func(chan profile.Note)) {}
			func Inner() inner { return inner{} }
			func Generic() Box[profile.Note] { return Box[profile.Note]{} }
			var Var profile.Note
			func Fine(s Sealed, h Hidden) string { return "" }`,
		"foyer/visit": `package visit
			import "foyer/radio/report"
			type Visit struct{ Where report.Addr }
			type Log struct{ last report.Report }
			func Of() []report.Report { return nil }`,
	})
	var got []string
	for _, l := range append(leaks(house["foyer/concierge"], isProfile, constructor), leaks(house["foyer/visit"], isAddress, nothing)...) {
		name, _, _ := strings.Cut(l, " ")
		got = append(got, name)
	}
	want := []string{"Deep", "Field", "Func", "Generic", "Iface", "Inner", "Method", "Mine", "Var"}
	for i := range want {
		want[i] = "foyer/concierge." + want[i]
	}
	want = append(want, "foyer/visit.Of", "foyer/visit.Visit")
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// house type-checks made-up packages that import one another.
type house map[string]*types.Package

func (h house) Import(path string) (*types.Package, error) {
	if p := h[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

func newHouse(t *testing.T, sources map[string]string) house {
	t.Helper()
	h := house{}
	for _, path := range []string{"foyer/profile", "foyer/radio/report", "foyer/concierge", "foyer/visit"} {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path+".go", sources[path], 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := (&types.Config{Importer: h}).Check(path, set, []*ast.File{f}, nil)
		if err != nil {
			t.Fatal(err)
		}
		h[path] = p
	}
	return h
}
