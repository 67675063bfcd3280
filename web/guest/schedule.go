package guest

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// content adds the routes of what a customer reads: schedules, the feed, and how
// a visit was.
func (f *Face) content(add func(method, path, who string, h http.HandlerFunc), page, api func(method, path string, h handler)) {
	add("GET", "/here/feed", Anyone, f.getFeed)
	page("GET", "/here/associates/{id}", f.getSchedule)
	api("GET", "/v1/me/associates/{id}/schedule", f.jsonSchedule)
	page("POST", "/here/visits/{id}/feedback", f.postFeedback)
	page("POST", "/here/messages/{id}/take-off", f.postTakeOff)
	api("GET", "/v1/me/messages", f.jsonMessages)
	api("DELETE", "/v1/me/messages/{id}", f.jsonTakeOff)
	api("POST", "/v1/me/visits/{id}/feedback", f.jsonFeedback)
}

// scheduleView is the days of one of her associates, in halves.
type scheduleView struct {
	look.Page
	Switch switchView
	Name   string
	Days   []dayView
}

type dayView struct{ Day, Half string }

func (f *Face) getSchedule(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var s concierge.Schedule
	m, err := f.moment(r, func(d *concierge.Desk, m moment) (err error) {
		s, err = d.Schedule(c, r.PathValue("id"), m.now)
		return err
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v := scheduleView{Page: f.base(l, l.T("Your associates"), false), Switch: l.switchOf(m.Here, true), Name: s.Name}
	for _, d := range s.Days {
		v.Days = append(v.Days, dayView{l.dayWords(d, m.now), l.halfWords(d)})
	}
	f.show(w, l, http.StatusOK, "schedule", v)
}

// dayWords names a day as people do.
func (l speech) dayWords(d rota.Day, now time.Time) string {
	t, err := time.ParseInLocation(time.DateOnly, d.Date, now.Location())
	if err != nil {
		return d.Date
	}
	return l.soon(t, now)
}

func (l speech) halfWords(d rota.Day) string {
	switch {
	case d.Morning && d.Afternoon:
		return l.T("all day")
	case d.Morning:
		return l.T("in the morning")
	}
	return l.T("in the afternoon")
}

type scheduleJSON struct {
	Name string     `json:"name"`
	Days []rota.Day `json:"days"`
}

func (f *Face) jsonSchedule(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var s concierge.Schedule
	err := f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		s, err = d.Schedule(c, r.PathValue("id"), now)
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, scheduleJSON{s.Name, append([]rota.Day{}, s.Days...)})
}
