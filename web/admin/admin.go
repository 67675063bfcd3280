// Package admin is the box's own socket: what foyer's commands on the same
// machine ask the daemon, and where metrics are read. It hides HTTP over a
// Unix socket.
//
// Whoever may open the socket may ask everything; so it is made for its owner
// alone, and never answers over the network.
package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Handlers is what the socket answers. Each may be nil: then its route is not
// there.
type Handlers struct {
	Status  func() any                                                           // GET /status: made into JSON
	Metrics http.Handler                                                         // GET /metrics
	Pair    func(ctx context.Context, associate string) (code string, err error) // POST /pair?associate=
	// Technician makes a code for one who prepares the store. POST /pair/technician
	Technician func(ctx context.Context) (code string, err error)
	Verify     func(row uint64) (any, error) // GET /ledger/verify?row=: made into JSON; 0 is the newest
	Record     func() (any, error)           // GET /ropa: made into JSON
	Scope      func(Scope) (any, error)      // GET /breach-scope?since=&subjects=: made into JSON
	// POST /erase?customer= and /export?customer=: made into JSON.
	Erase, Export func(ctx context.Context, customer string) (any, error)
	Tasks         func(ctx context.Context) (any, error)            // GET /tasks: made into JSON
	Task          func(ctx context.Context, id string) (any, error) // GET /task?id=: made into JSON
	Shadow        func(ctx context.Context) (any, error)            // GET /policy/shadow: made into JSON
	// Survey tells, line by line, what is heard of one device until ctx ends;
	// its error may come before the first line only. POST /survey?client=
	Survey func(ctx context.Context, client string, each func(line []byte) error) error
}

// Listen makes the socket at path. One that nobody listens on any more is
// replaced.
func Listen(path string) (net.Listener, error) {
	l, err := listen(path)
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	return l, nil
}

// Serve answers on a socket until ctx is done, and returns nil then.
func Serve(ctx context.Context, l net.Listener, h Handlers) error {
	srv := &http.Server{Handler: routes(h), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	stopped := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stopped()
	if err := srv.Serve(l); ctx.Err() == nil || !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("admin socket: %w", err)
	}
	return nil
}

// listen makes the socket readable by its owner from its first moment on.
func listen(path string) (net.Listener, error) {
	if c, err := net.Dial("unix", path); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("%s: another foyer answers there; stop it first", path)
	} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ECONNREFUSED) {
		return nil, err
	}
	if st, err := os.Lstat(path); err == nil {
		if st.Mode().Type() != fs.ModeSocket {
			return nil, fmt.Errorf("%s: is there and is not a socket; move it away", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	return bind(path)
}

// table is a mux that knows what is in it.
type table struct {
	http.ServeMux
	patterns []string
}

// Handle adds a route.
func (t *table) Handle(pattern string, h http.Handler) {
	t.patterns = append(t.patterns, pattern)
	t.ServeMux.Handle(pattern, h)
}

// HandleFunc adds a route.
func (t *table) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	t.Handle(pattern, http.HandlerFunc(h))
}

func routes(h Handlers) *table {
	mux := new(table)
	if h.Status != nil {
		mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { reply(w, h.Status()) })
	}
	if h.Metrics != nil {
		mux.Handle("GET /metrics", h.Metrics)
	}
	if h.Pair != nil {
		tell(mux, "POST /pair", func(r *http.Request) (any, error) {
			code, err := h.Pair(r.Context(), r.URL.Query().Get("associate"))
			return paired{code}, err
		})
	}
	if h.Technician != nil {
		tell(mux, "POST /pair/technician", func(r *http.Request) (any, error) {
			code, err := h.Technician(r.Context())
			return paired{code}, err
		})
	}
	scoped(mux, h.Scope)
	about(mux, "POST /erase", h.Erase)
	about(mux, "POST /export", h.Export)
	if h.Survey != nil {
		mux.HandleFunc("POST /survey", func(w http.ResponseWriter, r *http.Request) { stream(w, r, h.Survey) })
	}
	if h.Verify != nil {
		tell(mux, "GET /ledger/verify", func(r *http.Request) (any, error) {
			row, err := strconv.ParseUint(cmp.Or(r.URL.Query().Get("row"), "0"), 10, 64)
			if err != nil {
				return nil, errors.New("row: want a number")
			}
			return h.Verify(row)
		})
	}
	if h.Tasks != nil {
		tell(mux, "GET /tasks", func(r *http.Request) (any, error) { return h.Tasks(r.Context()) })
	}
	if h.Task != nil {
		tell(mux, "GET /task", func(r *http.Request) (any, error) { return h.Task(r.Context(), r.URL.Query().Get("id")) })
	}
	if h.Shadow != nil {
		tell(mux, "GET /policy/shadow", func(r *http.Request) (any, error) { return h.Shadow(r.Context()) })
	}
	if h.Record != nil {
		tell(mux, "GET /ropa", func(*http.Request) (any, error) { return h.Record() })
	}
	return mux
}

// tell answers a question by JSON, or says why not.
func tell(mux *table, route string, ask func(*http.Request) (any, error)) {
	mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
		v, err := ask(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		reply(w, v)
	})
}

func reply(w http.ResponseWriter, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // the command went away: nobody is left to tell
}

// ErrNobody means that no foyer answers on the socket: it is not running, or
// runs as somebody else.
var ErrNobody = errors.New("no foyer answers")

// cure says what to do about an error of the socket's.
func cure(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "ask as root, or as the user it runs as (sudo -u foyer)"
	}
	return "start it (systemctl start foyer), or name its socket with --socket"
}

// Get asks the daemon on the socket at path for a route, for example
// "/status", and returns the answer's body.
func Get(ctx context.Context, path, route string) ([]byte, error) {
	return ask(ctx, path, http.MethodGet, route)
}

// Pair asks the daemon for a code that pairs a device for an associate.
func Pair(ctx context.Context, path, associate string) (string, error) {
	return pair(ctx, path, "/pair?associate="+url.QueryEscape(associate))
}

// PairTechnician asks the daemon for a code that lets in one who prepares the
// store.
func PairTechnician(ctx context.Context, path string) (string, error) {
	return pair(ctx, path, "/pair/technician")
}

// paired is the answer of both.
type paired struct {
	Code string `json:"code"`
}

func pair(ctx context.Context, path, route string) (string, error) {
	body, err := ask(ctx, path, http.MethodPost, route)
	if err != nil {
		return "", err
	}
	var answer paired
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", fmt.Errorf("pair: %w", err)
	}
	return answer.Code, nil
}

// open asks for a route and returns the answer, its body still to be read.
func open(ctx context.Context, path, method, route string) (*http.Response, error) {
	t := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}
	req, err := http.NewRequestWithContext(ctx, method, "http://foyer"+route, nil)
	route, _, _ = strings.Cut(route, "?") // an error names no device
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", route, err)
	}
	answer, err := t.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w: %w; %s", route, ErrNobody, err, cure(err))
	}
	return answer, nil
}

func ask(ctx context.Context, path, method, route string) ([]byte, error) {
	answer, err := open(ctx, path, method, route)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	route, _, _ = strings.Cut(route, "?") // an error names no customer
	body, err := io.ReadAll(io.LimitReader(answer.Body, 16<<20))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", route, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask %s: %s", route, strings.TrimSpace(string(body)))
	}
	return body, nil
}
