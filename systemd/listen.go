package systemd

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// firstSocket is the descriptor of the first socket handed over
// (sd_listen_fds(3)).
const firstSocket = 3

// maxSockets bounds what the environment may claim.
const maxSockets = 64

// ErrElsewhere means that systemd holds a port at another address than the
// one wanted: its socket unit is older than the configuration.
var ErrElsewhere = errors.New("systemd holds this port elsewhere")

// Sockets are the listening sockets that systemd handed over, by the name of
// their unit's FileDescriptorName. The zero value and nil hold none. They are
// safe for concurrent use.
type Sockets struct {
	mu   sync.Mutex
	held map[string]net.Listener
}

// SocketsFromEnv takes the sockets that the environment of this process
// describes (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES). To be called once.
func SocketsFromEnv() (*Sockets, error) {
	return socketsFrom(os.Getenv, os.Getpid(), func(fd int, name string) (net.Listener, error) {
		syscall.CloseOnExec(fd)
		f := os.NewFile(uintptr(fd), name)
		defer f.Close() // the listener has a copy
		return net.FileListener(f)
	})
}

func socketsFrom(get func(string) string, pid int, open func(fd int, name string) (net.Listener, error)) (*Sockets, error) {
	s := &Sockets{held: map[string]net.Listener{}}
	if get("LISTEN_PID") != strconv.Itoa(pid) {
		return s, nil // none, or meant for another process
	}
	n, err := strconv.Atoi(get("LISTEN_FDS"))
	names := strings.Split(get("LISTEN_FDNAMES"), ":")
	if err != nil || n < 0 || n > maxSockets || n != len(names) {
		return nil, fmt.Errorf("sockets of systemd: LISTEN_FDS %q does not fit LISTEN_FDNAMES %q", get("LISTEN_FDS"), get("LISTEN_FDNAMES"))
	}
	for i, name := range names {
		l, err := open(firstSocket+i, name)
		if err == nil && s.held[name] != nil {
			err = errors.Join(errors.New("handed over twice"), l.Close())
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("socket %s of systemd: %w", name, err), s.Close())
		}
		s.held[name] = l
	}
	return s, nil
}

// Listen returns the socket handed over under a name, or opens address itself
// if there is none.
func (s *Sockets) Listen(name, address string) (net.Listener, error) {
	if l := s.take(name); l != nil {
		if !same(l.Addr(), address) {
			err := fmt.Errorf("%w: %s at %s, wanted at %s; run systemctl daemon-reload, then systemctl restart %s foyer.service",
				ErrElsewhere, name, l.Addr(), address, SocketUnitName(name))
			return nil, errors.Join(err, l.Close())
		}
		return l, nil
	}
	return net.Listen("tcp", address)
}

func (s *Sockets) take(name string) net.Listener {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.held[name]
	delete(s.held, name)
	return l
}

// Close closes the sockets that nobody asked for.
func (s *Sockets) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, l := range s.held {
		errs = append(errs, l.Close())
	}
	clear(s.held)
	return errors.Join(errs...)
}

// same reports whether a socket is bound where an address says. A name is
// believed: it was resolved when the socket was made.
func same(bound net.Addr, address string) bool {
	at, err := netip.ParseAddrPort(bound.String())
	if err != nil {
		return false
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || port != strconv.Itoa(int(at.Port())) {
		return false
	}
	want, err := netip.ParseAddr(host)
	switch {
	case host == "":
		return at.Addr().IsUnspecified()
	case err != nil:
		return true
	}
	return want.Unmap() == at.Addr().Unmap()
}
