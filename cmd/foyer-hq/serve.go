package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"foyer/cmd/foyer-hq/door"
	"foyer/sync/office"
	"foyer/vault"
	"foyer/web/gate"
)

// socketName is the way in for the other commands; the folder's rights guard
// it.
const socketName = "hq.sock"

func serveCommand(dir *string) *cobra.Command {
	var broker, listen, reload string
	var pair [2]string
	var accept bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Push what is due to the stores and take what they report, until stopped",
		Long: `Push what is due to the stores and take what they report, until stopped. Events
are appended to events.ndjson in headquarters' folder, each once. The other
commands reach it by a socket in the same folder.

With --door it answers over HTTPS too: new boxes enrol there (foyer-hq
enroll-code), and the chain's app and CRM ask there with a key (foyer-hq keys).
The certificate is the one foyer-hq ca door made, or one that the public trusts
with --door-cert and --door-key; boxes enrol only where headquarters' own CA
stands behind the certificate.

With --broker-reload a command is run at first and whenever certificates were
revoked, so that the broker reads broker/crl.pem again; Mosquitto 2 does so without a
restart, on SIGHUP.

It does not start on a damaged office.db. If there is no copy to restore, say so
with --accept-loss, once: the damaged file is kept beside the new one, events
are kept, and documents and profiles must be pushed again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			guest, err := guestCertificates(*dir)
			if err != nil {
				return err
			}
			log := logger(cmd.ErrOrStderr())
			r := newReloader(reload, log)
			f, err := office.Open(office.Options{Dir: *dir, Broker: broker, Now: time.Now, Log: log, AcceptLoss: accept, Guest: guest, Listed: r.listed})
			if errors.Is(err, vault.ErrDamaged) {
				return fmt.Errorf("%w (to begin it anew and lose what is in it: foyer-hq serve --accept-loss)", err)
			}
			if err != nil {
				return err
			}
			err = func() error {
				d, err := openDoor(*dir, listen, pair, f, log)
				if err != nil {
					return err
				}
				return serve(cmd.Context(), f, *dir, d, r, log)
			}()
			return errors.Join(err, f.Close())
		},
	}
	c.Flags().StringVar(&reload, "broker-reload", "", "`command` that has the broker read its list again, for example '"+reloadHint+"'")
	c.Flags().BoolVar(&accept, "accept-loss", false, "begin office.db anew if it is damaged or gone")
	c.Flags().StringVar(&listen, "door", "", "address of the HTTPS door, for example :8443; empty: none")
	c.Flags().StringVar(&pair[0], "door-cert", "", "its certificate `file` (door.pem in the folder)")
	c.Flags().StringVar(&pair[1], "door-key", "", "its key `file` (door.key in the folder)")
	c.Flags().StringVar(&broker, "broker", "", "the broker's address, if not the one given to ca broker")
	return c
}

// opened is a door that listens.
type opened struct {
	net.Listener
	server *http.Server
}

// openDoor opens headquarters' HTTPS door; without an address there is none.
func openDoor(dir, address string, pair [2]string, f *office.Office, log *slog.Logger) (*opened, error) {
	if address == "" {
		return nil, nil
	}
	for i, name := range []string{"door.pem", "door.key"} {
		if pair[i] == "" {
			pair[i] = filepath.Join(dir, name)
		}
	}
	if _, err := tls.LoadX509KeyPair(pair[0], pair[1]); err != nil {
		return nil, fmt.Errorf("door: %w; make its certificate with: foyer-hq ca door NAME", err)
	}
	d, err := door.New(door.Options{Office: f, Now: time.Now, Log: log})
	if err != nil {
		return nil, fmt.Errorf("door: %w", err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("door: %w", err)
	}
	return &opened{tls.NewListener(gate.Limit(l), door.TLS(pair[0], pair[1], time.Now)), d.Server()}, nil
}

func serve(ctx context.Context, f *office.Office, dir string, d *opened, r *reloader, log *slog.Logger) error {
	path := filepath.Join(dir, socketName)
	os.Remove(path) // left by a crash; office.db's lock says that nobody serves
	l, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("serve: %w; a socket's path is short, see --dir", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	server := &http.Server{Handler: control(f), ReadHeaderTimeout: 5 * time.Second}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.Run(ctx) })
	g.Go(func() error { return renewals(ctx, dir, log) })
	g.Go(func() error { return r.run(ctx) })
	g.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	if d != nil {
		g.Go(func() error {
			if err := d.server.Serve(d); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
	}
	g.Go(func() error {
		<-ctx.Done()
		if d != nil {
			return errors.Join(d.server.Close(), server.Close())
		}
		return server.Close()
	})
	return g.Wait()
}

// renewals looks each day whether a certificate of headquarters' own ends soon.
func renewals(ctx context.Context, dir string, log *slog.Logger) error {
	for {
		until, err := office.RenewOwn(dir, time.Now())
		switch {
		case err != nil:
			log.Error("headquarters' own certificates", "cause", err)
		case !until.IsZero() && time.Until(until) < 30*24*time.Hour:
			log.Warn("the broker's certificate ends soon; make it anew with foyer-hq ca broker, and restart the broker", "ends", until)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(24 * time.Hour):
		}
	}
}
