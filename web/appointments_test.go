package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/concierge/rota"
)

// She books half a day on her page, Ana says the hour on hers, the manager sees
// that there is one and not whose. No page needs a script.
func TestAnAppointmentByPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	keller.page("/here/appointments", "You have none.", "Ana", "Choose")
	times := keller.page("/here/appointments/with/ana", "When would you like to meet Ana?", "Today, in the afternoon")
	when := between(t, times, `name="when" value="`, `"`)
	keller.done("/here/appointments", "/here/appointments", "associate", "ana", "when", when, "topic", "A coat")
	keller.page("/here/appointments", "Today, in the afternoon", "A coat", "asked for; Ana will say the hour", "Cancel it")

	list := ana.page("/staff/appointments", "in the afternoon", "Ms. Keller", "asked for")
	id := between(t, list, "/staff/appointments/", `"`)
	page := ana.page("/staff/appointments/"+id, "Agree, at", "A coat")
	at := between(t, page, `name="at" value="`, `"`)
	if theirs := jonas.page("/staff/appointments", "in the afternoon", "A client", "with Ana"); strings.Contains(theirs, "Keller") {
		t.Error("the manager reads whose it is")
	}
	ana.done("/staff/appointments", "/staff/appointments/"+id+"/confirm", "at", at)
	keller.page("/here/appointments", "agreed", " to ")

	marc := h.signOn("marc", "5823")
	marc.api("GET", "/v1/appointments/"+id+"/hours", "", http.StatusNotFound, nil)
	marc.api("POST", "/v1/appointments/"+id+"/decline", "{}", http.StatusNotFound, nil)
	adler := h.signIn("c-adler")
	adler.api("DELETE", "/v1/me/appointments/"+id, "", http.StatusNotFound, nil)
	keller.done("/here/appointments", "/here/appointments/"+id+"/cancel")
	keller.page("/here/appointments", "cancelled")
	ana.page("/staff/appointments", "There are none ahead.")
}

func TestAnAppointmentByJSON(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller, ana := h.signIn("c-keller"), h.signOn("ana", "4711")
	h.must(h.desk.SetScheduleVisibility(associate("ana"), rota.TwoWeeks, h.now()))
	var times []struct{ From, To time.Time }
	keller.api("GET", "/v1/me/associates/ana/times", "", http.StatusOK, &times)
	if len(times) == 0 {
		t.Fatal("ana has no time")
	}
	keller.api("GET", "/v1/me/associates/marc/times", "", http.StatusNotFound, nil)
	half := `{"associate":"ana","from":"` + times[0].From.Format(time.RFC3339) + `","to":"` + times[0].To.Format(time.RFC3339) + `"}`
	var made struct{ ID string }
	keller.api("POST", "/v1/me/appointments", half, http.StatusCreated, &made)
	keller.api("POST", "/v1/me/appointments", `{"associate":"ana","from":"soon"}`, http.StatusBadRequest, nil)
	var hours struct{ Within, Others []struct{ From time.Time } }
	ana.api("GET", "/v1/appointments/"+made.ID+"/hours", "", http.StatusOK, &hours)
	ana.api("POST", "/v1/appointments/"+made.ID+"/confirm", `{"at":"2026-01-01T10:00:00Z"}`, http.StatusConflict, nil)
	ana.api("POST", "/v1/appointments/"+made.ID+"/confirm", `{"at":"`+hours.Within[0].From.Format(time.RFC3339)+`"}`, http.StatusNoContent, nil)
	var list []struct {
		State string
		Half  bool `json:"half_day"`
	}
	keller.api("GET", "/v1/me/appointments", "", http.StatusOK, &list)
	if len(list) != 1 || list[0].State != "confirmed" || list[0].Half {
		t.Errorf("she has %+v", list)
	}
}

// Her word on colleagues who stand in, on the page of her associates.
func TestCoversOnHerPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	keller.page("/here/associates", "If none of them is free", `id="covers-asked" aria-pressed="true"`)
	keller.done("/here/associates", "/here/covers", "covers", "never")
	keller.page("/here/associates", `id="covers-never" aria-pressed="true"`)
	keller.api("PUT", "/v1/me/covers", `{"covers":"perhaps"}`, http.StatusBadRequest, nil)
}
