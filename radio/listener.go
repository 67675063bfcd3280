package radio

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"foyer/radio/wipe"
)

// How many connections a listening source holds, so that no one who can reach
// the port can use up the box.
const (
	maxConns       = 512
	maxConnsOfOne  = 64 // from one address
	maxSilence     = 15 * time.Minute
	maxUnannounced = 10 * time.Second // before a connection has said who it is
)

// A guardedListener closes connections beyond the limits as they come.
type guardedListener struct {
	net.Listener
	mu  sync.Mutex
	all int
	of  map[netip.Addr]int
}

func guard(l net.Listener) *guardedListener {
	return &guardedListener{Listener: l, of: map[netip.Addr]int{}}
}

// Accept returns the next connection within the limits. That the system has
// nothing left for one passes.
func (l *guardedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if exhausted(err) {
			time.Sleep(patience)
			continue
		}
		if err != nil {
			return nil, err
		}
		peer := peerOf(c)
		if l.enter(peer) {
			return &guardedConn{Conn: c, leave: sync.OnceFunc(func() { l.leave(peer) })}, nil
		}
		c.Close()
	}
}

func exhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.ENOMEM)
}

// A secureListener speaks TLS on each connection, and leaves nothing of it in
// buffers.
type secureListener struct {
	net.Listener
	conf *tls.Config
}

// Accept returns the next connection, which has agreed on nothing yet.
func (l secureListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return wipe.Server(c, l.conf), nil
}

// A guardedConn gives its place back when it is closed.
type guardedConn struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *guardedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}

func (l *guardedListener) enter(peer netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= maxConns || l.of[peer] >= maxConnsOfOne {
		return false
	}
	l.all++
	l.of[peer]++
	return true
}

func (l *guardedListener) leave(peer netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.of[peer]--; l.of[peer] == 0 {
		delete(l.of, peer)
	}
}

func peerOf(c net.Conn) netip.Addr {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return a.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
