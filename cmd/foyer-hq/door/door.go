// Package door is headquarters' HTTPS door: new boxes enrol there with a
// single-use code, and the chain's app and CRM ask there with a key for what
// they may. It hides HTTP, keys and limits.
//
// It takes the chain's own names of customers and never sends them on: stores
// know pseudonyms. It says nothing of why a key or a code does not hold, and
// logs neither bodies nor who knocked.
package door

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire/enrol"
	"foyer/web/gate"
)

// Options describe a door.
type Options struct {
	Office *office.Office
	Now    func() time.Time
	Log    *slog.Logger // nil: discard

	// PerKey is what one key may ask, PerPeer what one address may ask without
	// a key that holds; the zero value stands for the defaults.
	PerKey, PerPeer gate.Rate
}

// Default allowances: an app's server asks for many customers, and whoever has
// no key that holds has no business here.
func defaultPerKey() gate.Rate  { return gate.Rate{Every: 20 * time.Millisecond, Burst: 200} }
func defaultPerPeer() gate.Rate { return gate.Rate{Every: 6 * time.Second, Burst: 10} }

// A Door answers the chain's programs and new boxes.
type Door struct {
	o           Options
	routes      *gate.Routes
	keys, peers *gate.Limiter
}

// New returns a door.
func New(o Options) (*Door, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.PerKey == (gate.Rate{}) {
		o.PerKey = defaultPerKey()
	}
	if o.PerPeer == (gate.Rate{}) {
		o.PerPeer = defaultPerPeer()
	}
	d := &Door{o: o, routes: gate.NewRoutes(), keys: gate.NewLimiter(o.PerKey), peers: gate.NewLimiter(o.PerPeer)}
	d.routes.Add(http.MethodPost, enrol.Path, byCode, d.enrol)
	d.add(http.MethodPost, "/v1/checkin-tokens", office.ScopeCheckIn, answer(d, http.StatusCreated, d.checkIn))
	d.add(http.MethodPost, "/v1/geofence", office.ScopeGeofence, answer(d, http.StatusAccepted, d.geofence))
	d.add(http.MethodPost, "/v1/consents", office.ScopeConsent, answer(d, http.StatusAccepted, d.consent))
	d.add(http.MethodPost, "/v1/invitations", office.ScopeInvitation, answer(d, http.StatusCreated, d.invite))
	d.add(http.MethodPost, "/v1/erasures", office.ScopeErasure, answer(d, http.StatusAccepted, d.erase))
	d.add(http.MethodGet, "/v1/erasures/{reference}", office.ScopeErasure, d.erased)
	d.add(http.MethodGet, "/v1/fleet", office.ScopeFleet, d.fleet)
	return d, d.pages()
}

// byCode is for whom the route of enrolment is: whoever has a code.
const byCode = "code"

// Routes returns what the door answers to, and with which scope.
func (d *Door) Routes() []gate.Route { return d.routes.Table() }

// TLS returns the server's side with the certificate in two files, read anew for
// each connection so that a renewed one needs no restart.
func TLS(cert, key string, now func() time.Time) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Time: now, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c, err := tls.LoadX509KeyPair(cert, key)
			return &c, err
		}}
}

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Strict-Transport-Security", "max-age=31536000")
	r.Body = http.MaxBytesReader(w, r.Body, enrol.MaxBody)
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler { // how a handler cuts a connection
				panic(p)
			}
			d.o.Log.Error("a request broke the program", "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			gate.Problem(w, http.StatusInternalServerError, "This did not work.")
		}
	}()
	d.routes.ServeHTTP(w, r)
}

// Server returns the HTTP server of a door.
func (d *Door) Server() *http.Server { return gate.Server(d) }
