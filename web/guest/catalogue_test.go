package guest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"foyer/concierge"
	"foyer/policy"
	"foyer/profile"
	"foyer/radio"
	"foyer/web/tongue"
)

// named are the things that are said by their names: what stands in the
// templates and in the code, by T, HTML or what stands for them.
func named(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	call := regexp.MustCompile(`\{\{(?:t|h) ("(?:[^"\\]|\\.)*")`)
	for _, dir := range []string{".", "../letter"} {
		pages, err := fs.Glob(os.DirFS(dir), "*.html")
		if err != nil || len(pages) == 0 {
			t.Fatal(dir, err)
		}
		for _, page := range pages {
			body, err := os.ReadFile(dir + "/" + page)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range call.FindAllStringSubmatch(string(body), -1) {
				out[unquoted(t, m[1])] = true
			}
		}
	}
	for _, dir := range []string{".", "../letter", "../tongue", "../../concierge"} {
		for _, f := range parsed(t, dir) {
			ast.Inspect(f, func(n ast.Node) bool {
				c, ok := n.(*ast.CallExpr)
				if !ok || len(c.Args) == 0 || !says(c.Fun) {
					return true
				}
				if s, ok := c.Args[0].(*ast.BasicLit); ok && s.Kind == token.STRING {
					out[unquoted(t, s.Value)] = true
				}
				return true
			})
		}
	}
	return out
}

// says reports whether what is called is one of the functions that say a thing.
func says(f ast.Expr) bool {
	switch f := f.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name == "T"
	case *ast.Ident:
		return f.Name == "t"
	}
	return false
}

