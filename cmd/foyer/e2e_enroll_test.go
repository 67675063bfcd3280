package main_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"
)

// headquarters is foyer-hq with its door, and a broker.
type headquarters struct {
	t      *testing.T
	p      programs
	dir    string
	door   string
	broker *linetest.Mosquitto
}

// newHeadquarters makes headquarters of a chain by foyer-hq's own commands.
func newHeadquarters(t *testing.T, p programs) *headquarters {
	t.Helper()
	dir, err := os.MkdirTemp("", "hq") // a socket's path is short
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	h := &headquarters{t: t, p: p, dir: dir, door: fmt.Sprintf("127.0.0.1:%d", linetest.Port(t))}
	h.do("ca", "init", "--chain", "northwind")
	h.do("ca", "broker", "127.0.0.1", "localhost")
	h.do("ca", "door", "127.0.0.1")
	h.broker = linetest.NewMosquitto(t, func(_ string, port int) string {
		h.do("ca", "broker", "127.0.0.1", "localhost", "--url", fmt.Sprintf("tls://127.0.0.1:%d", port))
		return h.do("ca", "mosquitto", "--port", fmt.Sprint(port))
	})
	start(t, p.hq, "--dir", dir, "serve", "--door", h.door)
	eventually(t, "headquarters serves", func() error { return exec.Command(p.hq, "--dir", dir, "status").Run() })
	return h
}

func (h *headquarters) do(args ...string) string {
	h.t.Helper()
	return call(h.t, h.p.hq, append([]string{"--dir", h.dir}, args...)...)
}

// code returns the arguments of the command that foyer-hq prints for a new box.
func (h *headquarters) code(more ...string) []string {
	h.t.Helper()
	line := strings.Fields(h.do(append([]string{"enroll-code", "014", "--at", "https://" + h.door}, more...)...))
	if len(line) < 7 || line[0] != "foyer" || line[1] != "enroll" {
		h.t.Fatalf("enroll-code prints %q", line)
	}
	return line[1:]
}

// store returns what headquarters knows of its one store.
func (h *headquarters) store() (s struct {
	Link    string
	Pending int
	Backlog int
}) {
	h.t.Helper()
	all := []any{&s}
	if err := json.Unmarshal([]byte(h.do("status", "--json")), &all); err != nil || len(all) != 1 {
		h.t.Fatalf("status: %d stores, %v", len(all), err)
	}
	return s
}

// newBox writes the configuration of a box that is nobody's yet.
func (h *headquarters) newBox() (dir, config string) {
	h.t.Helper()
	dir, err := os.MkdirTemp("", "box")
	must(h.t, err)
	h.t.Cleanup(func() { os.RemoveAll(dir) })
	config = filepath.Join(dir, "foyer.yaml")
	text := fmt.Sprintf(`store: {chain: northwind, id: "014", timezone: Europe/Zurich}
data: %[1]s/data
runtime: %[1]s/run
listen: {guest: "127.0.0.1:%[2]d", staff: "127.0.0.1:%[3]d", sensors: "127.0.0.1:%[4]d", admin: %[1]s/admin.sock}
hq: {broker: "%[5]s"}
mdns: {enabled: false}
`, dir, linetest.Port(h.t), linetest.Port(h.t), linetest.Port(h.t), h.broker.URL())
	must(h.t, os.WriteFile(config, []byte(text), 0o600))
	return dir, config
}

