package vault

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// After Shred nothing in the folder opens what the subject had: neither the
// new files nor any mixture of the new keys with copies of the old files.
func TestShredLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	const subjects = 200
	sealed := map[string][]byte{}
	var secrets [][]byte // wrapped and plain keys that must be gone
	for i := range subjects {
		name := fmt.Sprintf("c-%d", i)
		sealed[name] = sealer(t, k, name).Seal("b", []byte(name), 1, []byte("about "+name))
	}
	for name := range sealed { // all are wrapped anew, so all old wrappings must go
		w := wrapped(t, k, name)
		secrets = append(secrets, w)
		if name == "c-7" || name == "c-8" {
			key, err := k.unwrap(k.Handle(name), w)
			if err != nil {
				t.Fatal(err)
			}
			secrets = append(secrets, key)
		}
	}
	oldKEK := k.kek
	secrets = append(secrets, bytes.Clone(oldKEK.key[:]), files(t, dir)[kekFile])
	handles := [][]byte{k.Handle("c-7"), k.Handle("c-8")}
	oldKeys := files(t, dir)[keysFile]

	if err := k.Shred("c-7", "c-8", "nobody"); err != nil {
		t.Fatal(err)
	}
	for name, data := range files(t, dir) {
		for i, secret := range append(secrets, handles...) {
			if bytes.Contains(data, secret) {
				t.Errorf("%s still holds secret %d", name, i)
			}
		}
	}
	check := func(k *KeyRing) {
		t.Helper()
		for name, v := range sealed {
			gone := name == "c-7" || name == "c-8"
			if k.Has(name) == gone {
				t.Errorf("%s: has a key: %v", name, !gone)
			}
			s, err := k.SealerOf(k.Handle(name))
			if gone {
				if !errors.Is(err, ErrSealed) {
					t.Errorf("%s: %v, want ErrSealed", name, err)
				}
				continue
			}
			if plain, _, err := s.Open("b", []byte(name), v); err != nil || string(plain) != "about "+name {
				t.Errorf("%s: %q, %v", name, plain, err)
			}
		}
	}
	check(k)
	if k.Epoch() != 2 {
		t.Errorf("epoch %d, want 2", k.Epoch())
	}
	k.Close()
	k = ring(t, dir)
	check(k)
	// A new key for her opens nothing old.
	if _, _, err := sealer(t, k, "c-7").Open("b", []byte("c-7"), sealed["c-7"]); !errors.Is(err, ErrSealed) {
		t.Errorf("a new key opens an old value: %v", err)
	}
	k.Close()
	// An old keys.db beside the new key-encryption key is of no use.
	if err := os.WriteFile(filepath.Join(dir, keysFile), oldKeys, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeys(dir, testRoot, KeyOptions{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("an old keys.db: %v, want ErrDamaged", err)
	}
}

// What was overwritten in place is zero also in the old inodes, as long as
// somebody holds them open.
func TestShredWipesTheOldFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	w := func() []byte { sealer(t, k, "ana"); return wrapped(t, k, "ana") }()
	var held []*os.File
	for _, name := range []string{keysFile, kekFile} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		held = append(held, f)
	}
	if err := k.Shred("ana"); err != nil {
		t.Fatal(err)
	}
	for _, f := range held {
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		data := make([]byte, info.Size())
		if _, err := f.ReadAt(data, 0); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, w) || bytes.Count(data, []byte{0}) != len(data) {
			t.Errorf("the old %s is not wiped", filepath.Base(f.Name()))
		}
	}
}

func TestShredOfNobodyWritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	sealer(t, k, "ana")
	before := files(t, dir)[kekFile]
	if err := k.Shred("bea"); err != nil {
		t.Fatal(err)
	}
	if k.Epoch() != 1 || !bytes.Equal(before, files(t, dir)[kekFile]) {
		t.Error("the key-encryption key was changed")
	}
}

var errCrash = errors.New("crash")

// A ring that cannot be read does not say that a key is gone.
func TestShredOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	k := ring(t, t.TempDir())
	sealer(t, k, "ana")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if err := k.Shred("ana"); err == nil {
		t.Error("a key that may be there is told as destroyed")
	}
}

