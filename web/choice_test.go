package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/floor"
)

// busyAna is a store where Ana is with another client and Ms. Keller has asked
// for help.
func busyAna(t *testing.T) (h *house, ana, keller *person, v floor.VisitID) {
	h = newHouse(t)
	ana = h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	ana.done("/staff", "/staff/presence", "status", "busy")
	keller = h.signIn("c-keller")
	v = h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/help")
	return h, ana, keller, v
}

// The article's case: her own associate is busy. Both are told, she chooses, and
// whoever does not choose is left alone. No page needs a script for it.
func TestTheBusyPreferredAssociate(t *testing.T) {
	t.Parallel()
	h, ana, keller, v := busyAna(t)
	sheet := ana.page("/staff", "One of your clients is here", "She asked for you.", "Show who", "Ms. Keller")
	if strings.Contains(sheet, "data-offer") {
		t.Error("the heads-up is felt like an offer")
	}
	keller.page("/here", "Ana is with another client.", "Wait for Ana", "Meet a colleague", "Book a time", "Just browsing")
	up := between(t, sheet, "/staff/headsups/", "/answer")
	ana.done("/staff", "/staff/headsups/"+up+"/answer", "answer", "in_5")
	keller.page("/here", "Ana is with another client, free at about "+h.now().Add(5*time.Minute).Format("15:04"))
	if strings.Contains(ana.page("/staff"), "One of your clients") {
		t.Error("the answered heads-up stands")
	}
	keller.done("/here", "/here/tasks/"+string(v)+"/choice", "choice", "wait")
	keller.page("/here", "You wait for Ana.", "She knows.", "Meet a colleague")
	h.pass(3 * time.Minute)
	ana.done("/staff", "/staff/presence", "status", "available")
	ana.page("/staff", "She has asked for you", "Ms. Keller")
}

// By JSON the same, and nobody answers for somebody else.
func TestTheChoiceByJSON(t *testing.T) {
	t.Parallel()
	h, ana, keller, v := busyAna(t)
	var ups []struct{ ID string }
	ana.api("GET", "/v1/associate/headsups", "", http.StatusOK, &ups)
	if len(ups) != 1 {
		t.Fatalf("ana has %+v", ups)
	}
	marc := h.signOn("marc", "4712")
	marc.api("POST", "/v1/headsups/"+ups[0].ID+"/answer", `{"answer":"in_5"}`, http.StatusConflict, nil)
	ana.api("POST", "/v1/headsups/"+ups[0].ID+"/answer", `{"answer":"never"}`, http.StatusBadRequest, nil)
	var me struct {
		Choice struct {
			Task    string
			Choices []string
		}
	}
	keller.api("GET", "/v1/me", "", http.StatusOK, &me)
	if me.Choice.Task != string(v) || len(me.Choice.Choices) != 4 {
		t.Errorf("she may choose %+v", me)
	}
	adler := h.signIn("c-adler")
	adler.api("POST", "/v1/me/tasks/"+string(v)+"/choice", `{"choice":"browse"}`, http.StatusConflict, nil)
	keller.api("POST", "/v1/me/tasks/"+string(v)+"/choice", `{"choice":"both"}`, http.StatusBadRequest, nil)
	marc.listen("/v1/associate/stream", "")
	keller.api("POST", "/v1/me/tasks/"+string(v)+"/choice", `{"choice":"somebody_else"}`, http.StatusNoContent, nil)
	marc.page("/staff", "You would cover for Ana")
	ana.api("GET", "/v1/associate/headsups", "", http.StatusOK, &ups)
	if len(ups) != 0 {
		t.Error("nobody waits for ana, and she is still asked")
	}
}

// She only wants to browse: a silent line, and nobody comes.
func TestShePrefersToBrowseThen(t *testing.T) {
	t.Parallel()
	h, ana, keller, v := busyAna(t)
	keller.done("/here", "/here/tasks/"+string(v)+"/choice", "choice", "browse")
	keller.page("/here", "Look around.", "Nobody comes until you ask.")
	ana.done("/staff", "/staff/presence", "status", "available")
	h.pass(3 * time.Minute)
	ana.page("/staff", "In the store, looking around", "Do not approach.")
}

// Her own associate is absent: she reads when she is in again as far as that is
// shared, never why she is not, and books, meets a colleague who covers, or
// says what she came for.
func TestTheAbsentPreferredAssociate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	marc := h.signOn("marc", "5823")
	marc.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	keller.page("/here", "I came for: Navy coat, alteration ready")
	keller.done("/here", "/here/announce", "style", "approach_me")
	page := keller.page("/here", "Nobody has been told yet.", "Ana is in today until 18:00.", "Book a time", "I came for: Navy coat")
	for _, never := range []string{"on a break", " ill ", "off shift"} {
		if strings.Contains(page, never) {
			t.Errorf("her page says %q", never)
		}
	}
	if strings.Contains(marc.page("/staff"), "data-offer") {
		t.Error("an arrival reaches a stranger")
	}
	keller.page("/here/appointments", "Ana", "Choose")
	keller.done("/here", "/here/help", "topic", "item:si-2")
	marc.page("/staff", "You would cover for Ana", "A client would like help")
	marc.done("/staff/visits/"+v, "/staff/offers/"+between(t, marc.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	keller.page("/here", "Marc is on the way.")
}

// She asks for a skill nobody has, or another's item: nothing of it exists.
func TestTopicsAreHers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	keller.api("POST", "/v1/me/help", `{"topic":"skill:surgery"}`, http.StatusNotFound, nil)
	keller.api("POST", "/v1/me/help", `{"topic":"item:si-9"}`, http.StatusNotFound, nil)
	keller.api("POST", "/v1/me/help", `{"topic":"item:si-2"}`, http.StatusNoContent, nil)
}
