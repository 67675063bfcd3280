package staff

import (
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/web/look"
)

// rolls adds the routes of who works when, who stands in for whom, and what lets
// them in.
func (f *Face) rolls(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/shifts", Manager, f.getShifts)
	page("POST", "/staff/people/{id}/shifts", Manager, f.postShifts)
	page("POST", "/staff/people/{id}/covers", Manager, f.postCovers)
	api("GET", "/v1/shifts", Manager, f.jsonShifts)
	api("PUT", "/v1/shifts", Manager, f.jsonSetShifts)
	api("PUT", "/v1/associates/{id}/covers", Manager, f.jsonSetCovers)
	f.keysRoutes(page)
}

// shiftsView is one day's shifts.
type shiftsView struct {
	look.Page
	Day, Title   string
	Before, Next string // the days beside it, "" for none
	Today        bool
	People       []rollView
}

type rollView struct {
	ID, Name string
	When     string // in words
	Spans    []spanView
	On       bool
	Changed  string // by whom, in words; "" if headquarters' word holds
	Said     string // headquarters' word
	Covers   []string
	Choices  [][]choiceView // for each place among the covers
	Recovers bool
}

type spanView struct{ From, To string }

type choiceView struct {
	ID, Name string
	Chosen   bool
}

// coverPlaces is how many who stand in the page takes.
const coverPlaces = 3

func (f *Face) roll(r *http.Request, a floor.AssociateID, day string) (x concierge.Roll, now time.Time, err error) {
	err = f.do(r, func(d *concierge.Desk, t time.Time) error {
		now = t.In(f.TimeZone)
		if _, err := today(d, a, t); err != nil {
			return err
		}
		x, err = d.Roll(a, day, t)
		return err
	})
	return x, now, err
}

func (f *Face) getShifts(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	x, now, err := f.roll(r, a, r.URL.Query().Get("day"))
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "shifts", f.shiftsOf(x, now))
}

func (f *Face) shiftsOf(x concierge.Roll, now time.Time) shiftsView {
	v := shiftsView{Page: f.base("Shifts", false), Day: x.Day, Today: x.Day == now.Format(time.DateOnly)}
	day, err := time.ParseInLocation(time.DateOnly, x.Day, f.TimeZone)
	if err != nil {
		day = now // the desk made it
	}
	v.Title = day.Format("Monday 2 January")
	if !v.Today {
		v.Before = day.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	if next := day.AddDate(0, 0, 1); next.Sub(now) < rota.Horizon-24*time.Hour {
		v.Next = next.Format(time.DateOnly)
	}
	for _, l := range x.Lines {
		v.People = append(v.People, f.rollOf(l, x.Lines))
	}
	return v
}

func (f *Face) rollOf(l concierge.RollLine, all []concierge.RollLine) rollView {
	v := rollView{ID: l.ID, Name: l.Name, When: f.words(l.Shifts), On: l.On, Said: f.words(l.Said), Recovers: l.Recovers}
	for _, s := range l.Shifts {
		v.Spans = append(v.Spans, spanView{s.From.In(f.TimeZone).Format("15:04"), s.To.In(f.TimeZone).Format("15:04")})
	}
	if len(v.Spans) == 0 {
		v.Spans = []spanView{{}}
	}
	if l.Changed {
		if v.Changed = "Changed here."; l.By != "" {
			v.Changed = "Changed here by " + l.By + "."
		}
	}
	for i := range coverPlaces {
		var c []choiceView
		for _, other := range all {
			if other.ID != l.ID {
				c = append(c, choiceView{other.ID, other.Name, i < len(l.Covers) && l.Covers[i].ID == other.ID})
			}
		}
		v.Choices = append(v.Choices, c)
	}
	for _, c := range l.Covers {
		v.Covers = append(v.Covers, c.Name)
	}
	return v
}

// words are shifts in words.
func (f *Face) words(shifts []floor.Shift) string {
	var out []string
	for _, s := range shifts {
		out = append(out, s.From.In(f.TimeZone).Format("15:04")+" to "+s.To.In(f.TimeZone).Format("15:04"))
	}
	if len(out) == 0 {
		return "not in"
	}
	return strings.Join(out, " and ")
}
