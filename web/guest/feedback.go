package guest

import (
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// errFeedback is what a body may say instead.
var errFeedback = fmt.Errorf("%w: value: want just_right, too_little or too_much, or forget_this_visit", gate.ErrBody)

// afterView asks how a visit was.
type afterView struct {
	Visit floor.VisitID
	Names string // who served her
}

func (l speech) afterOf(a *concierge.After) *afterView {
	if a == nil {
		return nil
	}
	return &afterView{a.Visit, l.And(a.Names)}
}

// feedback is her word on one visit, or that it is to be forgotten.
func (f *Face) feedback(r *http.Request, c floor.Customer, value string, forget bool) error {
	visit := floor.VisitID(r.PathValue("id"))
	if !forget && value != "just_right" && value != "too_little" && value != "too_much" {
		return errFeedback
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if forget {
			return d.ForgetVisit(c, visit, now)
		}
		return d.Feedback(c, visit, value, now)
	})
}

func (f *Face) postFeedback(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here", f.feedback(r, c, r.PostFormValue("value"), r.PostFormValue("forget") == "yes"))
}

func (f *Face) jsonFeedback(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Value  string `json:"value"`
		Forget bool   `json:"forget_this_visit"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.feedback(r, c, body.Value, body.Forget)
	}
	f.answer(w, r, err)
}
