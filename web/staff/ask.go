package staff

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// askView is where she asks a client, or opens something with a reason.
type askView struct {
	look.Page
	Visit     floor.VisitID
	Name, Me  string
	Back      string
	Wrong     string
	Text      string // of a reason, to be written on
	Complaint bool   // a manager's view
	Serves    bool   // she looks after her, so that she may open something
	Open      bool   // the part with the reasons
	Asked     []askedView
	Items     []unitView
	Reasons   []kindView
	Units     []unitView
	Opened    []concierge.Section
}

type askedView struct {
	Text  string
	Waits bool
}

func (f *Face) getAsk(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.askPage(w, r, a, http.StatusOK, askView{})
}

// askPage shows what she may ask for and open, and how her questions stand.
func (f *Face) askPage(w http.ResponseWriter, r *http.Request, a floor.AssociateID, status int, v askView) {
	visit := floor.VisitID(r.PathValue("id"))
	v.Page, v.Visit, v.Back = f.base("Ask", true), visit, "/staff/visits/"+string(visit)
	var card concierge.CardView
	var asked []concierge.AskLine
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		t, err := today(d, a, now)
		if err != nil {
			return err
		}
		v.Me, v.Serves = t.Name, serves(t, visit)
		c, err := d.Card(a, visit, now)
		if card = c.View(); err == nil {
			asked, err = d.Asked(a, visit, now)
		} else if t.Role == floor.RoleManager && errors.Is(err, concierge.ErrNothing) {
			v.Complaint, v.Back = true, "/staff/reveals"
			card, err = d.Opened(a, visit, now)
		}
		return err
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v.Name = named(card.Name)
	for _, q := range asked {
		text := "You asked for " + strings.ReplaceAll(strings.ReplaceAll(q.Words, "your ", "her "), "you ", "she ")
		v.Asked = append(v.Asked, askedView{text + ": " + askState(q.State), q.State == concierge.AskWaits})
	}
	for _, x := range concierge.Askables() {
		v.Items = append(v.Items, unitView{x.ID, x.Name})
	}
	for _, x := range hintsOf(card) {
		v.Items = append(v.Items, unitView{x.ID, "In general: " + x.Name})
	}
	if v.Units = units(card); v.Reasons == nil {
		v.Reasons = reasons("")
	}
	for _, s := range card.Sections {
		if s.Kind == "revealed" || s.Kind == "shared" || s.Kind == "shared_words" {
			v.Opened = append(v.Opened, s)
		}
	}
	f.show(w, status, "ask", v)
}

func askState(s concierge.AskState) string {
	switch s {
	case concierge.AskWaits:
		return "she is being asked."
	case concierge.AskShared:
		return "she shares it; it is on her card."
	}
	return "not now."
}

func (f *Face) postAsk(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	_, err := f.ask(r, a, r.PostFormValue("item"))
	if errors.Is(err, concierge.ErrReveal) {
		f.askPage(w, r, a, http.StatusUnprocessableEntity, askView{Wrong: sentence(err)})
		return
	}
	f.back(w, r, "/staff/visits/"+r.PathValue("id")+"/ask", err)
}

func (f *Face) ask(r *http.Request, a floor.AssociateID, item string) (q concierge.AskLine, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		q, err = d.Ask(a, floor.VisitID(r.PathValue("id")), item, now)
		return err
	})
	return q, err
}

type askJSON struct {
	ID    string             `json:"id"`
	Item  string             `json:"item"`
	State concierge.AskState `json:"state"`
	Until time.Time          `json:"until"`
}

func (f *Face) jsonAsked(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	out := []askJSON{}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		asked, err := d.Asked(a, floor.VisitID(r.PathValue("id")), now)
		for _, q := range asked {
			out = append(out, askJSON{q.ID, q.Item, q.State, q.Until.UTC()})
		}
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonAsk(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Item string `json:"item"`
	}
	var q concierge.AskLine
	err := gate.Read(r, &body)
	if err == nil {
		q, err = f.ask(r, a, body.Item)
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusCreated, askJSON{q.ID, q.Item, q.State, q.Until.UTC()})
}
