// Package staff is the associates' and the manager's face: sign-on, today, an
// offer, a card, the floor. It hides how what concierge decided becomes a
// page for one hand in a noisy place.
//
// It never shows a person as a point, never a name in an address or a title,
// and answers for another's visit as for one that does not exist.
package staff

import (
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/web/doors"
	"foyer/web/gate"
	"foyer/web/look"
	"foyer/web/stream"
)

//go:embed *.html *.js
var files embed.FS

// Zones knows where a visit is, as far as it may be shown.
type Zones interface {
	Zone(v floor.VisitID) (floor.ZoneID, bool)
}

// Options is what the face is made of. All but Beat and Log are required.
type Options struct {
	Loop      concierge.Loop
	Door      Door
	Zones     Zones
	Plan      func() *floor.Plan
	Doors     *doors.Doors
	Hub       *stream.Hub
	Warnings  func() []health.Warning
	Occupancy func() map[floor.ZoneID]int                     // of zones, from five people on and by fives
	LetIn     func(role, purpose string, now time.Time) error // writes to the ledger that somebody without a name came or went
	StoreName string
	TimeZone  *time.Location
	Beat      time.Duration // between two signs of life of a stream; 0 is stream.Beat
	Now       func() time.Time
	Log       *slog.Logger // nil discards
}

// A Face answers the associates' requests.
type Face struct {
	Options
	pages         *template.Template
	sheet, script look.Asset
	app           app
	codes         *gate.Limiter // by peer: codes and PINs tried
	accounts      *gate.Limiter // by associate
	turns         chan turn
	pulses        pulses
	ended         chan struct{} // Run has ended
}

// New returns the face.
func New(o Options) (*Face, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Face{Options: o, codes: gate.NewLimiter(gate.Rate{Every: 2 * time.Second, Burst: 30}),
		accounts: gate.NewLimiter(gate.DefaultAccount()), turns: make(chan turn), ended: make(chan struct{})}
	own, err := files.ReadFile("staff.js")
	if err != nil {
		return nil, fmt.Errorf("staff pages: %w", err)
	}
	if f.sheet, err = look.Sheet("staff", "card", "staff"); err != nil {
		return nil, fmt.Errorf("staff pages: %w", err)
	}
	if f.script, err = look.Script("staff", own); err != nil {
		return nil, fmt.Errorf("staff pages: %w", err)
	}
	if f.app, err = newApp(o.StoreName, f.sheet.Path); err != nil {
		return nil, err
	}
	if f.pages, err = look.Templates(files, "*.html"); err != nil {
		return nil, fmt.Errorf("staff pages: %w", err)
	}
	return f, nil
}

// Managers is whom it concerns that something on the floor changed.
const Managers stream.Audience = "managers"

// Audience is whom an event for a's pages is for.
func Audience(a floor.AssociateID) stream.Audience { return stream.Audience("a " + a.Ref()) }

// Whom a route is for. A manager is an associate; the desk knows which.
const (
	Anyone    = "anyone"
	Device    = "device"
	Associate = "associate"
	Manager   = "manager"

	Technician = "technician" // and managers
)

// Routes returns the table of the face.
func (f *Face) Routes() *gate.Routes {
	t := gate.NewRoutes()
	t.Add("GET", f.sheet.Path, Anyone, f.sheet.ServeHTTP)
	t.Add("GET", f.script.Path, Anyone, f.script.ServeHTTP)
	f.install(t.Add)
	t.Add("GET", "/{$}", Anyone, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/staff", http.StatusSeeOther) })
	t.Add("GET", "/staff", Anyone, f.getStaff)
	t.Add("POST", "/staff/session", Device, f.postSession)
	t.Add("POST", "/v1/associate/session", Device, f.jsonSession)
	page := func(method, path, who string, h handler) { t.Add(method, path, who, f.page(h)) }
	page("GET", "/staff/alive", Associate, f.getAlive)
	page("POST", "/staff/sign-off", Associate, f.postSignOff)
	page("POST", "/staff/presence", Associate, f.postPresence)
	page("GET", "/staff/me", Associate, f.getMe)
	page("POST", "/staff/sound", Associate, f.postSound)
	page("GET", "/staff/code", Associate, f.getCode)
	page("POST", "/staff/offers/{id}/accept", Associate, f.postAccept)
	page("POST", "/staff/offers/{id}/decline", Associate, f.postDecline)
	page("POST", "/staff/headsups/{id}/answer", Associate, f.postHeadsUp)
	page("GET", "/staff/appointments", Associate, f.getAppointments)
	page("GET", "/staff/appointments/{id}", Associate, f.getAppointment)
	page("POST", "/staff/appointments/{id}/confirm", Associate, f.postConfirm)
	page("POST", "/staff/appointments/{id}/move", Associate, f.postMove)
	page("POST", "/staff/appointments/{id}/decline", Associate, f.postDeclineAppointment)
	page("POST", "/staff/appointments/{id}/cover", Manager, f.postCover)
	page("GET", "/staff/visits/{id}", Associate, f.getCard)
	page("GET", "/staff/visits/{id}/where", Associate, f.getWhere)
	page("POST", "/staff/visits/{id}/greeted", Associate, f.postGreeted)
	page("POST", "/staff/visits/{id}/wrap-up", Associate, f.postWrapUp)
	page("GET", "/staff/floor", Manager, f.getFloor)
	api := func(method, path, who string, h handler) { t.Add(method, path, who, f.api(h)) }
	api("DELETE", "/v1/associate/session", Associate, f.jsonSignOff)
	api("GET", "/v1/associate/stream", Associate, f.serveStream)
	api("PUT", "/v1/associate/presence", Associate, f.jsonPresence)
	api("GET", "/v1/associate/offers", Associate, f.jsonOffers)
	api("GET", "/v1/associate/code", Associate, f.jsonCode)
	api("POST", "/v1/offers/{id}/accept", Associate, f.jsonAccept)
	api("POST", "/v1/offers/{id}/decline", Associate, f.jsonDecline)
	api("GET", "/v1/associate/appointments", Associate, f.jsonAppointments)
	api("GET", "/v1/appointments/{id}/hours", Associate, f.jsonHours)
	api("POST", "/v1/appointments/{id}/confirm", Associate, f.jsonConfirm)
	api("POST", "/v1/appointments/{id}/move", Associate, f.jsonMove)
	api("POST", "/v1/appointments/{id}/decline", Associate, f.jsonDeclineAppointment)
	api("POST", "/v1/appointments/{id}/cover", Manager, f.jsonCover)
	api("GET", "/v1/associate/headsups", Associate, f.jsonHeadsUps)
	api("POST", "/v1/headsups/{id}/answer", Associate, f.jsonHeadsUp)
	api("GET", "/v1/visits/{id}/card", Associate, f.jsonCard)
	api("POST", "/v1/visits/{id}/greeted", Associate, f.jsonGreeted)
	api("POST", "/v1/visits/{id}/wrap-up", Associate, f.jsonWrapUp)
	api("GET", "/v1/floor", Manager, f.jsonFloor)
	f.own(page, api)
	f.decides(page, api)
	f.settling(page, api)
	f.listing(page, api)
	f.noteRoutes(page, api)
	f.rolls(page, api)
	f.preparing(t, page)
	return t
}
