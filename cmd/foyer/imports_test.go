package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// root is the repository as the tests of this package see it.
const root = "../.."

// A source is one Go file of the repository. The tests read the files
// themselves rather than ask go list, so that the test cache notices a change.
type source struct {
	file, pkg string // pkg is the folder: "radio/report"
	test      bool
	set       *token.FileSet
	ast       *ast.File
	lines     int
}

func (s source) imports() (out []string) {
	for _, i := range s.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

// parseTree reads every Go file below the root of a repository, whatever its
// build tags.
func parseTree(tree fs.FS) ([]source, error) {
	var out []source
	set := token.NewFileSet()
	err := fs.WalkDir(tree, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && file != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "dist" || name == "bin" || name == "tmpdeps") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		data, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(set, file, data, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, source{file, path.Dir(file), strings.HasSuffix(name, "_test.go"), set, f, strings.Count(string(data), "\n")})
		return nil
	})
	return out, err
}

func repository(t *testing.T) []source {
	t.Helper()
	all, err := parseTree(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("%d Go files below %s: the tests look at the wrong folder", len(all), root)
	}
	return all
}

// layer returns the house's floor of a package and the package whose room it
// is in: radio/report lives in radio.
func layer(pkg string) (level int, owner string, ok bool) {
	floors := [][]string{
		{"disk"},
		{"floor", "vault", "health", "firmware", "systemd"},
		{"radio", "locator", "visit", "policy", "routing", "profile", "ledger", "config", "sync/wire"},
		{"concierge", "sync/hq", "sync/office"},
		{"web"},
		{"box"},
		{"rehearsal", "cmd/usage"},
		{"cmd/foyer", "cmd/foyer-ap", "cmd/foyer-hq", "scripts/vm", "scripts/system", "scripts/bill"},
	}
	for level, names := range floors {
		for _, n := range names {
			if within(pkg, n) {
				return level, n, true
			}
		}
	}
	return 0, "", false
}

func within(pkg, parent string) bool { return pkg == parent || strings.HasPrefix(pkg, parent+"/") }

// A rule forbids an import to some packages, or to all but some, and says why.
type rule struct {
	target string   // an import path and everything below it
	exact  bool     // and nothing below it
	not    []string // these packages may not; or
	only   []string // only these may
	except []string // these may all the same
	why    string
}

func (r rule) forbids(pkg, target string) bool {
	if target != r.target && (r.exact || !within(target, r.target)) {
		return false
	}
	inside := func(p string) bool { return within(pkg, p) }
	if slices.ContainsFunc(r.except, inside) {
		return false
	}
	return r.only != nil && !slices.ContainsFunc(r.only, inside) || slices.ContainsFunc(r.not, inside)
}