// try runs foyer and returns what it printed and whether it liked it.
func (h *headquarters) try(stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(h.t.Context(), h.p.foyer, args...)
	cmd.Env, cmd.Stdin = environment(), strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (h *headquarters) refused(want, stdin string, args ...string) {
	h.t.Helper()
	if out, err := h.try(stdin, args...); err == nil || !strings.Contains(out, want) {
		h.t.Errorf("foyer %s: %v, want %q:\n%s", strings.Join(args, " "), err, want, out)
	}
}

// testEnroll makes a new box a store's with the built programs, runs it, loses
// it, replaces it, and resets it.
func testEnroll(t *testing.T, p programs) {
	h := newHeadquarters(t, p)
	dir, config := h.newBox()
	args := h.code()
	with := func(args []string, more ...string) []string {
		return append(append(args[:len(args):len(args)], "--config", config), more...)
	}
	change := func(flag, value string) []string {
		other := append([]string(nil), args...)
		for i := range other {
			if other[i] == flag {
				other[i+1] = value
			}
		}
		return with(other)
	}
	h.refused("not the headquarters that the fingerprint names", "", change("--fingerprint", "sha256:"+strings.Repeat("ab", 32))...)
	h.refused("unknown, used or expired", "", change("--code", "AAAAAAAAAAAAAAAAAAAAAAAAAA")...)
	h.refused("replaces no box", "", with(args, "--replace")...)

	if out, err := h.try("", with(args)...); err != nil || !strings.Contains(out, "This is the box of store 014 of northwind now") {
		t.Fatalf("enroll: %v\n%s", err, out)
	}
	id, err := wire.LoadIdentity(filepath.Join(dir, "data", "identity"))
	must(t, err)
	if id.Broker != h.broker.URL() || id.ClientID() != "014" {
		t.Errorf("identity %v of %s at %s", id, id.ClientID(), id.Broker)
	}
	h.refused("a store's box already", "", with(args)...)
	profiles := filepath.Join(t.TempDir(), "p.ndjson")
	must(t, os.WriteFile(profiles, []byte(`{"customer":"c-1","rev":1,"audience":{}}`+"\n"), 0o600))
	h.do("profiles", "push", profiles, "--store", "014")
	h.do("push", "policy", "--store", "014")
	box := start(t, p.foyer, "run", "--config", config)
	up := func() error {
		if s := h.store(); s.Link != "up" || s.Pending > 0 || s.Backlog > 0 {
			return fmt.Errorf("%+v", s)
		}
		return nil
	}
	eventually(t, "the enrolled box has its line", up)
	h.refused("the box is running", "014\n", "reset", "--config", config)
	box = testRotate(t, h, up, box, config)
	testReplace(t, h, up, box, dir, config)
}

// testRotate replaces the key that headquarters signs with, step by step, while
// the box runs; after a restart it believes the new one, and holds what it held.
func testRotate(t *testing.T, h *headquarters, up func() error, box *process, config string) *process {
	before, err := os.ReadFile(filepath.Join(h.dir, "sign.pub"))
	must(t, err)
	eventually(t, "the signing key is replaced", func() error {
		if out := h.do("ca", "rotate"); !strings.Contains(out, "done:") {
			return errors.New(strings.TrimSpace(out))
		}
		return nil
	})
	after, err := os.ReadFile(filepath.Join(h.dir, "sign.pub"))
	must(t, err)
	if bytes.Equal(before, after) || bytes.Count(after, []byte("BEGIN")) != 1 {
		t.Errorf("signing keys afterwards:\n%s", after)
	}
	eventually(t, "the box believes the new key", up)
	must(t, box.stop())
	box = start(t, h.p.foyer, "run", "--config", config)
	h.do("push", "policy", "--all", "--wait", "1m")
	eventually(t, "the box has its line again", up)
	return box
}

// testReplace: the box dies, another takes its place, the old certificate opens
// nothing any more, and the new one holds what the old one held.
func testReplace(t *testing.T, h *headquarters, up func() error, box *process, oldDir, oldConfig string) {
	must(t, box.stop())
	eventually(t, "headquarters sees it gone", func() error {
		if s := h.store(); s.Link == "up" {
			return errNotYet
		}
		return nil
	})
	dir, config := h.newBox()
	if out, err := exec.Command(h.p.hq, "--dir", h.dir, "enroll-code", "014").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("--replace")) {
		t.Errorf("a second box without a word: %v\n%s", err, out)
	}
	out, err := h.try("", append(h.code("--replace"), "--config", config)...)
	if err != nil || !strings.Contains(out, "It replaces one that was last heard at") || !strings.Contains(out, "2 of its certificates are revoked") {
		t.Fatalf("replace: %v\n%s", err, out)
	}
	h.broker.Reload(t) // so that it reads which certificates are revoked
	start(t, h.p.foyer, "run", "--config", config)
	eventually(t, "the new box has its line and everything on it", up)

	h.turnsAway(filepath.Join(oldDir, "data", "identity"))
	if conn, err := (&dialer{identity: filepath.Join(dir, "data", "identity")}).dial(h.broker.URL()); err != nil {
		t.Errorf("the broker does not let the new box in: %v", err)
	} else {
		conn.Close()
	}
	h.refused("nothing was destroyed", "015\n", "reset", "--config", oldConfig)
	if out, err := h.try("014\n", "reset", "--config", oldConfig); err != nil || !strings.Contains(out, "no store's box any more") {
		t.Errorf("reset: %v\n%s", err, out)
	}
	if left, err := os.ReadDir(filepath.Join(oldDir, "data")); err != nil || len(left) > 0 {
		t.Errorf("reset leaves %v, %v", left, err)
	}
}

// turnsAway waits until the broker lets nobody in by the certificate of a folder.
func (h *headquarters) turnsAway(identity string) {
	h.t.Helper()
	eventually(h.t, "the revoked certificate is turned away", func() error {
		conn, err := (&dialer{identity: identity}).dial(h.broker.URL())
		if err == nil {
			conn.Close()
			return errNotYet
		}
		return nil
	})
}

// A dialer shows a broker the certificate of an identity folder.
type dialer struct{ identity string }

// dial returns a connection that the broker has let in.
func (d *dialer) dial(broker string) (*tls.Conn, error) {
	id, err := wire.LoadIdentity(d.identity)
	if err != nil {
		return nil, err
	}
	conn, err := tls.Dial("tcp", strings.TrimPrefix(broker, "tls://"), id.TLS(time.Now))
	if err != nil {
		return nil, err
	}
	// With TLS 1.3 a refusal comes with the first read; who is let in is waited for.
	if err = conn.SetReadDeadline(time.Now().Add(time.Second)); err == nil {
		_, err = conn.Read(make([]byte, 1))
	}
	var slow net.Error
	if errors.As(err, &slow) && slow.Timeout() {
		return conn, nil
	}
	return nil, errors.Join(err, conn.Close())
}
