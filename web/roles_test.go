package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/profile"
	"foyer/web/gate"
	"foyer/web/staff"
)

// give puts a cookie into a person's jar.
func (p *person) give(name, value string) {
	p.t.Helper()
	u, err := url.Parse(p.base)
	if err != nil {
		p.t.Fatal(err)
	}
	p.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// ask sends a route's request with as valid a body as its path allows to know.
func (p *person) ask(r gate.Route, id string) reply {
	p.t.Helper()
	path := strings.NewReplacer("{$}", "", "{id}", id, "{level}", "ground", "{purpose}", "photo", "{proof}", "f-x", "{what}", "hide", "{verdict}", "approve").Replace(r.Path)
	switch {
	case r.Method == "GET" && strings.HasSuffix(path, "/stream"):
		req, _ := http.NewRequest("GET", p.base+path, nil)
		answer, err := p.client.Do(req)
		if err != nil {
			p.t.Fatal(err)
		}
		answer.Body.Close()
		return reply{answer, ""}
	case r.Method == "GET":
		return p.get(path)
	case strings.HasPrefix(path, "/v1/"):
		return p.send(r.Method, path, "application/json", "{}")
	}
	return p.send(r.Method, path, "application/x-www-form-urlencoded", "")
}

// leave closes what people hold open: one peer has so many connections only.
func leave(people ...*person) {
	for _, p := range people {
		p.client.CloseIdleConnections()
	}
}

// refused reports whether an answer is what somebody gets who is not signed
// in: the first page, or 401.
func refused(r reply, first string) bool {
	return r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusSeeOther && r.Header.Get("Location") == first
}

// concerns makes one of everything that concerns an associate, and returns the
// numbers by what stands before them in a path: all are Ana's but an offer, which
// is Marc's.
func (h *house) concerns(ana, marc, jonas *person) (keller *person, ids map[string]string) {
	h.t.Helper()
	h.do(func(d *concierge.Desk, _ time.Time) { // what is asked stays open however many routes there are
		r := concierge.Defaults()
		r.Offer, r.Alone = time.Hour, time.Hour
		d.SetRules(r)
	})
	_, err := h.profiles.Grant(customer("c-keller"), h.now(), "1", "page", profile.ContentPersonal, profile.Photo)
	h.must(err)
	p, err := h.profiles.Get(customer("c-keller"))
	h.must(err)
	for _, id := range []string{"n-2", "n-3"} {
		p.Notes = append(p.Notes, profile.Note{ID: id, Author: associate("ana"), Kind: profile.NoteHandling, Visibility: profile.NoteService, Text: "Likes to try alone", At: h.now()})
	}
	h.must(h.profiles.Put(p))
	h.must(h.drawing.KeepPicture("ground", snapshot(h.t, 50)))
	keller = h.signIn("c-keller")
	adler := h.signIn("c-adler")
	h.signIn("c-okafor")
	okafor := string(h.arrive(customer("c-okafor"), "shoes"))
	h.pass(2 * time.Minute) // he is announced by himself
	v := string(h.arrive(customer("c-keller"), "shoes"))
	if r := keller.send("PUT", "/v1/me/photo", "image/jpeg", string(snapshot(h.t, 100))); r.StatusCode != http.StatusNoContent {
		h.t.Fatalf("her picture: %s %s", r.Status, r.body)
	}
	keller.api("POST", "/v1/me/visit/announce", `{"style":"approach_me"}`, 204, nil)
	offer := func(p *person) string {
		var offers []struct{ ID string }
		if p.api("GET", "/v1/associate/offers", "", 200, &offers); len(offers) != 1 {
			h.t.Fatalf("%d offers", len(offers))
		}
		return offers[0].ID
	}
	ana.api("POST", "/v1/offers/"+offer(ana)+"/accept", "", 200, nil)
	waits := string(h.arrive(customer("c-adler"), "shoes"))
	adler.api("POST", "/v1/me/help", "", 204, nil)
	var ups, listed []struct{ ID string }
	ana.api("GET", "/v1/associate/headsups", "", 200, &ups)
	ana.api("GET", "/v1/associate/listed-by", "", 200, &listed)
	return keller, map[string]string{"visits": v, "customers": v, "offers": offer(marc), "headsups": ups[0].ID, "tasks": waits, "notes": ana.note(v), "reveals": ana.reveal(v, "store"),
		"objections": keller.objects("n-1", jonas), "appointments": keller.book("ana"), "clients": listed[0].ID, "blocks": listed[0].ID, "client-book": listed[0].ID, "devices": between(h.t, jonas.page("/staff/devices"), `href="/staff/devices/`, `"`), "people": "lea", "associates": "lea", "okafor": okafor}
}

// note writes one about the client of a visit.
func (p *person) note(visit string) string {
	p.t.Helper()
	var made struct{ ID string }
	p.api("POST", "/v1/customers/"+visit+"/notes", `{"kind":"handling","text":"Likes a chair"}`, 201, &made)
	return made.ID
}

// reveal opens something of hers with a reason.
func (p *person) reveal(visit, class string) string {
	p.t.Helper()
	var made struct{ ID string }
	p.api("POST", "/v1/visits/"+visit+"/reveals", `{"class":"`+class+`","reason":"other","text":"She left a glove here and wants the pair"}`, 201, &made)
	return made.ID
}

// objects says that a note is not right, and returns the objection's number.
func (p *person) objects(note string, jonas *person) string {
	p.t.Helper()
	p.api("POST", "/v1/me/notes/"+note+"/object", "", 204, nil)
	var all []struct{ ID string }
	jonas.api("GET", "/v1/objections", "", 200, &all)
	if len(all) != 1 {
		p.t.Fatalf("%d objections", len(all))
	}
	return all[0].ID
}

// Every route of the staff's listener for everybody: docs/roles.md is what came
// of it.
func TestEveryRouteForEveryAssociate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.do(func(d *concierge.Desk, now time.Time) {
		h.must(d.SetScheduleVisibility(associate("ana"), rota.TwoWeeks, now))
	})
	staffs := map[string]*person{"ana": h.signOn("ana", "4711"), "marc": h.signOn("marc", "5823"), "jonas": h.signOn("jonas", "8024")}
	for _, p := range staffs {
		p.listen("/v1/associate/stream", "")
	}
	keller, ids := h.concerns(staffs["ana"], staffs["marc"], staffs["jonas"])
	rt := &roleTable{t: t, face: "staff", roles: []string{"nobody", "paired device", "associate, hers", "associate, not hers", "manager", "technician", "customer"}}
	device := staffs["ana"].cookie("__Host-device")
	on := func(ref string) *person {
		p := staffs[ref]
		p.give("__Host-device", device)
		p.give("__Host-staff", must(h.server.doors.Begin(device, associate(ref), h.now().Add(time.Hour), h.now())))
		return p
	}
	nobody, paired, tim, she, elsewhere := h.person(h.staff), h.person(h.staff), h.person(h.staff), h.person(h.staff), h.person(h.staff)
	hers := must(h.server.doors.Admit(customer("c-keller"), h.now()))
	for _, name := range []string{"__Host-guest", "__Host-staff", "__Host-technician"} {
		she.give(name, hers)
	}
	for _, r := range inOrder(h.server.staffFace.routes.Table()) {
		h.later()
		leave(nobody, paired, tim, she, elsewhere)
		paired.give("__Host-device", device)
		paired.give("__Host-staff", "made-up")
		she.give("__Host-device", device)
		tim.give("__Host-device", device)
		tim.give("__Host-technician", must(h.server.doors.AdmitTechnician(must(h.server.PairTechnician(h.now())), h.now())))
		switch op := r.Method + " " + r.Path; { // what a page ended, a program ends once more
		case strings.HasPrefix(op, "POST ") && strings.Contains(op, "/appointments/{id}/") && !strings.HasSuffix(op, "/confirm"):
			keller.send("DELETE", "/v1/me/appointments/"+ids["appointments"], "", "") // if it is not over anyhow
			ids["appointments"] = keller.book("ana")
		case op == "DELETE /v1/notes/{id}":
			ids["notes"] = on("ana").note(ids["visits"])
		case op == "POST /v1/reveals/{id}/{verdict}":
			ids["reveals"] = on("ana").reveal(ids["visits"], "other_stores")
		case op == "POST /v1/objections/{id}/uphold":
			ids["objections"] = keller.objects("n-2", staffs["jonas"])
		case op == "POST /v1/objections/{id}/reject":
			ids["objections"] = keller.objects("n-3", staffs["jonas"])
		}
		id := idIn(r.Path, ids)
		if id == "" {
			t.Errorf("%s %s: of what is it the number?", r.Method, r.Path)
		}
		own, other := "ana", "marc"
		if strings.Contains(r.Path, "/offers/") {
			own, other = other, own
		}
		if r.Path == "/v1/visits/{id}/wrap-up" {
			own, other, id = other, own, ids["okafor"]
		}
		in := r.For == staff.Anyone || r.For == staff.Device
		cells := []string{came(nobody.asked(r, id), "/staff", in), came(paired.asked(r, id), "/staff", in), "", rt.blind(on(other), r, id, string(floor.NewVisitID()), "/staff"),
			"", came(tim.asked(r, id), "/staff", in || r.For == staff.Technician), came(she.asked(r, id), "/staff", in)}
		if r.For == staff.Manager || r.For == staff.Technician {
			cells[2] = came(on(own).asked(r, id), "/staff", true)
			cells[4] = rt.manager(on("jonas"), r, id)
		} else {
			cells[4] = rt.manager(on("jonas"), r, id)
			cells[2] = rt.manager(on(own), r, id)
		}
		elsewhere.give("__Host-staff", must(h.server.doors.Begin(device, associate("jonas"), h.now().Add(time.Hour), h.now())))
		if c := came(elsewhere.asked(r, id), "/staff", in); !in && c != signIn {
			t.Errorf("%s %s: a session without its device gets %q", r.Method, r.Path, c)
		}
		rt.judge(r, cells)
		rt.add(r, cells...)
	}
	rt.held()
}

// manager asks as one who may, and wants no trouble.
func (rt *roleTable) manager(p *person, r gate.Route, id string) string {
	rt.t.Helper()
	a := p.asked(r, id)
	if a.StatusCode >= 500 {
		rt.t.Errorf("%s %s: %s", r.Method, r.Path, a.Status)
	}
	return came(a, "/staff", true)
}

// judge fails for a cell that the router's own word for the route forbids.
func (rt *roleTable) judge(r gate.Route, cells []string) {
	rt.t.Helper()
	for i, c := range cells {
		role := rt.roles[i]
		if c == "too many" && (r.For == staff.Anyone || r.For == staff.Device) {
			cells[i] = may
			continue
		}
		want := c
		switch outside := role == "nobody" || role == "paired device" || role == "customer" || role == "technician" && r.For != staff.Technician; {
		case r.For == staff.Anyone || r.For == staff.Device:
		case outside:
			want = signIn
		case r.For != staff.Associate && strings.HasPrefix(role, "associate"):
			want = nothing
		}
		if c != want || c == "too many" {
			rt.t.Errorf("%s %s, which is for %s: %s gets %q", r.Method, r.Path, r.For, role, c)
		}
	}
}
