package main

import (
	"context"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"foyer/cmd/usage"
)

// version is set by the build (-X main.version=…).
var version = "dev"

// run is the whole program below main: a test can call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var dir string
	root := &cobra.Command{
		Use:   "foyer-hq",
		Short: "Headquarters of a chain of stores with foyer boxes",
		Long: `foyer-hq makes the certificates and keys of store boxes, pushes documents and
customers' profiles to them, and takes what they report. Everything stands in
one folder, which holds private keys: keep it where headquarters keeps such.

A chain with one store, from nothing:

  foyer-hq ca init --chain northwind
  foyer-hq ca broker hq.example.com
  foyer-hq ca door hq.example.com
  foyer-hq ca mosquitto
  mosquitto -c hq/broker/mosquitto.conf &
  foyer-hq serve --door :8443 &
  foyer-hq enroll-code 014 --at https://hq.example.com:8443

Run the command it prints on the new box (or make its identity here with
foyer-hq ca store, and bring that folder to it), then:

  foyer-hq push roster roster.json --store 014
  foyer-hq push policy --store 014
  foyer-hq push notice notice.json --store 014
  foyer-hq profiles import customers.ndjson --store 014
  foyer-hq invite --store 014 --customer c-1001
  foyer-hq fleet status
  foyer-hq events tail`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	fallback := os.Getenv("FOYER_HQ_DIR")
	if fallback == "" {
		fallback = "hq"
	}
	root.PersistentFlags().StringVar(&dir, "dir", fallback, "headquarters' folder (FOYER_HQ_DIR)")
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(caCommand(&dir), serveCommand(&dir), pushCommand(&dir), profilesCommand(&dir),
		shadowCommand(&dir), inviteCommand(&dir), tokenCommand(&dir), keyshareCommand(&dir), statusCommand(&dir), eventsCommand(&dir), ledgerCommand(&dir))
	root.AddCommand(enrollCodeCommand(&dir), keysCommand(&dir), customerCommand(&dir), groupCommand(&dir), rollbackCommand(&dir), fleetCommand(&dir), revokeCommand(&dir))
	root.AddCommand(firmwareCommand(&dir), planCommand(&dir))
	return usage.Run(ctx, root)
}

func logger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