// A crash at any step leaves either the old ring whole or the new one, never
// a ring that opens nothing.
func TestShredCrashes(t *testing.T) {
	t.Parallel()
	for step, wantGone := range map[string]bool{"built": false, "switched": true} {
		t.Run(step, func(t *testing.T) {
			dir := t.TempDir()
			k := ring(t, dir)
			a := sealer(t, k, "ana").Seal("b", nil, 1, []byte("a"))
			b := sealer(t, k, "bea").Seal("b", nil, 1, []byte("b"))
			w := wrapped(t, k, "ana")
			err := k.shred(map[string]bool{string(k.Handle("ana")): true}, nil, func(s string) error {
				if s == step {
					return errCrash
				}
				return nil
			})
			if !errors.Is(err, errCrash) {
				t.Fatal(err)
			}
			k.file.tried, k.file.pause = time.Now(), time.Hour // just now
			if _, err := k.Sealer("carla"); wantGone && !errors.Is(err, ErrClosed) {
				t.Errorf("a ring between two epochs is used: %v", err)
			}
			if k.Stats().Failing != wantGone {
				t.Errorf("it says that it fails: %v", !wantGone)
			}
			k.file.tried = time.Time{} // a while ago
			if _, _, err := sealer(t, k, "bea").Open("b", nil, b); err != nil || k.Has("ana") == wantGone || k.Stats().Failing {
				t.Errorf("it does not mend itself: %v, she has a key: %v", err, !wantGone)
			}
			k.Close()
			k = ring(t, dir)
			if k.Has("ana") == wantGone {
				t.Errorf("she has a key: %v", !wantGone)
			}
			if _, _, err := sealer(t, k, "bea").Open("b", nil, b); err != nil {
				t.Error(err)
			}
			if !wantGone {
				if _, _, err := sealer(t, k, "ana").Open("b", nil, a); err != nil {
					t.Error(err)
				}
				if err := k.Shred("ana"); err != nil { // the caller tries again
					t.Fatal(err)
				}
			}
			for name, data := range files(t, dir) {
				if bytes.Contains(data, w) {
					t.Errorf("%s still holds her wrapped key", name)
				}
			}
			if len(files(t, dir)) != 4 { // keys.db, keys.kek, lock, ballast
				t.Errorf("left over: %d files", len(files(t, dir)))
			}
		})
	}
}

// What an earlier ring or a crash left of keys is overwritten before it goes:
// another name of the same bytes shows that.
func TestLeftoverKeysAreWiped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	sealer(t, k, "ana")
	secret := bytes.Repeat([]byte("secret"), 1000)
	leave := func(name string) {
		t.Helper()
		path := filepath.Join(dir, name)
		err := os.WriteFile(path, secret, 0o600)
		if err == nil {
			err = os.Link(path, filepath.Join(dir, "watch-"+name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	wiped := func(names ...string) {
		t.Helper()
		for _, name := range names {
			data, err := os.ReadFile(filepath.Join(dir, "watch-"+name))
			if err != nil || bytes.Contains(data, []byte("secret")) {
				t.Errorf("%s is not overwritten (%v)", name, err)
			}
			if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is still there (%v)", name, err)
			}
		}
	}
	aside := kekFile + ".bad-20261122T100000Z"
	leave(aside)
	if err := k.Shred("ana"); err != nil {
		t.Fatal(err)
	}
	wiped(aside)
	k.Close()
	leave(kekFile + ".next")
	leave(keysFile + ".epoch-9")
	ring(t, dir).Close()
	wiped(kekFile+".next", keysFile+".epoch-9")
}

// A snapshot of the keys saves them when told to go back, and Shred destroys it:
// it holds what is destroyed.
func TestSnapshotOfTheKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	sealed := sealer(t, k, "ana").Seal("b", nil, 1, []byte("x"))
	snap := filepath.Join(dir, keysFile+".snap-1")
	if err := k.Snapshot(); err != nil {
		t.Fatal(err)
	}
	k.Close()
	if err := os.WriteFile(filepath.Join(dir, keysFile), []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeys(dir, testRoot, KeyOptions{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	k, err := OpenKeys(dir, testRoot, KeyOptions{AcceptLoss: true})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if plain, _, err := sealer(t, k, "ana").Open("b", nil, sealed); err != nil || string(plain) != "x" {
		t.Errorf("%q, %v after %+v", plain, err, k.Recovery())
	}
	w := wrapped(t, k, "ana")
	if err := k.Snapshot(); err != nil {
		t.Fatal(err)
	}
	k.Close()
	again := t.TempDir() // the same folder, without the key-encryption key
	for name, data := range files(t, dir) {
		if name != kekFile {
			if err := os.WriteFile(filepath.Join(again, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 { // the snapshots of the old ring are not those of the new one
		anew, err := OpenKeys(again, testRoot, KeyOptions{AcceptLoss: true})
		if err != nil {
			t.Fatal(err)
		}
		sealer(t, anew, "bea")
		anew.Close()
		if err := os.WriteFile(filepath.Join(again, keysFile), []byte("not a database"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if k, err = OpenKeys(dir, testRoot, KeyOptions{}); err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	held, err := os.Open(snap)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := k.Shred("ana"); err != nil {
		t.Fatal(err)
	}
	data := make([]byte, 1<<20)
	n, _ := held.ReadAt(data, 0) // all of it
	if _, err := os.Stat(snap); !errors.Is(err, os.ErrNotExist) || n == 0 || bytes.Contains(data[:n], w) {
		t.Errorf("the snapshot outlives the key it holds: %v, %d bytes", err, n)
	}
}
