package staff

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

type unitView struct{ ID, Name string }

// reasons are the codes in words, as far as an associate has them.
func reasons(chosen string) []kindView {
	all := []kindView{
		{concierge.CustomerAsked, "She asked me to look", "Open for 15 minutes", false},
		{concierge.ReturnOrRepair, "Return or repair", "With the number of the receipt", false},
		{concierge.CollectOrder, "Order to collect", "With the number of the order", false},
		{concierge.Safety, "Safety", "", false},
		{concierge.Other, "Something else", "In words; the manager hears of it", false},
	}
	for i := range all {
		all[i].Chosen = all[i].Value == chosen || chosen == "" && i == 0
	}
	return all
}

// reasonWords is a code of a reason for people.
func reasonWords(code string) string {
	if code == concierge.Complaint {
		return "A complaint"
	}
	for _, r := range reasons("") {
		if r.Value == code {
			return r.Name
		}
	}
	return code
}

// units are what can be opened: classes, and what is behind the general lines
// of the card.
func units(card concierge.CardView) []unitView {
	out := []unitView{{"class/store", "Bought in this store"}, {"class/other_stores", "Bought in our other stores"}, {"class/online", "Bought online"}}
	for _, x := range hintsOf(card) {
		out = append(out, unitView{"item/" + x.ID, "In general: " + x.Name})
	}
	return out
}

func hintsOf(card concierge.CardView) (out []unitView) {
	for _, s := range card.Sections {
		for _, it := range s.Items {
			if s.Kind == "affinity" {
				out = append(out, unitView{it.ID, it.Text})
			}
		}
	}
	return out
}

func (f *Face) postReveal(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	draft := concierge.RevealDraft{Reason: r.PostFormValue("reason"), Text: r.PostFormValue("text"), Order: r.PostFormValue("order")}
	kind, id, _ := strings.Cut(r.PostFormValue("what"), "/")
	switch {
	case draft.Order != "":
	case kind == "item":
		draft.Item = id
	default:
		draft.Class = id
	}
	line, err := f.reveal(r, a, draft)
	if errors.Is(err, concierge.ErrReveal) {
		f.askPage(w, r, a, http.StatusUnprocessableEntity, askView{Wrong: sentence(err), Open: true, Reasons: reasons(draft.Reason), Text: draft.Text})
		return
	}
	if err == nil && line.State == concierge.RevealPending {
		f.askPage(w, r, a, http.StatusOK, askView{Wrong: "You have opened " + plural(concierge.Quota, "thing", "things") +
			" in this shift. A manager must agree; the card shows it then."})
		return
	}
	to := "/staff/visits/" + r.PathValue("id")
	if draft.Reason == concierge.Complaint {
		to += "/ask"
	}
	f.back(w, r, to, err)
}

func (f *Face) reveal(r *http.Request, a floor.AssociateID, draft concierge.RevealDraft) (l concierge.RevealLine, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		l, err = d.Reveal(a, floor.VisitID(r.PathValue("id")), draft, now)
		return err
	})
	return l, err
}

// revealRoutes adds the routes of asking and opening.
func (f *Face) revealRoutes(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/visits/{id}/ask", Associate, f.getAsk)
	page("POST", "/staff/visits/{id}/asks", Associate, f.postAsk)
	page("POST", "/staff/visits/{id}/reveals", Associate, f.postReveal)
	page("GET", "/staff/reveals", Manager, f.getReveals)
	page("POST", "/staff/reveals/{id}/{verdict}", Manager, f.postJudge)
	api("GET", "/v1/visits/{id}/asks", Associate, f.jsonAsked)
	api("POST", "/v1/visits/{id}/asks", Associate, f.jsonAsk)
	api("POST", "/v1/visits/{id}/reveals", Associate, f.jsonReveal)
	api("GET", "/v1/reveals", Manager, f.jsonReveals)
	api("POST", "/v1/reveals/{id}/{verdict}", Manager, f.jsonJudge)
}

// revealJSON is a reveal on the wire. It never says whose.
type revealJSON struct {
	ID        string                `json:"id"`
	State     concierge.RevealState `json:"state"`
	Associate string                `json:"associate"`
	Visit     floor.VisitID         `json:"visit"`
	What      string                `json:"what"`
	Reason    string                `json:"reason"`
	Text      string                `json:"text,omitempty"`
	At        time.Time             `json:"at"`
	Until     time.Time             `json:"until"`
	Contest   string                `json:"contest,omitempty"`
	Live      bool                  `json:"live,omitempty"` // the visit goes on
	Own       bool                  `json:"own,omitempty"`
}

func revealOnWire(l concierge.RevealLine) revealJSON {
	l.At, l.Until = l.At.UTC(), l.Until.UTC()
	return revealJSON(l)
}

func (f *Face) jsonReveal(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Class  string `json:"class"`
		Item   string `json:"item"`
		Order  string `json:"order"`
		Reason string `json:"reason"`
		Text   string `json:"text"`
	}
	var l concierge.RevealLine
	err := gate.Read(r, &body)
	if err == nil {
		l, err = f.reveal(r, a, concierge.RevealDraft(body))
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	status := http.StatusCreated
	if l.State == concierge.RevealPending {
		status = http.StatusAccepted
	}
	gate.JSON(w, status, revealOnWire(l))
}
