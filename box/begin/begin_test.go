package begin

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/config"
	"foyer/sync/wire"
	"foyer/web/first"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fresh is a box without a configuration in folders of its own.
func fresh(t *testing.T) (Options, string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("FOYER_DATA_DIR", filepath.Join(dir, "data"))
	t.Setenv("FOYER_RUNTIME", filepath.Join(dir, "run"))
	c, err := Unconfigured("127.0.0.1:0")
	must(t, err)
	return Options{Config: c, File: filepath.Join(dir, "foyer.yaml"), Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Listen: func(_, a string) (net.Listener, error) { return net.Listen("tcp", a) }, Alive: func() {}}, dir
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	req, err := http.NewRequest("GET", url, nil)
	must(t, err)
	res, err := tr.RoundTrip(req)
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, string(body)
}

// Two new boxes share nothing: neither code nor certificate nor name. One box
// keeps its certificate over a restart, and not its code; when it is told to stop
// it leaves no code behind.
func TestNewBoxes(t *testing.T) {
	o, dir := fresh(t)
	seen := map[string]bool{}
	start := func(o Options, dir string) Note {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		ready, done := make(chan struct{}), make(chan error, 1)
		o.Ready = func() { close(ready) }
		go func() {
			b, err := Run(ctx, o)
			if b.Config != nil {
				err = errors.Join(err, errors.New("it is a store's"))
			}
			done <- err
		}()
		<-ready
		n, err := ReadNote(filepath.Join(dir, "run"))
		must(t, err)
		info, err := os.Stat(filepath.Join(dir, "run", noteFile))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the note with the code: %v, %v", info.Mode(), err)
		}
		if status, body := get(t, n.URLs[1]); status != 200 || strings.Contains(body, n.Code) {
			t.Errorf("%d %s", status, body)
		}
		cancel()
		must(t, <-done)
		if _, err := ReadNote(filepath.Join(dir, "run")); !errors.Is(err, ErrNothing) {
			t.Errorf("after the end: %v", err)
		}
		if seen[n.Code] {
			t.Errorf("the code %s is there again", n.Code)
		}
		seen[n.Code] = true
		return n
	}
	one := start(o, dir)
	if again := start(o, dir); again.Fingerprint != one.Fingerprint || strings.Split(again.URLs[0], ":")[1] != strings.Split(one.URLs[0], ":")[1] {
		t.Errorf("after a restart it is %v, before %v", again, one)
	}
	o, dir = fresh(t)
	if other := start(o, dir); other.Fingerprint == one.Fingerprint || other.URLs[0] == one.URLs[0] {
		t.Errorf("two boxes: %v and %v", one, other)
	}
	key, err := filepath.Glob(filepath.Join(dir, "data", "*", "*"))
	must(t, err)
	for _, file := range key {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

func TestNeeded(t *testing.T) {
	o, _ := fresh(t)
	c := o.Config
	if !Needed(c) {
		t.Error("a new box needs no set-up")
	}
	must(t, os.MkdirAll(c.Identity, 0o700))
	must(t, os.WriteFile(filepath.Join(c.Data, "keys.db"), nil, 0o600))
	if Needed(c) {
		t.Error("a box that lost its identity and has a store's data is opened to whoever comes")
	}
	must(t, os.Remove(filepath.Join(c.Data, "keys.db")))
	must(t, os.WriteFile(filepath.Join(c.Identity, wire.FileIdentity), nil, 0o600))
	if Needed(c) {
		t.Error("a store's box needs set-up")
	}
}

func TestWritten(t *testing.T) {
	a := first.Ask{Zone: "Europe/Zurich", Guest: "10.20.0.2", Staff: "10.30.0.2:9443", More: "listen_more: 1"}
	id := wire.About{Chain: "northwind", Store: "014", Broker: "tls://hq.example:8883"}
	if _, err := config.Parse([]byte(written(a, "foyer-3f9a.local", id)), nil); err == nil {
		t.Error("a key that nobody reads is taken")
	}
	a.More = "sensors:\r\n- {id: ap, token_sha256: " + strings.Repeat("ab", 32) + "}"
	c, err := config.Parse([]byte(written(a, "foyer-3f9a.local", id)), nil)
	must(t, err)
	if c.Store.ID != "014" || c.Listen.Guest != "10.20.0.2:443" || c.Listen.Staff != "10.30.0.2:9443" || c.HQ.Broker != id.Broker ||
		c.Names.Staff != "foyer-3f9a.local" || c.Names.Guest != "foyer-3f9a-guest.local" || len(c.Sensors) != 1 {
		t.Errorf("%+v", c)
	}
	for _, bad := range []first.Ask{{Zone: "Nowhere", Guest: "10.20.0.2", Staff: "10.30.0.2"}, {Zone: "UTC", Guest: "10.30.0.2", Staff: "10.30.0.2"}, {Zone: "UTC", Staff: "10.30.0.2"}} {
		if _, err := config.Parse([]byte(written(bad, "foyer-3f9a.local", id)), nil); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// The installer of configurations believes the daemon no further than it must.
func TestAdopt(t *testing.T) {
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "foyer.yaml")
	must(t, os.MkdirAll(filepath.Join(data, folder), 0o700))
	good := written(first.Ask{Zone: "UTC", Guest: "10.20.0.2", Staff: "10.30.0.2"}, "foyer-3f9a.local", wire.About{Chain: "northwind", Store: "014"})
	put := func(text []byte) error { return os.WriteFile(file, text, 0o600) }
	leave := func(text string) { must(t, os.WriteFile(filepath.Join(data, AdoptFile), []byte(text), 0o600)) }
	leave("store: {}")
	if Adopt(data, file, put) == nil {
		t.Error("a bad configuration is taken")
	}
	if _, err := os.Stat(filepath.Join(data, AdoptFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what cannot be used stays, and is tried for ever: %v", err)
	}
	leave(good)
	must(t, Adopt(data, file, put))
	leave(good + broker("tls://hq.example:8883"))
	must(t, Adopt(data, file, put)) // headquarters' broker is added
	now, err := os.ReadFile(file)
	must(t, err)
	leave(strings.ReplaceAll(string(now), "10.20.0.2", "10.20.0.3"))
	if Adopt(data, file, put) == nil {
		t.Error("a configuration that is there is replaced by another")
	}
	// The folder is the daemon's: it may put a link there.
	outside := filepath.Join(dir, "outside")
	must(t, os.MkdirAll(outside, 0o700))
	must(t, os.WriteFile(filepath.Join(outside, "foyer.yaml"), []byte(good), 0o600))
	must(t, os.Remove(file))
	must(t, os.RemoveAll(filepath.Join(data, folder)))
	must(t, os.Symlink(outside, filepath.Join(data, folder)))
	if Adopt(data, file, put) == nil {
		t.Error("a link out of the folder is followed")
	}
	if _, err := os.Stat(filepath.Join(outside, "foyer.yaml")); err != nil {
		t.Errorf("and what it names was removed: %v", err)
	}
}

// What the box is to know when it was started anew is there then, and no longer.
func TestHanded(t *testing.T) {
	o, _ := fresh(t)
	if code := Handed(o.Config); code != "" {
		t.Errorf("of nothing there is %q", code)
	}
	must(t, os.MkdirAll(filepath.Join(o.Config.Data, folder), 0o700))
	must(t, leave(o.Config.Data, "text", "CODE"))
	if text, err := os.ReadFile(filepath.Join(o.Config.Data, AdoptFile)); err != nil || string(text) != "text" {
		t.Errorf("%q, %v", text, err)
	}
	if code := Handed(o.Config); code != "CODE" {
		t.Errorf("the technician's code is %q", code)
	}
	must(t, Forget(o.Config))
	if code := Handed(o.Config); code != "" {
		t.Errorf("afterwards there is still %q", code)
	}
}

// Who connects while one server has stopped and the next has not begun waits.
func TestKept(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	k := &kept{l}
	ended := make(chan error, 1)
	go func() { _, err := k.Accept(); ended <- err }()
	must(t, k.Close())
	if err := <-ended; err == nil {
		t.Fatal("Accept goes on")
	}
	between, err := net.Dial("tcp", l.Addr().String())
	must(t, err)
	defer between.Close()
	listen := k.handOn("staff", "here", func(_, a string) (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") })
	other, err := listen("guest", "here")
	must(t, err)
	must(t, other.Close())
	next, err := listen("staff", "here")
	must(t, err)
	defer next.Close()
	if next.Addr().String() != l.Addr().String() {
		t.Fatalf("%v, want %v", next.Addr(), l.Addr())
	}
	c, err := next.Accept()
	must(t, err)
	must(t, c.Close())
}
