package web

import (
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/profile"
	"foyer/web/guest"
)

// belongings makes Ms. Keller's things, each with a number that is hers alone,
// and returns them by what stands before the number in a path.
func (h *house) belongings(ana *person) (keller *person, ids map[string]string) {
	h.t.Helper()
	p, err := h.profiles.Get(customer("c-keller"))
	h.must(err)
	p.Notes = append(p.Notes, profile.Note{ID: "n-hers", Author: associate("ana"), Kind: profile.NotePersonal, Visibility: profile.NoteMine, Text: "Likes to try alone", At: h.now()})
	p.Stated = append(p.Stated, profile.StatedPreference{ID: "sp-hers", Kind: profile.Preference, Text: "Tea", Audience: profile.ForAnyone})
	p.Purchases = append(p.Purchases, profile.Purchase{ID: "p-hers", At: h.now(), Store: "store-014", Seller: associate("ana"), Category: "boots", Text: "Boots", Sensitivity: profile.Ordinary})
	h.must(h.profiles.Put(p))
	_, err = h.profiles.Grant(customer("c-keller"), h.now(), "1", "page", profile.ContentPersonal, profile.Photo)
	h.must(err)
	h.do(func(d *concierge.Desk, now time.Time) {
		h.must(d.SetScheduleVisibility(associate("ana"), rota.TwoWeeks, now))
		r := concierge.Defaults()
		r.Offer, r.Alone = time.Hour, time.Hour
		d.SetRules(r)
	})
	keller, before := h.visited("c-keller", ana)
	h.leaves(customer("c-keller"), before)
	keller.send("PUT", "/v1/me/photo", "image/jpeg", string(snapshot(h.t, 100)))
	v := string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	at := "/staff/visits/" + v
	ana.done(at, "/staff/offers/"+between(h.t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	var q, r struct{ ID string }
	ana.api("POST", "/v1/visits/"+v+"/asks", `{"item":"online"}`, 201, &q)
	ana.api("POST", "/v1/visits/"+v+"/reveals", `{"class":"store","reason":"other","text":"She left a glove here and wants the pair"}`, 201, &r)
	ana.form(at + "/greeted")
	var accesses []struct {
		ID          string
		Contestable bool
	}
	keller.api("GET", "/v1/me/accesses", "", 200, &accesses)
	var consents []struct{ Receipt string }
	keller.api("GET", "/v1/me/consents", "", 200, &consents)
	ids = map[string]string{"visits": string(before), "tasks": v, "asks": q.ID, "appointments": keller.book("ana"), "messages": keller.message(ana, v),
		"notes": "n-hers", "preferences": "sp-hers", "items": "p-hers", "receipts": consents[0].Receipt, "associates": "ana", "with": "ana", "blocks": "marc", "visit": v, "reveals": r.ID}
	for _, a := range accesses {
		if a.Contestable {
			ids["accesses"] = a.ID
		}
	}
	return keller, ids
}

// book asks for the first half day there is.
func (p *person) book(with string) string {
	p.t.Helper()
	var times []struct{ From, To string }
	p.api("GET", "/v1/me/associates/"+with+"/times", "", 200, &times)
	var made struct{ ID string }
	p.api("POST", "/v1/me/appointments", `{"associate":"`+with+`","from":"`+times[0].From+`","to":"`+times[0].To+`"}`, 201, &made)
	return made.ID
}

// message is one that somebody leaves for her.
func (p *person) message(by *person, visit string) string {
	p.t.Helper()
	by.api("POST", "/v1/visits/"+visit+"/follow-up", `{"text":"They are back in 38."}`, 204, nil)
	var all []struct{ ID string }
	p.api("GET", "/v1/me/messages", "", 200, &all)
	return all[0].ID
}

// idIn is the number that a path is about.
func idIn(path string, ids map[string]string) string {
	if path == "/here/known/{what}" { // hides one, by its form
		return ids["items"]
	}
	before, _, ok := strings.Cut(path, "/{id}")
	if !ok {
		return "x"
	}
	return ids[before[strings.LastIndexByte(before, '/')+1:]]
}

// Every route of the customers' listener for everybody: docs/roles.md is what
// came of it.
func TestEveryRouteForEveryCustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller, ids := h.belongings(ana)
	rt := &roleTable{t: t, face: "customers", roles: []string{"guest", "customer", "another customer", "associate", "technician"}}
	as := func(cookies ...string) *person {
		p := h.person(h.guest)
		for i := 0; i+1 < len(cookies); i += 2 {
			p.give(cookies[i], cookies[i+1])
		}
		return p
	}
	staffs, technicians := ana.cookie("__Host-staff"), h.technician().cookie("__Host-technician")
	crook := as("__Host-guest", staffs, "__Host-staff", staffs, "__Host-device", ana.cookie("__Host-device"))
	tim, nobody, she, other := as("__Host-guest", technicians, "__Host-technician", technicians), as(), as(), as()
	table := inOrder(h.server.guestFace.routes.Table())
	for _, r := range table {
		h.later()
		leave(crook, tim, nobody, she, other)
		switch r.Method + " " + r.Path { // what a page ended, a program ends once more
		case "DELETE /v1/me/appointments/{id}":
			ids["appointments"] = keller.book("ana")
		case "DELETE /v1/me/messages/{id}":
			ids["messages"] = keller.message(ana, ids["visit"])
		}
		id := idIn(r.Path, ids)
		if id == "" {
			t.Errorf("%s %s: of what is it the number?", r.Method, r.Path)
		}
		she.give("__Host-guest", must(h.server.doors.Admit(customer("c-keller"), h.now())))
		other.give("__Host-guest", must(h.server.doors.Admit(customer("c-okafor"), h.now())))
		in := r.For == guest.Anyone // nobody is sent to sign in
		cells := []string{came(nobody.asked(r, id), "/here", in), "", rt.blind(other, r, id, "x-aaaaaaaaaaaaaaaa", "/here"),
			came(crook.asked(r, id), "/here", in), came(tim.asked(r, id), "/here", in)}
		a := she.asked(r, id)
		cells[1] = came(a, "/here", true)
		if a.StatusCode >= 500 {
			t.Errorf("%s %s: %s", r.Method, r.Path, a.Status)
		}
		for i, c := range cells {
			if r.For == guest.Anyone && (c == "too many" || strings.HasSuffix(r.Path, "/session")) { // there nobody has a good code
				cells[i] = may
			} else if c == "too many" {
				t.Errorf("%s %s: %s asked too often", r.Method, r.Path, rt.roles[i])
			}
			if r.For == guest.Customer && i != 1 && i != 2 && c != signIn {
				t.Errorf("%s %s: %s is told %q", r.Method, r.Path, rt.roles[i], c)
			}
		}
		if r.For != guest.Customer && r.For != guest.Anyone {
			t.Errorf("for %q: nobody has said what that is", r.For)
		}
		rt.add(r, cells...)
	}
	rt.held()
}
