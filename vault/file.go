package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A File is one database file with declared buckets. Its methods may be called
// from any goroutine; a function lent a Tx must not call them, keep the Tx, or
// wait for anything.
type File struct {
	dir, name string
	o         Options
	declared  map[string]bool
	lock      *os.File
	recovery  Recovery

	write sync.Mutex   // held by everything that changes the file or its place
	mu    sync.RWMutex // guards db: held by readers, and to swap or close it
	db    *bolt.DB
	full  bool // the disk ran full and the ballast is released; under write
	hung  bool // bbolt panicked with its own lock held; under write
	shut  bool // its owner mends it; under write
	left  bool // a transaction left what a compaction must remove; under write
	stuck bool // open for reading only, as the disk does not let it be opened for more; under write

	failing bool      // the disk did not take the last commit; under write
	tried   time.Time // wall time of the last try to get a lost file back; under write
	pause   time.Duration

	compacting sync.Mutex // one compaction at a time; taken before write
	meanwhile  *meanwhile // nil: the file is not being copied; under write

	snap      sync.Mutex // one snapshot at a time; guards the next two
	snapped   bool
	snappedAt uint64 // writes, at the last snapshot
	outdated  uint64 // how often snapshots became void; under write

	reads, writes, refused, damaged, compactions atomic.Uint64
}

// Stats counts what happened to a file since it was opened; Size, Free and
// Quota are bytes, Free being the part of Size that holds no live data. Failing
// says that the disk does not take what is written, or has lost the file; what is on
// a disk that has become read-only is read all the same.
type Stats struct {
	Size, Free, Quota             int64
	DiskFull, Failing             bool
	Reads, Writes                 uint64
	Refused, Damaged, Compactions uint64
}

// View lends fn a transaction that reads one consistent state.
func (f *File) View(fn func(*Tx) error) error {
	f.mu.RLock()
	if f.db == nil {
		f.mu.RUnlock()
		f.write.Lock()
		f.mend()
		f.write.Unlock()
		f.mu.RLock()
	}
	defer f.mu.RUnlock()
	if f.db == nil {
		return fmt.Errorf("read %s: %w", f.name, ErrClosed)
	}
	f.reads.Add(1)
	_, err := f.guarded("read", func(tx *Tx) error {
		var err error
		if tx.tx, err = f.db.Begin(false); err != nil {
			return fmt.Errorf("read %s: %w", f.name, err)
		}
		defer tx.tx.Rollback() // a read transaction has nothing to lose
		return tx.lend(fn)
	})
	return err
}

// Update lends fn a transaction that may write. When Update returns nil the
// changes are on the disk; otherwise none of them is. fn may be refused a
// write with ErrFull and go on.
func (f *File) Update(fn func(*Tx) error) error {
	f.write.Lock()
	defer f.write.Unlock()
	f.mend()
	if f.db == nil { // written only by holders of f.write
		return fmt.Errorf("write %s: %w", f.name, ErrClosed)
	}
	f.restoreBallast()
	return f.transact(fn)
}

// transact is Update with f.write held.
func (f *File) transact(fn func(*Tx) error) error {
	var broken bool
	panicked, err := f.guarded("write", func(tx *Tx) error {
		var err error
		broken, err = f.update(tx, fn)
		return err
	})
	if broken || panicked {
		// After a failed write the page cache cannot be trusted: what is
		// mapped may never have reached the disk. Read the file again.
		return errors.Join(err, f.reopen())
	}
	if err == nil {
		f.writes.Add(1)
	}
	return err
}

// update runs with f.write held. Broken says that the commit itself failed,
// and not for want of space.
func (f *File) update(tx *Tx, fn func(*Tx) error) (broken bool, err error) {
	if tx.tx, err = f.db.Begin(true); err != nil {
		return false, fmt.Errorf("write %s: %w", f.name, err)
	}
	defer func() {
		f.hung = true    // if the rollback panics too
		tx.tx.Rollback() // after Commit this does nothing
		f.hung = false
	}()
	tx.room = f.room(tx.tx)
	if err := tx.lend(fn); err != nil {
		return false, err
	}
	if tx.outdates {
		if err := f.dropSnapshots(os.Remove); err != nil {
			return false, f.refusal(err)
		}
	}
	if tx.leaves {
		if err := f.putDue(); err != nil {
			return false, f.refusal(err)
		}
	}
	err = f.commit(tx)
	f.failing = err != nil && !noSpace(err)
	if err == nil {
		f.meanwhile.take(tx)
		return false, nil
	}
	return !noSpace(err), f.refusal(err)
}

// refusal is the error of a write that the disk did not take; the caller holds
// f.write.
func (f *File) refusal(err error) error {
	if !noSpace(err) {
		return fmt.Errorf("write %s: %w", f.name, err)
	}
	f.releaseBallast()
	f.refused.Add(1)
	return fmt.Errorf("write %s: %w: %w", f.name, ErrFull, err)
}

// guarded turns a panic inside bbolt, and a fault of its memory map, into
// ErrDamaged. A panic of the borrower's own code passes through.
func (f *File) guarded(op string, fn func(*Tx) error) (panicked bool, err error) {
	tx := &Tx{file: f, inside: true}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if !tx.inside {
			return
		}
		if r := recover(); r != nil {
			f.damaged.Add(1)
			panicked = true
			err = fmt.Errorf("%s %s: %w: %v", op, f.name, ErrDamaged, r)
		}
	}()
	return false, fn(tx)
}

// Recovery says what Open had to do to get the file open.
func (f *File) Recovery() Recovery { return f.recovery }

// Buckets returns the declared buckets, for the record of processing.
func (f *File) Buckets() []Bucket { return slices.Clone(f.o.Buckets) }

// Stats returns the counters and the sizes now, after a look whether a disk that
// was full has room again and one that failed takes writes again.
func (f *File) Stats() Stats {
	f.write.Lock()
	defer f.write.Unlock()
	f.tend()
	s := Stats{
		Quota: f.o.Quota, DiskFull: f.full, Failing: f.failing || f.lost(), Reads: f.reads.Load(), Writes: f.writes.Load(),
		Refused: f.refused.Load(), Damaged: f.damaged.Load(), Compactions: f.compactions.Load(),
	}
	if f.db == nil {
		return s
	}
	if info, err := os.Stat(f.path()); err == nil {
		s.Size = info.Size()
	}
	if tx, err := f.db.Begin(false); err == nil {
		s.Free = s.Size - live(tx)
		tx.Rollback() // a read transaction has nothing to lose
	}
	return s
}

// Close waits for running transactions and closes the file. Closing twice is
// harmless.
func (f *File) Close() error {
	f.write.Lock()
	defer f.write.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock == nil {
		return nil
	}
	var err error
	if f.db != nil {
		if err = f.db.Close(); err == nil {
			err = mark(f.lock, markClosed)
		}
	}
	err = errors.Join(err, f.lock.Close())
	f.db, f.lock = nil, nil
	if err != nil {
		return fmt.Errorf("close %s: %w", f.name, err)
	}
	return nil
}

func (f *File) path() string { return filepath.Join(f.dir, f.name) }
