package enrol_test

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire/enrol"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func authority(t *testing.T) (dir, pin string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "hq")
	must(t, office.InitCA(dir, time.Now()))
	must(t, office.IssueDoor(dir, []string{"127.0.0.1"}, time.Now()))
	pin, err := office.Fingerprint(dir)
	must(t, err)
	return dir, pin
}

// The door is believed by its fingerprint and for its name, and by nothing else.
func TestPin(t *testing.T) {
	dir, pin := authority(t)
	_, other := authority(t)
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "door.pem"), filepath.Join(dir, "door.key"))
	must(t, err)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	must(t, err)
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { c.(*tls.Conn).Handshake(); c.Close() }() // what the other side thinks of it is the test
		}
	}()
	try := func(pin, name string, now time.Time) error {
		conf := enrol.TLS(pin, func() time.Time { return now })
		conf.ServerName = name
		raw, err := net.Dial("tcp", l.Addr().String())
		must(t, err)
		defer raw.Close()
		return tls.Client(raw, conf).Handshake()
	}
	if err := try(pin, "127.0.0.1", time.Now()); err != nil {
		t.Errorf("the right door: %v", err)
	}
	if err := try(other, "127.0.0.1", time.Now()); !errors.Is(err, enrol.ErrFingerprint) {
		t.Errorf("another's fingerprint: %v", err)
	}
	if try(pin, "hq.example.com", time.Now()) == nil {
		t.Error("a door of another name is believed")
	}
	if try(pin, "127.0.0.1", time.Now().AddDate(2, 0, 0)) == nil {
		t.Error("an expired door is believed")
	}
}

func TestFingerprint(t *testing.T) {
	_, pin := authority(t)
	spelt := strings.ToUpper(strings.TrimPrefix(pin, "sha256:"))
	for i := len(spelt) - 2; i > 0; i -= 2 {
		spelt = spelt[:i] + ":" + spelt[i:]
	}
	for _, s := range []string{pin, " " + pin + "\n", spelt, strings.TrimPrefix(pin, "sha256:")} {
		if got, err := enrol.ParseFingerprint(s); err != nil || got != pin {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "sha256:", pin[:20], pin + "00", "sha1:" + pin[7:]} {
		if _, err := enrol.ParseFingerprint(s); err == nil {
			t.Errorf("%q is a fingerprint", s)
		}
	}
}

// An answer of another authority leaves nothing behind that looks like an
// identity, and the right one finishes the folder afterwards.
func TestFinishRefusesAnotherAuthority(t *testing.T) {
	_, pin := authority(t)
	folder := filepath.Join(t.TempDir(), "data", "identity")
	p, err := enrol.Prepare(folder)
	must(t, err)
	dir, _ := authority(t)
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	must(t, err)
	if _, err := p.Finish(enrol.Answer{CA: string(ca)}, pin, time.Now()); !errors.Is(err, enrol.ErrFingerprint) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an identity is there: %v", err)
	}
}
