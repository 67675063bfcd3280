package web

import (
	"net/http"
	"strings"
	"testing"
)

// A phone that joins the Wi-Fi finds the store's page, and whoever finds a
// weakness finds whom to write to.
func TestWellKnown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.person(h.guest).get("/captive-portal")
	if want := `{"captive":false,"user-portal-url":"https://` + h.guest + `/here","venue-info-url":"https://` + h.guest + `/here"}`; a.body != want || a.Header.Get("Content-Type") != "application/captive+json" {
		t.Errorf("%s %s, want %s", a.Header.Get("Content-Type"), a.body, want)
	}
	for _, at := range []string{h.guest, h.staff} {
		a := h.person(at).get("/.well-known/security.txt")
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "Contact: mailto:security@chain.example\nExpires: 2027-05-20T00:00:00Z\n") {
			t.Errorf("%s %s", a.Status, a.body)
		}
	}
}
