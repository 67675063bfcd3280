package begin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"foyer/config"
	"foyer/systemd"
	"foyer/web/first"
	"foyer/web/gate"
)

// linger is how long an enrolled box waits for the technician to read so.
const linger = time.Minute

// Options are what a box that is nobody's is made of.
type Options struct {
	Config     *config.Config
	Configured bool   // Config is a file's; else that of Unconfigured
	File       string // where the configuration is, or belongs
	Version    string
	Log        *slog.Logger
	Now        func() time.Time
	Listen     func(name, address string) (net.Listener, error)
	Ready      func() // called once it listens
	Alive      func() // called every second
}

// Begun is a box that is a store's now.
type Begun struct {
	Config *config.Config // nil: the box must be started anew, with its configuration in place
	Listen func(name, address string) (net.Listener, error)
	// Technician is the code with which the technician goes on.
	Technician string
}

// A starter is one box that waits for its technician.
type starter struct {
	Options
	cert tls.Certificate
	host string
	port string
	face *first.Face
	done atomic.Pointer[outcome]

	mu    sync.Mutex
	code  string
	noted []string // what was noted and announced
}

// outcome is with which configuration a box goes on, and whether it must be
// started anew for that.
type outcome struct {
	config *config.Config
	again  bool
	text   string // the configuration, if it is new
	code   string // of the technician, at the store's own pages
}

// Run waits until the box is enrolled, or ctx ends. Nothing but the set-up page
// answers meanwhile. The page's port is handed on open: whoever connects in
// between is served by the store.
func Run(ctx context.Context, o Options) (Begun, error) {
	s := &starter{Options: o}
	l, err := s.open()
	if err != nil {
		return Begun{}, fmt.Errorf("wait to be set up: %w", err)
	}
	door := &kept{Listener: l}
	guard := gate.Options{Hosts: []string{s.host, "localhost"}, Own: true, Now: o.Now, Log: o.Log, Page: s.face.Refuse}
	srv := gate.Server(gate.Guard(guard, s.face.Routes()))
	srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{s.cert}, MinVersion: tls.VersionTLS13}
	failed := make(chan error, 1)
	go func() { failed <- srv.ServeTLS(gate.Limit(door), "", "") }()
	o.Ready()
	o.Log.Info("nobody's yet: waits to be set up", "page", s.url(s.host), "console", "foyer setup")
	err = s.wait(ctx, failed)
	stop, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if srv.Shutdown(stop) != nil {
		_ = srv.Close() // the moment is over: what is still open is cut
	}
	done := s.done.Load()
	err = errors.Join(err, s.forget(done))
	if err != nil || ctx.Err() != nil || done.again {
		return Begun{}, errors.Join(err, l.Close())
	}
	<-failed // it serves no more
	return Begun{done.config, door.handOn(systemd.StaffSocket, s.Config.Listen.Staff, o.Listen), done.code}, nil
}

// open makes the certificate and the face, and listens.
func (s *starter) open() (net.Listener, error) {
	if err := errors.Join(os.MkdirAll(s.Config.Data, 0o700), os.MkdirAll(s.Config.Runtime, 0o755)); err != nil {
		return nil, err
	}
	host := ""
	if s.Configured {
		host = s.Config.Names.Staff
	}
	var err error
	if s.cert, err = certificate(s.Config.Data, host); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	s.host = name(s.Config, s.Configured, s.cert.Leaf.DNSNames)
	l, err := s.Listen(systemd.StaffSocket, s.Config.Listen.Staff)
	if err != nil {
		return nil, err
	}
	if _, s.port, err = net.SplitHostPort(l.Addr().String()); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s.face, err = first.New(first.Options{Enrol: s.enrol, About: s.about, Code: s.newCode, Now: s.Now, Log: s.Log})
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// wait returns once the box is enrolled and the technician was told, or ctx ends.
func (s *starter) wait(ctx context.Context, failed <-chan error) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var end <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return fmt.Errorf("serve the set-up page: %w", err)
		case <-tick.C:
			s.Alive()
			s.note()
			if end == nil && s.face.Joined() {
				end = time.After(linger)
			}
			continue
		case <-s.face.Shown():
		case <-end:
		}
		d := s.done.Load()
		if d == nil || !d.again {
			return nil
		}
		if err := leave(s.Config.Data, d.text, d.code); err != nil {
			return err
		}
		s.Log.Info("joined: foyer-adopt.service puts the configuration in its place and starts the box anew")
		s.outlast(ctx)
		return nil
	}
}

// outlast keeps the page until the service manager starts the box anew.
func (s *starter) outlast(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			s.Alive()
		}
	}
}
