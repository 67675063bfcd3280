// Package systemd speaks the notify protocol (sd_notify(3)) and keeps the
// units beside the code that obeys them. It hides the socket, datagram or
// abstract, and what the environment says about the watchdog.
//
// It never starts a goroutine: who is alive says so, and a loop that is stuck
// says nothing and is restarted. Without systemd every call does nothing.
package systemd

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

// Watchdog is WatchdogSec of foyer.service: the longest the flow loop may
// take to come round before systemd restarts the daemon.
const Watchdog = 30 * time.Second

// patience bounds a send: systemd itself may be stuck, and the caller is the
// loop that must not be.
const patience = time.Second

// ErrSocket means that the environment names a notify socket this program
// does not speak to.
var ErrSocket = errors.New("notify socket")

// A Notifier tells systemd how the service is. The zero value and nil tell
// nobody.
type Notifier struct {
	socket   string
	watchdog time.Duration
}

// FromEnv returns the notifier that the environment of this process
// describes (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID).
func FromEnv() (*Notifier, error) { return fromEnv(os.Getenv, os.Getpid()) }

func fromEnv(get func(string) string, pid int) (*Notifier, error) {
	n := &Notifier{socket: get("NOTIFY_SOCKET")}
	if n.socket != "" && n.socket[0] != '/' && n.socket[0] != '@' {
		return nil, fmt.Errorf("%w: %q is neither a path nor abstract", ErrSocket, n.socket)
	}
	if p := get("WATCHDOG_PID"); p != "" && p != strconv.Itoa(pid) {
		return n, nil // meant for another process, our parent
	}
	if s := get("WATCHDOG_USEC"); s != "" {
		us, err := strconv.ParseInt(s, 10, 64)
		if err != nil || us <= 0 || us > int64(24*time.Hour/time.Microsecond) {
			return nil, fmt.Errorf("%w: WATCHDOG_USEC %q is not a time in microseconds", ErrSocket, s)
		}
		n.watchdog = time.Duration(us) * time.Microsecond
	}
	return n, nil
}

// RuntimeFolder returns the RuntimeDirectory that systemd made for this process, ""
// if it runs under no unit that has one.
func RuntimeFolder() string { return os.Getenv("RUNTIME_DIRECTORY") }

// WatchdogInterval returns how often Alive is to be called, half of what the
// watchdog grants as sd_watchdog_enabled(3) advises, or 0 for never.
func (n *Notifier) WatchdogInterval() time.Duration {
	if n == nil {
		return 0
	}
	return n.watchdog / 2
}

// Ready says that everything listens; systemd starts what waits for it.
func (n *Notifier) Ready() error { return n.send("READY=1") }

// Alive keeps the watchdog quiet for another period.
func (n *Notifier) Alive() error { return n.send("WATCHDOG=1") }

// Stopping says that the service ends by its own will.
func (n *Notifier) Stopping() error { return n.send("STOPPING=1") }

func (n *Notifier) send(message string) error {
	if n == nil || n.socket == "" {
		return nil
	}
	// Go takes a leading @ for an abstract socket, as systemd writes it.
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.socket, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("notify %s: %w", message, err)
	}
	defer c.Close()
	if err := c.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("notify %s: %w", message, err)
	}
	if _, err := c.Write([]byte(message)); err != nil {
		return fmt.Errorf("notify %s: %w", message, err)
	}
	return nil
}
