package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/profile"
)

// A visit by programs alone, as the chain's app and a device of the store's
// would have it: what the other tests do by pages.
func TestAVisitByContract(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	ana.listen("/v1/associate/stream", "")
	_, err := h.profiles.Grant(customer("c-keller"), h.now(), "1", "page", profile.ContentPersonal, profile.Photo)
	h.must(err)
	h.notice("2", map[profile.Purpose][]string{profile.Presence: {"1"}, profile.ProfileToAssociates: {"1"}, profile.HistoryStore: {"1"}, profile.Photo: {"1"}, profile.ContentPersonal: {"1"}})
	app := h.signIn("c-keller")
	app.api("GET", "/v1/privacy/notice", "", 200, nil)
	v := string(h.arrive(customer("c-keller"), "shoes"))
	if r := app.send("PUT", "/v1/me/photo", "image/jpeg", string(snapshot(t, 200))); r.StatusCode != http.StatusNoContent {
		t.Errorf("her picture: %s %s", r.Status, r.body)
	}
	app.api("PUT", "/v1/me/covers", `{"covers":"welcome"}`, 204, nil)
	app.api("POST", "/v1/me/visit/announce", `{"style":"approach_me"}`, 204, nil)
	var offers []struct{ ID, Visit string }
	if ana.api("GET", "/v1/associate/offers", "", 200, &offers); len(offers) != 1 {
		t.Fatalf("offers %+v", offers)
	}
	ana.api("POST", "/v1/offers/"+offers[0].ID+"/accept", "", 200, nil)
	if r := ana.get("/v1/visits/" + v + "/photo"); r.StatusCode != 200 {
		t.Errorf("the picture on the card: %s", r.Status)
	}
	ana.api("POST", "/v1/visits/"+v+"/greeted", "", 204, nil)
	ana.api("POST", "/v1/visits/"+v+"/follow-up", `{"text":"The navy loafers are back in 38."}`, 204, nil)
	var messages []struct{ ID string }
	if app.api("GET", "/v1/me/messages", "", 200, &messages); len(messages) != 1 {
		t.Fatalf("messages %+v", messages)
	}
	app.api("DELETE", "/v1/me/messages/"+messages[0].ID, "", 204, nil)
	ana.api("POST", "/v1/visits/"+v+"/reveals", `{"class":"store","reason":"other","text":"She left a glove here and wants the pair"}`, 201, nil)
	var accesses []struct {
		ID          string
		Contestable bool
	}
	app.api("GET", "/v1/me/accesses", "", 200, &accesses)
	i := slices.IndexFunc(accesses, func(a struct {
		ID          string
		Contestable bool
	}) bool {
		return a.Contestable
	})
	if i < 0 {
		t.Fatalf("nothing to contest in %+v", accesses)
	}
	app.api("POST", "/v1/me/accesses/"+accesses[i].ID+"/contest", `{"text":"I did not ask for that"}`, 204, nil)
	jonas.api("GET", "/v1/reveals", "", 200, nil)
	var book struct{ Clients []struct{ ID string } }
	ana.api("POST", "/v1/associate/client-book", `{"name":"keller"}`, 200, &book)
	ana.api("GET", "/v1/associate/client-book/"+book.Clients[0].ID, "", 200, nil)
	app.api("POST", "/v1/me/notes/n-1/object", "", 204, nil)
	var objections []struct{ ID string }
	if jonas.api("GET", "/v1/objections", "", 200, &objections); len(objections) != 1 {
		t.Fatalf("objections %+v", objections)
	}
	jonas.api("POST", "/v1/objections/"+objections[0].ID+"/reject", `{"why":"Ana needs it to give you time."}`, 204, nil)
	app.api("POST", "/v1/me/visit/not-today", "", 204, nil)
	ana.api("DELETE", "/v1/associate/session", "", 204, nil)
	ana.api("GET", "/v1/associate/offers", "", 401, nil)
}

