package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"time"
)

// A reloader has the broker read its list of revoked certificates by a command of
// the operator's.
type reloader struct {
	command string // empty: the operator does it
	again   time.Duration
	log     *slog.Logger
	due     chan struct{}
}

func newReloader(command string, log *slog.Logger) *reloader {
	return &reloader{command: command, again: time.Minute, log: log, due: make(chan struct{}, 1)}
}

// listed says that there is a new list. It does not wait.
func (r *reloader) listed() {
	select {
	case r.due <- struct{}{}:
	default:
	}
}

// run runs the command for each list, and again after a while where it fails; at
// first for the list there is, for it may be one that was not read.
func (r *reloader) run(ctx context.Context) error {
	if r.command != "" {
		r.listed()
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.due:
		}
		if r.command == "" {
			r.log.Warn("certificates were revoked: have the broker read its list", "by", reloadHint)
			continue
		}
		if err := r.once(ctx); err != nil {
			r.log.Error("the broker does not read its list of revoked certificates; it is tried again", "cause", err)
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(r.again):
				r.listed()
			}
			continue
		}
		r.log.Info("the broker has read its list of revoked certificates")
	}
}

const reloadHint = "systemctl reload mosquitto"

func (r *reloader) once(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, "sh", "-c", r.command)
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", r.command, err, bytes.TrimSpace(out[:min(len(out), 500)]))
	}
	return nil
}
