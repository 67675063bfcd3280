package web

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		some := flag.Lookup("test.run").Value.String() + flag.Lookup("test.skip").Value.String() + flag.Lookup("test.list").Value.String() + flag.Lookup("test.fuzz").Value.String()
		if missing := unlived(); code == 0 && some == "" && len(missing) > 0 { // all tests have run
			fmt.Printf("the contracts say what no test has seen:\n\t%s\n", strings.Join(missing, "\n\t"))
			code = 1
		}
		os.Exit(code)
	}))
}

func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.page("/staff", "Good afternoon, Ana.", "No one is asking for you.", "Saturday 21 November")
	stream, _ := ana.listen("/v1/associate/stream", "")

	keller := h.signIn("c-keller")
	keller.page("/here", "You are signed in. Nobody here has been told.", "until you say so")
	v := h.arrive(customer("c-keller"), "shoes")
	keller.page("/here", "Shall we tell Ana you are here?", "She is in, and free.", "Yes, tell Ana", "Tell her, but let me look around", "Not today")
	keller.done("/here", "/here/announce", "style", "approach_me")
	keller.page("/here", "Ana knows you are here.", "<b>Announced</b>", "Ana knows")

	created := want(t, stream, "offer.created")
	if strings.Contains(created.data, string(v)) || !strings.Contains(created.data, `{"id":"o-`) {
		t.Errorf("the event says %s, want an offer's id and nothing else", created.data)
	}
	offer := ana.page("/staff", "She is here", "Ms. Keller", "Shoes, ground floor", "I’m on my way", `class="zone here"`)
	id := between(t, offer, "/staff/offers/", "/accept")
	ana.done("/staff/visits/"+string(v), "/staff/offers/"+id+"/accept")
	ana.page("/staff/visits/"+string(v), "Ms. Keller", "KEL-er", "English, German.", "May mention", "Navy coat, alteration ready",
		"Background", "Loafers, cognac, 38", "Let her tell you the rest.", `class="zone here"`, "I have greeted her")
	keller.page("/here", "Ana is on the way.", "You are in Shoes.")

	ana.done("/staff/visits/"+string(v), "/staff/visits/"+string(v)+"/greeted")
	h.mu.Lock()
	delete(h.zones, v) // what box does then
	h.mu.Unlock()
	if page := ana.page("/staff/visits/"+string(v), "I have finished"); strings.Contains(page, "class=\"plan\"") || strings.Contains(page, "Shoes") {
		t.Error("the place is still shown after the greeting")
	}
	keller.page("/here", "Ana is looking after you.")
	ana.done("/staff", "/staff/visits/"+string(v)+"/wrap-up", "served", "yes")
	keller.page("/here/privacy", "Who saw what", "<b>Ana</b>, Shoes, your associate", "what you told us")
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.flushed) == 0 {
		t.Error("nothing was reported as flushed")
	}
}

func between(t testing.TB, s, a, b string) string {
	t.Helper()
	_, s, ok := strings.Cut(s, a)
	s, _, ok2 := strings.Cut(s, b)
	if !ok || !ok2 {
		t.Fatalf("no %q … %q", a, b)
	}
	return s
}
