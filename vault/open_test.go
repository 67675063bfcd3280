package vault_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/vault"
)

func TestOnlyTheOwnerCanRead(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	opened(t, dir, vault.Options{}).Close()
	path := filepath.Join(dir, "test.db")
	for _, loose := range []struct {
		path string
		mode fs.FileMode
	}{{dir, 0o755}, {path, 0o644}} {
		if err := os.Chmod(loose.path, loose.mode); err != nil {
			t.Fatal(err)
		}
	}
	opened(t, dir, vault.Options{})
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", d.Name(), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSecondOpenerIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opened(t, dir, vault.Options{})
	began := time.Now()
	_, err := vault.Open(dir, "test.db", vault.Options{Buckets: declared("a", "b")})
	if took := time.Since(began); !errors.Is(err, vault.ErrLocked) || took < time.Second || took > 30*time.Second {
		t.Errorf("after %v: %v, want ErrLocked after 2 s, or a little later on a busy machine", took, err)
	}
}

func TestLockMovesOnWhenReleased(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	time.AfterFunc(50*time.Millisecond, func() {
		f.Compact() // the waiter must not end up with the file that was renamed away
		f.Update(func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), nil) })
		f.Close()
	})
	g, err := vault.Open(dir, "test.db", vault.Options{Buckets: declared("a", "b")})
	for range 15 { // a busy machine may need longer to compact than one waits
		if errors.Is(err, vault.ErrLocked) {
			g, err = vault.Open(dir, "test.db", vault.Options{Buckets: declared("a", "b")})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if got := all(t, g, "a"); len(got) != 1 {
		t.Errorf("the second opener sees %v", got)
	}
}

func TestUndeclaredBucketsAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opened(t, dir, vault.Options{Buckets: declared("a", "old")}).Close()
	_, err := vault.Open(dir, "test.db", vault.Options{Buckets: declared("a")})
	if !errors.Is(err, vault.ErrUndeclared) || !strings.Contains(err.Error(), `"old"`) {
		t.Errorf("got %v, want ErrUndeclared naming the bucket", err)
	}
	f := opened(t, dir, vault.Options{Buckets: declared("a", "old", "new")}) // nothing was lost, a new one is made
	update(t, f, func(tx *vault.Tx) error { return tx.Put("new", []byte("k"), nil) })
}

func TestDeclarationsAreChecked(t *testing.T) {
	t.Parallel()
	good := vault.Bucket{Name: "a", Purpose: "p", Basis: "b"}
	for name, tt := range map[string]struct {
		file    string
		buckets []vault.Bucket
		want    string
	}{
		"none":        {"test.db", nil, "declare at least one"},
		"no purpose":  {"test.db", []vault.Bucket{{Name: "a", Basis: "b"}}, `buckets[0] "a"`},
		"no basis":    {"test.db", []vault.Bucket{good, {Name: "c", Purpose: "p"}}, `buckets[1] "c"`},
		"twice":       {"test.db", []vault.Bucket{good, good}, "declared twice"},
		"negative":    {"test.db", []vault.Bucket{{Name: "a", Purpose: "p", Basis: "b", TTL: -1}}, "TTL"},
		"other place": {"../test.db", []vault.Bucket{good}, "named like"},
	} {
		if _, err := vault.Open(t.TempDir(), tt.file, vault.Options{Buckets: tt.buckets}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

// What a crash leaves beside the file does not disturb the next start.
func TestLeftoversAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), nil) })
	f.Close()
	next := filepath.Join(dir, "test.db.next")
	if err := os.WriteFile(next, []byte("half a compaction"), 0o600); err != nil {
		t.Fatal(err)
	}
	f = opened(t, dir, vault.Options{})
	if _, err := os.Stat(next); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	if got := all(t, f, "a"); len(got) != 1 {
		t.Errorf("the file holds %v", got)
	}
}
