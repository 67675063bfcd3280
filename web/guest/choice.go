package guest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// meeting adds the routes of whom she meets, and when.
func (f *Face) meeting(page, api func(method, path string, h handler)) {
	page("POST", "/here/tasks/{id}/choice", f.postChoice)
	page("GET", "/here/appointments", f.getAppointments)
	page("POST", "/here/appointments", f.postAppointment)
	page("GET", "/here/appointments/with/{id}", f.getTimes)
	page("POST", "/here/appointments/{id}/cancel", f.postCancelAppointment)
	page("POST", "/here/covers", f.postCovers)
	api("POST", "/v1/me/tasks/{id}/choice", f.jsonChoice)
	api("GET", "/v1/me/associates/{id}/times", f.jsonTimes)
	api("PUT", "/v1/me/covers", f.jsonCovers)
	api("GET", "/v1/me/appointments", f.jsonAppointments)
	api("POST", "/v1/me/appointments", f.jsonAppointment)
	api("DELETE", "/v1/me/appointments/{id}", f.jsonCancelAppointment)
}

var errChoice = fmt.Errorf("%w: choice: want wait, somebody_else, book or browse", gate.ErrBody)

// postChoice is her answer while her own associate cannot come at once.
func (f *Face) postChoice(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	what, to := concierge.Choice(r.PostFormValue("choice")), "/here"
	if what == concierge.Book {
		to = "/here/appointments"
	}
	f.back(w, r, to, f.choose(r, c, what))
}

func (f *Face) jsonChoice(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Choice concierge.Choice `json:"choice"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.choose(r, c, body.Choice)
	}
	f.answer(w, r, err)
}

func (f *Face) choose(r *http.Request, c floor.Customer, what concierge.Choice) error {
	if !slices.Contains([]concierge.Choice{concierge.Wait, concierge.SomebodyElse, concierge.Book, concierge.Browse}, what) {
		return errChoice
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Choose(c, r.PathValue("id"), what, now) })
}

// choiceView is that choice as her page puts it.
type choiceView struct {
	Task, Title, Text string
	Wait, Waiting     bool
	Who               string
	Asked             bool // she has asked for somebody
	Left              int  // seconds until she is left to look around, 0: no hurry
}

func (l speech) choiceOf(h concierge.Here, now time.Time) *choiceView {
	o := h.Options
	if o == nil || !o.Wait && !o.Cannot {
		return nil // nobody was told: the page of one who is announced has the same buttons
	}
	v := &choiceView{Task: o.Task, Title: l.howItIs(*o, now), Wait: o.Wait, Waiting: o.Waiting, Who: o.Who.Name, Asked: h.Asking}
	switch {
	case o.Waiting:
		v.Title, v.Text = l.T("You wait for %s.", o.Who.Name), l.T("She knows.")+" "+l.howItIs(*o, now)
		if o.Place > 1 {
			v.Text += " " + l.T("You are number %d in her line.", o.Place)
		}
	case !o.Until.IsZero():
		v.Left = left(o.Until, now)
		v.Text = l.T("What would you like? Without an answer we let you look around.")
	default:
		v.Text = l.T("What would you like?")
	}
	return v
}

// howItIs says how it stands with hers, and never why.
func (l speech) howItIs(o concierge.Alternatives, now time.Time) string {
	if o.Cannot {
		return l.T("%s cannot come just now.", o.Who.Name)
	}
	return l.sentenceOf(o.Who, now)
}

// choiceJSON is the same for an app.
type choiceJSON struct {
	Task    string        `json:"task"`
	Who     colleagueJSON `json:"associate"`
	Cannot  bool          `json:"cannot"`
	Choices []string      `json:"choices"`
	Waiting bool          `json:"waiting"`
	Place   int           `json:"place,omitempty"`
	Until   *time.Time    `json:"until,omitempty"`
}

func choiceOnWire(o *concierge.Alternatives) *choiceJSON {
	if o == nil {
		return nil
	}
	c := &choiceJSON{Task: o.Task, Who: colleagueOnWire(o.Who), Cannot: o.Cannot, Waiting: o.Waiting, Place: o.Place, Until: instant(o.Until),
		Choices: []string{string(concierge.SomebodyElse), string(concierge.Book), string(concierge.Browse)}}
	if o.Wait && !o.Waiting {
		c.Choices = append([]string{string(concierge.Wait)}, c.Choices...)
	}
	return c
}

// topicJSON is something she may ask for by name.
type topicJSON struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

func topicsOnWire(list []concierge.Topic) (out []topicJSON) {
	for _, t := range list {
		out = append(out, topicJSON{t.ID, t.Text})
	}
	return out
}

// topicsOf parts what she came to fetch from what somebody knows how to do.
func topicsOf(list []concierge.Topic) (items, skills []concierge.Topic) {
	for _, t := range list {
		if t.Item {
			items = append(items, t)
		} else {
			skills = append(skills, t)
		}
	}
	return items, skills
}