func parsed(t *testing.T, dir string) (out []*ast.File) {
	t.Helper()
	all, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil || len(all) == 0 {
		t.Fatal(dir, err)
	}
	for _, name := range all {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), dir+"/"+name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func unquoted(t *testing.T, s string) string {
	t.Helper()
	s, err := strconv.Unquote(s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// derived are the things whose names come from elsewhere: what the desk, the
// gate and the radio say, and the words that the box keeps.
func derived() (out []string) {
	for _, a := range concierge.Askables() {
		out = append(out, a.Words)
	}
	for _, b := range concierge.Buckets() {
		if strings.Contains(b.Whose, "customers") { // no other has anything of hers to be told
			out = append(out, b.Purpose)
		}
	}
	for _, p := range profile.Purposes() {
		out = append(out, spaced(string(p)))
	}
	for _, g := range policy.Lines(1<<12 - 1).Guidance(policy.Blanks{})[1:] { // the first is every card's first line
		out = append(out, g.Text)
	}
	for _, r := range concierge.Reasons() {
		out = append(out, spaced(r))
	}
	for _, err := range []error{radio.ErrNoAddress, radio.ErrRouter, ErrPass, ErrPassSigner, ErrPassStore, ErrPassOver, ErrPassClock, errPassUsed, errShown} {
		out = append(out, sentence(err))
	}
	const words = "away awaiting grace announced browsing serving approach_me only_mine let_me_browse automatic ask_each_visit invisible closed default open " +
		"asked welcome never preference size occasion anyone mine personal_detail handling handoff preferred service ordinary personal gift special " +
		"requested confirmed moved declined cancelled covered page app associate manager substitute served none reveal her_own_list objection her_choice " +
		"just_right too_little too_much pending refused active expired stopped contested upheld rejected accepted timed_out rescinded"
	for _, w := range strings.Fields(words) {
		out = append(out, spaced(w))
	}
	return append(out, half, heard, deaf, firstAsked, graceful, reported, alone, allowable, "bought in this store", "bought in our other stores", "bought online",
		"Know it, don’t recite it. Never begin with “I see you bought”.", "Let her tell you the rest.", "Likes it quiet", "Needs a way without steps", "Glad of a chair",
		"Your name", "Your picture", "What you came for", "What you told us", "Your wishes", "What you like in general", "Notes", "What you bought",
		"it has more than %d MB", "it is neither a JPEG nor a PNG", "it has %d by %d pixels, want %d by %d to %d million in all", "it cannot be read", "it cannot be made small enough", "it did not arrive whole",
		"Your phone was not found on the store’s Wi-Fi in time. Open this page again in a minute.",
		"Too many requests from this account.", "Too many requests from this device.", "Too many codes were tried from this device.", "Too many codes were tried.",
		"Too many passes were tried from this device.", "Too many pages are open at once.", "Not so fast.",
		"This came from another site. Open the page again and use its own buttons.", "This box does not answer to that name. Use the address on the store's sign.",
		"This did not work. The store has been told.", "The answer could not be written.", "%s and %s", "%s and %s (before an i)")
}

// What stands at the places of a thing, and its elements, in any order.
func places(s string) []string {
	out := regexp.MustCompile(`%(?:\[\d\])?[sd]|<[^>]+>`).FindAllString(s, -1)
	slices.Sort(out)
	return out
}

// Every language has words for every thing that is said, with the same places
// and elements in them, and none that nobody says.
func TestEveryLanguageSaysEverything(t *testing.T) {
	said := named(t)
	if len(said) < 450 {
		t.Fatalf("only %d things are said: the sources were not understood", len(said))
	}
	for _, name := range derived() {
		said[name] = true
	}
	all, err := tongue.Load()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := lettersOwn(t)
	maps.Copy(said, elsewhere)
	for _, l := range all.All()[1:] {
		words := l.Words()
		for name := range said {
			text, ok := words[name]
			switch {
			case !ok:
				t.Errorf("%s has no words for %q", l.Name, name)
			case strings.TrimSpace(text) == "" || !slices.Equal(places(text), places(name)):
				t.Errorf("%s says %q for %q", l.Name, text, name)
			}
		}
		for name := range words {
			if !said[name] {
				t.Errorf("%s has words for %q, which nobody says", l.Name, name)
			}
		}
	}
}

// lettersOwn are the captions of the letter and what it says is not in it.
func lettersOwn(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	take := func(dir, function string, values bool) {
		before := len(out)
		for _, f := range parsed(t, dir) {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == function {
					ast.Inspect(fn, func(n ast.Node) bool {
						if kv, ok := n.(*ast.KeyValueExpr); ok && values {
							out[unquoted(t, kv.Value.(*ast.BasicLit).Value)] = true
							return false
						}
						if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING {
							out[unquoted(t, s.Value)] = true
						}
						return true
					})
				}
			}
		}
		if len(out) == before {
			t.Fatalf("%s has nothing to say", function)
		}
	}
	take("../letter", "captions", true)
	take("../../concierge", "notInHere", false)
	return out
}

// Whatever the templates say, they say by its name: no words stand in them bare,
// which no language could have others for.
func TestTemplatesSayNothingThemselves(t *testing.T) {
	bare := func(page string) (out []string) {
		page = regexp.MustCompile(`(?s)<style>.*?</style>|\{\{.*?\}\}`).ReplaceAllString(page, "")
		for _, m := range regexp.MustCompile(`(?:aria-label|alt|title|placeholder)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			out = append(out, m[1])
		}
		out = append(out, regexp.MustCompile(`(?s)<[^>]*>`).Split(page, -1)...)
		return slices.DeleteFunc(out, func(s string) bool { return !regexp.MustCompile(`\pL`).MatchString(s) })
	}
	for _, dir := range []string{".", "../letter"} {
		pages, err := fs.Glob(os.DirFS(dir), "*.html")
		if err != nil || len(pages) == 0 {
			t.Fatal(dir, err)
		}
		for _, name := range pages {
			page, err := os.ReadFile(dir + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range bare(string(page)) {
				t.Errorf("%s says %q itself", name, s)
			}
		}
	}
	if got := bare(`<p class="x">{{t "A"}} and <img alt="a face"></p>`); len(got) != 2 {
		t.Errorf("found %q", got)
	}
}
