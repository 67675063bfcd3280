package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"foyer/cmd/foyer-hq/door"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/vault"
	"foyer/web/gate"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
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

// What the commands ask of a serving foyer-hq.
type (
	pushRequest struct {
		Store    string    `json:"store"`
		Kind     wire.Kind `json:"kind"`
		Payloads [][]byte  `json:"payloads"`
	}
	pushAnswer struct {
		Rev uint64 `json:"rev"`
	}
	inviteRequest struct {
		Store    string        `json:"store"`
		Customer string        `json:"customer"`
		TTL      time.Duration `json:"ttl"` // nanoseconds
	}
	ledgerRequest struct {
		Store string `json:"store"`
	}
	codeRequest struct {
		Store   string        `json:"store"`
		Replace bool          `json:"replace"`
		TTL     time.Duration `json:"ttl"` // nanoseconds
	}
	pushToRequest struct {
		Target  office.Target `json:"target"`
		Kind    wire.Kind     `json:"kind"`
		Payload []byte        `json:"payload,omitempty"`
	}
	groupRequest struct {
		Name   string   `json:"name"`
		Stores []string `json:"stores,omitempty"`
	}
	stageRequest struct {
		ID       string            `json:"id"`
		Names    bool              `json:"names"`
		Profiles []json.RawMessage `json:"profiles"`
	}
	commitRequest struct {
		ID     string        `json:"id"`
		Target office.Target `json:"target"`
	}
	importAnswer struct {
		ID    string `json:"id,omitempty"`
		Moved uint64 `json:"moved"`
		Total uint64 `json:"total"`
	}
	rotateRequest struct {
		Leave bool `json:"leave"`
	}
	revokeRequest struct {
		Store        string   `json:"store"`
		Certificates []string `json:"certificates"`
	}
	revokeAnswer struct {
		Rev  uint64 `json:"rev"`
		Last bool   `json:"last"` // the store's box has no certificate for the line left
	}
	keyRequest struct {
		Name   string         `json:"name"`
		Scopes []office.Scope `json:"scopes"`
	}
	customerRequest struct {
		Name string `json:"name"`
		Make bool   `json:"make"`
	}
	inviteAnswer struct {
		Code string `json:"code"`
	}
	tokenAnswer struct {
		Token string `json:"token"`
	}
)

// maxRequest is the largest request in bytes: a batch of the largest profiles,
// as base64.
const maxRequest = 96 << 20

func control(f *office.Office) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /push", answer(func(r pushRequest) (pushAnswer, error) {
		all := make([]any, len(r.Payloads))
		for i, p := range r.Payloads {
			all[i] = p
		}
		rev, err := f.PushAll(r.Store, r.Kind, all)
		return pushAnswer{rev}, err
	}))
	mux.HandleFunc("POST /invite", answer(func(r inviteRequest) (inviteAnswer, error) {
		code, err := f.Invite(r.Store, r.Customer, r.TTL)
		return inviteAnswer{code}, err
	}))
	mux.HandleFunc("POST /keyshare", answer(func(r keyshareRequest) (struct{}, error) {
		return struct{}{}, f.Withhold(r.Store, r.Withhold)
	}))
	mux.HandleFunc("POST /ledger", answer(func(r ledgerRequest) (struct{}, error) { return struct{}{}, f.AcceptLedger(r.Store) }))
	mux.HandleFunc("POST /token", answer(func(r inviteRequest) (tokenAnswer, error) {
		token, err := f.Pass(r.Store, r.Customer, r.TTL)
		return tokenAnswer{token}, err
	}))
	mux.HandleFunc("POST /promote", answer(func(r ledgerRequest) (pushAnswer, error) {
		rev, err := f.Promote(r.Store)
		return pushAnswer{rev}, err
	}))
	many(mux, f)
	mux.HandleFunc("POST /rotate", answer(func(r rotateRequest) (office.Rotation, error) { return f.Rotate(r.Leave) }))
	mux.HandleFunc("POST /revoke", answer(func(r revokeRequest) (revokeAnswer, error) {
		rev, last, err := f.Revoke(r.Store, r.Certificates)
		return revokeAnswer{rev, last}, err
	}))
	mux.HandleFunc("POST /keys/add", answer(func(r keyRequest) (inviteAnswer, error) {
		secret, err := f.AddKey(r.Name, r.Scopes)
		return inviteAnswer{secret}, err
	}))
	mux.HandleFunc("POST /keys/remove", answer(func(r keyRequest) (struct{}, error) { return struct{}{}, f.RemoveKey(r.Name) }))
	mux.HandleFunc("POST /keys/list", answer(func(struct{}) ([]office.Key, error) { return f.Keys(), nil }))
	mux.HandleFunc("POST /customer", answer(func(r customerRequest) (inviteAnswer, error) {
		p, err := f.Pseudonym(r.Name, r.Make)
		return inviteAnswer{p}, err
	}))
	mux.HandleFunc("POST /enroll-code", answer(func(r codeRequest) (inviteAnswer, error) {
		code, err := f.EnrolCode(r.Store, r.Replace, r.TTL)
		return inviteAnswer{code}, err
	}))
	mux.HandleFunc("POST /status", answer(func(struct{}) ([]office.StoreStatus, error) { return f.Status(), nil }))
	return mux
}

// many answers what is about more than one store or customer.
func many(mux *http.ServeMux, f *office.Office) {
	mux.HandleFunc("POST /push-to", answer(func(r pushToRequest) ([]office.Pushed, error) { return f.PushTo(r.Target, r.Kind, r.Payload) }))
	mux.HandleFunc("POST /rollback", answer(func(r pushToRequest) ([]office.Pushed, error) { return f.Rollback(r.Target, r.Kind) }))
	mux.HandleFunc("POST /resolve", answer(f.Resolve))
	mux.HandleFunc("POST /groups/set", answer(func(r groupRequest) (struct{}, error) { return struct{}{}, f.SetGroup(r.Name, r.Stores) }))
	mux.HandleFunc("POST /groups/list", answer(func(struct{}) (map[string][]string, error) { return f.Groups() }))
	mux.HandleFunc("POST /import/begin", answer(func(struct{}) (importAnswer, error) {
		id, err := f.BeginImport()
		return importAnswer{ID: id}, err
	}))
	mux.HandleFunc("POST /import/stage", answer(func(r stageRequest) (struct{}, error) { return struct{}{}, f.Stage(r.ID, r.Profiles, r.Names) }))
	mux.HandleFunc("POST /import/commit", answer(func(r commitRequest) (importAnswer, error) {
		n, err := f.CommitImport(r.ID, r.Target)
		return importAnswer{Moved: uint64(n), Total: uint64(n)}, err
	}))
	mux.HandleFunc("POST /import/progress", answer(func(struct{}) (importAnswer, error) {
		moved, total := f.ImportProgress()
		return importAnswer{Moved: moved, Total: total}, nil
	}))
}

func answer[In, Out any](do func(In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&in); err != nil {
			http.Error(w, "request: "+err.Error(), http.StatusBadRequest)
			return
		}
		out, err := do(in)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(out); err != nil {
			return // the command has gone
		}
	}
}
