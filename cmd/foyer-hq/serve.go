package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/vault"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// socketName is the way in for the other commands; the folder's rights guard
// it.
const socketName = "hq.sock"

func serveCommand(dir *string) *cobra.Command {
	var broker string
	var accept bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Push what is due to the stores and take what they report, until stopped",
		Long: `Push what is due to the stores and take what they report, until stopped. Events
are appended to events.ndjson in headquarters' folder, each once. The other
commands reach it by a socket in the same folder.

It does not start on a damaged office.db. If there is no copy to restore, say so
with --accept-loss, once: the damaged file is kept beside the new one, events
are kept, and documents and profiles must be pushed again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := office.Open(office.Options{Dir: *dir, Broker: broker, Now: time.Now, Log: logger(cmd.ErrOrStderr()), AcceptLoss: accept})
			if errors.Is(err, vault.ErrDamaged) {
				return fmt.Errorf("%w (to begin it anew and lose what is in it: foyer-hq serve --accept-loss)", err)
			}
			if err != nil {
				return err
			}
			return errors.Join(serve(cmd.Context(), f, *dir), f.Close())
		},
	}
	c.Flags().BoolVar(&accept, "accept-loss", false, "begin office.db anew if it is damaged or gone")
	c.Flags().StringVar(&broker, "broker", "", "the broker's address, if not the one given to ca broker")
	return c
}

func serve(ctx context.Context, f *office.Office, dir string) error {
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
	g.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		return server.Close()
	})
	return g.Wait()
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
	mux.HandleFunc("POST /status", answer(func(struct{}) ([]office.StoreStatus, error) { return f.Status(), nil }))
	return mux
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
