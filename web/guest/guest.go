// Package guest is the customer's face: her page on the store's Wi-Fi and the
// same as JSON. It hides how a moment of her visit becomes words.
//
// It works without a script, never changes anything by a GET, never puts a
// name into an address or a title, and knows of her only what concierge has
// already decided to say.
package guest

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/doors"
	"foyer/web/gate"
	"foyer/web/look"
	"foyer/web/stream"
	"foyer/web/tongue"
)

//go:embed *.html
var files embed.FS

// A Door lets customers in, on the goroutine of the request.
type Door interface {
	Redeem(ctx context.Context, code string, now time.Time) (floor.Customer, error)
	CheckIn(ctx context.Context, c floor.Customer, peer netip.Addr, now time.Time) error
	Erasure(proof string) (concierge.Erasure, error)
	SetPhoto(c floor.Customer, file []byte, now time.Time) error
	OwnPhoto(c floor.Customer) ([]byte, error)
	DropPhoto(c floor.Customer) error
	Receipts(c floor.Customer) ([]concierge.Receipt, error)
	Copy(c floor.Customer, m concierge.Moment, sessions []concierge.CopySession, now time.Time) (concierge.Copy, error)
}

// Rights forgets a customer. It is finished even if the request ends before.
type Rights interface {
	Forget(c floor.Customer) (proof string, err error)
}

// Zones knows where a visit is, as far as it may be shown.
type Zones interface {
	Zone(v floor.VisitID) (floor.ZoneID, bool)
}

// Phones knows of the phone at the other end whether it is noticed, and ends
// that.
type Phones interface {
	Noticed(ctx context.Context, peer netip.Addr) bool
	Unnotice(ctx context.Context, peer netip.Addr) (was bool, err error)
}

// A Pass is what headquarters' signature on a token vouched for.
type Pass struct {
	Customer floor.Customer
	Number   string // of this pass only
}

// Options is what the face is made of. All but Log are required.
type Options struct {
	Loop      concierge.Loop
	Door      Door
	Rights    Rights
	Passes    func(token string, now time.Time) (Pass, error) // its errors are this package's ErrPass and the like
	ClockSure func() bool                                     // whether the clock can judge a pass
	Zones     Zones
	Phones    Phones
	Plan      func() *floor.Plan
	Doors     *doors.Doors
	Hub       *stream.Hub
	StoreName string
	Languages []string       // the store's own, BCP 47; the first is that of what headquarters writes for it
	Running   func() Running // for the privacy page; nil: it says nothing of that
	TimeZone  *time.Location
	Now       func() time.Time
	Log       *slog.Logger // nil discards
}

// A Face answers the customers' requests.
type Face struct {
	Options
	tongues       *tongue.Set
	pages         map[string]*template.Template // by language
	sheet, script look.Asset
	codes         *gate.Limiter // by peer: codes tried
	accounts      *gate.Limiter // by customer
	asks          *gate.Limiter // by peer: who asks for somebody without being signed in
	checks        *checks
	uploads       chan struct{} // a place for each picture that is arriving
	pictures      chan struct{} // a place for each being made small
}

// New returns the face.
func New(o Options) (*Face, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Face{Options: o, checks: newChecks(), uploads: make(chan struct{}, 4), pictures: make(chan struct{}, 1),
		asks: gate.NewLimiter(askRate()), codes: gate.NewLimiter(gate.DefaultCode()), accounts: gate.NewLimiter(gate.DefaultAccount())}
	var err error
	if f.sheet, err = look.Sheet("guest", "card", "guest"); err != nil {
		return nil, fmt.Errorf("guest pages: %w", err)
	}
	if f.script, err = look.Script("guest", nil); err != nil {
		return nil, fmt.Errorf("guest pages: %w", err)
	}
	if f.tongues, err = tongue.Load(o.Languages...); err != nil {
		return nil, fmt.Errorf("guest pages: %w", err)
	}
	if f.pages, err = parse(f.tongues); err != nil {
		return nil, fmt.Errorf("guest pages: %w", err)
	}
	return f, nil
}

// Audience is whom an event for c's pages is for.
func Audience(c floor.Customer) stream.Audience { return stream.Audience("c " + c.Ref()) }

// Whom a route is for.
const (
	Anyone   = "anyone"
	Customer = "customer"
)

