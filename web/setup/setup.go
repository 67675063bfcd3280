// Package setup is the face of whoever prepares a store: the floor plan is
// drawn, checked and put in use here, and the floor is walked, so that foyer
// learns how radio is there. It hides how a drawing becomes a page on
// which it can be changed with a finger or with the keyboard alone.
//
// It knows the building and never who is in it: nothing of a visit, a customer
// or an associate reaches it.
package setup

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

//go:embed *.html *.js
var files embed.FS

// Drafting keeps what is drawn of the floor, and puts it in use. It may be
// called from any goroutine.
type Drafting interface {
	InForce() *floor.Plan    // nil: there is none yet
	Draft() ([]byte, error)  // as it was kept; nil: none
	Keep(draft []byte) error // nil: the draft goes
	// Use puts a plan in use, in a manager's name; floor.ErrPlan: nothing was changed.
	Use(ctx context.Context, by floor.AssociateID, plan []byte) error
	Picture(level floor.LevelID) ([]byte, error)        // to draw over; nil: none
	KeepPicture(level floor.LevelID, file []byte) error // nil removes it
}

// Options is what the face is made of. All but Log are required.
type Options struct {
	Drafting  Drafting
	Surveying Surveying
	Progress  func() Progress
	Health    func() Health
	// Page and API let technicians and managers through, and answer others as a
	// page or a machine wants; Technician tells which it is.
	Page, API  func(http.HandlerFunc) http.HandlerFunc
	Technician func(*http.Request) bool
	StoreName  string
	TimeZone   *time.Location
	Now        func() time.Time
	Log        *slog.Logger // nil discards
}

// A Face answers the requests of whoever prepares the store.
type Face struct {
	Options
	pages         *template.Template
	sheet, script look.Asset
	walkScript    look.Asset
}

// New returns the face.
func New(o Options) (*Face, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Face{Options: o}
	var script []byte
	for _, name := range []string{"model.js", "draw.js", "tools.js", "panel.js", "editor.js"} {
		part, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("set-up pages: %w", err)
		}
		script = append(script, part...)
	}
	f.script = look.Module("plan", script)
	own, err := files.ReadFile("walk.js")
	if err != nil {
		return nil, fmt.Errorf("set-up pages: %w", err)
	}
	if f.walkScript, err = look.Script("walk", own); err != nil {
		return nil, fmt.Errorf("set-up pages: %w", err)
	}
	if f.sheet, err = look.Sheet("setup", "staff", "setup"); err != nil {
		return nil, fmt.Errorf("set-up pages: %w", err)
	}
	if f.pages, err = look.Templates(files, "*.html"); err != nil {
		return nil, fmt.Errorf("set-up pages: %w", err)
	}
	return f, nil
}

// What a request may carry, in bytes, that may carry more than a form.
const (
	mostDraft   = 1 << 20
	mostPicture = 6 << 20
	mostDrawing = 16 << 20
)

// Large says how many bytes a request of this face may carry that may carry
// more than a form, 0 for all others.
func Large(r *http.Request) int64 {
	switch {
	case r.Method == "PUT" && r.URL.Path == "/v1/plan/draft":
		return mostDraft
	case r.Method == "POST" && r.URL.Path == "/v1/plan/import":
		return mostDrawing
	case r.Method == "PUT" && strings.HasPrefix(r.URL.Path, "/v1/plan/pictures/"):
		return mostPicture
	}
	return 0
}

// Add puts the face's routes into the table of the listener it is on; who is
// the table's word for those who may use them, anyone for everybody.
func (f *Face) Add(t *gate.Routes, who, anyone string) {
	t.Add("GET", f.sheet.Path, anyone, f.sheet.ServeHTTP)
	t.Add("GET", f.script.Path, anyone, f.script.ServeHTTP)
	t.Add("GET", "/staff/plan", who, f.Page(f.getPlan))
	api := func(method, path string, h http.HandlerFunc) { t.Add(method, path, who, f.API(h)) }
	api("GET", "/v1/plan", f.jsonPlan)
	api("GET", "/v1/plan/file", f.getFile)
	api("PUT", "/v1/plan/draft", f.putDraft)
	api("DELETE", "/v1/plan/draft", f.deleteDraft)
	api("POST", "/v1/plan/use", f.postUse)
	api("POST", "/v1/plan/import", f.postImport)
	api("GET", "/v1/plan/pictures/{level}", f.getPicture)
	api("PUT", "/v1/plan/pictures/{level}", f.putPicture)
	api("DELETE", "/v1/plan/pictures/{level}", f.deletePicture)
	t.Add("GET", f.walkScript.Path, anyone, f.walkScript.ServeHTTP)
	f.addSurvey(t, who)
	t.Add("GET", "/staff/health", who, f.Page(f.getHealth))
	t.Add("GET", "/staff/setup", who, f.Page(f.getSetup))
	t.Add("POST", "/staff/setup/alias", who, f.Page(f.postAlias))
}
