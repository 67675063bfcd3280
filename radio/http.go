package radio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"foyer/floor"
)

// maxBody is the largest request in bytes.
const maxBody = 1 << 20

// HTTP is the source of canonical reports by HTTPS: POST /v1/reports, NDJSON,
// one bearer token per sensor. A request with a Date header lets the box tell
// a backlog from a wrong clock.
type HTTP struct {
	o       ListenOptions
	sensors credentials
}

// NewHTTP returns a source that listens once Run is called.
func NewHTTP(o ListenOptions) (*HTTP, error) {
	if o.Plain {
		return nil, fmt.Errorf("%w: reports by HTTP come over TLS only", ErrListen)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	sensors, err := newCredentials(o.Sensors, o.Intake)
	if err != nil {
		return nil, err
	}
	return &HTTP{o: o, sensors: sensors}, nil
}

// Name returns "https".
func (h *HTTP) Name() string { return "https" }

// Run serves until ctx ends and closes the listener.
func (h *HTTP) Run(ctx context.Context, out chan<- floor.Batch) error {
	requests, abandon := context.WithCancel(ctx)
	defer abandon()
	var door sync.RWMutex // held by each request; taken when nothing may be sent on out any more
	closed := false
	one := new(http.Protocols)
	one.SetHTTP1(true)
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			door.RLock()
			defer door.RUnlock()
			if !closed {
				h.serve(w, r, out)
			}
		}),
		Protocols:         one,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		BaseContext:       func(net.Listener) context.Context { return requests },
		// The server's own log names whoever knocks, and the values of panics.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { srv.Close() })
	defer stop()
	conf := h.o.tlsConfig()
	conf.NextProtos = []string{"http/1.1"}
	err := srv.Serve(secureListener{guard(h.o.Listener), conf})
	abandon()
	srv.Close()
	door.Lock()
	closed = true
	door.Unlock()
	if errors.Is(err, http.ErrServerClosed) || ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("serve sensor reports: %w", err)
}

// serve answers one request. It never repeats anything of it.
func (h *HTTP) serve(w http.ResponseWriter, r *http.Request, out chan<- floor.Batch) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	n := &h.o.Intake.guests.n
	if h.o.Aruba != nil && r.URL.Path == arubaPath && h.host(r.Host) {
		h.o.Aruba.serve(w, r, out)
		return
	}
	owner, p := h.admit(r)
	switch {
	case p == nil:
	case p.Status == http.StatusUnauthorized:
		n.unauthorized.Add(1)
		w.Header().Set("WWW-Authenticate", `Bearer realm="sensors"`)
	default:
		n.refused.Add(1)
	}
	if p != nil {
		p.write(w)
		return
	}
	sent, _ := http.ParseTime(r.Header.Get("Date"))
	body := http.MaxBytesReader(w, r.Body, maxBody)
	result := h.o.Intake.ndjson(r.Context(), owner.account, sent, body, out)
	p = result.problem()
	if p == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	switch p.Status {
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "1")
		wait(r.Context(), patience)      // who does not heed it is slowed down all the same
		_, _ = io.Copy(io.Discard, body) // or else the connection is reset before the answer is read
	case http.StatusRequestEntityTooLarge:
		n.refused.Add(1)
	}
	p.write(w)
}

// admit finds out who calls and whether the request can be a delivery.
func (h *HTTP) admit(r *http.Request) (*credential, *problem) {
	if !h.host(r.Host) {
		return nil, refuse(http.StatusMisdirectedRequest, "this address is not for sensors: use the host name the box was given")
	}
	if r.URL.Path != "/v1/reports" {
		return nil, refuse(http.StatusNotFound, "reports go to /v1/reports")
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return nil, refuse(http.StatusUnauthorized, "send the sensor's token as a bearer token")
	}
	owner, ok := h.sensors.byToken([]byte(token))
	if !ok || owner.topics != nil { // a receiver speaks for its node, and by MQTT
		return nil, refuse(http.StatusUnauthorized, "this token is no sensor's: enrol the sensor again")
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost:
		return nil, refuse(http.StatusMethodNotAllowed, "reports are sent with POST")
	case kind != "application/x-ndjson", r.Header.Get("Content-Encoding") != "":
		return nil, refuse(http.StatusUnsupportedMediaType, "want Content-Type application/x-ndjson, not compressed")
	case r.ContentLength > maxBody:
		return nil, refuse(http.StatusRequestEntityTooLarge, "at most 1 MiB in one request: send smaller ones")
	}
	return owner, nil
}

func (h *HTTP) host(name string) bool {
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	return len(h.o.Hosts) == 0 || slices.ContainsFunc(h.o.Hosts, func(ok string) bool { return strings.EqualFold(ok, strings.Trim(name, "[]")) })
}
