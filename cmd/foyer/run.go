package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"foyer/box"
	"foyer/box/begin"
	"foyer/config"
	"foyer/floor"
	"foyer/radio"
	"foyer/systemd"
)

const defaultConfig = "/etc/foyer/foyer.yaml"

// runCommand is the daemon.
func runCommand() *cobra.Command {
	var file string
	var lost []string
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run the box",
		Long: `Run the box until it is told to stop (SIGTERM). SIGHUP makes it read its
configuration again: a good one is taken over whole, a bad one is refused and
the old one stays in force.

Under systemd (Type=notify) it says READY once everything listens, and the
watchdog is pinged by the loop that does the work, so a stuck box is restarted.

A box that is nobody's yet serves one page and nothing else, by which a technician
makes it a store's: "foyer setup" says where it is, and its code. Without a
configuration it waits there only if there is a file "set-up" beside the place
of the configuration, with the address to listen at (empty: port 443).

Three files hold what nobody can send again, so a box does not start without
them: keys.db (without it nothing that is sealed on this disk opens again),
ledger.db (who saw what about whom) and outbox.db (what headquarters does not
have yet). If one is damaged or gone and there is no copy to restore, say so
with --accept-loss, for one start and not in the unit: the damaged file is kept
beside the new one. Headquarters then sends again what it has.`,
		Example: `  foyer run --config /etc/foyer/foyer.yaml
  foyer run --config /etc/foyer/foyer.yaml --accept-loss outbox.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runBox(cmd.Context(), cmd.ErrOrStderr(), file, lost)
		},
	}
	cmd.Flags().StringVar(&file, "config", defaultConfig, "configuration file")
	cmd.Flags().StringSliceVar(&lost, "accept-loss", nil, "begin this `file` anew if it is damaged or gone")
	return cmd
}

// runBox runs the box of a configuration, which may have to become a store's
// first.
func runBox(ctx context.Context, stderr io.Writer, file string, lost []string) error {
	c, configured, err := configuration(file)
	if err != nil {
		return explain(err)
	}
	log := newLog(stderr, c.Log)
	notify, err := systemd.FromEnv()
	if err != nil {
		return err
	}
	sockets, err := systemd.SocketsFromEnv()
	if err != nil {
		return err
	}
	begun := begin.Begun{Config: c, Listen: sockets.Listen}
	if !configured || begin.Needed(c) {
		begun, err = waiting(ctx, notify, begin.Options{Config: c, Configured: configured, File: file,
			Version: version, Log: log, Now: time.Now, Listen: sockets.Listen})
		if c = begun.Config; err != nil || c == nil {
			return err
		}
	} else {
		begun.Technician = begin.Handed(c)
		if err := begin.Forget(c); err != nil {
			return err
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	in := box.Inputs{Config: c, Version: version, Log: log, Reload: reloads(ctx, g, file), AcceptLoss: lost,
		Technician: begun.Technician, Alive: pinger(notify, log),
		Listen: begun.Listen, Firmware: updating(), Pulse: pulser(systemd.RuntimeFolder(), log),
		Ready: func() {
			told(sockets.Close(), log) // of a port that is not configured any more
			told(notify.Ready(), log)
			log.Info("open", "store", c.Store.ID, "version", version)
		}}
	g.Go(func() error { return box.Run(ctx, in) })
	g.Go(func() error { <-ctx.Done(); told(notify.Stopping(), log); return nil })
	return g.Wait()
}

// reloads reads the configuration again at each SIGHUP.
func reloads(ctx context.Context, g *errgroup.Group, file string) <-chan box.Reload {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	out := make(chan box.Reload)
	g.Go(func() error {
		defer signal.Stop(hup)
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-hup:
			}
			c, err := config.Load(file)
			select {
			case out <- box.Reload{Config: c, Err: err}:
			case <-ctx.Done():
				return nil
			}
		}
	})
	return out
}

// pinger pings the watchdog no more often than it asks for; the flow calls it
// at each tick.
func pinger(notify *systemd.Notifier, log *slog.Logger) func() {
	every := notify.WatchdogInterval() / 2
	var last time.Time
	return func() {
		if now := time.Now(); every > 0 && now.Sub(last) >= every {
			last = now
			told(notify.Alive(), log)
		}
	}
}

func told(err error, log *slog.Logger) {
	if err != nil {
		log.Warn("service manager not told", "err", err)
	}
}

func mdnsCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "mdns",
		Short: "Make the box found on the LAN, as a process of its own",
		Long: `Advertise what the running box wrote to its announcement file: the service
_foyer._tcp and the box's host name. It holds no key and no data, so that a
hostile packet can take nothing but the advertiser down.`,
		Example: "  foyer mdns --file /run/foyer/announce.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return advertise(cmd.Context(), file, newLog(cmd.ErrOrStderr(), config.Log{}))
		},
	}
	cmd.Flags().StringVar(&file, "file", "/run/foyer/announce.json", "announcement file of the box")
	return cmd
}

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "check FILE",
		Short:   "Check a configuration without running it",
		Example: "  foyer check /etc/foyer/foyer.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := config.Load(args[0])
			if err != nil {
				return explain(err)
			}
			if err := checkPlan(c.Plan); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is good: store %s of %s, guests at https://%s, staff at https://%s, %d sensors, %d sources.\n",
				args[0], c.Store.ID, c.Store.Chain, c.Names.Guest, c.Names.Staff, len(c.Sensors), len(c.Sources))
			return nil
		},
	}
}

// checkPlan checks the floor plan that a configuration names.
func checkPlan(file string) error {
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	plan, err := floor.ParsePlan(data)
	if err == nil {
		_, err = radio.NewAliases(plan)
	}
	if err != nil {
		return fmt.Errorf("plan %s: %w", file, err)
	}
	return nil
}

// explain adds what to do to an error of a configuration.
func explain(err error) error {
	if errors.Is(err, config.ErrNone) {
		return fmt.Errorf("%w, or begin with `foyer demo`", err)
	}
	return err
}

func newLog(w io.Writer, l config.Log) *slog.Logger {
	o := &slog.HandlerOptions{Level: l.Level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
