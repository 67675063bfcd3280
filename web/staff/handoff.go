package staff

import (
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// handoffView is the note for whoever covers.
type handoffView struct {
	look.Page
	Visit   floor.VisitID
	Name    string
	Wrong   string
	Parts   []partView
	Phrases []concierge.Phrase
}

type partView struct {
	Name, Label, Text string
	Count, Rows       int
}

func partsOf(h concierge.Handoff) (out []partView) {
	for _, p := range []partView{{Name: "greet", Label: "Greet", Text: h.Greet}, {Name: "offer", Label: "Offer", Text: h.Offer},
		{Name: "avoid", Label: "Avoid", Text: h.Avoid}, {Name: "open", Label: "What is open", Text: h.Open}} {
		p.Count = utf8.RuneCountInString(p.Text)
		p.Rows = 1 + p.Count/40
		out = append(out, p)
	}
	return out
}

func (f *Face) getHandoff(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.handoffPage(w, r, a, http.StatusOK, nil, "")
}

func (f *Face) handoffPage(w http.ResponseWriter, r *http.Request, a floor.AssociateID, status int, draft *concierge.Handoff, wrong string) {
	visit := floor.VisitID(r.PathValue("id"))
	n, err := f.notes(r, a, visit)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	if draft == nil {
		draft = &n.Handoff
	}
	f.show(w, status, "handoff", handoffView{Page: f.base("Hand-off", true), Visit: visit, Name: named(n.Name), Wrong: wrong,
		Parts: partsOf(*draft), Phrases: concierge.Phrases()})
}

func (f *Face) postHandoff(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	h := concierge.Handoff{Greet: r.PostFormValue("greet"), Offer: r.PostFormValue("offer"), Avoid: r.PostFormValue("avoid"), Open: r.PostFormValue("open")}
	err := f.handOff(r, a, h)
	var personal concierge.PersonalError
	switch {
	case errors.As(err, &personal):
		f.handoffPage(w, r, a, http.StatusUnprocessableEntity, &h, soundsPersonal)
	case errors.Is(err, concierge.ErrNote):
		f.handoffPage(w, r, a, http.StatusUnprocessableEntity, &h, sentence(err))
	default:
		f.back(w, r, "/staff/visits/"+r.PathValue("id")+"/handoff", err)
	}
}

func (f *Face) handOff(r *http.Request, a floor.AssociateID, h concierge.Handoff) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.HandOff(a, floor.VisitID(r.PathValue("id")), h, now)
	})
}

func (f *Face) postPhrase(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/visits/"+r.PathValue("id")+"/handoff", f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.AddPhrase(a, floor.VisitID(r.PathValue("id")), r.PostFormValue("phrase"), now)
	}))
}

// postNoHandoff is her no to a colleague who covers.
func (f *Face) postNoHandoff(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff", f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.NoHandoff(a, floor.VisitID(r.PathValue("id")), now)
	}))
}

type handoffJSON struct {
	Greet string `json:"greet,omitempty"`
	Offer string `json:"offer,omitempty"`
	Avoid string `json:"avoid,omitempty"`
	Open  string `json:"open,omitempty"`
}

func (f *Face) jsonHandoff(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body handoffJSON
	err := gate.Read(r, &body)
	if err == nil {
		err = f.handOff(r, a, concierge.Handoff(body))
	}
	f.answer(w, r, err)
}
