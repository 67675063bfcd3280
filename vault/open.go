package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

const (
	allocSize   = 1 << 20  // bytes by which a file grows
	checkAlways = 64 << 20 // bytes up to which a file is checked at every open
)

// Open opens the file called name in dir, or creates it, and checks it. The
// folder is made accessible to its owner only.
func Open(dir, name string, o Options) (*File, error) {
	return open(dir, name, o, nil)
}

// open is Open; settle, if any, runs with the file locked and before it is
// looked at, to finish what a crash interrupted. It is told whether the file
// was ever open before.
func open(dir, name string, o Options, settle func(before bool) error) (*File, error) {
	o, err := o.checked(name)
	if err != nil {
		return nil, err
	}
	f := &File{dir: dir, name: name, o: o, declared: map[string]bool{}}
	for _, b := range o.Buckets {
		f.declared[b.Name] = true
	}
	if err := privateDir(dir); err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	last, err := f.acquire()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	if settle != nil {
		err = settle(last != "")
	}
	if err == nil {
		err = f.start(last)
	}
	if err == nil {
		err = mark(f.lock, markOpen)
	}
	if err != nil {
		f.abandon()
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	return f, nil
}

// start gets the locked file open, by the recovery ladder if need be.
func (f *File) start(last string) error {
	for _, left := range []string{f.next(), f.snapshotPath(0)} { // what a crash cut short
		if err := os.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if _, err := os.Stat(f.path()); errors.Is(err, fs.ErrNotExist) {
		if last != "" && f.o.Irreplaceable && !f.o.AcceptLoss {
			return fmt.Errorf("%w: it was there and is gone; restore the file or accept the loss", ErrDamaged)
		}
		if err := f.create(); err != nil {
			return err
		}
	}
	err := f.sound(last != markClosed)
	if errors.Is(err, ErrDamaged) {
		err = f.beginAnew(err)
	}
	if err != nil {
		return err
	}
	f.full = f.makeBallast() != nil
	if _, err := os.Stat(f.duePath()); err == nil {
		f.left = true
	}
	if s := f.Stats(); f.left || s.Free > s.Size/2 && s.Free > 8<<20 {
		if err := f.Compact(); err != nil {
			f.o.Log.Warn("not compacted", "file", f.name, "err", err)
		}
	}
	return nil
}

// sound loads the file and asks its owner whether what it holds is sound.
func (f *File) sound(thorough bool) error {
	err := f.load(thorough)
	if err == nil && f.o.Sound != nil {
		if err = f.View(f.o.Sound); err != nil {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return err
}

// load checks the file, maps it and prepares its buckets.
func (f *File) load(thorough bool) error {
	info, err := os.Stat(f.path())
	if err != nil {
		return err
	}
	if info.Mode().Perm() != 0o600 {
		if err := os.Chmod(f.path(), 0o600); err != nil {
			return err
		}
	}
	if thorough || info.Size() <= checkAlways {
		if err := check(f.path()); err != nil {
			return err
		}
	}
	db, err := f.mapped(f.path(), bolt.Options{})
	if err != nil {
		return err
	}
	f.db = db
	_, err = f.guarded("open", func(*Tx) error { return prepare(db, f.o.Buckets) })
	return err
}

// prepare refuses undeclared buckets and makes the declared ones.
func prepare(db *bolt.DB, buckets []Bucket) error {
	tx, err := db.Begin(true)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	declared := map[string]bool{}
	missing := false
	for _, b := range buckets {
		declared[b.Name] = true
		missing = missing || tx.Bucket([]byte(b.Name)) == nil
	}
	err = tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
		if !declared[string(name)] {
			return fmt.Errorf("%w %q: declare its purpose, basis and TTL, or open the file with the version that wrote it", ErrUndeclared, name)
		}
		return nil
	})
	if err != nil || !missing {
		return err // without a change the rollback still counts the free pages
	}
	for _, b := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(b.Name)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// create makes the file under another name first: a power cut during bbolt's
// first writes leaves a file that cannot be opened. Snapshots of an earlier file
// of this name are none of this one.
func (f *File) create() error {
	if err := f.dropSnapshots(os.Remove); err != nil {
		return err
	}
	db, err := f.mapped(f.next(), unsynced())
	if err != nil {
		return err
	}
	err = prepare(db, f.o.Buckets)
	if err = errors.Join(err, db.Sync(), db.Close()); err != nil {
		return errors.Join(err, os.Remove(f.next()))
	}
	return rename(f.next(), f.path())
}

// unsynced is for files that are synced whole before they get their name.
func unsynced() bolt.Options { return bolt.Options{NoSync: true, NoGrowSync: true} }

// mapped opens a bbolt file. A panic of bbolt becomes ErrDamaged.
func (f *File) mapped(path string, o bolt.Options) (db *bolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	o.Timeout, o.FreelistType, o.InitialMmapSize = lockTimeout, bolt.FreelistMapType, f.mapSize()
	o.NoSync = o.NoSync || ackEarly
	db, err = bolt.Open(path, 0o600, &o)
	if err != nil {
		return nil, opening(err)
	}
	db.AllocSize = allocSize
	return db, nil
}

// mapSize is the address space to reserve, so that a growing file is not
// mapped again, for which a write would wait for every reader.
func (f *File) mapSize() int {
	size := f.o.Quota + f.o.Quota/4 + 16<<20
	if math.MaxInt == math.MaxInt32 {
		size = min(size, 192<<20) // six files share 3 GiB of addresses
	}
	return int(size)
}

// abandon lets go of a file whose opening failed.
func (f *File) abandon() {
	if f.db != nil {
		f.db.Close() // the error that matters is the one of opening
	}
	f.lock.Close()
	f.db, f.lock = nil, nil
}

// reopen closes the file, checks it and maps it again; the caller holds
// f.write. If that fails the file stays closed, or is read only.
func (f *File) reopen() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hung { // closing would wait for that lock for ever
		f.db = nil
		return fmt.Errorf("open %s again: %w: bbolt holds its own lock; start the process again", f.name, ErrDamaged)
	}
	err := f.db.Close()
	f.db = nil
	if err == nil {
		err = f.again(true)
	}
	if err != nil {
		f.letGo()
		return fmt.Errorf("open %s again: %w", f.name, err)
	}
	return nil
}

func (f *File) next() string { return f.path() + ".next" }

// shutDown closes the database until its owner opens it again, and keeps the
// lock; the caller holds f.write.
func (f *File) shutDown() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shut = true
	if f.db == nil {
		return nil
	}
	err := f.db.Close()
	f.db = nil
	return err
}
