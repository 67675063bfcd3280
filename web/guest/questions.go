package guest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

var errAnswer = fmt.Errorf("%w: answer: want share or not_now", gate.ErrBody)

// questionView is a question of an associate's on her first page.
type questionView struct{ ID, Text string }

func (l speech) asksOf(asks []concierge.AskLine) (out []questionView) {
	for _, q := range asks {
		out = append(out, questionView{q.ID, l.T("%s asks for %s.", q.By, l.askWords(q.Words))})
	}
	return out
}

// askWords are what she is asked for; a kind of goods is in the store's words.
func (l speech) askWords(words string) string {
	if kind, ok := strings.CutPrefix(words, "the "); ok {
		if kind, ok = strings.CutSuffix(kind, " you bought"); ok {
			return l.T("the %s you bought", kind)
		}
	}
	return l.T(words)
}

// unitWords are what was opened; a kind of goods is in the store's words.
func (l speech) unitWords(words string) string {
	if number, ok := strings.CutPrefix(words, "order or receipt "); ok {
		return l.T("order or receipt %s", number)
	}
	return l.T(words)
}

// answerAsk gives her answer to a question.
func (f *Face) answerAsk(r *http.Request, c floor.Customer, answer string) error {
	if answer != "share" && answer != "not_now" {
		return errAnswer
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.AnswerAsk(c, r.PathValue("id"), answer == "share", now)
	})
}

func (f *Face) postAnswer(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.answerAsk(r, c, r.PostFormValue("answer")))
}

// contest says that something should not have been opened.
func (f *Face) contest(r *http.Request, c floor.Customer, text string) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error { return d.Contest(c, r.PathValue("id"), text, now) })
}

func (f *Face) postContest(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here/privacy", f.contest(r, c, r.PostFormValue("text")))
}

// openedWords say what was shown at an access.
func (l speech) openedWords(a concierge.AccessLine) string {
	switch {
	case a.Opened == "":
		return l.wordsOf(a.Classes)
	case len(a.Classes) == 0:
		return l.T("To be seen was: %s. There was nothing to show.", l.unitWords(a.Opened))
	}
	return l.T("To be seen was: %s.", l.unitWords(a.Opened))
}

// contestWords say where a reveal stands that she may contest, or has.
func (l speech) contestWords(s concierge.RevealState) string {
	switch s {
	case concierge.RevealContested:
		return l.T("You said that this was not right. A manager and headquarters look into it.")
	case concierge.RevealUpheld:
		return l.T("You said that this was not right, and the store agrees.")
	case concierge.RevealRejected:
		return l.T("You said that this was not right. The store found that it was in order.")
	case concierge.RevealStopped:
		return l.T("A manager closed it.")
	case concierge.RevealActive:
		return l.T("It is open now, and closes by itself.")
	}
	return ""
}

// questionRoutes adds the routes of questions to her and of what was opened.
func (f *Face) questionRoutes(page, api func(method, path string, h handler)) {
	page("POST", "/here/asks/{id}", f.postAnswer)
	page("POST", "/here/accesses/{id}/contest", f.postContest)
	api("GET", "/v1/me/asks", f.jsonAsks)
	api("POST", "/v1/me/asks/{id}", f.jsonAnswer)
	api("GET", "/v1/me/accesses", f.jsonAccesses)
	api("POST", "/v1/me/accesses/{id}/contest", f.jsonContest)
}

type askJSON struct {
	ID    string    `json:"id"`
	By    string    `json:"by"` // first name
	Item  string    `json:"item"`
	Words string    `json:"words"`
	Until time.Time `json:"until"`
}

func (f *Face) jsonAsks(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	out := []askJSON{}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		for _, q := range d.Asks(c, now) {
			out = append(out, askJSON{q.ID, q.By, q.Item, q.Words, q.Until.UTC()})
		}
		return nil
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonAnswer(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Answer string `json:"answer"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.answerAsk(r, c, body.Answer)
	}
	f.answer(w, r, err)
}

type accessJSON struct {
	ID          string                `json:"id"`
	At          time.Time             `json:"at"`
	Who         string                `json:"who"`
	Relation    string                `json:"relation"`
	Purpose     string                `json:"purpose"`
	Reason      string                `json:"reason,omitempty"`
	Text        string                `json:"text,omitempty"`
	Opened      string                `json:"opened,omitempty"` // what was opened with a reason
	Classes     []string              `json:"classes"`
	State       concierge.RevealState `json:"state,omitempty"` // of what was opened with a reason
	Contestable bool                  `json:"contestable,omitempty"`
}

func (f *Face) jsonAccesses(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	out := []accessJSON{}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		for _, x := range d.Dossier(c, now).Accesses {
			out = append(out, accessJSON{x.ID, x.At.UTC(), x.Who, x.Relation, x.Purpose, x.Reason, x.Text, x.Opened, append([]string{}, x.Classes...), x.State, x.Contestable})
		}
		return nil
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonContest(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Text string `json:"text"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.contest(r, c, body.Text)
	}
	f.answer(w, r, err)
}
