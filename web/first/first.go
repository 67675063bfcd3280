package first

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"foyer/web/gate"
	"foyer/web/look"
)

//go:embed *.html
var files embed.FS

// An Ask is what a technician fills in.
type Ask struct {
	Door, Code, Fingerprint string // of headquarters
	Replace                 bool   // this box takes the place of the one the store had
	Zone, Guest, Staff      string // only for a box without a configuration
	More                    string // and further lines of it: who reports here
}

// Joined is what the box is now, and where it goes on.
type Joined struct {
	Store, Chain string
	Note         string   // what else is to be known, such as what went with the box it replaces
	Hosts        []string // what the box answers to from now on, with the port if it is not 443; its name first
	Next         string   // path of the page that goes on
	Fingerprint  string   // of the certificate it shows from now on
	Restarts     bool     // it has to start again first
}

// About is what can be said of a box before it is anybody's.
type About struct {
	Host, Version, Fingerprint string
	Addresses                  []string
	Configured                 bool // it was told its addresses already
	Store                      string
}

// Options is what the face is made of. All but Log are required.
type Options struct {
	// Enrol makes the box a store's; it says how far it is. Its error is shown.
	Enrol func(ctx context.Context, a Ask, say func(string)) (Joined, error)
	About func() About
	Code  func(code string) // hears each new code, to show it at the console
	Now   func() time.Time
	Log   *slog.Logger // nil discards
}

// A Face is the set-up page of one box.
type Face struct {
	Options
	pages         *template.Template
	sheet, script look.Asset
	codes         *gate.Limiter

	mu     sync.Mutex
	key    [32]byte // of the code
	holder session
	ask    Ask
	stage  stage
	saying []string
	wrong  string
	joined Joined
	shown  chan struct{} // closed once what it has become was shown
	seen   sync.Once
}

type stage int

const (
	open stage = iota
	joining
	joined
)

// New returns the face, and has told the first code.
func New(o Options) (*Face, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Face{Options: o, codes: gate.NewLimiter(gate.DefaultCode()), shown: make(chan struct{})}
	var err error
	if f.sheet, err = look.Sheet("first", "staff", "setup"); err == nil {
		f.script, err = look.Script("first", nil)
	}
	if err == nil {
		f.pages, err = look.Templates(files, "*.html")
	}
	if err != nil {
		return nil, fmt.Errorf("first pages: %w", err)
	}
	f.newCode()
	return f, nil
}

// Shown is closed once the box was enrolled and the technician's page has said so.
func (f *Face) Shown() <-chan struct{} { return f.shown }

// Joined reports whether the box was enrolled.
func (f *Face) Joined() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stage == joined
}

// Whom a route is for.
const (
	Anyone     = "anyone"
	Technician = "technician"
)

// Routes returns every route there is on a box that is nobody's.
func (f *Face) Routes() *gate.Routes {
	t := gate.NewRoutes()
	t.Add("GET", f.sheet.Path, Anyone, f.sheet.ServeHTTP)
	t.Add("GET", f.script.Path, Anyone, f.script.ServeHTTP)
	t.Add("GET", "/{$}", Anyone, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/setup", http.StatusSeeOther) })
	t.Add("GET", "/setup", Anyone, f.getSetup)
	t.Add("POST", "/setup/code", Anyone, f.postCode)
	t.Add("POST", "/setup/join", Technician, f.postJoin)
	return t
}

var errBusy = errors.New("the box is asking headquarters already: wait for the answer")

// postJoin begins to make the box a store's, unless that is under way.
func (f *Face) postJoin(w http.ResponseWriter, r *http.Request) {
	if !f.admitted(r) {
		http.Redirect(w, r, "/setup", http.StatusSeeOther)
		return
	}
	a, err := read(r)
	if err == nil {
		err = f.begin(a)
	}
	if err != nil {
		f.mu.Lock()
		if f.stage == open {
			f.ask, f.wrong = a, sentence(err)
		}
		f.mu.Unlock()
	}
	http.Redirect(w, r, "/setup?step=2", http.StatusSeeOther)
}

func (f *Face) begin(a Ask) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stage != open {
		return errBusy
	}
	f.stage, f.ask, f.wrong, f.saying = joining, a, "", nil
	go f.join(a)
	return nil
}

// join outlives the request that began it: a technician who closes her laptop
// finds the box joined, and the code is spent once only.
func (f *Face) join(a Ask) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	j, err := f.Enrol(ctx, a, func(s string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.saying = append(f.saying, s)
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.stage, f.wrong = open, sentence(err)
		f.Log.Warn("the box has not joined headquarters", "err", err)
		return
	}
	f.stage, f.joined = joined, j
}
