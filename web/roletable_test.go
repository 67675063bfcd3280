package web

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/web/contract"
	"foyer/web/gate"
)

var update = flag.Bool("update", false, "rewrite the tables of docs/roles.md")

// Rows of a table: a route, and what came of it for each role.
type roleTable struct {
	t     *testing.T
	face  string
	roles []string
	lines []string
}

// What a role gets: it may, it is told to sign in, or there is nothing, which
// is what another's things look like, to the letter.
const (
	may     = "yes"
	signIn  = "sign in"
	nothing = "nothing"
)

// came puts an answer in those words. Where whoever asks is signed in, a way
// back to the first page is no refusal.
func came(r reply, first string, in bool) string {
	switch {
	case r.StatusCode == http.StatusTooManyRequests:
		return "too many" // of the test's own requests
	case r.StatusCode == http.StatusUnauthorized, !in && refused(r, first):
		return signIn
	case r.StatusCode == http.StatusNotFound:
		return nothing
	}
	return may
}

// blind asks for something of somebody else's, and for what does not exist; the
// two must be the same, or one learns that it is there.
func (rt *roleTable) blind(p *person, r gate.Route, real, made, first string) string {
	rt.t.Helper()
	a := p.asked(r, real)
	if strings.Contains(a.body, "Keller") && r.Path != contract.Path {
		rt.t.Errorf("%s %s tells another of her: %.300s", r.Method, r.Path, a.body)
	}
	if !personal(r.Path) {
		return came(a, first, true)
	}
	b := p.asked(r, made)
	if a.StatusCode != b.StatusCode || a.Header.Get("Location") != b.Header.Get("Location") || strings.ReplaceAll(a.body, real, "") != strings.ReplaceAll(b.body, made, "") ||
		a.StatusCode < 300 {
		rt.t.Errorf("%s %s: another's is %s %.300s\n\tmade up: %s %.300s", r.Method, r.Path, a.Status, a.body, b.Status, b.body)
		return may
	}
	return nothing
}

// personal reports whether a route is about one thing of somebody's.
func personal(path string) bool {
	return strings.Contains(path, "{id}") && !strings.Contains(path, "/blocks/") && !strings.Contains(path, "/people/") && !strings.HasPrefix(path, "/v1/associates/") || path == "/here/known/{what}"
}

// asked sends a route's request with a body that is good, so that nothing but
// who asks is tried.
func (p *person) asked(r gate.Route, id string) reply {
	p.t.Helper()
	path := strings.NewReplacer("{$}", "", "{id}", url.PathEscape(id), "{level}", "ground", "{purpose}", "content_personal", "{proof}", "f-x", "{what}", "hide", "{verdict}", "reject").Replace(r.Path)
	if r.Method == "GET" {
		return p.ask(r, id)
	}
	switch {
	case path == "/v1/checkin" || strings.HasSuffix(path, "/session"): // what is good there is somebody's
		return p.ask(r, id)
	case strings.HasPrefix(path, "/v1/"):
		o := promises()[p.face].Paths[r.Path].operations()[r.Method]
		if m, ok := o.RequestBody.Content["application/json"]; ok && m.Example != nil {
			return p.send(r.Method, path, "application/json", string(must(jsonOf(m.Example))))
		}
		if o.RequestBody.Content == nil {
			return p.send(r.Method, path, "", "")
		}
		return p.send(r.Method, path, "application/json", "{}")
	}
	return p.send(r.Method, path, "application/x-www-form-urlencoded", goodForm(r.Path, id))
}

// goodForm is a form that a page would send.
func goodForm(path, id string) string {
	return url.Values{"id": {id}, "phone": {"shared"}, "mode": {"ask_each_visit"}, "style": {"approach_me"}, "answer": {map[bool]string{true: "in_5", false: "not_now"}[strings.Contains(path, "headsups")]}, "text": {"Likes a chair"}, "choice": {"browse"}, "value": {"just_right"},
		"at": {"2026-11-21T16:00:00Z"}, "associate": {"marc"}, "kind": {"handling/service"}, "greet": {"Let her come to you."}, "phrase": {"sit"}, "what": {"class/store"},
		"reason": {"customer_asked"}, "served": {"yes"}, "class": {"store"}, "audience": {"closed"}, "settle": {"keep"}, "why": {"It is needed."}, "item": {"online"}, "tier": {"standard"}, "version": {"2"}, "do": {"remove"}}.Encode()
}

// add writes a row.
func (rt *roleTable) add(r gate.Route, cells ...string) {
	rt.lines = append(rt.lines, fmt.Sprintf("| `%s %s` | %s |\n", r.Method, strings.TrimSuffix(r.Path, "{$}"), strings.Join(cells, " | ")))
}

const roleDoc = "../docs/roles.md"

var tables sync.Mutex

// held compares the table with its part of the page, or writes it there.
func (rt *roleTable) held() {
	rt.t.Helper()
	tables.Lock() // of one page
	defer tables.Unlock()
	got := "| route | " + strings.Join(rt.roles, " | ") + " |\n|" + strings.Repeat(" --- |", len(rt.roles)+1) + "\n" + strings.Join(rt.lines, "")
	page := string(must(os.ReadFile(roleDoc)))
	begin := "<!-- " + rt.face + " -->\n"
	head, rest, ok := strings.Cut(page, begin)
	was, tail, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		rt.t.Fatalf("%s has no part between %q and the end", roleDoc, begin)
	}
	if *update {
		if err := os.WriteFile(roleDoc, []byte(head+begin+got+"<!-- end -->"+tail), 0o644); err != nil {
			rt.t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(was, got); diff != "" {
		rt.t.Errorf("docs/roles.md says otherwise (go test ./web -run %s -update writes it): %s", rt.t.Name(), diff)
	}
}

// inOrder puts what ends something at the end, so that the rest is tried while
// there is something to try it on.
func inOrder(table []gate.Route) (out []gate.Route) {
	var last, wraps, never, lost []gate.Route
	for _, r := range table {
		if strings.HasPrefix(r.Path, "/assets/") {
			continue // anybody's, under a name that changes with it
		}
		ends := r.Method == "DELETE" && !strings.Contains(r.Path, "/messages/")
		for _, word := range []string{"withdraw", "sign-o", "greeted", "/staff/notes/", "/staff/objections/", "{verdict}", "cancel", "decline", "not-today", "/end", "opt-out", "hidden", "/associates", "announce", "visibility", "phone", "choice", "stop", "move", "cover", "reject", "uphold", "tasks/{id}/"} {
			ends = ends || r.Method != "GET" && strings.Contains(r.Path, word)
		}
		switch {
		case strings.HasSuffix(r.Path, "/lost"): // with everybody who is signed on
			lost = append(lost, r)
		case r.Method != "GET" && final(r.Path):
			never = append(never, r)
		case strings.HasSuffix(r.Path, "/wrap-up"):
			wraps = append(wraps, r)
		case ends || strings.HasSuffix(r.Path, "/follow-up"): // which is for one who was greeted
			last = append(last, r)
		default:
			out = append(out, r)
		}
	}
	return slices.Concat(out, last, wraps, never, lost)
}

// final reports whether what a route does leaves nothing to ask about: it is
// tried when all others have been.
func final(path string) bool {
	for _, word := range []string{"withdraw", "/me/consents", "not-today", "sign-o", "session", "/phone", "erasure", "forget", "visibility"} {
		if strings.Contains(path, word) {
			return true
		}
	}
	return false
}

// later lets allowances fill again.
func (h *house) later() { h.clock.Add(int64(450 * time.Millisecond)) }
