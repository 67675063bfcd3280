package vault

import (
	"errors"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Wall time between two tries to get back a file that the disk has lost, doubled
// each time: each reads it whole.
const (
	mendSoon   = 50 * time.Millisecond
	mendSeldom = 5 * time.Second
)

// lost reports whether the file is closed, or open for reading only, because the
// disk failed, not because its owner closed it; the caller holds f.write.
func (f *File) lost() bool { return (f.db == nil || f.stuck) && f.lock != nil }

// mend opens a lost file again, if it can; the caller holds f.write.
func (f *File) mend() {
	if f.due() && !f.shut {
		_ = f.tryAgain(nil) // it is tried again, and Stats says so meanwhile
	}
}

// due reports whether it is time to try to get a lost file back.
func (f *File) due() bool {
	return f.lost() && !f.hung && time.Since(f.tried) >= f.pause
}

// tryAgain opens a lost file again; first, if any, runs before.
func (f *File) tryAgain(first func() error) error {
	f.tried, f.pause = time.Now(), min(max(2*f.pause, mendSoon), mendSeldom)
	if f.stuck {
		if err := f.writable(); err != nil {
			return err // and readers read on
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.letGo()
	open := f.again
	if first != nil {
		if err := first(); err != nil {
			return err
		}
		open = f.load // it must be written before it is read
	}
	if err := open(true); err != nil {
		f.letGo()
		return err
	}
	if f.stuck {
		return nil // it is read, and tried again
	}
	f.shut, f.pause = false, 0
	f.o.Log.Info("file is back", "file", f.name)
	return nil
}

// again is load on a disk that may be failing: a sound file that cannot be opened
// is opened for reading only. The caller holds f.write and f.mu.
func (f *File) again(thorough bool) error {
	f.stuck = false
	err := f.load(thorough)
	if err == nil {
		return nil
	}
	f.letGo()
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrLocked) || check(f.path()) != nil {
		return err
	}
	if f.db, err = f.mapped(f.path(), bolt.Options{ReadOnly: true}); err != nil {
		return err
	}
	f.stuck = true
	return nil
}

// writable reports why the file cannot be opened for writing.
func (f *File) writable() error {
	file, err := os.OpenFile(f.path(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

// letGo closes what load may have opened; the caller holds f.mu.
func (f *File) letGo() {
	if f.db != nil {
		f.db.Close() // what matters is the error of loading it
		f.db = nil
	}
	f.stuck = false
}

// tend looks whether what was wrong with the disk is over; the caller holds
// f.write. Where nobody writes, an empty commit shows whether the disk takes it.
func (f *File) tend() {
	f.mend()
	if f.db == nil {
		return
	}
	f.restoreBallast()
	if f.failing {
		_ = f.transact(func(*Tx) error { return nil }) // it says itself whether it failed
	}
}

// mend opens a ring again that a failing disk has left between two
// key-encryption keys: whichever is on the disk now is the one.
func (k *KeyRing) mend() {
	k.file.mu.RLock()
	lost := k.file.db == nil
	k.file.mu.RUnlock()
	if !lost {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.file.write.Lock()
	defer k.file.write.Unlock()
	if !k.file.due() || !k.file.shut {
		return
	}
	err := k.file.tryAgain(func() error {
		on, err := readKEK(k.dir, k.wrap)
		if err != nil {
			return err
		}
		k.kek = on
		return k.finishShred()
	})
	if err != nil {
		return // it is tried again, and Stats says so meanwhile
	}
	known := []*share{k.share, k.coming}
	k.share = nil
	if !k.proven() || k.loadShare(known...) != nil { // it would take every key for destroyed
		_ = k.file.shutDown() // as above
	}
}

// proven reports whether keys.db was written under this key-encryption key; the
// caller holds the file's write lock.
func (k *KeyRing) proven() bool {
	ok := false
	_, err := k.file.guarded("read", func(*Tx) error {
		return k.file.db.View(func(tx *bolt.Tx) error {
			_, epoch, err := newSealer(k.kek.key[:]).Open(keyMeta, []byte("proof"), tx.Bucket([]byte(keyMeta)).Get([]byte("proof")))
			ok = err == nil && epoch == k.kek.epoch
			return nil
		})
	})
	return err == nil && ok
}
