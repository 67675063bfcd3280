package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"foyer/web/contract"
	"foyer/web/gate"
	"foyer/web/guest"
)

// A face is one listener with its table of routes.
type face struct {
	name     string
	listener net.Listener
	server   *http.Server
	routes   *gate.Routes
}

func newFace(name string, l net.Listener, c *tls.Config, g gate.Options, routes *gate.Routes, hooks ...Hook) *face {
	c = c.Clone()
	c.MinVersion = tls.VersionTLS13
	if len(hooks) > 0 { // nobody says what vendors' clouds speak; people's phones agree on 1.3 all the same
		c.MinVersion = tls.VersionTLS12
	}
	srv := gate.Server(gate.Guard(g, posted(hooks, routes)))
	srv.TLSConfig = c
	return &face{name: name, listener: gate.Limit(quick{l}), server: srv, routes: routes}
}

func (s *Server) gate(hosts []string, page gate.Page) gate.Options {
	return gate.Options{Hosts: hosts, Now: s.o.Now, Log: s.o.Log, HSTS: s.o.HSTS, Page: page}
}

// describe has a listener serve what programs may ask of it.
func describe(t *gate.Routes, listener, anyone string) error {
	document, err := contract.Document(listener)
	if err != nil {
		return err
	}
	t.Add("GET", contract.Path, anyone, contract.Serve(document))
	return nil
}

// mostPosted is the most, in bytes, that a machine may post to a hook.
const mostPosted = 1 << 20

// large says how much may come through that is larger than a form: what
// machines post, and a customer's picture.
func (s *Server) large(r *http.Request) int64 {
	if hooked(s.o.Hooks, r) != nil {
		return mostPosted
	}
	return guest.Large()[r.Method+" "+r.URL.Path]
}

// quick is a listener whose connections break soon after the other end has
// gone without a word, so that an open stream is one somebody can see.
type quick struct{ net.Listener }

// Accept waits for the next connection.
func (q quick) Accept() (net.Conn, error) {
	c, err := q.Listener.Accept()
	if t, ok := c.(*net.TCPConn); ok {
		giveUpSoon(t)
	}
	return c, err
}

// Run serves the faces until ctx is done, and returns nil then.
func (s *Server) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, f := range []*face{s.guestFace, s.staffFace} {
		g.Go(func() error {
			if err := f.server.ServeTLS(f.listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve the %s face: %w", f.name, err)
			}
			return nil
		})
	}
	g.Go(func() error { return s.guest.Run(ctx) })
	g.Go(func() error { return s.staff.Run(ctx) })
	g.Go(func() error { s.sweep(ctx); return nil })
	g.Go(func() error {
		<-ctx.Done()
		s.stop()
		return nil
	})
	return g.Wait()
}

// stop ends the streams, lets requests finish for a moment, and closes.
func (s *Server) stop() {
	s.guestHub.Close()
	s.staffHub.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	for _, f := range []*face{s.guestFace, s.staffFace} {
		if err := f.server.Shutdown(ctx); err != nil {
			_ = f.server.Close() // the moment is over: what is still open is cut
		}
	}
}

// tidy deletes what has expired. What has, opens nothing in the meantime.
func (s *Server) tidy() {
	if !s.o.ClockSure() {
		return // a leap must not unpair every device
	}
	if err := s.doors.Sweep(s.o.Now()); err != nil {
		s.o.Log.Error("sweep the doors", "err", err)
	}
}

// sweep deletes expired sessions from time to time.
func (s *Server) sweep(ctx context.Context) {
	every := time.NewTicker(10 * time.Minute)
	defer every.Stop()
	for {
		s.tidy()
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}
