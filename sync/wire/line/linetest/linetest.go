// Package linetest starts brokers for tests: one in process, and the real
// Mosquitto. Both want certificates on both sides and can be stopped and
// started again on the same port. Nothing but tests imports it.
package linetest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
)

// A Broker can be stopped and started on the same address.
type Broker interface {
	URL() string
	Start(testing.TB)
	Stop(testing.TB)
}

// Mochi is the broker in process. It starts empty each time: sessions and
// retained messages are lost, as on a new machine.
type Mochi struct {
	dir    string
	port   int
	server *mochi.Server

	listener *listener
}

// NewMochi starts a broker with the certificate in dir: ca.pem, broker.pem and
// broker.key. It is stopped with the test.
func NewMochi(t testing.TB, dir string) *Mochi {
	m := &Mochi{dir: dir, port: Port(t)}
	m.Start(t)
	t.Cleanup(func() { m.Stop(t) })
	return m
}

// URL is where to connect.
func (m *Mochi) URL() string { return fmt.Sprintf("tls://127.0.0.1:%d", m.port) }

// Start starts the broker, empty.
func (m *Mochi) Start(t testing.TB) {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(m.dir, "broker.pem"), filepath.Join(m.dir, "broker.key"))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(m.dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	m.server = mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := m.server.AddHook(new(auth.AllowHook), nil); err != nil {
		t.Fatal(err)
	}
	plain, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", m.port))
	if err != nil {
		t.Fatal(err)
	}
	m.listener = &listener{Listener: tls.NewListener(plain, &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool})}
	if err := m.server.AddListener(m.listener); err != nil {
		t.Fatal(err)
	}
	if err := m.server.Serve(); err != nil {
		t.Fatal(err)
	}
}

// Stop stops the broker and forgets all it knew.
func (m *Mochi) Stop(t testing.TB) {
	t.Helper()
	if m.server == nil {
		return
	}
	if err := m.server.Close(); err != nil {
		t.Error(err)
	}
	m.server = nil
}

// Publish publishes as nobody in particular: what a forger with access to the
// broker could.
func (m *Mochi) Publish(t testing.TB, topic string, payload []byte) {
	t.Helper()
	if err := m.server.Publish(topic, payload, false, 1); err != nil {
		t.Fatal(err)
	}
}

// Mosquitto is the real broker as a process of its own.
type Mosquitto struct {
	conf string
	port int
	cmd  *exec.Cmd
}

// NewMosquitto starts Mosquitto with the text of a configuration made for port
// by config. The test is skipped, aloud, where it is not installed.
func NewMosquitto(t testing.TB, config func(dir string, port int) string) *Mosquitto {
	t.Helper()
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		if path = "/usr/sbin/mosquitto"; !exists(path) {
			t.Skip("SKIPPED: mosquitto is not installed; on Debian: apt-get install mosquitto")
		}
	}
	dir := t.TempDir()
	m := &Mosquitto{conf: filepath.Join(dir, "mosquitto.conf"), port: Port(t)}
	text := config(dir, m.port)
	if os.Getuid() == 0 {
		text += "user root\n" // else it gives up root and cannot read the test's keys
	}
	if err := os.WriteFile(m.conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	m.cmd = exec.Command(path)
	m.Start(t)
	t.Cleanup(func() { m.Stop(t) })
	return m
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// URL is where to connect.
func (m *Mosquitto) URL() string { return fmt.Sprintf("tls://127.0.0.1:%d", m.port) }

// Start starts the process and waits until it listens.
func (m *Mosquitto) Start(t testing.TB) {
	t.Helper()
	m.cmd = exec.Command(m.cmd.Path, "-c", m.conf)
	out := &output{}
	m.cmd.Stdout, m.cmd.Stderr = out, out
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", m.port))
		if err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("mosquitto does not listen; it says: %s", out)
}

// Stop kills the process, as a power cut would.
func (m *Mosquitto) Stop(t testing.TB) {
	t.Helper()
	if m.cmd.Process == nil {
		return
	}
	if err := m.cmd.Process.Kill(); err == nil {
		m.cmd.Wait() // killed: its exit status says nothing
	}
}

// Reload has the process read again what a broker reads while it runs.
func (m *Mosquitto) Reload(t testing.TB) {
	t.Helper()
	if err := m.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// Forget removes what the stopped broker kept on its disk.
func (m *Mosquitto) Forget(t testing.TB) {
	t.Helper()
	if err := os.Remove(filepath.Join(filepath.Dir(m.conf), "mosquitto.db")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}
