package systemd

import (
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// listen is systemd's side of the notify socket.
func listen(t *testing.T, name string) func() string {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return func() string {
		b := make([]byte, 4096)
		if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := c.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
}

func notifier(t *testing.T, env map[string]string) *Notifier {
	t.Helper()
	n, err := fromEnv(func(k string) string { return env[k] }, 42)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMessages(t *testing.T) {
	for name, socket := range map[string]string{
		"path":     filepath.Join(t.TempDir(), "notify"),
		"abstract": "@foyer-test-" + strconv.FormatInt(time.Now().UnixNano(), 36),
	} {
		t.Run(name, func(t *testing.T) {
			read := listen(t, socket)
			n := notifier(t, map[string]string{"NOTIFY_SOCKET": socket})
			for want, send := range map[string]func() error{
				"READY=1":    n.Ready,
				"WATCHDOG=1": n.Alive,
				"STOPPING=1": n.Stopping,
			} {
				if err := send(); err != nil {
					t.Fatal(err)
				}
				if got := read(); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
}

func TestWithoutSystemd(t *testing.T) {
	for _, n := range []*Notifier{nil, {}, notifier(t, nil)} {
		if err := errors.Join(n.Ready(), n.Alive(), n.Stopping()); err != nil || n.WatchdogInterval() != 0 {
			t.Errorf("%v: %v, %s", n, err, n.WatchdogInterval())
		}
	}
}

func TestNobodyListens(t *testing.T) {
	n := notifier(t, map[string]string{"NOTIFY_SOCKET": filepath.Join(t.TempDir(), "gone")})
	if err := n.Ready(); err == nil || !strings.HasPrefix(err.Error(), "notify READY=1: ") {
		t.Error(err)
	}
}

// A stuck systemd must cost the flow loop a moment, not for ever.
func TestFullSocketDoesNotBlock(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	listen(t, socket)
	n := notifier(t, map[string]string{"NOTIFY_SOCKET": socket})
	begin := time.Now()
	for range 100_000 {
		if err := n.Alive(); err != nil {
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("gave up after %s", took)
			}
			return
		}
	}
	t.Error("nobody read 100,000 messages and none failed")
}

func TestWatchdogInterval(t *testing.T) {
	for _, tt := range []struct {
		usec, pid string
		want      time.Duration
	}{
		{"30000000", "42", 15 * time.Second},
		{"30000000", "", 15 * time.Second},
		{"30000000", "41", 0},
		{"", "42", 0},
	} {
		n := notifier(t, map[string]string{"WATCHDOG_USEC": tt.usec, "WATCHDOG_PID": tt.pid})
		if got := n.WatchdogInterval(); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func TestBadEnvironment(t *testing.T) {
	for _, env := range []map[string]string{
		{"NOTIFY_SOCKET": "vsock:2:1234"},
		{"NOTIFY_SOCKET": "relative"},
		{"WATCHDOG_USEC": "30s"},
		{"WATCHDOG_USEC": "0"},
		{"WATCHDOG_USEC": "9223372036854775807"},
	} {
		if _, err := fromEnv(func(k string) string { return env[k] }, 42); !errors.Is(err, ErrSocket) {
			t.Errorf("%v: %v", env, err)
		}
	}
}
