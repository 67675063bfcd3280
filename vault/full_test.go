package vault_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"foyer/vault"
)

// fillUp puts values of size bytes until one is refused, and returns how many
// went in.
func fillUp(t *testing.T, f *vault.File, size int) int {
	t.Helper()
	for i := range 1 << 20 {
		err := f.Update(func(tx *vault.Tx) error { return tx.Put("a", fmt.Appendf(nil, "%06d", i), make([]byte, size)) })
		if errors.Is(err, vault.ErrFull) {
			return i
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("never full")
	return 0
}

func TestQuota(t *testing.T) {
	t.Parallel()
	for _, size := range []int{900, 5000, 100_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			const quota = 2 << 20
			dir := t.TempDir()
			f := opened(t, dir, vault.Options{Quota: quota})
			if size < 5000 { // most in one go, or it takes a minute
				update(t, f, func(tx *vault.Tx) error {
					for i := range 800_000 / (size + 30) {
						if err := tx.Put("b", fmt.Appendf(nil, "%06d", i), make([]byte, size)); err != nil {
							return err
						}
					}
					return nil
				})
			}
			n := fillUp(t, f, size)
			s := f.Stats()
			if live := s.Size - s.Free; live > quota*5/4 || s.Size > 2*quota {
				t.Errorf("%d bytes live in a file of %d, quota %d", live, s.Size, quota)
			}
			if s.Refused != 1 {
				t.Errorf("%d writes refused, want 1", s.Refused)
			}
			for i := range n / 2 { // deletes work, one by one
				update(t, f, func(tx *vault.Tx) error { return tx.Delete("a", fmt.Appendf(nil, "%06d", i)) })
			}
			update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte("again"), make([]byte, size)) })
			if got := all(t, f, "a"); len(got) != n-n/2+1 {
				t.Errorf("%d keys, want %d", len(got), n-n/2+1)
			}
		})
	}
}

func TestReplacingIsNotGrowing(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{Quota: 1 << 20})
	fillUp(t, f, 5000)
	update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte("000000"), make([]byte, 4000)) })
	update(t, f, func(tx *vault.Tx) error { // room made within a transaction counts
		if err := tx.Put("a", []byte("z"), make([]byte, 5000)); !errors.Is(err, vault.ErrFull) {
			return fmt.Errorf("not full: %v", err)
		}
		return errors.Join(tx.Delete("a", []byte("000001")), tx.Put("a", []byte("z"), make([]byte, 5000)))
	})
	update(t, f, func(tx *vault.Tx) error { return tx.PutAnyway("b", []byte("mark"), make([]byte, 5000)) })
}

// A full disk refuses writes and still takes deletes; when there is room again
// everything works again without a restart.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "6m")
	f := opened(t, dir, vault.Options{})
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	const size = 20_000
	n := fillUp(t, f, size)
	if !f.Stats().DiskFull {
		t.Error("it does not say that the disk is full")
	}
	put := func() error { // as much as was just refused: room for less there may be
		return f.Update(func(tx *vault.Tx) error { return tx.Put("b", []byte("k"), make([]byte, size)) })
	}
	if err := put(); !errors.Is(err, vault.ErrFull) {
		t.Errorf("a write on the full disk: %v, want ErrFull", err)
	}
	update(t, f, func(tx *vault.Tx) error { return tx.PutAnyway("b", []byte("mark"), []byte("v")) })
	for i := range n / 2 {
		update(t, f, func(tx *vault.Tx) error { return tx.Delete("a", fmt.Appendf(nil, "%06d", i)) })
	}
	big := func() error {
		return f.Update(func(tx *vault.Tx) error { return tx.Put("b", []byte("k"), make([]byte, 50_000)) })
	}
	if err := big(); err != nil || !f.Stats().DiskFull {
		t.Errorf("a write into what was deleted: %v; it says that the disk is full: %v", err, f.Stats().DiskFull)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	if err := put(); err != nil {
		t.Errorf("a write with room again: %v", err)
	}
	if f.Stats().DiskFull {
		t.Error("it still says that the disk is full")
	}
	if got := all(t, f, "a"); len(got) != n-n/2 {
		t.Errorf("%d keys, want %d", len(got), n-n/2)
	}
	if err := f.Close(); err != nil { // before the disk goes
		t.Error(err)
	}
}

// What must be written even then is written at once on a disk that others have
// filled since: the reserve is for that, and nobody has to ask twice. It is for
// nothing large that may wait.
func TestFullDiskTakesAnywayAtOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		write func(tx *vault.Tx) error
		full  bool
	}{
		"a mark":                   {func(tx *vault.Tx) error { return tx.PutAnyway("a", []byte("mark"), make([]byte, 40_000)) }, false},
		"a mark and little else":   {func(tx *vault.Tx) error { return both(tx, 4000) }, false},
		"a mark and a document":    {func(tx *vault.Tx) error { return both(tx, 400_000) }, true},
		"what may wait":            {func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), make([]byte, 400_000)) }, true},
		"a delete among many rows": {func(tx *vault.Tx) error { return tx.Delete("b", []byte("000100")) }, false},
	} {
		dir := tmpfs(t, "6m")
		f := opened(t, dir, vault.Options{})
		update(t, f, func(tx *vault.Tx) error {
			for i := range 500 {
				if err := tx.Put("b", fmt.Appendf(nil, "%06d", i), make([]byte, 1500)); err != nil {
					return err
				}
			}
			return nil
		})
		other, err := os.Create(filepath.Join(dir, "other"))
		for err == nil {
			_, err = other.Write(make([]byte, 4096))
		}
		other.Close()
		if err := f.Update(tt.write); errors.Is(err, vault.ErrFull) != tt.full || err != nil && !tt.full {
			t.Errorf("%s: %v, want it refused: %t", name, err, tt.full)
		}
		if err := f.Close(); err != nil { // before the disk goes
			t.Error(err)
		}
	}
}

// both writes a mark and n bytes that may wait.
func both(tx *vault.Tx, n int) error {
	return errors.Join(tx.PutAnyway("a", []byte("mark"), make([]byte, 40_000)), tx.Put("a", []byte("k"), make([]byte, n)))
}
