package guest

import (
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// errReach is what a body may say instead.
var errReach = fmt.Errorf("%w: want class store, other_stores or online, and audience closed, default or open", gate.ErrBody)

// audienceView is how far her purchases reach, class by class.
type audienceView struct {
	look.Page
	Switch  switchView
	Classes []classView
}

type classView struct {
	Class, Name string
	Off         bool // she does not allow that they are used
	Choices     []reachView
}

type reachView struct {
	Value, Name, Hint string
	Chosen            bool
}

func (f *Face) getAudience(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var v audienceView
	m, err := f.moment(r, func(d *concierge.Desk, m moment) error {
		for _, x := range d.Reaches(c) {
			if x.Offered || x.Granted {
				v.Classes = append(v.Classes, m.l.classOf(x))
			}
		}
		return nil
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v.Page, v.Switch = f.base(m.l, m.l.T("Your privacy"), false), m.l.switchOf(m.Here, true)
	f.show(w, m.l, http.StatusOK, "audience", v)
}

// classOf puts one class into words. They say the most that anybody is shown, as
// the chain's table has it.
func (l speech) classOf(x concierge.ReachLine) classView {
	v := classView{Class: x.Class, Off: !x.Granted}
	usual := reachView{Name: l.T("In general"), Hint: l.T("Your associates see what you tend to like, never an item. Nobody else sees anything of it.")}
	open := reachView{Name: l.T("In full"), Hint: l.T("Your associates see each item; who has served you before, what you tend to like. Whoever stands in sees nothing of it.")}
	switch x.Class {
	case "store":
		v.Name = l.T("Purchases in this store")
		usual = reachView{Name: l.T("My associates"), Hint: l.T("They see what you bought here; who has served you before, what you tend to like. Whoever stands in sees nothing of it.")}
		open = reachView{Name: l.T("Whoever serves me"), Hint: l.T("Your associates see what you bought here, what is fitted or intimate too; whoever serves you, what you tend to like.")}
	case "other_stores":
		v.Name = l.T("Purchases in other stores")
	case "online":
		v.Name = l.T("Purchases online")
	}
	closed := reachView{Name: l.T("Only who sold it to me"), Hint: l.T("Nobody else is shown it, nor anything drawn from it.")}
	for _, c := range []struct {
		reach concierge.Reach
		reachView
	}{{concierge.ReachClosed, closed}, {concierge.ReachDefault, usual}, {concierge.ReachOpen, open}} {
		c.Value, c.Chosen = string(c.reach), c.reach == x.Reach
		v.Choices = append(v.Choices, c.reachView)
	}
	return v
}

// reach is her word on one class.
func (f *Face) reach(r *http.Request, c floor.Customer, class, audience string) error {
	if !concierge.Reachable(class, concierge.Reach(audience)) {
		return errReach
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.SetReach(c, class, concierge.Reach(audience), now)
	})
}

func (f *Face) postAudience(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	class := r.PostFormValue("class")
	f.back(w, r, "/here/audience", f.reach(r, c, class, r.PostFormValue("audience")))
}

func (f *Face) jsonReaches(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	out := map[string]concierge.Reach{}
	err := f.do(r, func(d *concierge.Desk, _ time.Time) error {
		for _, x := range d.Reaches(c) {
			out[x.Class] = x.Reach
		}
		return nil
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonReach(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Class    string `json:"class"`
		Audience string `json:"audience"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.reach(r, c, body.Class, body.Audience)
	}
	f.answer(w, r, err)
}
