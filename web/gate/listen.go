package gate

import (
	"net"
	"net/netip"
	"sync"
)

// How many connections a face holds open at once, and how many of them one
// peer: a browser takes half a dozen, and no phone shuts the others out.
const (
	connections = 2048
	ofOnePeer   = 64
)

// Limit closes the connections of l that are too many as they come.
func Limit(l net.Listener) net.Listener {
	return &limited{Listener: l, of: map[string]int{}}
}

type limited struct {
	net.Listener
	mu  sync.Mutex
	all int
	of  map[string]int
}

// Accept waits for the next connection within the limits.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		var peer netip.Addr
		if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
			peer = a.AddrPort().Addr().Unmap().WithZone("")
		}
		if key := peerKey(peer); l.enter(key) {
			return &counted{Conn: c, leave: sync.OnceFunc(func() { l.leave(key) })}, nil
		}
		_ = c.Close() // nothing was promised to it
	}
}

func (l *limited) enter(peer string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= connections || l.of[peer] >= ofOnePeer {
		return false
	}
	l.all++
	l.of[peer]++
	return true
}

func (l *limited) leave(peer string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.of[peer]--; l.of[peer] == 0 {
		delete(l.of, peer)
	}
}

// counted is a connection that gives its place back when it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
