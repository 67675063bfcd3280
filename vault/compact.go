package vault

import (
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"

	"foyer/disk"
)

// Compact rewrites the file with its live data only and swaps it in. Readers
// go on meanwhile, and so do writers if it is large. It needs room for the live
// data once more; ErrFull leaves the file as it was.
func (f *File) Compact() error {
	f.compacting.Lock()
	defer f.compacting.Unlock()
	if done, err := f.compactAside(nil); err != nil {
		return fmt.Errorf("compact %s: %w", f.name, err)
	} else if done {
		return nil
	}
	f.write.Lock()
	defer f.write.Unlock()
	if f.db == nil {
		return fmt.Errorf("compact %s: %w", f.name, ErrClosed)
	}
	err := f.replace(f.next(), func(dst *bolt.DB) error {
		return bolt.Compact(dst, f.db, 1<<20)
	}, nil)
	if err != nil {
		return fmt.Errorf("compact %s: %w", f.name, err)
	}
	f.compactions.Add(1)
	if err := f.dropDue(); err != nil {
		return fmt.Errorf("compact %s: %w", f.name, err)
	}
	return nil
}

// replace fills a new file at path, with the reserve's help if the disk is
// full, and gives it this file's name. Commit, if any, runs when the new file
// is durable and before it is renamed. The caller holds f.write.
func (f *File) replace(path string, fill func(dst *bolt.DB) error, commit func() error) error {
	err := f.build(path, fill)
	if noSpace(err) && !f.full {
		f.releaseBallast()
		err = f.build(path, fill)
	}
	if noSpace(err) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	if err != nil {
		return err
	}
	if commit != nil {
		if err := commit(); err != nil {
			return err
		}
	}
	return f.swap(path)
}

// swap gives a new file this one's name; the caller holds f.write.
func (f *File) swap(path string) error {
	f.mu.Lock() // waits for the readers of the old file
	defer f.mu.Unlock()
	if err := f.db.Close(); err != nil {
		return err
	}
	f.db = nil
	if err := rename(path, f.path()); err != nil {
		return errors.Join(err, f.again(false)) // the old file still has the name
	}
	return f.again(false)
}

// build writes a new file, synced whole at its end.
func (f *File) build(path string, fill func(dst *bolt.DB) error) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dst, err := f.mapped(path, unsynced())
	if err != nil {
		return err
	}
	_, err = f.guarded("read", func(*Tx) error { return fill(dst) })
	if err = errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return disk.SyncDir(f.dir)
}

// CompactLater says that this transaction deletes what must not stay in the
// file's free pages: CompactDue removes it with the leftovers of others, and so
// does the next Open.
func (t *Tx) CompactLater() { t.leaves = true }

// CompactDue compacts the file if a transaction since the last time has asked
// for it.
func (f *File) CompactDue() error {
	f.write.Lock()
	due := f.left
	f.write.Unlock()
	if !due {
		return nil
	}
	return f.Compact()
}

// putDue remembers across a crash that the file must be compacted; the caller
// holds f.write.
func (f *File) putDue() error {
	if f.left {
		return nil
	}
	err := writeSynced(f.duePath(), nil)
	if noSpace(err) { // an erasure is not to fail for that
		f.releaseBallast()
		err = writeSynced(f.duePath(), nil)
	}
	if err != nil {
		return err
	}
	f.left = true
	return disk.SyncDir(f.dir)
}

// dropDue forgets it again.
func (f *File) dropDue() error {
	if !f.left {
		return nil
	}
	if err := os.Remove(f.duePath()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f.left = false
	return disk.SyncDir(f.dir)
}

func (f *File) duePath() string { return f.path() + ".due" }
