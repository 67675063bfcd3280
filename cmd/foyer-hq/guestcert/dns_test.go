package guestcert

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A hook that leaves something running behind it, as one that restarts a server
// does, is done when it ends itself.
func TestHookThatLeavesSomethingBehind(t *testing.T) {
	hook := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(hook, []byte("#!/bin/sh\nsleep 60 &\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := (Settings{Hook: hook}).put(t.Context(), "_acme-challenge.here.example.com", "proof", true); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it was waited for %v for what the hook left behind", took)
	}
}
