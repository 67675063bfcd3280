package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	bolt "go.etcd.io/bbolt"

	"foyer/disk"
)

// keptSnapshots is how many snapshots of a file are kept, the newest is 1.
const keptSnapshots = 2

// Snapshot keeps a copy of the file's live data beside it, to which Open goes
// back when it finds the file damaged. Writers go on meanwhile. Where nothing
// was written since the last snapshot nothing is done; where the disk has not
// room enough for it and for the file's own reserve the error is ErrFull.
func (f *File) Snapshot() error {
	f.snap.Lock()
	defer f.snap.Unlock()
	f.write.Lock() // between two transactions
	writes, outdated := f.writes.Load(), f.outdated
	f.write.Unlock()
	if f.snapped && f.snappedAt == writes {
		return nil
	}
	if err := f.snapshot(outdated); err != nil {
		return fmt.Errorf("snapshot of %s: %w", f.name, err)
	}
	f.snapped, f.snappedAt = true, writes
	return nil
}

// snapshot copies the file and puts the copy first in the row, unless the
// snapshots were outdated meanwhile.
func (f *File) snapshot(outdated uint64) error {
	next := f.snapshotPath(0)
	if err := f.copyTo(next); err != nil {
		return err
	}
	f.write.Lock() // nobody outdates it between the look and the name
	defer f.write.Unlock()
	if f.outdated != outdated {
		if err := os.Remove(next); !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	for i := keptSnapshots - 1; i >= 0; i-- {
		if err := os.Rename(f.snapshotPath(i), f.snapshotPath(i+1)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return disk.SyncDir(f.dir)
}

func (f *File) copyTo(path string) error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.db == nil {
		return ErrClosed
	}
	var size int64
	if err := f.db.View(func(tx *bolt.Tx) error { size = live(tx); return nil }); err != nil {
		return err
	}
	if free, err := freeBytes(f.dir); err != nil || free < size+2*f.ballastSize() {
		return errors.Join(ErrFull, err)
	}
	err := f.build(path, func(dst *bolt.DB) error { return bolt.Compact(dst, f.db, 1<<20) })
	if noSpace(err) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// OutdateSnapshots says that no older state than this transaction's may ever
// come back: what it takes away, such as a consent, stays taken away. The
// snapshots are gone before the transaction commits.
func (t *Tx) OutdateSnapshots() { t.outdates = true }

// dropSnapshots removes every snapshot, durably; the caller holds f.write.
func (f *File) dropSnapshots(remove func(string) error) error {
	f.outdated++
	found, err := filepath.Glob(f.path() + ".snap-*")
	if err != nil || len(found) == 0 {
		return err
	}
	for _, path := range found {
		if err := remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return disk.SyncDir(f.dir)
}

// restore makes the newest sound snapshot the file, which has been set aside.
// It reports whether there was one.
func (f *File) restore() bool {
	for i := 1; i <= keptSnapshots; i++ {
		path := f.snapshotPath(i)
		if err := check(path); errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			f.o.Log.Error("snapshot not sound", "file", f.name, "err", err)
			continue
		}
		err := rename(path, f.path())
		if err == nil {
			err = f.sound(true)
		}
		if err == nil {
			return true
		}
		f.o.Log.Error("snapshot not restored", "file", f.name, "err", err)
		if f.db != nil {
			f.db.Close() // what matters is to let go of it
			f.db = nil
		}
	}
	return false
}

// snapshotPath names the i-th snapshot, 0 being the one in the making.
func (f *File) snapshotPath(i int) string { return fmt.Sprintf("%s.snap-%d", f.path(), i) }

// freeBytes returns how many bytes the disk of dir has for us.
func freeBytes(dir string) (int64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return 0, err
	}
	return int64(disk.Bavail) * int64(disk.Bsize), nil
}
