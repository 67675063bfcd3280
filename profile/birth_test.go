package profile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"foyer/profile"
	"foyer/vault"
)

// A file that was damaged or lost, or whose keys were, is another one; one that
// was only closed is not.
func TestBirth(t *testing.T) {
	b := newBox(t)
	birth := b.cache.Birth()
	again := func(what string, same bool) {
		t.Helper()
		b.open()
		if got := b.cache.Birth(); (got == birth) != same || got == "" {
			t.Errorf("%s: born %q, before %q", what, got, birth)
		}
		birth = b.cache.Birth()
	}
	path := filepath.Join(b.dir, "profiles.db")
	b.close()
	again("closed", true)

	b.close()
	if err := os.WriteFile(path, make([]byte, 64<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	again("damaged", false)
	if b.cache.Recovery().Rung == vault.Sound {
		t.Error("a damaged file is said to be sound")
	}

	b.close()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	again("lost", false)

	b.close()
	if err := os.Remove(filepath.Join(b.dir, "keys.db")); err != nil {
		t.Fatal(err)
	}
	keys, err := vault.OpenKeys(b.dir, [32]byte{7}, vault.KeyOptions{AcceptLoss: true})
	if err == nil {
		err = keys.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	again("without its keys", false)
	if _, err := b.cache.Get(customer(t, "c-1")); !errors.Is(err, profile.ErrUnknown) {
		t.Error(err)
	}
}
