package web

import (
	"os"
	"testing"
)

// TestScreensOfReveals leaves pictures of notes, questions and reveals in the
// folder that FOYER_SCREENS names.
func TestScreensOfReveals(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("FOYER_SCREENS")
	if dir == "" {
		t.Skip("FOYER_SCREENS names no folder for the pictures")
	}
	h := newHouse(t)
	b := newBrowser(t, dir)
	ana, marc, jonas := h.signOn("ana", "4711"), h.signOn("marc", "4712"), h.signOn("jonas", "8024")
	ana.listen("/v1/associate/stream", "")
	marc.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/help")
	ana.done("/staff", "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/decline")
	marc.done(v, "/staff/offers/"+between(t, marc.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	b.as(ana)
	b.shot("a7-hand-off-asked", "/staff")
	ana.form(v+"/notes", "kind", "handling/service", "text", "Likes to try alone")
	ana.form(v+"/notes", "kind", "preference/preferred", "text", "Her sister is getting divorced")
	b.whole("a7-notes", v+"/notes")
	ana.done(v+"/handoff", v+"/handoff", "greet", "Let her come to you.", "offer", "Tea, and a chair by the window.")
	b.whole("a7-hand-off", v+"/handoff")
	b.as(marc)
	marc.done(v+"/ask", v+"/asks", "item", "sizes")
	b.shot("a8-ask", v+"/ask")
	b.as(keller)
	b.shot("c3-asked", "/here")
	adler := h.signIn("c-adler")
	v = "/staff/visits/" + string(h.arrive(customer("c-adler"), "shoes"))
	adler.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	b.as(ana)
	ana.done(v, v+"/reveals", "what", "class/other_stores", "reason", "customer_asked")
	ana.done(v, v+"/reveals", "what", "class/store", "reason", "other", "text", "She left a glove here and wants the pair")
	ana.done(v, v+"/reveals", "what", "class/online", "reason", "safety")
	ana.form(v+"/reveals", "what", "class/store", "reason", "return_or_repair", "order", "p-4")
	b.whole("a4-card-opened", v)
	b.whole("a8-reveal", v+"/ask")
	b.as(adler)
	b.whole("c4-opened", "/here/privacy")
	adler.done("/here/privacy", "/here/accesses/"+between(t, adler.page("/here/privacy"), "/here/accesses/", "/contest")+"/contest", "text", "I did not ask for that")
	b.as(jonas)
	b.whole("m1-reveals", "/staff/reveals")
	b.shot("m1-floor-reveals", "/staff/floor")
}
