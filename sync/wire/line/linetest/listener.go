package linetest

import (
	"log/slog"
	"net"
	"sync"

	"github.com/mochi-mqtt/server/v2/listeners"
)

// listener feeds the broker in process. Unlike the broker's own ones it can
// cut every connection, also of a client that is just coming in.
type listener struct {
	net.Listener
	mu     sync.Mutex
	conns  []net.Conn
	closed bool
}

// ID, Address, Protocol and Init are what the broker asks of a listener.
func (*listener) ID() string { return "tls" }

func (l *listener) Address() string { return l.Addr().String() }

func (*listener) Protocol() string { return "tcp" }

func (*listener) Init(*slog.Logger) error { return nil }

// Serve hands connections to the broker until the listener is closed.
func (l *listener) Serve(establish listeners.EstablishFn) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		l.mu.Lock()
		l.conns = append(l.conns, conn)
		if l.closed {
			conn.Close()
		}
		l.mu.Unlock()
		go func() {
			if establish(l.ID(), conn) != nil {
				conn.Close() // no client, as where a certificate is wrong
			}
		}()
	}
}

// Close ends the listener and its clients.
func (l *listener) Close(closeClients listeners.CloseFn) {
	closeClients(l.ID())
	l.Listener.Close() // its only error is that it is closed
	l.cut()
}

// cut closes every connection, as a power cut would.
func (l *listener) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, conn := range l.conns {
		conn.Close() // the other end sees it; nobody here waits for a result
	}
	l.conns = nil
}
