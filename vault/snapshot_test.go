package vault_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"foyer/vault"
)

func snapshot(t *testing.T, f *vault.File) {
	t.Helper()
	if err := f.Snapshot(); err != nil {
		t.Fatal(err)
	}
}

func putOne(t *testing.T, f *vault.File, key string) {
	t.Helper()
	update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte(key), []byte("v")) })
}

func damage(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func snapshots(t *testing.T, dir string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.snap-*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

// Each rung of the ladder, from the least loss to the most: the newest
// snapshot, the one before, an empty file. The damaged file is kept each time.
func TestDamagedFileGoesBackToASnapshot(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		bad  []string // damaged besides the file
		want int      // keys of three
		rung vault.Rung
	}{
		{"newest", nil, 2, vault.Restored},
		{"older", []string{"test.db.snap-1"}, 1, vault.Restored},
		{"none", []string{"test.db.snap-1", "test.db.snap-2"}, 0, vault.SetAside},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			f := opened(t, dir, vault.Options{})
			for i, key := range []string{"1", "2", "3"} {
				putOne(t, f, key)
				if i < 2 {
					snapshot(t, f)
				}
			}
			f.Close()
			for _, name := range append(tt.bad, "test.db") {
				damage(t, filepath.Join(dir, name))
			}
			f = opened(t, dir, vault.Options{})
			r := f.Recovery()
			if got := all(t, f, "a"); len(got) != tt.want || r.Rung != tt.rung || r.Aside == "" {
				t.Errorf("%d keys after %+v, want %d after %v", len(got), r, tt.want, tt.rung)
			}
			putOne(t, f, "4") // it is a whole file
		})
	}
}

// What nobody can send again goes back to an older state only when told.
func TestIrreplaceableGoesBackOnlyWhenTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{Irreplaceable: true})
	putOne(t, f, "1")
	snapshot(t, f)
	f.Close()
	damage(t, filepath.Join(dir, "test.db"))
	o := vault.Options{Buckets: declared("a", "b"), Irreplaceable: true}
	if _, err := vault.Open(dir, "test.db", o); !errors.Is(err, vault.ErrDamaged) {
		t.Fatalf("got %v, want ErrDamaged", err)
	}
	o.AcceptLoss = true
	if got := all(t, opened(t, dir, o), "a"); len(got) != 1 {
		t.Errorf("the file holds %v", got)
	}
}

// A snapshot that the owner does not find sound is passed over.
func TestOwnerRefusesASnapshot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	putOne(t, f, "bad")
	snapshot(t, f)
	f.Close()
	damage(t, filepath.Join(dir, "test.db"))
	f = opened(t, dir, vault.Options{Sound: func(tx *vault.Tx) error {
		if tx.Get("a", []byte("bad")) != nil {
			return errors.New("not mine")
		}
		return nil
	}})
	if r := f.Recovery(); r.Rung != vault.SetAside || len(all(t, f, "a")) != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestSnapshotsAreFewAndOnlyOfNews(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	for i := range 5 {
		putOne(t, f, fmt.Sprint(i))
		snapshot(t, f)
	}
	if n := snapshots(t, dir); n != 2 {
		t.Errorf("%d snapshots, want 2", n)
	}
	path := filepath.Join(dir, "test.db.snap-1")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	snapshot(t, f)
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) || after.Mode().Perm() != 0o600 {
		t.Errorf("a snapshot of nothing new was made, or others may read it: %v", err)
	}
}

// What a transaction takes away does not come back by an older copy, not by one
// that is being made meanwhile either.
func TestOutdatedSnapshotsNeverComeBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	putOne(t, f, "granted")
	snapshot(t, f)
	mine := errors.New("mine")
	takeBack := func(err error) error {
		return f.Update(func(tx *vault.Tx) error {
			tx.OutdateSnapshots()
			return errors.Join(tx.Delete("a", []byte("granted")), err)
		})
	}
	if err := takeBack(mine); !errors.Is(err, mine) || snapshots(t, dir) != 1 {
		t.Errorf("a transaction that came to nothing: %v, %d snapshots", err, snapshots(t, dir))
	}
	if err := takeBack(nil); err != nil {
		t.Fatal(err)
	}
	if n := snapshots(t, dir); n != 0 {
		t.Errorf("%d snapshots are left", n)
	}
	for i := range 20 { // both at once
		putOne(t, f, "granted")
		done := make(chan error)
		go func() { done <- f.Snapshot() }()
		time.Sleep(time.Duration(i) * 200 * time.Microsecond)
		if err := errors.Join(takeBack(nil), <-done); err != nil {
			t.Fatal(err)
		}
		holds := false
		for _, name := range []string{"test.db.snap-1", "test.db.snap-2"} {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err == nil {
				copied := t.TempDir()
				if err := os.WriteFile(filepath.Join(copied, "test.db"), data, 0o600); err != nil {
					t.Fatal(err)
				}
				g := opened(t, copied, vault.Options{})
				holds = holds || len(all(t, g, "a")) > 0
				g.Close()
			}
		}
		if holds {
			t.Fatalf("round %d: a snapshot brings back what was taken away", i)
		}
	}
}

// On a full disk snapshots are the first to go.
func TestFullDiskTakesNoSnapshot(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "6m")
	f := opened(t, dir, vault.Options{})
	update(t, f, func(tx *vault.Tx) error { return tx.Put("b", []byte("k"), make([]byte, 600_000)) })
	snapshot(t, f)
	fillUp(t, f, 20_000)
	if n := snapshots(t, dir); n != 0 {
		t.Errorf("%d snapshots on a full disk", n)
	}
	if err := f.Snapshot(); !errors.Is(err, vault.ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	if err := f.Close(); err != nil { // before the disk goes
		t.Error(err)
	}
}

// tmpfs mounts a small disk.
func tmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("SKIPPED: a small disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// A file that grows waits for no reader: its place in memory is reserved.
func TestGrowingWaitsForNoReader(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{Quota: 64 << 20})
	reading, done := make(chan struct{}), make(chan struct{})
	go f.View(func(*vault.Tx) error {
		close(reading)
		<-done
		return nil
	})
	<-reading
	defer close(done)
	grown := make(chan error, 1)
	go func() {
		grown <- f.Update(func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), make([]byte, 48<<20)) })
	}()
	select {
	case err := <-grown:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("a write waits for a reader")
	}
}
