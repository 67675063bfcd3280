package staff

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/concierge/practice"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// errChoice is what a body may say instead.
var errChoice = fmt.Errorf("%w: want a scene and a choice of it, numbered from 0", gate.ErrBody)

// practise adds the routes of the shift with made-up clients.
func (f *Face) practise(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/practice", Associate, f.getPractice)
	page("POST", "/staff/practice", Associate, f.postPractice)
	page("POST", "/staff/practice/finish", Associate, f.postFinish)
	page("POST", "/staff/practice/again", Associate, f.postAgain)
	api("GET", "/v1/associate/practice", Associate, f.jsonPractice)
	api("POST", "/v1/associate/practice", Associate, f.jsonChoose)
	api("POST", "/v1/associate/practice/finish", Associate, f.jsonFinish)
}

// practiceView is one scene, what she chose in it, or the end.
type practiceView struct {
	look.Page
	V       practice.View
	Groups  []practiceGroup
	Options []optionView
	Rules   []string
	Lifts   bool // finishing lifts her tier
}

type practiceGroup struct {
	Class, Icon, Name string
	Items             []string
}

type optionView struct {
	N      int
	Text   string
	Chosen bool
}

func (f *Face) practiceOf(v practice.View, t concierge.Today, lifts bool) practiceView {
	out := practiceView{Page: f.base("Practice", false), V: v, Lifts: lifts}
	for i, speak := range []string{"may_mention", "background", "ask_first"} {
		level := speakLevels()[i]
		for _, g := range v.Card {
			if g.Speak == speak {
				out.Groups = append(out.Groups, practiceGroup{level.Class, level.Icon, level.Name, g.Items})
			}
		}
	}
	for i, c := range v.Choices {
		out.Options = append(out.Options, optionView{i, c, i == v.Chosen})
	}
	if v.Finished {
		out.Rules = practice.Rules()
	}
	return out
}

// playing runs g on the shift of who is signed on.
func (f *Face) playing(r *http.Request, a floor.AssociateID, g func(d *concierge.Desk, now time.Time) (practice.View, error)) (v practice.View, t concierge.Today, lifts bool, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		if t, err = today(d, a, now); err != nil {
			return err
		}
		own, err := d.OwnConduct(a, now)
		if err != nil {
			return err
		}
		lifts = own.Workshop
		v, err = g(d, now)
		return err
	})
	return v, t, lifts, err
}

func (f *Face) getPractice(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	v, t, lifts, err := f.playing(r, a, func(d *concierge.Desk, _ time.Time) (practice.View, error) { return d.Practice(a) })
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "practice", f.practiceOf(v, t, lifts))
}

func (f *Face) postPractice(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	n, bad := strconv.Atoi(r.PostFormValue("choice"))
	v, t, lifts, err := f.playing(r, a, func(d *concierge.Desk, _ time.Time) (practice.View, error) {
		if bad != nil {
			return practice.View{}, errChoice
		}
		return d.PracticeChoose(a, r.PostFormValue("scene"), n)
	})
	switch status, _ := f.known(err); {
	case status == http.StatusConflict: // an old page: she is shown where she is
		http.Redirect(w, r, "/staff/practice", http.StatusSeeOther)
	case err != nil:
		f.sorry(w, r, err)
	default:
		f.show(w, http.StatusOK, "practice", f.practiceOf(v, t, lifts))
	}
}

func (f *Face) finish(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.PracticeFinish(a, now)
	})
}

func (f *Face) postFinish(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	err := f.finish(r, a)
	if status, _ := f.known(err); err != nil && status != http.StatusConflict {
		f.sorry(w, r, err)
		return
	}
	to := "/staff/conduct"
	if err != nil { // there are scenes left
		to = "/staff/practice"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (f *Face) postAgain(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	if err := f.do(r, func(d *concierge.Desk, _ time.Time) error { d.PracticeAgain(a); return nil }); err != nil {
		f.sorry(w, r, err)
		return
	}
	http.Redirect(w, r, "/staff/practice", http.StatusSeeOther)
}

// practiceOnWire has lists where there is nothing in them.
func practiceOnWire(v practice.View) practice.View {
	v.Card, v.Guidance, v.Choices = append([]practice.Group{}, v.Card...), append([]string{}, v.Guidance...), append([]string{}, v.Choices...)
	if v.Verdict != nil {
		said := *v.Verdict
		said.Guidance, said.Unseen = append([]string{}, said.Guidance...), append([]string{}, said.Unseen...)
		v.Verdict = &said
	}
	return v
}

func (f *Face) jsonPractice(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	v, _, _, err := f.playing(r, a, func(d *concierge.Desk, _ time.Time) (practice.View, error) { return d.Practice(a) })
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, practiceOnWire(v))
}

func (f *Face) jsonChoose(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Scene  string `json:"scene"`
		Choice *int   `json:"choice"`
	}
	err := gate.Read(r, &body)
	if err == nil && (body.Choice == nil || strings.TrimSpace(body.Scene) == "") {
		err = errChoice
	}
	var v practice.View
	if err == nil {
		v, _, _, err = f.playing(r, a, func(d *concierge.Desk, _ time.Time) (practice.View, error) {
			return d.PracticeChoose(a, body.Scene, *body.Choice)
		})
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, practiceOnWire(v))
}

func (f *Face) jsonFinish(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.finish(r, a))
}
