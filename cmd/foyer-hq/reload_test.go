package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The command runs for a new list, and again until it does its work.
func TestReloader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := newReloader("test -e "+dir+"/ready && touch "+dir+"/read || { touch "+dir+"/tried; exit 1; }", slog.New(slog.DiscardHandler))
	r.again = 10 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.run(ctx) }()
	stands := func(name string) bool {
		for range 1000 {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				return true
			}
			time.Sleep(10 * time.Millisecond)
		}
		return false
	}
	r.listed()
	if !stands("tried") {
		t.Error("the command is not run")
	}
	must(t, "", os.WriteFile(filepath.Join(dir, "ready"), nil, 0o600))
	if !stands("read") {
		t.Error("a command that failed is not run again")
	}
	cancel()
	must(t, "", <-done)
}
