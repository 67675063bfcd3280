package web

import (
	"crypto/sha256"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"foyer/profile"
	"foyer/web/gate"
	"foyer/web/tongue"
)

// A reader knows another language and looks for English on the pages.
type reader struct {
	t      *testing.T
	code   string
	exact  map[string]bool
	shapes map[string]*regexp.Regexp // of what has places
	read   map[string]bool           // what it has read, to know that it has read anything
	found  func(where, text string)  // English
}

func newReader(t *testing.T, l *tongue.Tongue) *reader {
	r := &reader{t: t, code: l.Code, exact: map[string]bool{}, shapes: map[string]*regexp.Regexp{}, read: map[string]bool{}}
	r.found = func(where, text string) { t.Helper(); t.Errorf("%s, in %s: %q", where, l.Name, text) }
	places := regexp.MustCompile(`%(\\\[\d\\\])?[sd]`)
	tags := regexp.MustCompile(`<[^>]+>`)
	for name, said := range l.Words() {
		switch plain := tags.ReplaceAllString(name, ""); {
		case name == said: // the same in both
		case !strings.Contains(name, "%"):
			r.exact[plain] = true
		case len(regexp.MustCompile(`%(\[\d\])?[sd]|\W`).ReplaceAllString(plain, "")) > 4:
			r.shapes[name] = regexp.MustCompile("^" + places.ReplaceAllString(regexp.QuoteMeta(plain), ".+") + "$")
		}
	}
	return r
}

// page looks at a whole page. What says that it is in another language, or is
// shown as it is stored, is left alone.
func (r *reader) page(where, page string) {
	r.t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		r.t.Fatal(err)
	}
	if !strings.Contains(page, `<html lang="`+r.code+`">`) {
		r.t.Errorf("%s is not in %s: %.80q", where, r.code, page)
	}
	r.node(where, doc)
}

func (r *reader) node(where string, n *html.Node) {
	for _, a := range n.Attr {
		switch a.Key {
		case "translate":
			return
		case "lang":
			if a.Val != r.code {
				return
			}
		case "aria-label", "alt", "placeholder", "title", "data-say":
			r.text(where, a.Val)
		}
	}
	if n.Type == html.TextNode && (n.Parent.Data != "style" && n.Parent.Data != "script") {
		r.text(where, n.Data)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.node(where, c)
	}
}

func (r *reader) text(where, text string) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || r.read[text] {
		return
	}
	r.read[text] = true
	for _, one := range append(sentences(text), text) {
		if r.exact[one] {
			r.found(where, one)
		}
		for _, shape := range r.shapes {
			if shape.MatchString(one) {
				r.found(where, one)
			}
		}
	}
}

// sentences parts a text that several were joined to.
func sentences(text string) []string {
	return regexp.MustCompile(`[^.!?:;]+[.!?]`).FindAllString(text, -1)
}

// Nobody who reads German, French or Spanish meets an English word on any page
// of the table of routes, nor in what a form is answered, in the states a visit
// goes through. What is looked for is all that the pages can say.
func TestNoPageIsInEnglish(t *testing.T) {
	all := must(tongue.Load()).All()
	for _, l := range all[1:] {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			r := newReader(t, l)
			if len(r.exact) < 400 || len(r.shapes) < 60 {
				t.Fatalf("only %d things and %d with places are looked for", len(r.exact), len(r.shapes))
			}
			h.notice("2", map[profile.Purpose][]string{profile.Presence: {"1"}, profile.HistoryStore: {"1"}, profile.ProfileToAssociates: {"1"}, profile.Photo: nil})
			walkAVisit(h, r)
			walkTheRoutes(h, r)
			if len(r.read) < 250 {
				t.Errorf("only %d texts were read: %q", len(r.read), slices.Sorted(maps.Keys(r.read)))
			}
			t.Logf("%d texts read", len(r.read))
		})
	}
}

// A page in English is one that such a reader meets English on.
func TestAReaderFindsEnglish(t *testing.T) {
	h := newHouse(t)
	r, found := newReader(t, must(tongue.Load()).All()[1]), map[string]bool{}
	r.found = func(_, text string) { found[text] = true }
	page := strings.Replace(h.signIn("c-keller").page("/here/privacy"), `<html lang="en">`, `<html lang="de">`, 1)
	r.page("/here/privacy", page)
	if len(found) < 30 || !found["Who saw what"] || !found["Let associates know me"] {
		t.Errorf("on an English page only this is found: %q", slices.Sorted(maps.Keys(found)))
	}
}

// in is somebody who chose a language.
func (h *house) in(code, ref string) *person {
	p := h.person(h.guest)
	p.give("__Host-language", code)
	if ref != "" {
		p.give("__Host-guest", must(h.server.doors.Admit(customer(ref), h.now())))
	}
	return p
}