func rules() []rule {
	pure := []string{"floor", "locator", "visit", "policy", "routing"}
	nobody := []string{}
	const linetest = "sync/wire/line/linetest" // tests of several packages share its broker
	return []rule{
		{target: "foyer/profile", not: []string{"web"}, why: "associates see cards, never profiles: what cannot be named cannot be shown"},
		{target: "foyer/locator", not: []string{"web"}, why: "a page knows zones, never points or tracks"},
		{target: "foyer/visit", not: []string{"web"}, why: "a visit's zone reaches the pages through an interface box fills"},
		{target: "foyer/radio", not: []string{"web"}, why: "hardware addresses live in radio; pages never meet them"},
		{target: "foyer/sync/office", not: []string{"box"}, why: "a box must not carry headquarters' half, nor its discretion table"},
		{target: "foyer/radio/report", only: []string{"radio", "rehearsal", "cmd/foyer", "cmd/foyer-ap"}, why: "the codec knows hardware addresses: only who reads or makes reports may"},
		{target: "foyer/radio/format", only: []string{"radio"}, why: "it speaks of hardware addresses: only radio reads what vendors send"},
		{target: "foyer/radio/nl80211", only: []string{"cmd/foyer-ap", "radio", "box"}, why: "it reads the stations of this machine's own radio"},
		{target: "foyer/rehearsal", only: []string{"cmd", "rehearsal"}, why: "made-up people stay out of the product"},

		{target: "go.etcd.io/bbolt", only: []string{"vault"}, why: "bbolt's pitfalls are met once, in vault"},
		{target: "github.com/spf13/viper", only: []string{"config"}, why: "viper's conversions and races stay behind a typed Config"},
		{target: "github.com/go-viper/mapstructure", only: []string{"config"}, why: "it comes with viper"},
		{target: "github.com/mdlayher/wifi", only: []string{"radio/nl80211"}, why: "one door to nl80211, small enough for an access point"},
		{target: "github.com/jsimonetti/rtnetlink", only: []string{"radio"}, why: "the neighbour table holds hardware addresses"},
		{target: "github.com/prometheus", only: []string{"box"}, why: "packages offer Stats; one place makes metrics of them, so that no person becomes a label"},
		{target: "github.com/eclipse/paho.mqtt.golang", only: []string{"sync"}, why: "paho's promises are not trusted outside the line"},
		{target: "github.com/mochi-mqtt/server", only: []string{"radio", "rehearsal", linetest}, why: "a broker is embedded for the sensors, for the demo's headquarters and for tests"},
		{target: "github.com/gorilla/websocket", only: []string{"radio"}, why: "one format comes that way; pages have server-sent events"},
		{target: "github.com/grandcat/zeroconf", only: []string{"cmd/foyer"}, why: "unmaintained and fed by the LAN: in the advertiser's own process only"},
		{target: "github.com/pion/mdns", only: []string{"cmd/foyer"}, why: "fed by the LAN: in the advertiser's own process only"},
		{target: "github.com/spf13/cobra", only: []string{"cmd"}, why: "flags and exit codes belong to the programs"},
		{target: "rsc.io/qr", only: []string{"cmd/foyer"}, why: "pictures for a console"},
		{target: "google.golang.org/protobuf", only: []string{"radio/format"}, why: "one vendor's frames are walked by it; nothing of ours is written so"},
		{target: "github.com/theupdateframework/go-tuf", only: []string{"firmware"}, why: "what is trusted is decided in one place"},
		{target: "github.com/sigstore/sigstore", only: []string{"firmware/publish"}, why: "releases are signed at headquarters, never on a box"},
		{target: "foyer/firmware/publish", only: []string{"cmd/foyer-hq"}, why: "releases are signed at headquarters, never on a box"},
		{target: "github.com/CycloneDX", only: []string{"scripts/bill"}, why: "the release's bill of materials"},
		{target: "filippo.io/age", only: []string{"cmd/foyer"}, why: "what leaves the box for support is sealed where it is packed"},
		{target: "gonum.org/v1/gonum", only: []string{"locator"}, why: "linear algebra is the locator's"},
		{target: "golang.org/x/crypto", only: []string{"vault", "web", "sync/wire", "cmd/foyer-hq/guestcert"}, why: "sealing is vault's, PINs are web's, signing is wire's; and headquarters speaks ACME"},

		{target: "github.com/google/go-cmp", only: nobody, why: "for tests"},
		{target: "pgregory.net/rapid", only: nobody, why: "for tests"},
		{target: "go.uber.org/goleak", only: nobody, why: "for tests"},
		{target: "github.com/chromedp", only: nobody, why: "for tests"},
		{target: "foyer/scripts/vm", only: nobody, why: "a machine for tests"},
		{target: "github.com/mdlayher/genetlink", only: nobody, except: []string{"scripts/vm"}, why: "for tests: nl80211 has a door of its own"},
		{target: "foyer/" + linetest, only: nobody, why: "a broker for tests"},
		{target: "testing", only: []string{linetest}, why: "the product carries no test code"},

		{target: "net/http", only: []string{"web", "radio", "rehearsal", "box", "cmd", "firmware", "sync/wire/line"}, why: "the rest has no business on the network"},
		{target: "net", exact: true, not: pure, why: "it is arithmetic over reports and rules"},
		{target: "os", exact: true, not: []string{"visit", "policy", "routing", "locator"}, except: []string{"locator/survey"}, why: "it is arithmetic: files are read by whoever owns them"},
		{target: "os/exec", only: nobody, except: []string{linetest, "cmd/foyer-hq", "cmd/foyer-hq/guestcert"}, why: "a box runs no other program (EN 303 645, 5.6)"},
		{target: "plugin", only: nobody, why: "a box runs only what it was built from"},
		{target: "unsafe", only: nobody, why: "bytes from outside are parsed here"},
		{target: "math/rand", exact: true, only: nobody, why: "math/rand/v2 where chance is seeded, crypto/rand where it guards something"},
	}
}

