package hq_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"
)

// newKeys is a chain with its certificates, without a broker.
func newKeys(t testing.TB) *site {
	t.Helper()
	s := &site{dir: filepath.Join(t.TempDir(), "hq")}
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when bubbles begin
	must(t, office.InitCA(s.dir, now))
	var err error
	s.bundle, err = office.IssueStore(s.dir, chain, "014", []string{"localhost"}, now)
	must(t, err)
	must(t, office.SetBroker(s.dir, "tcp://pipe:1"))
	return s
}

// A world is a box, headquarters and the broker between them, in a bubble.
type world struct {
	t      *testing.T
	pipes  *linetest.Pipes
	id     wire.Identity
	dirs   struct{ box, office string }
	box    *hq.Link
	office *office.Office
	stop   struct{ box, office func() }
	app    app

	recorded map[string]bool   // events of the box
	said     map[string]string // what headquarters said last of a customer
	pushed   consents          // headquarters' own words of consents
	truth    consents          // everybody's
	n        int               // numbers everything
}

// app is what the box's store of customers holds; it survives the link.
type app struct {
	forms    map[string]string
	consents consents
	dying    bool // what is applied next is applied, and not noted any more
}

// consents are words of consents, merged by their stamps.
type consents map[string]wire.Consent

func (c consents) hear(w wire.ConsentChange) {
	if old, ok := c[w.Customer]; !ok || w.Wall > old.Wall {
		c[w.Customer] = w.Consent
	}
}

func (c consents) clone() consents { return maps.Clone(c) }

func (c consents) text() (s string) {
	for _, who := range slices.Sorted(maps.Keys(c)) {
		s += fmt.Sprintf(" %s:%v@%d", who, c[who].Granted, c[who].Wall)
	}
	return s
}

func newWorld(t *testing.T, s *site) *world {
	w := &world{t: t, pipes: linetest.NewPipes(t), recorded: map[string]bool{}, said: map[string]string{}, pushed: consents{}, truth: consents{}}
	w.app = app{forms: map[string]string{}, consents: consents{}}
	var err error
	w.id, err = wire.LoadIdentity(s.bundle)
	must(t, err)
	// Thousands of worlds: in memory, where there is some.
	root := ""
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() {
		root = "/dev/shm"
	}
	dir, err := os.MkdirTemp(root, "foyer-world")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	w.dirs.box, w.dirs.office = filepath.Join(dir, "box"), filepath.Join(dir, "hq")
	must(t, os.Mkdir(w.dirs.box, 0o700))
	must(t, os.CopyFS(w.dirs.office, os.DirFS(s.dir)))
	w.openBox()
	w.openOffice()
	return w
}

func (w *world) end() {
	w.stop.box()
	w.stop.office()
	w.pipes.Stop(w.t)
	time.Sleep(time.Minute) // what the client still waits for is over
	synctest.Wait()
}

func (w *world) openBox() {
	l, err := hq.Open(hq.Options{Dir: w.dirs.box, Identity: w.id, Broker: w.pipes.URL(), Now: time.Now, Dial: w.pipes.Dialer("box"), Version: "test", Holds: "app"})
	must(w.t, err)
	for _, k := range wire.Kinds() {
		if k.Down() && k != wire.DownAck {
			l.Handle(k, func(payload []byte) (func() error, error) {
				return func() error { return w.app.apply(k, payload) }, nil
			})
		}
	}
	w.box, w.stop.box = l, runs(w.t, l.Run, l.Close)
}

// apply puts a message in force in the store of customers.
func (a *app) apply(k wire.Kind, payload []byte) error {
	switch k {
	case wire.DownProfile:
		p, err := wire.Decode[wire.Profile](payload)
		if err != nil {
			return err
		}
		a.forms[p.Customer] = p.Form
	case wire.DownConsent:
		c, err := wire.Decode[wire.ConsentChange](payload)
		if err != nil {
			return err
		}
		a.consents.hear(c)
	case wire.DownErase:
		e, err := wire.Decode[wire.Erase](payload)
		if err != nil {
			return err
		}
		delete(a.forms, e.Customer)
	}
	if a.dying && k.Of().Ordered {
		a.dying = false
		return fmt.Errorf("died: %w", os.ErrClosed)
	}
	return nil
}