// Someone asks for help, takes it back, and a manager sends somebody.
func TestHelpByContract(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana, marc, jonas := h.signOn("ana", "4711"), h.signOn("marc", "5823"), h.signOn("jonas", "8024")
	for _, p := range []*person{ana, marc, jonas} {
		p.listen("/v1/associate/stream", "")
	}
	app := h.signIn("c-keller")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	app.api("POST", "/v1/me/help", "", 204, nil)
	app.api("DELETE", "/v1/me/help", "", 204, nil)
	app.api("POST", "/v1/me/help", "", 204, nil)
	jonas.api("POST", "/v1/tasks/"+v+"/assign", `{"associate":"marc"}`, 204, nil)
	jonas.api("PUT", "/v1/associates/ana/covers", `{"covers":["marc"]}`, 204, nil)
	jonas.api("PUT", "/v1/associates/ana/covers", `{"undo":true}`, 204, nil)
}

// An associate who is with somebody says when she can.
func TestAHeadsUpByContract(t *testing.T) {
	t.Parallel()
	_, ana, _, _ := busyAna(t)
	var ups []struct{ ID string }
	if ana.api("GET", "/v1/associate/headsups", "", 200, &ups); len(ups) != 1 {
		t.Fatalf("heads-ups %+v", ups)
	}
	ana.api("POST", "/v1/headsups/"+ups[0].ID+"/answer", `{"answer":"in_5"}`, 204, nil)
}

// Three appointments: one is moved and cancelled, one declined, one covered.
func TestAppointmentsByContract(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app, ana, jonas := h.signIn("c-keller"), h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	h.do(func(d *concierge.Desk, now time.Time) {
		h.must(d.SetScheduleVisibility(associate("ana"), rota.TwoWeeks, now))
	})
	var times []struct{ From, To time.Time }
	app.api("GET", "/v1/me/associates/ana/times", "", 200, &times)
	book := func() (id, at string) {
		var made struct{ ID string }
		app.api("POST", "/v1/me/appointments", fmt.Sprintf(`{"associate":"ana","from":%q,"to":%q,"topic":"A coat"}`,
			times[0].From.Format(time.RFC3339), times[0].To.Format(time.RFC3339)), 201, &made)
		var hours struct{ Within, Others []struct{ From time.Time } }
		ana.api("GET", "/v1/appointments/"+made.ID+"/hours", "", 200, &hours)
		return made.ID, fmt.Sprintf(`{"at":%q}`, cmp.Or(slices.Concat(hours.Others, hours.Within)[0].From).Format(time.RFC3339))
	}
	moved, at := book()
	ana.api("GET", "/v1/associate/appointments", "", 200, nil)
	ana.api("POST", "/v1/appointments/"+moved+"/move", at, 204, nil)
	app.api("DELETE", "/v1/me/appointments/"+moved, "", 204, nil)
	declined, _ := book()
	ana.api("POST", "/v1/appointments/"+declined+"/decline", "", 204, nil)
	covered, _ := book()
	jonas.api("POST", "/v1/appointments/"+covered+"/cover", `{"associate":"marc"}`, 204, nil)
}

// The practice shift, to its end.
func TestPracticeByContract(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tier("marc", floor.TierUntrained)
	marc := h.signOn("marc", "5823")
	marc.api("GET", "/v1/associate/practice", "", 200, nil)
	marc.playThrough()
	marc.api("POST", "/v1/associate/practice/finish", "", 204, nil)
}

// A technician draws over a picture and puts a plan in use.
func TestAPlanByContract(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tim := h.technician()
	if r := tim.send("PUT", "/v1/plan/pictures/ground", "image/jpeg", string(snapshot(t, 100))); r.StatusCode != http.StatusNoContent {
		t.Errorf("a picture: %s %s", r.Status, r.body)
	}
	if r := tim.get("/v1/plan/pictures/ground"); r.StatusCode != 200 {
		t.Errorf("the picture again: %s", r.Status)
	}
	plan := must(floor.Example().JSON())
	tim.api("PUT", "/v1/plan/draft", `{"plan":`+string(plan)+`}`, 200, nil)
	tim.api("POST", "/v1/plan/use", "", 200, nil)
}

// unlived are the operations of the contracts that nothing was seen to do,
// though every test has run.
func unlived() (out []string) {
	for listener, c := range promises() {
		for path, p := range c.Paths {
			for method := range p.operations() {
				op := method + " " + path
				if _, ok := c.lived.Load(op); !ok && !strings.HasSuffix(path, "/stream") { // streams are read otherwise
					out = append(out, listener+" "+op)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
