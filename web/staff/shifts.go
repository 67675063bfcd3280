package staff

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/web/gate"
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

var errClock = fmt.Errorf("%w: from, to: want times of the day such as 09:30", gate.ErrBody)

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

// spans reads times of the day; an end that is not after its beginning is on the
// next day. A pair without either is none.
func (f *Face) spans(day string, from, to []string) (out []rota.Span, err error) {
	if len(from) != len(to) || len(from) > 8 {
		return nil, errClock
	}
	for i := range from {
		if from[i] == "" && to[i] == "" {
			continue
		}
		begin, err := time.ParseInLocation("2006-01-02 15:04", day+" "+from[i], f.TimeZone)
		if err != nil {
			return nil, errClock
		}
		end, err := time.ParseInLocation("2006-01-02 15:04", day+" "+to[i], f.TimeZone)
		if err != nil {
			return nil, errClock
		}
		if !end.After(begin) {
			end = end.AddDate(0, 0, 1)
		}
		out = append(out, rota.Span{From: begin, To: end})
	}
	return out, nil
}

func (f *Face) postShifts(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	day := r.PostFormValue("day")
	spans, err := f.spans(day, r.PostForm["from"], r.PostForm["to"])
	switch r.PostFormValue("do") {
	case "off":
		spans, err = nil, nil
	case "now":
		spans, err = f.fromNow(day, r.PostForm["to"])
	case "end":
		spans, err = f.untilNow(r, a, day)
	}
	if r.PostFormValue("do") == "" {
		err = errClock
	}
	if not := f.manages(r, a); not != nil {
		err = not
	}
	if err == nil {
		err = f.setShifts(r, a, r.PathValue("id"), day, spans, r.PostFormValue("do") == "undo")
	}
	f.back(w, r, "/staff/shifts?day="+url.QueryEscape(day), err)
}

// fromNow is a shift from this minute to the last end that was written.
func (f *Face) fromNow(day string, to []string) ([]rota.Span, error) {
	if len(to) == 0 || to[len(to)-1] == "" {
		return nil, fmt.Errorf("%w: to: until when", gate.ErrBody)
	}
	return f.spans(day, []string{f.Now().In(f.TimeZone).Format("15:04")}, to[len(to)-1:])
}

// untilNow are her shifts of a day as far as they have been.
func (f *Face) untilNow(r *http.Request, a floor.AssociateID, day string) (out []rota.Span, err error) {
	x, now, err := f.roll(r, a, day)
	if err != nil {
		return nil, err
	}
	now = now.Truncate(time.Minute)
	for _, l := range x.Lines {
		for _, s := range l.Shifts {
			if l.ID == r.PathValue("id") && s.From.Before(now) {
				if s.To.After(now) {
					s.To = now
				}
				out = append(out, rota.Span{From: s.From, To: s.To})
			}
		}
	}
	return out, nil
}

func (f *Face) setShifts(r *http.Request, a floor.AssociateID, ref, day string, spans []rota.Span, undo bool) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		if undo {
			return d.UndoShifts(a, ref, day, now)
		}
		return d.ChangeShifts(a, ref, day, spans, now)
	})
}

func (f *Face) postCovers(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	_ = r.PostFormValue("do") // reads the form
	var covers []string
	for _, c := range r.PostForm["cover"] {
		if c != "" {
			covers = append(covers, c)
		}
	}
	err := f.manages(r, a)
	if do := r.PostFormValue("do"); err == nil && do != "keep" && do != "undo" {
		err = fmt.Errorf("%w: do: want keep or undo", gate.ErrBody)
	}
	if err == nil {
		err = f.setCovers(r, a, covers, r.PostFormValue("do") == "undo")
	}
	f.back(w, r, "/staff/shifts", err)
}

func (f *Face) setCovers(r *http.Request, a floor.AssociateID, covers []string, undo bool) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.ChangeCovers(a, r.PathValue("id"), covers, undo, now)
	})
}
