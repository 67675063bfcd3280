package begin

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

func (s *starter) about() first.About {
	a := first.About{Host: s.host, Version: s.Version, Fingerprint: Fingerprint(s.cert.Certificate[0]), Configured: s.Configured}
	if s.Configured {
		a.Store = s.Config.Store.ID
	}
	for _, ip := range addresses() {
		if ip.To4() != nil {
			a.Addresses = append(a.Addresses, ip.String())
		}
	}
	return a
}

// forget removes what only a box that is nobody's has.
func (s *starter) forget(done *outcome) error {
	err := os.Remove(filepath.Join(s.Config.Runtime, noteFile))
	if err == nil && done != nil && !done.again {
		err = Forget(s.Config)
	}
	return err
}

// Handed returns the code with which the technician goes on, if the box had to be
// started anew after it had joined.
func Handed(c *config.Config) string {
	code, err := os.ReadFile(filepath.Join(c.Data, handed))
	if err != nil {
		return "" // he makes himself another: foyer pair
	}
	return string(code)
}

// Forget removes what is left in the data folder of the time before a box was a
// store's.
func Forget(c *config.Config) error { return os.RemoveAll(filepath.Join(c.Data, folder)) }

func (s *starter) newCode(code string) {
	s.mu.Lock()
	s.code = code
	s.mu.Unlock()
	s.note()
}

// note writes what is to be read at the console, and what the advertiser says,
// if either is news.
func (s *starter) note() {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := Note{URLs: []string{s.url(s.host)}, Fingerprint: Fingerprint(s.cert.Certificate[0]), Code: s.code}
	at, _, _ := net.SplitHostPort(s.Config.Listen.Staff)
	if ip := net.ParseIP(at); ip != nil && !ip.IsUnspecified() {
		n.URLs = append(n.URLs, s.url(at))
	} else {
		for _, ip := range addresses() {
			n.URLs = append(n.URLs, s.url(ip.String()))
		}
	}
	if news := append(slices.Clone(n.URLs), s.code); !slices.Equal(news, s.noted) {
		s.noted = news
		if err := errors.Join(n.write(s.Config), s.announce()); err != nil {
			s.Log.Warn("the console and the network cannot be told", "err", err)
		}
	}
}

func (s *starter) url(host string) string {
	if s.port == "443" {
		if net.ParseIP(host) != nil && net.ParseIP(host).To4() == nil {
			host = "[" + host + "]"
		}
		return "https://" + host + "/setup"
	}
	return "https://" + net.JoinHostPort(host, s.port) + "/setup"
}

// announce has the box found by its name: where its configuration says, or
// wherever it is, until it has one.
func (s *starter) announce() error {
	print := fmt.Sprintf("%x", sha256.Sum256(s.cert.Certificate[0]))
	if s.Configured {
		if !s.Config.MDNS.Enabled {
			return nil
		}
		return config.WriteAnnouncement(s.Config.AnnounceFile(), s.Config.Announcement(print))
	}
	a := config.Announcement{Name: strings.TrimSuffix(s.host, ".local"), Host: s.host, Fingerprint: print}
	if _, err := fmt.Sscan(s.port, &a.Port); err != nil {
		return err
	}
	all, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 && i.Flags&net.FlagMulticast != 0 {
			a.Interfaces = append(a.Interfaces, i.Name)
		}
	}
	if len(a.Interfaces) == 0 {
		return nil // until a cable is in
	}
	return config.WriteAnnouncement(s.Config.AnnounceFile(), a)
}
