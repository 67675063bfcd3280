package staff

import (
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// errBlocked is what a body may say instead.
var errBlocked = fmt.Errorf("%w: blocked: want true or false", gate.ErrBody)

// A Door tells what takes longer than the desk may wait.
type Door interface {
	ListedBy(a floor.AssociateID, role floor.Role, search string, now time.Time) (some []concierge.Lister, more bool, err error)
}

// clientsView is an associate's book: who named her, as many as are read at once.
type clientsView struct {
	look.Page
	Tabs   tabsView
	Search string
	All    []listerView
	More   bool
}

type listerView struct {
	concierge.Lister
	Day string // of the last contact
}

// listing adds the routes of an associate's book, and of to whom she does not
// want to be sent. What she looks for stands in no address.
func (f *Face) listing(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/clients", Associate, f.getClients)
	page("POST", "/staff/clients", Associate, f.getClients)
	page("GET", "/staff/clients/{id}", Associate, f.getClient)
	page("POST", "/staff/clients/{id}", Associate, f.postClient)
	api("GET", "/v1/associate/listed-by", Associate, f.jsonListedBy)
	api("GET", "/v1/associate/client-book", Associate, f.jsonBook)
	api("POST", "/v1/associate/client-book", Associate, f.jsonBook)
	api("GET", "/v1/associate/client-book/{id}", Associate, f.jsonClient)
	api("PUT", "/v1/associate/blocks/{id}", Associate, f.jsonRefuse)
}

func (f *Face) listedBy(r *http.Request, a floor.AssociateID, search string) (some []concierge.Lister, more bool, t concierge.Today, err error) {
	t, err = f.today(r, a)
	if err == nil {
		some, more, err = f.Door.ListedBy(a, t.Role, search, f.Now())
	}
	return some, more, t, err
}

// entry opens the book at the client in the address.
func (f *Face) entry(r *http.Request, a floor.AssociateID) (e concierge.ClientEntry, t concierge.Today, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		if t, err = today(d, a, now); err == nil {
			e, err = d.ClientEntry(a, r.PathValue("id"), now)
		}
		return err
	})
	return e, t, err
}

func (f *Face) refuse(r *http.Request, a floor.AssociateID, yes bool) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.Refuse(a, r.PathValue("id"), yes, now)
	})
}

func (f *Face) getClients(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	search := r.PostFormValue("name")
	some, more, t, err := f.listedBy(r, a, search)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := clientsView{Page: f.base("Clients", search == ""), Tabs: tabsView{"clients", t.Role == floor.RoleManager}, Search: search, More: more}
	for _, l := range some {
		v.All = append(v.All, listerView{l, f.lastWords(l.Last)})
	}
	f.show(w, http.StatusOK, "clients", v)
}

// lastWords say when an associate last served somebody, to the day.
func (f *Face) lastWords(last time.Time) string {
	now := f.Now().In(f.TimeZone)
	switch at := last.In(f.TimeZone); {
	case last.IsZero():
		return ""
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return "With you today"
	case at.Year() == now.Year():
		return "Last with you on " + at.Format("2 January")
	default:
		return "Last with you in " + at.Format("January 2006")
	}
}

// clientEntryView is one client of her book.
type clientEntryView struct {
	look.Page
	Tabs   tabsView
	Day    string
	Spoken string
	Groups []groupView
	Entry  concierge.ClientEntry
}

func (f *Face) getClient(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	e, t, err := f.entry(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := clientEntryView{Page: f.base("Client", true), Tabs: tabsView{"clients", t.Role == floor.RoleManager}, Day: f.lastWords(e.Last),
		Spoken: spoken(e.Languages), Groups: groupsOf(e.Sections), Entry: e}
	f.show(w, http.StatusOK, "client", v)
}

func (f *Face) postClient(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	if err := f.refuse(r, a, r.PostFormValue("do") == "refuse"); err != nil {
		f.sorry(w, r, err)
		return
	}
	http.Redirect(w, r, "/staff/clients/"+r.PathValue("id"), http.StatusSeeOther)
}

func (f *Face) jsonRefuse(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Blocked *bool `json:"blocked"`
	}
	err := gate.Read(r, &body)
	if err == nil && body.Blocked == nil {
		err = errBlocked
	}
	if err == nil {
		err = f.refuse(r, a, *body.Blocked)
	}
	f.answer(w, r, err)
}
