package vault

import "time"

// mendEvery is the wall time between two tries to get back a file that the
// disk has lost: each reads it whole.
const mendEvery = 2 * time.Second

// lost reports whether the file is closed because the disk failed, not because
// its owner closed it; the caller holds f.write.
func (f *File) lost() bool { return f.db == nil && f.lock != nil }

// mend opens a lost file again, if it can; the caller holds f.write.
func (f *File) mend() {
	if !f.lost() || f.hung || time.Since(f.tried) < mendEvery {
		return
	}
	f.tried = time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(true); err != nil {
		f.letGo()
		return // it is tried again, and Stats says so meanwhile
	}
	f.o.Log.Info("file is back", "file", f.name)
}

// letGo closes what load may have opened; the caller holds f.mu.
func (f *File) letGo() {
	if f.db != nil {
		f.db.Close() // what matters is the error of loading it
		f.db = nil
	}
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
