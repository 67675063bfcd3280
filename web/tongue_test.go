package web

import (
	"net/http"
	"strings"
	"testing"

	"foyer/profile"
)

// mainOf is what a page says beside its head and its foot.
func mainOf(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return page
}

// in is a GET by somebody whose browser asks for languages.
func (p *person) in(languages, path string) string {
	p.t.Helper()
	return p.send("GET", path, "", "", "Accept-Language", languages, "Accept", "text/html").body
}

// A stranger is spoken to as her browser asks; what she chooses on the page goes
// before it, and is kept in a cookie that holds nothing else.
func TestALanguageIsChosen(t *testing.T) {
	h := newHouse(t)
	p := h.person(h.guest)
	for asked, lang := range map[string]string{"": "en", "de-CH, en;q=0.5": "de", "en;q=0.2, fr;q=0.9": "fr", "ja, es-MX;q=0.1": "es", "ja": "en", "de;q=0, fr": "fr", strings.Repeat("de,", 900): "en", "\"<script>": "en"} {
		if page := p.in(asked, "/here"); !strings.Contains(page, `<html lang="`+lang+`">`) {
			t.Errorf("%.40q is answered with %.60q", asked, page)
		}
	}
	p.page("/here?code=abc", `lang="de">Deutsch</button>`, `name="to" value="/here?code=abc"`, `value="en" lang="en" aria-current="true"`)
	r := p.form("/here/language", "language", "fr", "to", "/here?code=abc")
	if k := r.Cookies(); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/here?code=abc" || len(k) != 1 ||
		k[0].Name != "__Host-language" || k[0].Value != "fr" || !k[0].Secure || !k[0].HttpOnly {
		t.Fatalf("%s to %q with %v", r.Status, r.Header.Get("Location"), k)
	}
	if page := p.in("de", "/here"); !strings.Contains(page, `<html lang="fr">`) || !strings.Contains(page, "Votre code") {
		t.Errorf("what she chose does not hold: %s", page)
	}
	for _, to := range []string{"", "//evil.example", "https://evil.example/here", "/hereafter", "/here\\@evil.example", "/staff", "/here/\r\nSet-Cookie: a=b"} {
		if r := p.form("/here/language", "language", "de", "to", to); r.Header.Get("Location") != "/here" {
			t.Errorf("%q leads to %q", to, r.Header.Get("Location"))
		}
	}
	if r := p.form("/here/language", "language", "tlh", "to", "/here"); r.StatusCode != 400 || len(r.Cookies()) != 0 {
		t.Errorf("a language there is not: %s %v", r.Status, r.Cookies())
	}
}

// Signed in, she is spoken to as her profile says, before her browser and after
// her own choice on this phone; so are the refusals of the gate.
func TestHerProfileSpeaksFirst(t *testing.T) {
	h := newHouse(t)
	p := must(h.profiles.Get(customer("c-keller")))
	p.Languages = []string{"de-AT", "fr"}
	h.must(h.profiles.Put(p))
	keller := h.signIn("c-keller")
	if page := keller.in("es", "/here/privacy"); !strings.Contains(page, `<html lang="de">`) || !strings.Contains(page, "Ihre Privatsphäre") {
		t.Errorf("%.300s", page)
	}
	keller.done("/here", "/here/language", "language", "es", "to", "/here")
	keller.page("/here", `<html lang="es">`)
	if page := keller.in("de", "/nowhere"); !strings.Contains(page, "Nada que mostrar.") {
		t.Errorf("what is not there: %s", page)
	}
	var me struct{ Detail string }
	keller.api("PUT", "/v1/me/photo", "{}", 400, nil)
	keller.api("POST", "/v1/me/appointments", `{"associate":"nobody","from":"2026-11-26T09:00:00Z","to":"2026-11-26T12:00:00Z"}`, 404, &me)
	if me.Detail != "Nada que mostrar." {
		t.Errorf("an app is told %q", me.Detail)
	}
}

// What headquarters wrote is said in the language it wrote, and marked as that.
func TestTheNoticeKeepsItsLanguage(t *testing.T) {
	h := newHouse(t)
	h.notice("2", map[profile.Purpose][]string{profile.Presence: {"1"}})
	keller := h.signIn("c-keller")
	keller.done("/here/privacy", "/here/language", "language", "fr", "to", "/here/privacy")
	keller.page("/here/privacy", `<html lang="fr">`, `<p class="small" lang="en">Northwind, notice 2.</p>`, `<span class="small muted" lang="en">By law: presence.</span>`, "Remarquer mon arrivée")
}

// The privacy page is made of the configuration that runs and of the notice in
// force: it says what can be asked for, and how long what is kept, to everybody.
func TestThePrivacyPageSaysWhatRuns(t *testing.T) {
	h := newHouse(t)
	h.notice("2", map[profile.Purpose][]string{profile.Presence: {"1"}, profile.Photo: nil})
	stranger := h.person(h.guest)
	page := stranger.page("/here/privacy", "not heard for 5 minutes", "allow here: “Notice when I arrive” and “My picture”.", "Who has served you", "24 months")
	if strings.Contains(mainOf(page), "Purchases online") {
		t.Error("what the notice has no words for is said to be asked for")
	}
	h.signIn("c-keller").page("/here/privacy", `<section id="runs">`, "“My picture”.")
}
