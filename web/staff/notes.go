package staff

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/look"
)

// notesView is where she writes about a client.
type notesView struct {
	look.Page
	Visit       floor.VisitID
	Name        string
	Wrong, Kept string
	Draft       string
	Kinds       []kindView
	Mine        []noteView
}

type kindView struct {
	Value, Name, Hint string
	Chosen            bool
}

type noteView struct{ ID, Text, For, Until string }

// noteKinds are what a note may be, and for whom; the value names both.
func noteKinds(chosen string) []kindView {
	all := []kindView{
		{"preference/mine", "A preference, for me", "Only you see it", false},
		{"preference/preferred", "A preference, for her associates", "Those she named herself", false},
		{"handling/service", "How she likes to be served", "Whoever serves her", false},
		{"personal_detail/mine", "Something personal", "Only you, unless she opens it to her associates", false},
	}
	for i := range all {
		all[i].Chosen = all[i].Value == chosen || chosen == "" && i == 0
	}
	return all
}

// noteFor says whom a note is for.
func noteFor(n concierge.NoteLine) string {
	for _, k := range noteKinds("") {
		if k.Value == n.Kind+"/"+n.Visibility {
			return k.Name
		}
	}
	if n.Kind == "personal_detail" {
		return "Something personal, which she opened to her associates"
	}
	return "A note"
}

const soundsPersonal = "This sounds personal. Say what to do instead, or keep it as a note only you see."

func (f *Face) getNotes(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.notesPage(w, r, a, floor.VisitID(r.PathValue("id")), http.StatusOK, notesView{})
}

// notes are what she may read and write of a visit's customer.
func (f *Face) notes(r *http.Request, a floor.AssociateID, visit floor.VisitID) (n concierge.Notes, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		n, err = d.Notes(a, visit, now)
		return err
	})
	return n, err
}

// notesPage shows what she wrote, and what came of the last thing she did.
func (f *Face) notesPage(w http.ResponseWriter, r *http.Request, a floor.AssociateID, visit floor.VisitID, status int, v notesView) {
	n, err := f.notes(r, a, visit)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v.Page, v.Visit, v.Name = f.base("Notes", true), visit, named(n.Name)
	if v.Kinds == nil {
		v.Kinds = noteKinds("")
	}
	for _, x := range n.Mine {
		v.Mine = append(v.Mine, noteView{x.ID, x.Text, noteFor(x), x.Until.In(f.TimeZone).Format("2 January 2006")})
	}
	f.show(w, status, "notes", v)
}

func (f *Face) postNote(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	visit, chosen := floor.VisitID(r.PathValue("id")), r.PostFormValue("kind")
	kind, visibility, _ := strings.Cut(chosen, "/")
	n, err := f.writeNote(r, a, visit, concierge.NoteDraft{Kind: kind, Visibility: visibility, Text: r.PostFormValue("text")})
	if errors.Is(err, concierge.ErrNote) {
		f.notesPage(w, r, a, visit, http.StatusUnprocessableEntity, notesView{Wrong: sentence(err), Draft: r.PostFormValue("text"), Kinds: noteKinds(chosen)})
		return
	}
	if err == nil && len(n.Topics) > 0 && kind != "personal_detail" {
		f.notesPage(w, r, a, visit, http.StatusOK, notesView{Kept: soundsPersonal + " It was kept so that only you see it."})
		return
	}
	f.back(w, r, "/staff/visits/"+string(visit)+"/notes", err)
}

func (f *Face) writeNote(r *http.Request, a floor.AssociateID, v floor.VisitID, w concierge.NoteDraft) (n concierge.NoteLine, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) { n, err = d.WriteNote(a, v, w, now); return err })
	return n, err
}

// postChange edits, renews or removes one of her notes.
func (f *Face) postChange(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	visit := floor.VisitID(r.PostFormValue("visit"))
	err := f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		switch id := r.PathValue("id"); r.PostFormValue("do") {
		case "remove":
			return d.RemoveNote(a, id, now)
		case "renew":
			_, err = d.EditNote(a, id, concierge.NoteChange{Renew: true}, now)
		default:
			_, err = d.EditNote(a, id, concierge.NoteChange{Text: r.PostFormValue("text")}, now)
		}
		return err
	})
	if errors.Is(err, concierge.ErrNote) {
		f.notesPage(w, r, a, visit, http.StatusUnprocessableEntity, notesView{Wrong: sentence(err)})
		return
	}
	f.back(w, r, "/staff/visits/"+string(visit)+"/notes", err)
}

// sentence is what an error says after its name, as a sentence.
func sentence(err error) string {
	_, text, _ := strings.Cut(err.Error(), ": ")
	return capital(text) + "."
}

// noteRoutes adds the routes of what a card leads to. A customer's identifier is that of her
// visit: nothing on a device names her for longer.
func (f *Face) noteRoutes(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/visits/{id}/photo", Associate, f.getPhoto)
	api("GET", "/v1/visits/{id}/photo", Associate, f.getPhoto)
	f.revealRoutes(page, api)
	page("GET", "/staff/visits/{id}/notes", Associate, f.getNotes)
	page("POST", "/staff/visits/{id}/notes", Associate, f.postNote)
	page("POST", "/staff/notes/{id}", Associate, f.postChange)
	page("GET", "/staff/visits/{id}/handoff", Associate, f.getHandoff)
	page("POST", "/staff/visits/{id}/handoff", Associate, f.postHandoff)
	page("POST", "/staff/visits/{id}/handoff/phrase", Associate, f.postPhrase)
	page("POST", "/staff/visits/{id}/handoff/no", Associate, f.postNoHandoff)
	api("GET", "/v1/customers/{id}/notes", Associate, f.jsonNotes)
	api("POST", "/v1/customers/{id}/notes", Associate, f.jsonWriteNote)
	api("PUT", "/v1/customers/{id}/handoff", Associate, f.jsonHandoff)
	api("PATCH", "/v1/notes/{id}", Associate, f.jsonEditNote)
	api("DELETE", "/v1/notes/{id}", Associate, f.jsonRemoveNote)
}