// walkAVisit takes customers through what their first page can say.
func walkAVisit(h *house, r *reader) {
	nobody := h.in(r.code, "")
	r.page("/here, a stranger", nobody.page("/here"))
	r.page("/here, a link", nobody.page("/here?code=x"))
	r.page("a wrong code", nobody.form("/here/session", "code", "no").body)
	nobody.form("/here/ask", "zone", "shoes")
	r.page("/here, a stranger asks", nobody.page("/here"))
	h.pass(10 * time.Minute)
	r.page("/here, nobody for a stranger", nobody.page("/here"))
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	she := map[string]*person{}
	for _, ref := range []string{"c-keller", "c-adler", "c-okafor"} {
		sum := sha256.Sum256([]byte("again-" + ref))
		h.must(h.profiles.Invite(profile.Invitation{CodeHash: sum, Customer: customer(ref), Expires: h.now().Add(time.Hour)}))
		she[ref] = h.in(r.code, "")
		she[ref].done("/here", "/here/session", "code", "again-"+ref)
		r.page("/here, signed in", she[ref].page("/here"))
	}
	keller, adler, okafor := she["c-keller"], she["c-adler"], she["c-okafor"]
	v := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	r.page("/here, asked", keller.page("/here"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	r.page("/here, announced", keller.page("/here"))
	ana.done(v, "/staff/offers/"+between(h.t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	r.page("/here, somebody comes", keller.page("/here"))
	ana.done(v, v+"/greeted")
	r.page("/here, served", keller.page("/here"))
	h.arrive(customer("c-adler"), "women")
	adler.done("/here", "/here/announce", "style", "let_me_browse")
	r.page("/here, looking around", adler.page("/here"))
	h.arrive(customer("c-okafor"), "tailoring")
	r.page("/here, soon told", okafor.page("/here"))
	okafor.done("/here", "/here/help")
	r.page("/here, asking", okafor.page("/here"))
	for range 8 {
		h.pass(time.Minute)
		r.page("/here, waiting", okafor.page("/here"))
		r.page("/here, waiting with another", adler.page("/here"))
	}
	okafor.done("/here", "/here/not-today")
	r.page("/here, not today", okafor.page("/here"))
	ana.done("/staff", v+"/wrap-up", "served", "yes")
	h.pass(40 * time.Minute)
	r.page("/here, after the visit", keller.page("/here"))
	h.notice("3", map[profile.Purpose][]string{profile.Presence: nil, profile.HistoryStore: nil, profile.ProfileToAssociates: nil, profile.Photo: nil})
	r.page("/here, a new notice", keller.page("/here"))
	r.page("/here/privacy, a new notice", keller.page("/here/privacy"))
	for _, purpose := range []string{"presence", "profile_to_associates", "photo", "history_store"} {
		keller.allow(purpose)
	}
	keller.form("/here/known/object", "id", "n-1")
	keller.form("/here/known/hide", "id", "p-2")
}

// walkTheRoutes asks for every page, by everybody, and sends every form.
func walkTheRoutes(h *house, r *reader) {
	keller := h.in(r.code, "c-keller")
	receipt := between(h.t, keller.page("/here/receipts"), `href="/here/receipts/`, `/page"`)
	ids := map[string]string{"/here/receipts/": receipt, "/here/associates/": "ana", "/here/appointments/with/": "ana"}
	pages := 0
	visit := func(route gate.Route, ref string) {
		path := strings.NewReplacer("{$}", "", "{purpose}", "photo", "{proof}", "f-x", "{what}", "hide").Replace(route.Path)
		for prefix, id := range ids {
			if strings.HasPrefix(path, prefix) {
				path = strings.Replace(path, "{id}", id, 1)
			}
		}
		path = strings.ReplaceAll(path, "{id}", "x")
		p := h.in(r.code, ref)
		defer leave(p)
		kind := map[bool]string{true: "application/x-www-form-urlencoded"}[route.Method == "POST"]
		a := p.send(route.Method, path, kind, "", "Accept", "text/html")
		if a.Header.Get("Location") == "" && strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			pages++
			r.page(route.Method+" "+path, a.body)
		} else if a.StatusCode >= http.StatusInternalServerError {
			r.t.Errorf("%s %s: %s", route.Method, path, a.Status)
		}
	}
	table := h.server.guestFace.routes.Table()
	for _, method := range []string{"GET", "POST"} { // what is read first, for forms change it
		for _, route := range table {
			if route.Method != method || strings.HasPrefix(route.Path, "/v1/") || strings.HasPrefix(route.Path, "/assets/") {
				continue
			}
			h.clock.Add(int64(time.Minute)) // allowances are full again
			visit(route, "")
			visit(route, "c-keller")
		}
	}
	if pages < 40 {
		r.t.Errorf("only %d pages", pages)
	}
	proof := between(h.t, keller.form("/here/forget", "sure", "yes").Header.Get("Location")+"|", "/here/forgotten/", "|")
	r.page("forgotten", keller.page("/here/forgotten/"+proof))
	r.page("the report", keller.page("/here/forgotten/"+proof+"/report"))
	for range 2000 { // until the gate has had enough
		if a := keller.send("GET", "/nowhere", "", "", "Accept", "text/html"); a.StatusCode == http.StatusTooManyRequests {
			r.page("too many", a.body)
			return
		}
	}
	r.t.Error("the gate never has enough")
}