// broken returns every import that breaks the house's order or a rule, as
// "file imports path: reason".
func broken(all []source) (out []string) {
	for _, s := range all {
		level, owner, known := layer(s.pkg)
		if !known {
			out = append(out, fmt.Sprintf("%s: package %s has no floor in the house: give it one in layer()", s.file, s.pkg))
			continue
		}
		if s.test {
			continue
		}
		for _, target := range s.imports() {
			for _, why := range refused(s.pkg, level, owner, target) {
				out = append(out, fmt.Sprintf("%s imports %s: %s", s.file, target, why))
			}
		}
	}
	return out
}

func refused(pkg string, level int, owner, target string) (why []string) {
	if ours, ok := strings.CutPrefix(target, "foyer/"); ok {
		below, other, known := layer(ours)
		switch {
		case !known:
			why = append(why, "nobody knows that package")
		case owner == other && owner == "web" && face(pkg) && face(ours) && pkg != ours:
			why = append(why, "the faces may not import one another")
		case owner != other && below >= level:
			why = append(why, fmt.Sprintf("imports go down, never sideways or up (from floor %d to %d)", level, below))
		}
	}
	for _, r := range rules() {
		if r.forbids(pkg, target) {
			why = append(why, r.why)
		}
	}
	return why
}

func face(pkg string) bool {
	return slices.Contains([]string{"web/guest", "web/staff", "web/setup", "web/admin", "web/first"}, pkg)
}

func TestImports(t *testing.T) {
	all := repository(t)
	for _, b := range broken(all) {
		t.Error(b)
	}
	for _, s := range all {
		if s.pkg == "sync" {
			t.Errorf("%s: sync holds the contract and no Go file", s.file)
		}
	}
}

// The test itself is tried on a tree that breaks what it can.
func TestImportsNoticesABrokenTree(t *testing.T) {
	file := func(pkg string, imports ...string) *fstest.MapFile {
		text := "package " + path.Base(pkg) + "\n"
		for _, i := range imports {
			text += "import _ " + strconv.Quote(i) + "\n"
		}
		return &fstest.MapFile{Data: []byte(text)}
	}
	tree := fstest.MapFS{
		"web/staff/a.go":      file("staff", "foyer/profile", "foyer/web/guest", "foyer/web", "foyer/concierge"),
		"web/admin/a.go":      file("admin", "foyer/radio/report"),
		"box/a.go":            file("box", "foyer/sync/office", "foyer/radio", "net/http", "github.com/prometheus/client_golang/prometheus"),
		"locator/a.go":        file("locator", "foyer/radio", "foyer/floor", "net", "os", "net/netip"),
		"locator/survey/a.go": file("survey", "foyer/locator", "os"),
		"floor/a.go":          file("floor", "foyer/box"),
		"visit/a.go":          file("visit", "go.etcd.io/bbolt", "math/rand", "math/rand/v2", "os/exec"),
		"visit/a_test.go":     file("visit_test", "foyer/box", "pgregory.net/rapid"),
		"policy/a.go":         file("policy", "pgregory.net/rapid", "foyer/nowhere"),
		"util/a.go":           file("util"),
		"testdata/a.go":       {Data: []byte("not Go")},
		".hidden/a.go":        {Data: []byte("not Go")},
	}
	all, err := parseTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	got := broken(all)
	want := []string{
		"box/a.go imports foyer/sync/office: a box must not carry",
		"floor/a.go imports foyer/box: imports go down",
		"locator/a.go imports foyer/radio: imports go down",
		"locator/a.go imports net: it is arithmetic",
		"locator/a.go imports os: it is arithmetic",
		"policy/a.go imports pgregory.net/rapid: for tests",
		"policy/a.go imports foyer/nowhere: nobody knows",
		"util/a.go: package util has no floor",
		"visit/a.go imports go.etcd.io/bbolt: bbolt's pitfalls",
		"visit/a.go imports math/rand: math/rand/v2",
		"visit/a.go imports os/exec: a box runs no other program",
		"web/admin/a.go imports foyer/radio/report: hardware addresses live in radio",
		"web/admin/a.go imports foyer/radio/report: the codec knows",
		"web/staff/a.go imports foyer/profile: associates see cards",
		"web/staff/a.go imports foyer/web/guest: the faces",
	}
	if len(got) != len(want) {
		t.Errorf("%d faults, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, w) }) {
			t.Errorf("not noticed: %s", w)
		}
	}
}
