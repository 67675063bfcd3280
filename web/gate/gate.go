// Package gate stands before every face: it decides which requests come in at
// all, and remembers which routes there are and for whom. It hides headers,
// limits and the forms of refusal.
//
// It never knows a session or a person, never believes a forwarding header,
// and answers what is unknown and what is forbidden with the same words.
package gate

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"
)

// Options say what a gate lets through.
type Options struct {
	Hosts   []string         // names and addresses this face answers to, without a port
	Own     bool             // and to the very address that a connection came to: one nobody could know before
	Now     func() time.Time // the store's clock
	Log     *slog.Logger     // nil discards
	HSTS    bool             // tell browsers to insist on TLS; only with a trusted certificate
	PerPeer Rate             // requests of one peer; the zero value is DefaultPeer
	Page    Page             // of a refusal, for people; nil: every refusal is a problem
	Say     Words            // of a refusal, for people; nil: in English
	// Large says how many bytes a request may carry that may carry more than a
	// form, 0 for all others; nil: none may.
	Large func(*http.Request) int64
}

// bodyLimit is the most a request may carry, in bytes: every form and every
// JSON object of foyer's faces is far smaller. Options.Large names what is not.
const bodyLimit = 8 << 10

const policy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Guard returns next behind the gate.
func Guard(o Options, next http.Handler) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.PerPeer == (Rate{}) {
		o.PerPeer = DefaultPeer()
	}
	if o.Say == nil {
		o.Say = english
	}
	hosts := make(map[string]bool, len(o.Hosts))
	for _, h := range o.Hosts {
		hosts[name(h)] = true
	}
	peers := NewLimiter(o.PerPeer)
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		Problem(w, http.StatusForbidden, "This came from another site. Open the page again and use its own buttons.")
	}))
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := http.MaxBytesReader(w, r.Body, o.limit(r))
		w = answerTo(w, r, o.Page, o.Say)
		headers(w.Header(), o.HSTS)
		if !hosts[name(r.Host)] && !(o.Own && own(r)) {
			Problem(w, http.StatusMisdirectedRequest, "This box does not answer to that name. Use the address on the store's sign.")
			return
		}
		if wait := peers.Wait(PeerKey(r), o.Now()); wait > 0 {
			TooMany(w, wait, "Too many requests from this device.")
			return
		}
		r.Body = body
		defer caught(w, r, o.Log)
		inner.ServeHTTP(w, r)
	})
}

func (o *Options) limit(r *http.Request) int64 {
	if o.Large == nil {
		return bodyLimit
	}
	return max(bodyLimit, o.Large(r))
}

// caught answers for a handler that panicked and logs where, never with what:
// the value may hold a name.
func caught(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler { // how a handler cuts a connection
		panic(p)
	}
	log.Error("a request broke the program", "method", r.Method, "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
	Problem(w, http.StatusInternalServerError, "This did not work. The store has been told.")
}

func headers(h http.Header, hsts bool) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	if hsts {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// name takes the port and the brackets off a host and lowers its case.
func name(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// own reports whether a request names the address its connection came to. A
// number is resolved by nobody, so nobody can have it point elsewhere.
func own(r *http.Request) bool {
	at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	asked, err := netip.ParseAddr(name(r.Host))
	return ok && err == nil && at.AddrPort().Addr().Unmap().WithZone("") == asked.Unmap().WithZone("")
}

// Peer returns the address at the other end of the connection. What the
// request says about itself is not asked.
func Peer(r *http.Request) netip.Addr {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap().WithZone("")
}

// PeerKey names the peer of a request for limits.
func PeerKey(r *http.Request) string { return peerKey(Peer(r)) }

// peerKey takes a whole IPv6 network of a household or a phone as one peer.
func peerKey(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// Server returns an HTTP server with the time limits of a face. A stream
// replaces the write limit by one of its own for each write.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		// The server's own log names whoever knocks, and an IPv6 address may
		// hold the phone's hardware address.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
