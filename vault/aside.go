package vault

import (
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

const (
	asideFrom = 8 << 20  // bytes of a file from which others may write while it is compacted
	asideMost = 16 << 20 // bytes of what they write meanwhile; beyond, they wait
)

// A meanwhile is what was committed while a file was being copied. What it holds
// may stand in the copy already: written again in its order it comes to the same.
type meanwhile struct {
	ops    []op
	bytes  int
	leaves bool // of some of it a later compaction must remove the leftovers
}

func (m *meanwhile) take(t *Tx) {
	if m == nil {
		return
	}
	m.leaves = m.leaves || t.leaves
	for _, o := range t.ops {
		m.bytes += len(o.key) + len(o.value)
	}
	if m.ops = append(m.ops, t.ops...); m.bytes > asideMost {
		m.ops = nil
	}
}

// compactAside is Compact of a large file: it is copied while others write, and
// they wait for what they wrote meanwhile only. Not done, and no error, means that
// it cannot be done so now. Copied, if any, is called when the copy is made, for
// tests that write then.
func (f *File) compactAside(copied func()) (done bool, err error) {
	f.write.Lock()
	db, m := f.db, &meanwhile{}
	if info, err := os.Stat(f.path()); err != nil || db == nil || f.full || f.stuck || info.Size() < asideFrom {
		f.write.Unlock()
		return false, nil
	}
	f.meanwhile = m
	f.write.Unlock()
	err = f.copyAside()
	if copied != nil {
		copied()
	}
	f.write.Lock()
	defer f.write.Unlock()
	f.meanwhile = nil
	switch {
	case f.lock == nil:
		return false, nil // closed: what lies beside it is the next owner's
	case err != nil, f.db != db, m.bytes > asideMost:
		if err := os.Remove(f.next()); err != nil && !errors.Is(err, os.ErrNotExist) {
			return false, err
		}
		return false, nil
	}
	if err := f.catchUp(f.next(), m); err != nil {
		return true, errors.Join(err, os.Remove(f.next()))
	}
	if err := f.swap(f.next()); err != nil {
		return true, err
	}
	f.compactions.Add(1)
	if m.leaves {
		return true, nil
	}
	return true, f.dropDue()
}

func (f *File) copyAside() error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.db == nil {
		return ErrClosed
	}
	return f.build(f.next(), func(dst *bolt.DB) error { return bolt.Compact(dst, f.db, 1<<20) })
}

// catchUp writes into a copy what was written meanwhile; the caller holds f.write.
func (f *File) catchUp(path string, m *meanwhile) error {
	dst, err := f.mapped(path, unsynced())
	if err != nil {
		return err
	}
	_, err = f.guarded("write", func(*Tx) error {
		return dst.Update(func(tx *bolt.Tx) error {
			for _, o := range m.ops {
				b := tx.Bucket([]byte(o.bucket))
				if b == nil {
					return fmt.Errorf("%w: the copy has no bucket %q", ErrDamaged, o.bucket)
				}
				if err := o.apply(b); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return errors.Join(err, dst.Sync(), dst.Close())
}
