package vault

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// largeFile is a file of 12 MiB, half of it deleted, that others may write to while
// it is compacted, and what it holds.
func largeFile(t *testing.T) (*File, map[string]string) {
	t.Helper()
	f, err := Open(t.TempDir(), "test.db", Options{Buckets: []Bucket{{Name: "a", Purpose: "test", Basis: "test"}, {Name: "b", Purpose: "test", Basis: "test"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	holds := map[string]string{}
	if err := f.Update(func(tx *Tx) error {
		for i := range 120 {
			k, v := fmt.Sprintf("%03d", i), bytes.Repeat([]byte{byte(i)}, 100<<10)
			if err := tx.Put("a", []byte(k), v); err != nil {
				return err
			}
			holds[k] = string(v)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := f.Update(func(tx *Tx) error {
		tx.CompactLater()
		for i := range 60 {
			k := fmt.Sprintf("%03d", 2*i)
			if err := tx.Delete("a", []byte(k)); err != nil {
				return err
			}
			delete(holds, k)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return f, holds
}

func (f *File) holdsInA(t *testing.T) map[string]string {
	t.Helper()
	got := map[string]string{}
	if err := f.View(func(tx *Tx) error {
		return tx.Each("a", nil, func(k, v []byte) error { got[string(k)] = string(v); return nil })
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

// What is written while a large file is being compacted is in it afterwards, and
// after it has been opened again; nobody waits, and what was deleted is gone.
func TestCompactWhileOthersWrite(t *testing.T) {
	t.Parallel()
	f, holds := largeFile(t)
	var n uint64
	done, err := f.compactAside(func() {
		for _, step := range []func(tx *Tx) error{
			func(tx *Tx) error { return tx.Put("a", []byte("new"), []byte("first")) },
			func(tx *Tx) error { return tx.Put("a", []byte("new"), []byte("second")) },
			func(tx *Tx) error { return tx.Delete("a", []byte("001")) },
			func(tx *Tx) error { return tx.Put("a", []byte("001"), nil) },
			func(tx *Tx) error { return tx.Delete("a", []byte("003")) },
			func(tx *Tx) (err error) { n, err = tx.Sequence("b"); return err },
		} {
			if err := f.Update(step); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Update(func(tx *Tx) error {
			return errors.Join(tx.Put("a", []byte("005"), nil), errors.New("taken back"))
		}); err == nil {
			t.Fatal("no error")
		}
	})
	if err != nil || !done {
		t.Fatal(done, err)
	}
	holds["new"], holds["001"] = "second", ""
	delete(holds, "003")
	if got := f.holdsInA(t); !maps.Equal(got, holds) {
		t.Errorf("%d rows, want %d", len(got), len(holds))
	}
	if err := f.Update(func(tx *Tx) error {
		if next, err := tx.Sequence("b"); err != nil || next <= n {
			return fmt.Errorf("number %d after %d, %w", next, n, err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if s := f.Stats(); s.Size > 8<<20 || s.Compactions != 1 || f.left {
		t.Errorf("%+v, left %t", s, f.left)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	g, err := Open(f.dir, "test.db", f.o)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if got := g.holdsInA(t); !maps.Equal(got, holds) {
		t.Errorf("opened again: %d rows, want %d", len(got), len(holds))
	}
}

// What is to leave nothing behind, and is deleted while the file is being compacted,
// is removed by the next compaction, which is asked for still.
func TestCompactAgainForWhatWasDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	f, holds := largeFile(t)
	mark := []byte(holds["001"])
	done, err := f.compactAside(func() {
		if err := f.Update(func(tx *Tx) error { tx.CompactLater(); return tx.Delete("a", []byte("001")) }); err != nil {
			t.Fatal(err)
		}
	})
	if _, due := os.Stat(f.duePath()); err != nil || !done || !f.left || due != nil {
		t.Fatal(done, err, f.left, due)
	}
	if err := f.CompactDue(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(f.path())
	if err != nil || bytes.Contains(raw, mark[:4096]) || f.left {
		t.Errorf("%v, it lies there still: %t, left %t", err, bytes.Contains(raw, mark[:4096]), f.left)
	}
}

// Where it cannot be done so the copy is dropped, and whoever compacts does it
// while others wait: much was written meanwhile, the file was opened anew, or closed.
func TestCompactAsideGivesUp(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(f *File) error{
		"much written": func(f *File) error {
			for range 20 {
				if err := f.Update(func(tx *Tx) error { return tx.Put("a", []byte("001"), make([]byte, 1<<20)) }); err != nil {
					return err
				}
			}
			return f.Update(func(tx *Tx) error { return tx.Delete("a", []byte("001")) })
		},
		"opened anew": func(f *File) error {
			f.write.Lock()
			defer f.write.Unlock()
			return errors.Join(f.reopen(), f.transact(func(tx *Tx) error { return tx.Delete("a", []byte("001")) }))
		},
		"closed": func(f *File) error {
			return errors.Join(f.Update(func(tx *Tx) error { return tx.Delete("a", []byte("001")) }), f.Close())
		},
	} {
		f, holds := largeFile(t)
		if done, err := f.compactAside(func() {
			if err := meanwhile(f); err != nil {
				t.Fatal(err)
			}
		}); done || err != nil {
			t.Errorf("%s: done %t, %v", name, done, err)
		}
		delete(holds, "001")
		if name == "closed" {
			if err := f.Compact(); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if _, err := os.Stat(filepath.Join(f.dir, "test.db.next")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the copy is left: %v", name, err)
		}
		if err := f.Compact(); err != nil || !maps.Equal(f.holdsInA(t), holds) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
