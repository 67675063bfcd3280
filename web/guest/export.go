package guest

import (
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// exportView offers her what is held of her as files.
type exportView struct {
	look.Page
	Switch switchView
}

func (f *Face) getExport(w http.ResponseWriter, r *http.Request, _ floor.Customer) {
	h, _, _, err := f.moment(r)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "export", exportView{f.base("Your privacy", true), switchOf(h, true)})
}

// copyOf collects everything that is held of her. What takes long is read on
// this request's goroutine, not at the desk.
func (f *Face) copyOf(r *http.Request, c floor.Customer) (concierge.Copy, error) {
	names, general := map[string]string{}, []string{}
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		for _, a := range d.Roster() {
			names[a.ID.Ref()] = a.Name
		}
		general = d.InGeneral(c, now)
		return nil
	})
	if err != nil {
		return concierge.Copy{}, err
	}
	y, err := f.Door.Copy(c, names, general, f.Now())
	if err != nil {
		return y, err
	}
	this := ""
	if k, err := r.Cookie(cookie); err == nil {
		this = k.Value
	}
	sessions, err := f.Doors.Sessions(c, this)
	for _, s := range sessions {
		if y.Made.Before(s.Until) {
			y.Sessions = append(y.Sessions, concierge.CopySession{Until: s.Until.UTC(), This: s.This})
		}
	}
	return y, err
}

// getExportJSON is the file for machines.
func (f *Face) getExportJSON(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	y, err := f.copyOf(r, c)
	var body []byte
	if err == nil {
		body, err = json.MarshalIndent(y, "", "  ")
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	keep(w, "application/json", "about-me.json", body)
}

// jsonExport is the same for an app.
func (f *Face) jsonExport(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	y, err := f.copyOf(r, c)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, y)
}

// copyView is the file for reading.
type copyView struct {
	Title, Store, Made string
	Groups             []copyGroup
	Photo              template.URL // of her picture, made here; "" if there is none
}

type copyGroup struct {
	Title, Note string
	Lines       []copyLine
}

type copyLine struct{ When, Text, Detail string }

// getExportPage is the file for reading.
func (f *Face) getExportPage(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	y, err := f.copyOf(r, c)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.file(w, r, "copy", "about-me.html", f.copyView(y))
}

func (f *Face) copyView(y concierge.Copy) copyView {
	stamp := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(f.TimeZone).Format("2 January 2006, 15:04")
	}
	v := copyView{Title: "Everything this store holds about you", Store: f.StoreName, Made: stamp(y.Made)}
	for _, s := range y.Sessions {
		text := "A phone or browser"
		if s.This {
			text = "The one that made this copy"
		}
		y.Lines = append(y.Lines, concierge.CopyLine{Kind: "sessions", Text: text, Detail: "until " + stamp(s.Until)})
	}
	if len(y.Photo) > 0 {
		v.Photo = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(y.Photo))
	}
	groups := copyGroups()
	for _, l := range y.Lines {
		for i, kind := range copyKinds() {
			if l.Kind == kind {
				groups[i].Lines = append(groups[i].Lines, lineOfCopy(l, stamp))
			}
		}
	}
	v.Groups = groups
	return v
}

// lineOfCopy is one line of the table: of who she is, what it is comes first.
func lineOfCopy(l concierge.CopyLine, stamp func(time.Time) string) copyLine {
	if l.Kind == "profile" && l.At.IsZero() {
		return copyLine{When: l.Detail, Text: l.Text}
	}
	return copyLine{stamp(l.At), l.Text, l.Detail}
}

func copyKinds() []string {
	return []string{"profile", "stated", "services", "purchases", "general", "notes", "appointments", "consents", "accesses", "served", "sessions", "invitations"}
}

// copyGroups are the groups of the file in the order of copyKinds.
func copyGroups() []copyGroup {
	return []copyGroup{
		{Title: "Who you are here"},
		{Title: "What you told us"},
		{Title: "What waits for you"},
		{Title: "What you bought", Note: "Prices, order numbers and payments are not held here."},
		{Title: "What you like in general", Note: "Worked out anew each time, from kinds and colours that came up more than once among the purchases you allow. It is not stored."},
		{Title: "Notes about you"},
		{Title: "Appointments"},
		{Title: "What you allowed, and took back"},
		{Title: "Who saw what"},
		{Title: "Who has served you"},
		{Title: "Where you are signed in"},
		{Title: "Codes to sign in"},
	}
}