// Routes returns the table of the face.
func (f *Face) Routes() *gate.Routes {
	t := gate.NewRoutes()
	t.Add("GET", f.sheet.Path, Anyone, f.sheet.ServeHTTP)
	t.Add("GET", f.script.Path, Anyone, f.script.ServeHTTP)
	t.Add("GET", "/{$}", Anyone, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/here", http.StatusSeeOther) })
	t.Add("GET", "/privacy", Anyone, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/here/privacy", http.StatusSeeOther)
	}) // on the sign at the entrance
	t.Add("GET", "/here", Anyone, f.getHere)
	t.Add("POST", "/here/session", Anyone, f.postSession)
	t.Add("POST", "/here/language", Anyone, f.postLanguage)
	t.Add("GET", "/here/privacy", Anyone, f.getPrivacy)
	t.Add("POST", "/here/privacy/opt-out", Anyone, f.postOptOut)
	t.Add("POST", "/v1/privacy/opt-out", Anyone, f.jsonOptOut)
	t.Add("POST", "/here/ask", Anyone, f.postAsk)
	t.Add("POST", "/here/ask/cancel", Anyone, f.postCancelAsk)
	t.Add("GET", "/v1/help", Anyone, f.jsonAsked)
	t.Add("POST", "/v1/help", Anyone, f.jsonAsk)
	t.Add("DELETE", "/v1/help", Anyone, f.jsonCancelAsk)
	t.Add("GET", "/v1/feed", Anyone, f.jsonFeed)
	t.Add("POST", "/v1/me/session", Anyone, f.jsonSession)
	t.Add("GET", "/here/forgotten/{proof}", Anyone, f.getForgotten)
	t.Add("GET", "/here/forgotten/{proof}/report", Anyone, f.getReport)
	t.Add("GET", "/v1/privacy/notice", Anyone, f.jsonNotice)
	t.Add("GET", "/v1/erasures/{proof}", Anyone, f.jsonErasure)
	page := func(method, path string, h handler) { t.Add(method, path, Customer, f.page(h)) }
	page("POST", "/here/sign-out", f.postSignOut)
	page("GET", "/here/associates", f.getAssociates)
	page("POST", "/here/associates", f.postAssociates)
	page("POST", "/here/announce", f.postAnnounce)
	page("POST", "/here/not-today", f.postNotToday)
	page("POST", "/here/code", f.postCode)
	page("POST", "/here/help", f.postHelp)
	page("POST", "/here/help/cancel", f.postCancelHelp)
	page("POST", "/here/visibility", f.postVisibility)
	page("POST", "/here/consents/{purpose}/withdraw", f.postWithdraw)
	page("POST", "/here/consents/{purpose}/grant", f.postGrant)
	page("POST", "/here/withdraw", f.postWithdraw)
	api := func(method, path string, h handler) { t.Add(method, path, Customer, f.api(h)) }
	api("GET", "/v1/me", f.jsonMe)
	api("DELETE", "/v1/me/session", f.jsonSignOut)
	api("POST", "/v1/me/check-ins", f.jsonCheckIn)
	t.Add("POST", "/v1/checkin", Customer, f.jsonPass)
	api("POST", "/v1/me/visit/announce", f.jsonAnnounce)
	api("POST", "/v1/me/visit/not-today", f.jsonNotToday)
	api("PUT", "/v1/me/visibility", f.jsonVisibility)
	api("POST", "/v1/me/help", f.jsonHelp)
	api("DELETE", "/v1/me/help", f.jsonCancelHelp)
	api("GET", "/v1/me/associates", f.jsonAssociates)
	api("PUT", "/v1/me/associates", f.jsonPrefer)
	api("GET", "/v1/me/associates/presence", f.jsonPresence)
	api("PUT", "/v1/me/consents/{purpose}", f.jsonGrant)
	api("DELETE", "/v1/me/consents/{purpose}", f.jsonWithdraw)
	api("GET", "/v1/me/stream", f.serveStream)
	f.rights(page, api)
	f.meeting(page, api)
	f.content(t.Add, page, api)
	return t
}

// Run renews customers' leases in the background until ctx is done.
func (f *Face) Run(ctx context.Context) error {
	f.checks.run(ctx, f.lease)
	return nil
}
