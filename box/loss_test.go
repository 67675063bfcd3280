package box_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/box"
	"foyer/vault"
)

// TestAcceptLoss: a box does not start on a damaged file that nobody can send
// again, says how it could, and then does.
func TestAcceptLoss(t *testing.T) {
	dir := t.TempDir()
	line := `hq: {broker: "tls://127.0.0.1:1"}`
	start := func(lost ...string) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		return box.Run(ctx, box.Inputs{Config: parse(t, dir, line), AcceptLoss: lost, Ready: cancel})
	}
	if err := start(); err != nil {
		t.Fatal(err)
	}
	lost := []string{}
	for _, file := range []string{"outbox.db", "ledger.db", "keys.db"} {
		if err := os.Truncate(filepath.Join(dir, "data", file), 9000); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"keys.db", "ledger.db", "outbox.db"} { // in the order of opening
		err := start(lost...)
		if !errors.Is(err, vault.ErrDamaged) || !strings.Contains(err.Error(), "foyer run --accept-loss "+file) {
			t.Fatalf("a damaged %s: %v", file, err)
		}
		lost = append(lost, file)
	}
	if err := start(lost...); err != nil {
		t.Fatalf("with the loss accepted: %v", err)
	}
	if err := start(); err != nil {
		t.Fatalf("afterwards: %v", err)
	}
	if err := start("outbox"); err == nil || !strings.Contains(err.Error(), "keys.db, ledger.db, outbox.db") {
		t.Errorf("a name that is none: %v", err)
	}
}
