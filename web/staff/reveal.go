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

type unitView struct{ ID, Name string }

type askedView struct {
	Text  string
	Waits bool
}

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

// revealsView is a manager's list.
type revealsView struct {
	look.Page
	Wrong string
	Lines []revealView
}

type revealView struct {
	ID, Label, Associate, What, When, Reason, Text, Contest string
	Visit                                                   floor.VisitID // while it goes on
	Own                                                     bool
	Verdicts                                                []verdictView
}

type verdictView struct {
	ID, Name string
	Verb     concierge.Verdict
	Go       bool
}

func (f *Face) getReveals(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	lines, now, err := f.revealsOf(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := revealsView{Page: f.base("Opened with a reason", true)}
	for _, l := range lines {
		v.Lines = append(v.Lines, revealViewOf(l, now))
	}
	f.show(w, http.StatusOK, "reveals", v)
}

func (f *Face) revealsOf(r *http.Request, a floor.AssociateID) (lines []concierge.RevealLine, now time.Time, err error) {
	err = f.do(r, func(d *concierge.Desk, t time.Time) (err error) {
		now = t.In(f.TimeZone)
		if _, err = today(d, a, t); err == nil {
			lines, err = d.Reveals(a, t)
		}
		return err
	})
	return lines, now, err
}

func revealViewOf(l concierge.RevealLine, now time.Time) revealView {
	v := revealView{ID: l.ID, Associate: l.Associate, What: l.What, When: l.At.In(now.Location()).Format("2 January, 15:04"),
		Reason: reasonWords(l.Reason) + ".", Text: l.Text, Own: l.Own}
	if l.Live {
		v.Visit = l.Visit
	}
	verdict := func(verb concierge.Verdict, name string, is bool) {
		v.Verdicts = append(v.Verdicts, verdictView{l.ID, name, verb, is})
	}
	switch l.State {
	case concierge.RevealPending:
		v.Label = "A second person is needed"
		verdict(concierge.Approve, "Let her open it", true)
		verdict(concierge.Reject, "No", false)
	case concierge.RevealContested:
		v.Label, v.Contest = "The client says that it was not right", l.Contest
		verdict(concierge.Uphold, "She is right", true)
		verdict(concierge.Reject, "It was in order", false)
	default:
		v.Label = "Opened for a reason in words"
		verdict(concierge.Approve, "Seen", true)
		verdict(concierge.Reject, "Close it", false)
	}
	return v
}

func (f *Face) postJudge(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/reveals", f.judge(r, a))
}

func (f *Face) judge(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.SettleReveal(a, r.PathValue("id"), concierge.Verdict(r.PathValue("verdict")), now)
	})
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

func (f *Face) jsonReveals(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	lines, _, err := f.revealsOf(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := make([]revealJSON, 0, len(lines))
	for _, l := range lines {
		out = append(out, revealOnWire(l))
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonJudge(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.judge(r, a))
}
