package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// forgetting forgets a customer as box does, in small: the house has a line that
// is never up.
type forgetting struct{ h *house }

// Forget erases her.
func (f forgetting) Forget(c floor.Customer) (string, error) {
	h := f.h
	h.do(func(d *concierge.Desk, now time.Time) { d.Dismiss(c, now) })
	proof, err := h.door.Erase(c, concierge.Erasing{Here: true, Owed: true}, h.now())
	if err != nil {
		return proof, err
	}
	h.do(func(d *concierge.Desk, now time.Time) { d.Erased(c, now) })
	return proof, h.server.Erase(c)
}

// A press on the page that asks destroys everything, closes the open card,
// ends her session on every device, and leaves a report to keep that names
// nobody and says how far headquarters is.
func TestForgetMe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-keller")
	h.invite(c, "second")
	ana := h.signOn("ana", "4711")
	events, _ := ana.listen("/v1/associate/stream", "")
	keller, tablet := h.signIn("c-keller"), h.person(h.guest)
	tablet.done("/here", "/here/session", "code", "second")
	v := "/staff/visits/" + string(h.arrive(c, "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")

	keller.page("/here/privacy", `href="/here/forget"`, "Forget me")
	keller.page("/here/forget", "Forget everything?", "Keep it", `name="sure" value="yes"`)
	keller.done("/here/forget", "/here/forget") // a press from elsewhere is asked first
	keller.page("/here/privacy", "Ana")
	began := time.Now()
	r := keller.form("/here/forget", "sure", "yes")
	to := r.Header.Get("Location")
	if r.StatusCode != 303 || !strings.HasPrefix(to, "/here/forgotten/f-") || !strings.Contains(r.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Fatalf("%s to %q, cookie %q", r.Status, to, r.Header.Get("Set-Cookie"))
	}
	want(t, events, "card.revoked")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the card went after %v", took)
	}
	if r := ana.get(v); r.StatusCode != 404 || strings.Contains(r.body, "Keller") {
		t.Errorf("the card afterwards: %s %s", r.Status, r.body)
	}
	for name, p := range map[string]*person{"phone": keller, "tablet": tablet} {
		if p.api("GET", "/v1/me", "", 401, nil); strings.Contains(p.page("/here"), "You are signed in") {
			t.Errorf("her %s is still signed in", name)
		}
	}
	proof := strings.ToUpper(strings.TrimPrefix(to, "/here/forgotten/"))
	stranger := h.person(h.guest)
	page := stranger.page(to, "Forgotten.", proof, "What you bought, as associates could see it", "Headquarters is still to be told.")
	report := stranger.get(to + "/report")
	for _, body := range []string{page, report.body} {
		if strings.Contains(body, "Keller") || strings.Contains(body, "c-keller") || strings.Contains(body, "coat") {
			t.Errorf("it names her: %s", body)
		}
	}
	if got := report.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") || !strings.Contains(report.body, proof) || strings.Contains(report.body, "<script") {
		t.Errorf("the report: %q %s", got, report.body)
	}
	if known, err := h.profiles.Confirm(strings.ToLower(proof), h.now()); !known || err != nil {
		t.Fatalf("%t, %v", known, err)
	}
	stranger.page(to, "Headquarters confirmed on 21 November 2026, 14:02")
	if r := stranger.get("/here/forgotten/f-made-up"); r.StatusCode != 404 {
		t.Errorf("a made-up proof: %s", r.Status)
	}
}

// Where the disk does not let go of her key she is not told that she is
// forgotten, on no page and in no file, until it is true.
func TestForgottenIsNotSaidTooEarly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	jam := filepath.Join(h.dir, "keys.kek.next")
	h.must(os.MkdirAll(filepath.Join(jam, "in the way"), 0o700))
	c, keller := customer("c-keller"), h.signIn("c-keller")
	to := keller.form("/here/forget", "sure", "yes").Header.Get("Location")
	if !strings.HasPrefix(to, "/here/forgotten/f-") {
		t.Fatalf("to %q", to)
	}
	var got struct{ Finished bool }
	api := strings.Replace(to, "/here/forgotten/", "/v1/erasures/", 1)
	stranger := h.person(h.guest)
	if page := stranger.page(to, "Not finished yet.", "tries again by itself"); strings.Contains(page, "Forgotten.") || strings.Contains(page, "Proof") {
		t.Errorf("it is told as done: %s", page)
	}
	if r := stranger.get(to + "/report"); strings.Contains(r.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("there is a report: %s", r.body)
	}
	if stranger.api("GET", api, "", 202, &got); got.Finished {
		t.Error("an app is told that it is done")
	}
	h.must(os.RemoveAll(jam))
	_, err := h.door.Erase(c, concierge.Erasing{Here: true, Owed: true}, h.now())
	h.must(err)
	stranger.page(to, "Forgotten.", "Proof", "What you bought, as associates could see it")
	if stranger.api("GET", api, "", 200, &got); !got.Finished {
		t.Error("an app is not told that it is done")
	}
}

// The same for an app.
func TestForgetMeAsJSON(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app := h.signIn("c-keller")
	app.api("POST", "/v1/me/erasure", "{}", 400, nil)
	var got struct {
		Proof, Headquarters string
		Destroyed           map[string]int
	}
	app.api("POST", "/v1/me/erasure", `{"forget":true}`, 200, &got)
	if got.Headquarters != "owed" || got.Destroyed["purchases"] != 6 || got.Destroyed["notes"] != 1 {
		t.Errorf("%+v", got)
	}
	app.api("POST", "/v1/me/erasure", `{"forget":true}`, 401, nil)
	app.api("GET", "/v1/erasures/"+got.Proof, "", 200, &got)
	app.api("GET", "/v1/erasures/f-x", "", 404, nil)
}