func (w *world) openOffice() {
	f, err := office.Open(office.Options{Dir: w.dirs.office, Now: time.Now, Dial: w.pipes.Dialer("office")})
	must(w.t, err)
	w.office, w.stop.office = f, runs(w.t, f.Run, f.Close)
}

// copyBox has the box go on from what was on its disk at this moment, as after a
// power cut.
func (w *world) copyBox() {
	synctest.Wait()
	data, err := os.ReadFile(filepath.Join(w.dirs.box, "outbox.db"))
	must(w.t, err)
	w.pipes.Cut("box") // no goodbye
	w.stop.box()
	must(w.t, os.WriteFile(filepath.Join(w.dirs.box, "outbox.db"), data, 0o600))
}

func (w *world) do(d deed) {
	w.n++
	t := w.t
	switch d.What {
	case "visit":
		v := opened(w.n)
		v.Customer = "guest" // who is not erased: of one who is, headquarters' log keeps nothing
		must(t, w.box.Record(wire.UpVisit, v))
		w.recorded[string(v.Visit)] = true
	case "she says yes", "she says no":
		w.says(d, w.n, func(c wire.ConsentChange) error {
			w.app.consents.hear(c)
			w.recorded[fmt.Sprint("word ", c.Wall)] = true
			return w.box.Record(wire.UpConsent, c)
		})
	case "hq says yes", "hq says no":
		// It may have been said before what the box was told since.
		w.says(d, w.n-d.Seconds/10, func(c wire.ConsentChange) error {
			w.pushed.hear(c)
			_, err := w.office.Push("014", wire.DownConsent, c)
			return err
		})
	case "profile":
		w.push(d.Who, 1)
	case "many profiles":
		w.push(0, 250)
	case "erase":
		who := fmt.Sprint("c-", d.Who)
		_, err := w.office.Push("014", wire.DownErase, wire.Erase{Customer: who})
		must(t, err)
		delete(w.said, who)
	case "wait":
		time.Sleep(time.Duration(d.Seconds) * time.Second)
	case "box restarts":
		w.stop.box()
		w.openBox()
	case "box dies":
		w.copyBox()
		w.openBox()
	case "box dies applying":
		synctest.Wait()
		w.app.dying = true
	case "office restarts":
		w.stop.office()
		w.openOffice()
	case "box is cut", "office is cut":
		w.pipes.Cut(d.What[:len(d.What)-len(" is cut")])
	case "box half-open", "office half-open":
		who := d.What[:len(d.What)-len(" half-open")]
		w.pipes.Silence(who, true)
		time.Sleep(time.Duration(d.Seconds) * time.Second)
		w.pipes.Silence(who, false)
	case "broker goes":
		w.pipes.Stop(t)
	case "broker comes":
		w.pipes.Start(t)
	}
}

// says has a consent said at a time that nobody else has said anything at.
func (w *world) says(d deed, at int, tell func(wire.ConsentChange) error) {
	c := wire.ConsentChange{Customer: fmt.Sprint("p-", d.Who), Consent: wire.Consent{Purpose: "presence", Node: "x",
		Granted: d.What == "she says yes" || d.What == "hq says yes", Wall: int64(1000*max(at, 1) + w.n)}}
	synctest.Wait() // the app is the links' while they work
	w.truth.hear(c)
	must(w.t, tell(c))
}

func (w *world) push(from, n int) {
	all := make([]any, n)
	for i := range all {
		p := profile(from+i, fmt.Sprint("said at ", w.n))
		all[i], w.said[p.Customer] = p, p.Form
	}
	_, err := w.office.PushAll("014", wire.DownProfile, all)
	must(w.t, err)
}

// calm reports whether neither side has anything left to say.
func (w *world) calm() bool {
	synctest.Wait()
	return w.box.Status().Backlog == 0 && pending(w.office) == 0 && w.box.Status().Up
}
