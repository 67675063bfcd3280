package vault

import (
	"errors"
	"os"
	"syscall"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// copied is what a write on a full disk is not given of the file's own free
// pages: bbolt copies every page on the way to what it changes, and its list
// of free pages, before it lets go of the old ones.
const copied = 256 << 10

// room returns how many bytes of live data the file may still take. While the
// disk is full those are the pages the file has already and does not use.
func (f *File) room(tx *bolt.Tx) int64 {
	room := f.o.Quota - live(tx)
	if f.full {
		room = min(room, idle(tx)-copied)
	}
	return room
}

// live returns the bytes of all pages in use.
func live(tx *bolt.Tx) int64 { return tx.Size() - idle(tx) }

// idle returns the bytes of all pages that hold nothing.
func idle(tx *bolt.Tx) int64 {
	s := tx.DB().Stats()
	return int64(s.FreePageN+s.PendingPageN) * int64(tx.DB().Info().PageSize)
}

// noSpace reports whether a write failed for want of space, which bbolt
// survives, and not because the disk is failing.
func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		errors.Is(err, syscall.EFBIG) || errors.Is(err, berrors.ErrMaxSizeReached)
}

// ballastSize is the reserve that lets deletes work on a full disk, in bytes:
// bbolt copies a page to delete from it, and Shred rewrites the keys.
func (f *File) ballastSize() int64 { return min(max(f.o.Quota/16, 256<<10), 1<<20) }

// releaseBallast gives the reserve back to a full disk; the caller holds
// f.write. Until it is restored the file grows no more: what is deleted makes
// room for what is put.
func (f *File) releaseBallast() {
	f.full = true
	if err := f.dropSnapshots(os.Remove); err != nil {
		f.o.Log.Warn("snapshots not removed", "file", f.name, "err", err)
	}
	if err := os.Remove(f.path() + ".ballast"); err == nil {
		f.o.Log.Warn("disk full, reserve released", "file", f.name)
	}
}

// restoreBallast makes the reserve again once the disk has room for it twice;
// the caller holds f.write.
func (f *File) restoreBallast() {
	if !f.full {
		return
	}
	if free, err := freeBytes(f.dir); err != nil || free < 2*f.ballastSize() {
		return // still full, as far as we know
	}
	if f.makeBallast() == nil {
		f.full = false
		f.o.Log.Info("disk has room again", "file", f.name)
	}
}

// makeBallast writes the reserve unless it is there whole. Real bytes are
// written, since a hole reserves nothing; they need not outlive a power cut.
func (f *File) makeBallast() error {
	path := f.path() + ".ballast"
	if info, err := os.Stat(path); err == nil && info.Size() == f.ballastSize() {
		return nil
	}
	b, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = b.Write(make([]byte, f.ballastSize()))
	if err = errors.Join(err, b.Close()); err != nil {
		os.Remove(path) // half a reserve only takes what others need
	}
	return err
}
