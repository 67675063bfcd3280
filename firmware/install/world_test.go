package install

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/firmware"
	"foyer/firmware/dirswap"
	"foyer/firmware/publish"
	"foyer/firmware/spool"
)

// A world is one headquarters' repository behind a web server and one box.
type world struct {
	t       *testing.T
	dir     string
	now     time.Time
	repo    *publish.Repository
	serve   atomic.Pointer[http.Handler] // what the web server does
	server  *httptest.Server
	trust   publish.Trust
	box     *Installer
	slots   *dirswap.Folders
	spool   *spool.Spool
	quiet   bool
	maxSize int64
	beat    uint64
	process int
}

const model = "linux-test"

// program is what a version is in these tests: how it behaves is written in it.
func program(version, behaviour string) string {
	return version + " " + behaviour + "\n" + strings.Repeat(version, 5000)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC), quiet: true}
	w.trust = w.keys("")
	w.repo = publish.Open(w.path("repo"), func() time.Time { return w.now })
	w.must(w.repo.Create(w.trust, w.named("root1", "root2"), w.named("targets1", "targets2"), w.path("stamp")))
	files := http.FileServer(http.Dir(w.path("repo")))
	w.serve.Store(&files)
	w.server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { (*w.serve.Load()).ServeHTTP(rw, r) }))
	t.Cleanup(w.server.Close)
	root, err := w.repo.Root()
	w.must(err)
	w.must(os.WriteFile(w.path("root.json"), root, 0o600))
	w.slots, err = dirswap.Open(w.path("slots"))
	w.must(err)
	w.box = &Installer{Dir: w.path("slots"), Spool: w.path("spool"), Root: w.path("root.json"), Model: model,
		Backend: w.slots, Now: func() time.Time { return w.now }}
	w.must(os.WriteFile(w.path("package"), []byte(program("1.0.0", "good")), 0o755))
	_, err = w.box.Seed(w.path("package"), "1.0.0")
	w.must(err)
	return w
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) named(names ...string) (files []string) {
	for _, n := range names {
		files = append(files, w.path(n))
	}
	return files
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// keys makes a set of keys: two of three root keys sign, two of two for releases.
func (w *world) keys(prefix string) publish.Trust {
	w.t.Helper()
	for _, k := range []string{"root1", "root2", "root3", "targets1", "targets2", "stamp"} {
		w.must(publish.MakeKey(w.path(prefix + k)))
	}
	pub := func(names ...string) (files []string) {
		for _, n := range names {
			files = append(files, w.path(prefix+n+".pub"))
		}
		return files
	}
	return publish.Trust{Root: pub("root1", "root2", "root3"), RootThreshold: 2,
		Targets: pub("targets1", "targets2"), TargetsThreshold: 2, Stamp: pub("stamp")}
}

// publish puts a version into the repository.
func (w *world) publish(version, behaviour string) {
	w.t.Helper()
	file := w.path("build-" + version)
	w.must(os.WriteFile(file, []byte(program(version, behaviour)), 0o600))
	w.must(w.repo.Add(version, map[string]string{model: file}, w.named("targets1", "targets2"), w.path("stamp")))
}

// runs returns which version the link leads to, and how it behaves.
func (w *world) runs() (version, behaviour string) {
	w.t.Helper()
	data, err := os.ReadFile(w.path("slots/current/" + dirswap.Program))
	w.must(err)
	line, _, _ := strings.Cut(string(data), "\n")
	version, behaviour, _ = strings.Cut(line, " ")
	return version, behaviour
}

// daemon starts what runs and lets it look for updates; what the installer's
// unit does at each request is done, too.
func (w *world) daemon(want string, steps int) spool.Status {
	w.t.Helper()
	_, err := w.box.Start()
	w.must(err)
	version, _ := w.runs()
	w.process++
	s, err := spool.Open(spool.Options{Dir: w.path("spool"), Slots: w.path("slots"), Root: w.path("root.json"), Running: version,
		Model: model, Now: func() time.Time { return w.now }, Quiet: func(time.Time) bool { return w.quiet },
		Client: w.server.Client(), MaxSize: w.maxSize})
	w.must(err)
	w.spool = s
	if want != "" {
		w.must(s.Want(firmware.Pointer{Version: want, Repository: w.server.URL}))
	}
	for range steps {
		s.Step(context.Background())
		w.now = w.now.Add(time.Minute)
	}
	return s.Status()
}

// asked reports whether the installer is asked for something.
func (w *world) asked() bool {
	_, err := os.Stat(w.path("spool/" + spool.RequestFile))
	return err == nil
}

// trial plays what the watching unit and the daemon on trial do, minute by
// minute in made-up time, and returns how it ended.
func (w *world) trial() firmware.Record {
	w.t.Helper()
	watch := watcher{Trial: Trial{Pulse: w.path(PulseFile), Healthy: 10 * time.Minute, Deadline: 30 * time.Minute, Silence: 90 * time.Second}, began: w.now}
	for range 60 {
		if version, behaviour := w.runs(); behaviour == "crashes" {
			if _, err := w.box.Start(); err != nil { // systemd starts it again
				w.t.Fatal(err)
			}
		} else if behaviour != "silent" {
			w.beat++
			w.must(WritePulse(w.dir, Pulse{Version: version, Process: w.process, Beat: w.beat, Healthy: behaviour == "good", Detail: "headquarters is not reached"}))
		}
		rec, over, err := w.box.judge(&watch, w.now)
		w.must(err)
		if over {
			return rec
		}
		w.now = w.now.Add(time.Minute)
	}
	w.t.Fatal("the trial does not end")
	return firmware.Record{}
}

// update takes a published version from what is wanted to what is settled.
func (w *world) update(version string) {
	w.t.Helper()
	w.daemon(version, 1)
	w.must(w.box.Install())
	w.daemon("", 1)
	w.trial()
	w.settled(version)
}

// settled checks what every update must end in: a version that can be run, a
// record that agrees, no trial left on.
func (w *world) settled(version string) {
	w.t.Helper()
	if got, _ := w.runs(); got != version {
		w.t.Errorf("%s runs, want %s", got, version)
	}
	rec, err := firmware.ReadRecord(w.path("slots"))
	w.must(err)
	active, err := w.slots.Active()
	w.must(err)
	if rec.State == firmware.Trial || active != rec.Running {
		w.t.Errorf("slot %s is active, and the record says %+v", active, rec)
	}
	if _, err := os.Stat(w.path("slots/" + trialFile)); err == nil {
		w.t.Error("the mark of a trial is left")
	}
	if w.asked() {
		w.t.Error("the installer is asked still")
	}
}

func (w *world) handler(h func(http.ResponseWriter, *http.Request, http.Handler)) {
	files := http.FileServer(http.Dir(w.path("repo")))
	var next http.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { h(rw, r, files) })
	w.serve.Store(&next)
}

func image(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/targets/") }
