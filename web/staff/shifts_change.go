package staff

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/web/gate"
)

var errClock = fmt.Errorf("%w: from, to: want times of the day such as 09:30", gate.ErrBody)

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
