package door

import (
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"foyer/sync/office"
	"foyer/web/gate"
	"foyer/web/look"
)

//go:embed fleet.html fleet.css
var files embed.FS

// Fleet is how the stores are, those that somebody should look at first.
type Fleet struct {
	At     time.Time     `json:"at"`
	Up     int           `json:"up"`
	Stores []FleetMember `json:"stores"`
}

// A FleetMember is one store: what it says, what it holds, and what of that
// somebody should look at.
type FleetMember struct {
	office.StoreStatus
	Troubles []string `json:"troubles"`
}

func (d *Door) members() Fleet {
	now := d.o.Now()
	f := Fleet{At: now.UTC().Truncate(time.Second), Stores: []FleetMember{}}
	for _, s := range office.WorstFirst(d.o.Office.Status(), now) {
		if s.Link == "up" {
			f.Up++
		}
		f.Stores = append(f.Stores, FleetMember{s, append([]string{}, s.Troubles(now)...)})
	}
	return f
}

func (d *Door) fleet(w http.ResponseWriter, _ *http.Request) {
	gate.JSON(w, http.StatusOK, d.members())
}

// page is what the page of the fleet shows.
type page struct {
	Fleet
	Sheets []string
}

// Waiting counts the events that stores hold and headquarters does not have.
func (p page) Waiting() (n int) {
	for _, s := range p.Stores {
		n += s.Backlog
	}
	return n
}

// Heard says how long ago a store was heard.
func (p page) Heard(s FleetMember) string {
	if s.Contact.IsZero() {
		return "never"
	}
	switch ago := p.At.Sub(s.Contact); {
	case ago < time.Minute:
		return "now"
	case ago < time.Hour:
		return strconv.Itoa(int(ago.Minutes())) + " min ago"
	case ago < 48*time.Hour:
		return strconv.Itoa(int(ago.Hours())) + " h ago"
	}
	return s.Contact.Format(time.DateOnly)
}

// Said puts troubles into one line.
func (p page) Said(s FleetMember) string { return strings.Join(s.Troubles, "; ") }

// pages adds the page for people, and its sheets.
func (d *Door) pages() error {
	t, err := template.ParseFS(files, "fleet.html")
	if err != nil {
		return err
	}
	base, err := look.Sheet("base")
	if err != nil {
		return err
	}
	own, err := files.ReadFile("fleet.css")
	if err != nil {
		return err
	}
	const ownPath = "/fleet/fleet.css"
	d.add(http.MethodGet, "/fleet", office.ScopeFleet, func(w http.ResponseWriter, _ *http.Request) {
		if err := look.Show(w, http.StatusOK, t, "fleet.html", page{d.members(), []string{base.Path, ownPath}}); err != nil {
			d.o.Log.Error("the fleet's page", "cause", err)
		}
	})
	d.add(http.MethodGet, base.Path, office.ScopeFleet, base.ServeHTTP)
	d.add(http.MethodGet, ownPath, office.ScopeFleet, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(own) // the reader went away: nobody is left to tell
	})
	return nil
}
