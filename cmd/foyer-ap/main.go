// Command foyer-ap is the agent on an access point that runs OpenWrt or Linux:
// it tells the store's box which phones the access point hears, and how
// strongly. It hides hostapd's control socket and how reports wait for the box.
//
// It is small, for an access point has little room, and it forgets: what it
// heard is in memory for a minute at most, and nothing of a client is ever
// written to a file or a log.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"foyer/radio/nl80211"
)

// version is set by the build (-X main.version=…).
var version = "dev"

// Exit codes.
const (
	exitFailed = 1 // a check that found something, or a fault
	exitUsage  = 2 // flags or a configuration that cannot be used
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil:
	case errors.Is(err, errFound):
		os.Exit(exitFailed) // the check has said what
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "foyer-ap:", err)
		os.Exit(exitUsage)
	default:
		fmt.Fprintln(os.Stderr, "foyer-ap:", err)
		os.Exit(exitFailed)
	}
}

// run is the whole program below main: a test can call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := readOptions(args, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil // it has been printed
	case err != nil:
		return err
	case o.version:
		fmt.Fprintln(stdout, "foyer-ap", version)
		return nil
	}
	s, err := o.settle()
	if err != nil {
		return err
	}
	if o.check {
		return check(ctx, stdout, s, openStations)
	}
	agent := newAgent(s, openStations, newLog(stderr))
	agent.run(ctx)
	return nil
}

// openStations opens the kernel's.
func openStations() (stations, error) {
	s, err := nl80211.Open()
	if err != nil {
		return nil, err // not a nil *Stations in an interface
	}
	return s, nil
}

// newLog writes lines without a time, which procd and journald add.
func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}
