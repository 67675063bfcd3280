package linetest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"net"
	"sync"
	"testing"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
)

// errDown means that the broker is not there.
var errDown = errors.New("connection refused")

// Pipes is a broker in process that is reached by pipes and not by a network, so
// that the bubble of testing/synctest holds all of it: hours pass in moments, and
// everything that happens can be drawn. Start it in the bubble.
type Pipes struct {
	mu     sync.Mutex
	server *mochi.Server
	in     *listener
	accept *acceptor
	ends   map[string][]*end // by who dialled
	silent map[string]bool
}

// NewPipes starts a broker that knows nothing.
func NewPipes(t testing.TB) *Pipes {
	p := &Pipes{ends: map[string][]*end{}, silent: map[string]bool{}}
	p.Start(t)
	t.Cleanup(func() { p.Stop(t) })
	return p
}

// URL is what an address must look like; Dial dials.
func (p *Pipes) URL() string { return "tcp://pipe:1" }

// Start starts the broker, empty.
func (p *Pipes) Start(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		return
	}
	p.server = mochi.New(&mochi.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), SysTopicResendInterval: math.MaxInt32})
	p.accept = &acceptor{conns: make(chan net.Conn), done: make(chan struct{})}
	p.in = &listener{Listener: p.accept}
	for _, err := range []error{p.server.AddHook(new(auth.AllowHook), nil), p.server.AddListener(p.in), p.server.Serve()} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Stop stops the broker, which forgets everything: sessions, what it has taken
// and not given yet, and what is retained.
func (p *Pipes) Stop(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	server := p.server
	p.server = nil
	p.mu.Unlock()
	if server == nil {
		return
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// Dialer returns how who reaches the broker.
func (p *Pipes) Dialer(who string) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		p.mu.Lock()
		accept, up := p.accept, p.server != nil
		p.mu.Unlock()
		if !up {
			return nil, errDown
		}
		ours, theirs := net.Pipe()
		e := &end{Conn: ours, silent: func() bool { return p.isSilent(who) }, closed: make(chan struct{})}
		select {
		case accept.conns <- theirs:
		case <-accept.done:
			return nil, errDown
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ends[who] = append(p.ends[who], e)
		return e, nil
	}
}

func (p *Pipes) isSilent(who string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.silent[who]
}

// Cut breaks every connection of who.
func (p *Pipes) Cut(who string) {
	p.mu.Lock()
	ends := p.ends[who]
	p.ends[who] = nil
	p.mu.Unlock()
	for _, e := range ends {
		e.Close() // its only error is that it is closed
	}
}

// Silence makes who's connections half-open, old and new ones: nothing passes in
// either direction, and neither end is told.
func (p *Pipes) Silence(who string, yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent[who] = yes
}

// An end is the client's end of a pipe.
type end struct {
	net.Conn
	silent func() bool
	once   sync.Once
	closed chan struct{}
}

// Write loses what is written into a half-open connection.
func (e *end) Write(b []byte) (int, error) {
	if !e.silent() {
		return e.Conn.Write(b)
	}
	select {
	case <-e.closed:
		return 0, net.ErrClosed
	default:
		return len(b), nil
	}
}

// Read loses what comes by a half-open connection, and waits for more.
func (e *end) Read(b []byte) (int, error) {
	for {
		n, err := e.Conn.Read(b)
		if err != nil || !e.silent() {
			return n, err
		}
	}
}

// Close closes the pipe.
func (e *end) Close() error {
	e.once.Do(func() { close(e.closed) })
	return e.Conn.Close()
}

// An acceptor is a listener for pipes.
type acceptor struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

// Accept waits for somebody who dials.
func (a *acceptor) Accept() (net.Conn, error) {
	select {
	case c := <-a.conns:
		return c, nil
	case <-a.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (a *acceptor) Close() error {
	a.once.Do(func() { close(a.done) })
	return nil
}

// Addr is no address.
func (a *acceptor) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
