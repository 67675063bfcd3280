package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

type listerJSON struct {
	ID      string `json:"id"`
	Form    string `json:"form"`
	Blocked bool   `json:"blocked"`
	Last    string `json:"last_contact,omitempty"` // a day
}

func (f *Face) listerOnWire(l concierge.Lister) listerJSON {
	out := listerJSON{ID: l.Ref, Form: l.Name, Blocked: l.Refused}
	if !l.Last.IsZero() {
		out.Last = l.Last.In(f.TimeZone).Format(time.DateOnly)
	}
	return out
}

func (f *Face) jsonListedBy(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	some, _, _, err := f.listedBy(r, a, "")
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := []listerJSON{}
	for _, x := range some {
		out = append(out, f.listerOnWire(x))
	}
	gate.JSON(w, http.StatusOK, out)
}

// jsonBook is an associate's book; by POST as much of it as answers to a name.
func (f *Face) jsonBook(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Name string `json:"name"`
	}
	var err error
	if r.Method == http.MethodPost {
		err = gate.Read(r, &body)
	}
	var out struct {
		Clients []listerJSON `json:"clients"`
		More    bool         `json:"more"` // there are others; look for them by name
	}
	out.Clients = []listerJSON{}
	if err == nil {
		var some []concierge.Lister
		some, out.More, _, err = f.listedBy(r, a, body.Name)
		for _, x := range some {
			out.Clients = append(out.Clients, f.listerOnWire(x))
		}
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, out)
}

// jsonClient is one client of an associate's book.
func (f *Face) jsonClient(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	e, _, err := f.entry(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := struct {
		listerJSON
		Say       string        `json:"say,omitempty"`
		Languages []string      `json:"languages,omitempty"`
		Visit     floor.VisitID `json:"visit,omitempty"`
		Sections  []sectionJSON `json:"sections"`
	}{f.listerOnWire(e.Lister), e.Say, e.Languages, e.Visit, sectionsOnWire(e.Sections)}
	gate.JSON(w, http.StatusOK, out)
}
