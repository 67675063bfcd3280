package web

import (
	"net/http"
	"strings"
	"testing"

	"foyer/web/guest"
)

// A page of hers asks the desk once, for its language and for all that is on it, and
// opens her profile once;
// what is about nobody, and what the doors know, does not ask at all.
func TestAPageIsOneTurnOfTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	keller.page("/here", "Rathausplatz")
	seen := 0
	for _, r := range h.server.guestFace.routes.Table() {
		if r.Method != http.MethodGet || r.For != guest.Customer || strings.HasSuffix(r.Path, "/stream") {
			continue
		}
		before, opened := h.turns.Load(), h.profiles.Stats().Opened
		a := keller.ask(r, "ana")
		if n := h.profiles.Stats().Opened - opened; a.StatusCode == http.StatusOK && n > 1 && r.Path[:5] == "/here" {
			t.Errorf("GET %s: her profile was opened %d times", r.Path, n)
		}
		if n := h.turns.Load() - before; a.StatusCode == http.StatusOK && n > 1 {
			t.Errorf("GET %s: the desk was asked %d times", r.Path, n)
		}
		if a.StatusCode == http.StatusOK {
			seen++
		}
	}
	if seen < 20 {
		t.Errorf("only %d pages were shown", seen)
	}
	for _, path := range []string{"/here", "/here/privacy", "/here/feed"} {
		before, opened := h.turns.Load(), h.profiles.Stats().Opened
		keller.page(path)
		if n := h.profiles.Stats().Opened - opened; n != 1 {
			t.Errorf("GET %s: her profile was opened %d times", path, n)
		}
		if n := h.turns.Load() - before; n != 1 {
			t.Errorf("GET %s: the desk was asked %d times", path, n)
		}
	}
}

// Whoever asks too often is told so in the words of her phone, and costs the desk
// nothing: neither her profile nor anything else is read.
func TestAFloodAsksTheDeskNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	answers := 0
	for range 100 { // from one phone, which may ask for more than her account
		before := h.turns.Load()
		r := keller.send("GET", "/here/forget", "", "", "Accept-Language", "fr")
		if r.StatusCode != http.StatusTooManyRequests {
			continue
		}
		answers++
		if n := h.turns.Load() - before; n != 0 {
			t.Fatalf("a refusal asked the desk %d times", n)
		}
		if !strings.Contains(r.body, "Trop de demandes") || r.Header.Get("Retry-After") == "" {
			t.Fatalf("it does not say so: %s %v", r.body, r.Header)
		}
	}
	if answers == 0 {
		t.Fatal("nothing was refused")
	}
}
