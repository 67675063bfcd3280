package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// An associate's book has, outside a visit, what she sold a client herself and
// what she wrote herself, and of who named her no more at once than anybody reads.
func TestHerClientBook(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for n := range concierge.MostListed {
		h.customer(fmt.Sprintf("c-%d", n), fmt.Sprintf("Ms. Number %d", n), "", profile.AskEachVisit, profile.ApproachMe, "ana")
	}
	ana, marc := h.signOn("ana", "4711"), h.signOn("marc", "4711")
	ana.listen("/v1/associate/stream", "")
	keller, v := h.visited("c-keller", ana)
	h.leaves(customer("c-keller"), v)
	list := ana.page("/staff/clients", "Ms. Keller", "With you today", "Look for the others by name.")
	if n := strings.Count(list, `href="/staff/clients/`); n != concierge.MostListed {
		t.Errorf("%d are shown at once", n)
	}
	if at := strings.Index(list, "Ms. Keller"); at > strings.Index(list, "Ms. Number 1<") {
		t.Error("whom she served last does not come first")
	}
	found := ana.form("/staff/clients", "name", "adler").body
	if strings.Count(found, `href="/staff/clients/`) != 1 || !strings.Contains(found, "Ms. Adler") || strings.Contains(found, "data-stream") {
		t.Errorf("who was looked for: %s", found)
	}
	var book struct {
		More    bool
		Clients []struct{ ID, Form, Last_contact string }
	}
	ana.api("POST", "/v1/associate/client-book", `{"name":"keller"}`, 200, &book)
	if len(book.Clients) != 1 || book.More || book.Clients[0].Last_contact != "2026-11-21" {
		t.Fatalf("%+v", book)
	}
	if ana.api("GET", "/v1/associate/client-book", "", 200, &book); len(book.Clients) != concierge.MostListed || !book.More {
		t.Errorf("%d, more %v", len(book.Clients), book.More)
	}
	id := book.Clients[0].ID
	before, err := h.ledger.Of(customer("c-keller"))
	h.must(err)
	page := ana.page("/staff/clients/"+id, "Ms. Keller", "KEL-er", "From you", "Ankle boots, black, 38", "Your note", "Decides on the second visit.")
	for _, not := range []string{"Loafers", "Handbag", "handbags", "alteration", "flat heels", "Shoe size", "She is in the store"} {
		if strings.Contains(page, not) {
			t.Errorf("outside a visit she reads %q", not)
		}
	}
	ana.page("/staff/clients/" + id)
	after, err := h.ledger.Of(customer("c-keller"))
	h.must(err)
	if len(after) != len(before)+1 || len(after[len(after)-1].Items) != 4 {
		t.Errorf("the log has %d rows more: %+v", len(after)-len(before), after[len(after)-1])
	}
	keller.page("/here/privacy", "<b>Ana</b>")
	if r := marc.get("/staff/clients/" + id); r.StatusCode != 404 {
		t.Errorf("another's reference: %s", r.Status)
	}
	inTheStore(h, ana, keller, id)
	gone(h, ana, keller, id)
}

// inTheStore: while she is here and Ana knows, the book leads to her card.
func inTheStore(h *house, ana, keller *person, id string) {
	h.t.Helper()
	v := string(h.arrive(customer("c-keller"), "shoes"))
	if page := ana.page("/staff/clients/" + id); strings.Contains(page, v) {
		h.t.Error("the book says that she is here before she has")
	}
	keller.done("/here", "/here/announce", "style", "let_me_browse")
	ana.page("/staff/clients/"+id, `href="/staff/visits/`+v+`"`, "She is in the store")
}

// gone: what she hides, objects to, or takes back is not in the book either.
func gone(h *house, ana, keller *person, id string) {
	h.t.Helper()
	keller.done("/here/known#bought", "/here/known/hide", "id", "p-1")
	keller.done("/here/known#notes", "/here/known/object", "id", "n-1")
	page := ana.page("/staff/clients/"+id, "Wool scarf")
	if strings.Contains(page, "Ankle boots") || strings.Contains(page, "Decides") {
		h.t.Errorf("what she hid is in the book: %s", page)
	}
	keller.form("/here/consents/history_store/withdraw")
	if page := ana.page("/staff/clients/" + id); strings.Contains(page, "Wool scarf") || strings.Contains(page, "With you") {
		h.t.Error("what she bought is in the book, and she allows it no more")
	}
	keller.form("/here/consents/profile_to_associates/withdraw")
	if r := ana.get("/staff/clients/" + id); r.StatusCode != 404 {
		h.t.Errorf("after her no the book opens: %s", r.Status)
	}
	if strings.Contains(ana.page("/staff/clients"), "Keller") {
		h.t.Error("after her no her name is in the book")
	}
}

// Her own days, with the hours, are on her own page; today's appointments on the
// first.
func TestHerOwnSchedule(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	at := time.Date(2026, 11, 21, 16, 0, 0, 0, time.UTC)
	p, err := h.profiles.Get(customer("c-keller"))
	h.must(err)
	p.Appointments = []profile.Appointment{{ID: "ap-1", With: associate("ana"), At: at, Topic: "The navy coat", State: profile.Confirmed}}
	h.must(h.profiles.Put(p))
	h.do(func(d *concierge.Desk, now time.Time) { d.Changed(customer("c-keller"), now) })
	ana.page("/staff", "Coming up", "16:00", "Ms. Keller", "Appointment, The navy coat")
	ana.page("/staff/schedule", "Saturday 21 November", "09:00 to 18:00", "Ms. Keller", "What clients see of it")
	h.do(func(d *concierge.Desk, now time.Time) {
		d.SetShifts([]floor.Shift{{Associate: associate("ana"), From: now.Add(-time.Hour), To: now.Add(time.Hour)}, {Associate: associate("ana"), From: now.Add(24 * time.Hour), To: now.Add(30 * time.Hour)}})
	})
	ana.page("/staff/schedule", "Sunday 22 November", "14:02 to 20:02")
}
