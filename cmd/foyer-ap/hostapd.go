package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// How hostapd is listened to.
const (
	scanEvery   = 5 * time.Second
	patience    = 2 * time.Second  // for an answer to a command
	silence     = 10 * time.Second // then it is asked whether it lives
	renewal     = 10 * time.Minute // it may have forgotten a slow listener
	probeRate   = 100              // probe requests a second that are passed on, of one interface
	maxDatagram = 4096             // hostapd's own limit
)

// errRefused means that hostapd does not let this program listen.
var errRefused = errors.New("hostapd refuses to be listened to")

// Ears listen to every control socket in hostapd's folder.
type ears struct {
	dir   string
	air   *air
	log   *slog.Logger
	count atomic.Uint64 // names our ends of the sockets
	over  atomic.Uint64 // probe requests beyond the rate

	mu     sync.Mutex
	listen map[string]bool // by interface
	barred map[string]bool // told that it may not
}

// run looks for sockets until ctx ends.
func (e *ears) run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	for ctx.Err() == nil {
		for _, ifi := range controlSockets(e.dir) {
			if e.begin(ifi) {
				all.Go(func() {
					defer e.end(ifi)
					e.tell(ifi, e.session(ctx, ifi))
				})
			}
		}
		pause(ctx, scanEvery)
	}
}

// controlSockets returns the interfaces with a socket in dir.
func controlSockets(dir string) (out []string) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil // no hostapd, or none yet
	}
	for _, f := range files {
		if f.Type()&fs.ModeSocket != 0 && f.Name() != "global" {
			out = append(out, f.Name())
		}
	}
	return out
}

func (e *ears) begin(ifi string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listen[ifi] {
		return false
	}
	e.listen[ifi] = true
	return true
}

func (e *ears) end(ifi string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.listen, ifi)
}

// tell logs once that an interface cannot be listened to.
func (e *ears) tell(ifi string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err == nil {
		delete(e.barred, ifi)
		return
	}
	if e.barred[ifi] || errors.Is(err, os.ErrNotExist) {
		return
	}
	e.barred[ifi] = true
	e.log.Warn("no probe requests: "+cureHostapd(err), "interface", ifi, "err", err)
}

func cureHostapd(err error) string {
	if errors.Is(err, os.ErrPermission) {
		return "this user may not use hostapd's socket: set ctrl_interface_group in hostapd and run in that group"
	}
	return "hostapd does not answer on its socket: is it running?"
}

// session listens on one interface until it is time to begin anew.
func (e *ears) session(ctx context.Context, ifi string) error {
	c, err := e.attach(filepath.Join(e.dir, ifi))
	if err != nil {
		return err
	}
	defer c.Close()
	defer command(c, "DETACH") // so that hostapd does not keep our address
	e.tell(ifi, nil)
	e.air.look()
	stop := context.AfterFunc(ctx, func() { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	b := make([]byte, maxDatagram)
	budget := bucket{rate: probeRate}
	asked := false
	for begun := time.Now(); ctx.Err() == nil && time.Since(begun) < renewal; {
		if err := c.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return fmt.Errorf("listen to hostapd: %w", err)
		}
		if ctx.Err() != nil {
			break
		}
		n, err := c.Read(b)
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, os.ErrDeadlineExceeded) && !asked:
			asked = true
			err = command(c, "PING")
		case err == nil:
			asked = false
			e.hear(ifi, parseEvent(b[:n]), &budget)
		}
		clear(b[:n])
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("listen to hostapd: %w", err)
		}
	}
	return nil
}

// hear passes an event on.
func (e *ears) hear(ifi string, ev event, budget *bucket) {
	now := time.Now()
	switch ev.kind {
	case probeEvent:
		if budget.spend(now) {
			e.air.probe(ifi, ev, now)
		} else {
			e.over.Add(1)
		}
	case moveEvent:
		e.air.look()
	}
}

// attach opens a socket and asks for probe requests too, or, of an old
// hostapd, for what it has.
func (e *ears) attach(path string) (*net.UnixConn, error) {
	// Linux keeps an address that begins with @ in no file, so none is left.
	own := &net.UnixAddr{Net: "unixgram", Name: fmt.Sprintf("@foyer-ap-%d-%d", os.Getpid(), e.count.Add(1))}
	c, err := net.DialUnix("unixgram", own, &net.UnixAddr{Net: "unixgram", Name: path})
	if err != nil {
		return nil, fmt.Errorf("open hostapd's socket: %w", err)
	}
	for _, ask := range []string{"ATTACH probe_rx_events=1", "ATTACH"} {
		ok, err := request(c, ask)
		if ok {
			return c, nil
		}
		if err != nil {
			c.Close()
			return nil, err
		}
	}
	c.Close()
	return nil, errRefused
}

// request sends a command and reports whether the answer is OK.
func request(c *net.UnixConn, text string) (bool, error) {
	if err := command(c, text); err != nil {
		return false, err
	}
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return false, fmt.Errorf("ask hostapd: %w", err)
	}
	b := make([]byte, maxDatagram)
	for range 100 { // events may come before the answer
		n, err := c.Read(b)
		if err != nil {
			return false, fmt.Errorf("ask hostapd: %w", err)
		}
		if n > 0 && b[0] != '<' {
			return strings.TrimSpace(string(b[:n])) == "OK", nil
		}
	}
	return false, errRefused
}

func command(c *net.UnixConn, text string) error {
	if err := c.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("ask hostapd: %w", err)
	}
	if _, err := c.Write([]byte(text)); err != nil {
		return fmt.Errorf("ask hostapd: %w", err)
	}
	return nil
}

// A bucket lets rate events a second pass, and as many at once.
type bucket struct {
	rate, left float64
	last       time.Time
}

func (b *bucket) spend(now time.Time) bool {
	if b.last.IsZero() {
		b.left = b.rate
	} else {
		b.left = min(b.rate, b.left+b.rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
