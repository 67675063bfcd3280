package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A folder in use is left alone; one that is not loses everything, and its keys
// are overwritten before they lose their names.
func TestDestroy(t *testing.T) {
	dir := t.TempDir()
	var root [32]byte
	ring, err := OpenKeys(dir, root, KeyOptions{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	secret := []byte("a root key of exactly 32 bytes..")
	if err := os.WriteFile(filepath.Join(dir, "root-key"), secret, 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "sub", "sub", "other.key")
	if err := os.MkdirAll(filepath.Dir(other), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Destroy(dir, "root-key"); !errors.Is(err, ErrLocked) {
		t.Fatalf("a folder in use: %v", err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "root-key")); err != nil || !bytes.Equal(b, secret) {
		t.Fatalf("a folder in use lost its key: %v", err)
	}
	if err := ring.Close(); err != nil {
		t.Fatal(err)
	}
	// Another name of the same bytes shows what became of them.
	for _, name := range []string{"root-key", kekFile, keysFile} {
		if err := os.Link(filepath.Join(dir, name), filepath.Join(dir, "..", "kept-"+name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(other, filepath.Join(dir, "..", "kept-other.key")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := Destroy(dir, "root-key"); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	}
	for _, name := range []string{"root-key", kekFile, keysFile, "other.key"} {
		b, err := os.ReadFile(filepath.Join(dir, "..", "kept-"+name))
		if err != nil || len(b) == 0 || len(bytes.Trim(b, "\x00")) > 0 {
			t.Errorf("%s was not overwritten: %v", name, err)
		}
	}
	if err := Destroy(filepath.Join(dir, "nowhere")); err != nil {
		t.Error(err)
	}
}
