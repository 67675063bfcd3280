package vault_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"foyer/vault"
)

// What a transaction leaves behind is there until the next clean, whatever
// happens in between: CompactDue, or opening the file after a crash.
func TestLeftoversAreCompacted(t *testing.T) {
	t.Parallel()
	for name, clean := range map[string]func(t *testing.T, dir string, f *vault.File) *vault.File{
		"due": func(t *testing.T, _ string, f *vault.File) *vault.File {
			if err := f.CompactDue(); err != nil {
				t.Fatal(err)
			}
			return f
		},
		"reopened": func(t *testing.T, dir string, f *vault.File) *vault.File {
			f.Close()
			return opened(t, dir, vault.Options{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			f := opened(t, dir, vault.Options{})
			secret := bytes.Repeat([]byte("secret"), 1000)
			holds := func() bool {
				data, err := os.ReadFile(filepath.Join(dir, "test.db"))
				if err != nil {
					t.Fatal(err)
				}
				return bytes.Contains(data, []byte("secretsecret"))
			}
			update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), secret) })
			if err := f.CompactDue(); err != nil || f.Stats().Compactions != 0 {
				t.Errorf("nobody asked: %d compactions, %v", f.Stats().Compactions, err)
			}
			update(t, f, func(tx *vault.Tx) error {
				tx.CompactLater()
				return tx.Delete("a", []byte("k"))
			})
			if !holds() {
				t.Error("bbolt forgets by itself: this test proves nothing")
			}
			f = clean(t, dir, f)
			if holds() || f.Stats().Compactions != 1 {
				t.Errorf("the value is there: %v, after %d compactions", holds(), f.Stats().Compactions)
			}
			if err := f.CompactDue(); err != nil || f.Stats().Compactions != 1 {
				t.Errorf("once more: %d compactions, %v", f.Stats().Compactions, err)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.due")); len(left) > 0 {
				t.Errorf("left over: %v", left)
			}
		})
	}
}
