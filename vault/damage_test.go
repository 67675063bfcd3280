package vault_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/vault"
)

// sample returns the bytes of a sound file with branches, overflow pages, an
// inline bucket and a free list.
func sample(t testing.TB) []byte {
	t.Helper()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	for round := range 3 {
		update(t, f, func(tx *vault.Tx) error {
			for i := range 400 {
				if err := tx.Put("a", fmt.Appendf(nil, "key-%04d", i), bytes.Repeat([]byte{byte(i)}, 40+round)); err != nil {
					return err
				}
			}
			return errors.Join(tx.Put("b", []byte("k"), []byte("v")), tx.Put("a", []byte("large"), make([]byte, 20_000)))
		})
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// survives opens damaged bytes and uses the file: whatever happens must be an
// error or a recovery, never a panic, a fault or a hang.
func survives(t testing.TB, data []byte, o vault.Options) error {
	t.Helper()
	dir, err := os.MkdirTemp("", "vault")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "test.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Buckets, o.Quota = declared("a", "b"), 4<<20 // a small reserve to write
	f, err := vault.Open(dir, "test.db", o)
	if err != nil {
		if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, data) {
			t.Errorf("a file that was refused was changed: %v", err)
		}
		return err
	}
	defer f.Close()
	err = f.View(func(tx *vault.Tx) error {
		return errors.Join(
			tx.Each("a", nil, func(k, v []byte) error { return nil }),
			tx.Each("b", nil, func(k, v []byte) error { return nil }))
	})
	return errors.Join(err, f.Update(func(tx *vault.Tx) error {
		return errors.Join(tx.Put("a", []byte("key-0007"), make([]byte, 9000)), tx.Delete("a", []byte("key-0100")))
	}))
}

func TestTruncatedFiles(t *testing.T) {
	t.Parallel()
	data := sample(t)
	if err := survives(t, data, vault.Options{Irreplaceable: true}); err != nil {
		t.Fatalf("the whole file: %v", err)
	}
	used := usedBytes(data)
	for n := 0; n < used; n += 512 {
		if n > 16*4096 && n%4096 != 512 {
			continue
		}
		if err := survives(t, data[:n], vault.Options{Irreplaceable: true}); !errors.Is(err, vault.ErrDamaged) {
			t.Errorf("%d of %d bytes: %v, want ErrDamaged", n, used, err)
		}
		if n%4096 == 0 || n%(16*4096) == 512 {
			if err := survives(t, data[:n], vault.Options{}); err != nil {
				t.Errorf("%d of %d bytes of a replaceable file: %v, want it begun anew", n, used, err)
			}
		}
	}
}

// usedBytes returns the high-water mark of a bbolt file in bytes.
func usedBytes(data []byte) int {
	n := binary.NativeEndian
	pages := func(meta []byte) (uint64, uint64) { return n.Uint64(meta[16+40:]), n.Uint64(meta[16+48:]) }
	size := int(n.Uint32(data[16+8:]))
	p0, t0 := pages(data)
	if p1, t1 := pages(data[size:]); t1 > t0 {
		p0 = p1
	}
	return int(p0) * size
}

func TestFlippedBits(t *testing.T) {
	t.Parallel()
	data := sample(t)
	used := usedBytes(data)
	data = data[:used]
	rnd := rand.New(rand.NewPCG(1, 2))
	refused, flips := 0, 300
	if testing.Short() {
		flips = 100
	}
	for i := range flips {
		at := rnd.IntN(used)
		if i%2 == 0 { // the heads of pages hold what matters
			at = rnd.IntN(used/4096)*4096 + rnd.IntN(64)
		}
		bad := bytes.Clone(data)
		bad[at] ^= 1 << rnd.IntN(8)
		err := survives(t, bad, vault.Options{Irreplaceable: true})
		if err != nil && !errors.Is(err, vault.ErrDamaged) {
			// A flipped letter of a bucket's name makes it another bucket.
			if !errors.Is(err, vault.ErrUndeclared) {
				t.Errorf("byte %d: %v", at, err)
			}
		}
		if err != nil {
			refused++
		}
	}
	if refused < flips/10 {
		t.Errorf("only %d of %d flips were noticed", refused, flips)
	}
	t.Logf("figure: %d of %d flips noticed; the others hit free pages or values", refused, flips)
}

func TestDamagedFileIsSetAside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "test.db")
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	o := vault.Options{Buckets: declared("a"), Now: func() time.Time { return now }}
	for i := range 4 {
		if err := os.WriteFile(path, []byte("not a database"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := vault.Open(dir, "test.db", o)
		if err != nil {
			t.Fatal(err)
		}
		r := f.Recovery()
		if r.Rung != vault.SetAside || !strings.HasPrefix(r.Aside, "test.db.bad-20261122T100000Z-") || r.Cause == "" || !r.At.Equal(now) {
			t.Errorf("round %d: %+v", i, r)
		}
		if kept, err := os.ReadFile(filepath.Join(dir, r.Aside)); err != nil || string(kept) != "not a database" {
			t.Errorf("round %d: set aside is %q, %v", i, kept, err)
		}
		f.Close()
	}
	if bad, _ := filepath.Glob(path + ".bad-*"); len(bad) != 2 {
		t.Errorf("%d damaged files kept, want 2", len(bad))
	}
	f, err := vault.Open(dir, "test.db", o)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if r := f.Recovery(); r != (vault.Recovery{}) || r.Rung.String() != "sound" {
		t.Errorf("the next start says %+v", r)
	}
}

func TestIrreplaceableIsBegunAnewOnlyWhenTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "test.db"), []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := vault.Options{Buckets: declared("a"), Irreplaceable: true}
	if _, err := vault.Open(dir, "test.db", o); !errors.Is(err, vault.ErrDamaged) {
		t.Fatalf("got %v, want ErrDamaged", err)
	}
	o.AcceptLoss = true
	f, err := vault.Open(dir, "test.db", o)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if r := f.Recovery(); r.Rung != vault.SetAside {
		t.Errorf("got %+v", r)
	}
}

func TestIrreplaceableThatIsGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := vault.Options{Irreplaceable: true}
	opened(t, dir, o).Close()
	if err := os.Remove(filepath.Join(dir, "test.db")); err != nil {
		t.Fatal(err)
	}
	o.Buckets = declared("a", "b")
	if _, err := vault.Open(dir, "test.db", o); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	opened(t, dir, vault.Options{}).Close() // a replaceable one begins anew
}

// A disk that swallows the file while it is mapped costs an error, not the
// process.
func TestFileCutWhileOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	for i := range 50 {
		update(t, f, func(tx *vault.Tx) error { return tx.Put("a", fmt.Appendf(nil, "%04d", i), make([]byte, 9000)) })
	}
	if err := os.Truncate(filepath.Join(dir, "test.db"), 2*4096); err != nil {
		t.Fatal(err)
	}
	read := func() error {
		return f.View(func(tx *vault.Tx) error {
			return tx.Each("a", nil, func(k, v []byte) error { return nil })
		})
	}
	if err := read(); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("read: %v, want ErrDamaged", err)
	}
	err := f.Update(func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), nil) })
	if !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("write: %v, want ErrDamaged", err)
	}
	if err := read(); err == nil {
		t.Error("a read of what is gone succeeds")
	}
	if n := f.Stats().Damaged; n == 0 {
		t.Error("the damage was not counted")
	}
}

// FuzzOpen changes two bytes anywhere and cuts the end off.
func FuzzOpen(f *testing.F) {
	data := sample(f)
	used := usedBytes(data)
	f.Add(uint32(0), byte(0), uint32(0), byte(0), uint32(0))
	f.Add(uint32(4096*3+12), byte(0xff), uint32(20), byte(1), uint32(100))
	f.Fuzz(func(t *testing.T, at1 uint32, x1 byte, at2 uint32, x2 byte, cut uint32) {
		bad := bytes.Clone(data[:used])
		bad[int(at1)%used] ^= x1
		bad[int(at2)%used] ^= x2
		bad = bad[:used-int(cut)%used]
		_ = survives(t, bad, vault.Options{}) // any error is fine, a crash is not
	})
}
