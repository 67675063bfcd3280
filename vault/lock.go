package vault

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"foyer/disk"
)

const lockTimeout = 2 * time.Second

// What stands in the lock file: nothing until the database was first open.
const (
	markOpen   = "open  \n"
	markClosed = "closed\n"
)

// acquire takes the lock beside the file, and returns what its last holder
// wrote into it. The lock is a file of its own because the database is
// replaced by renaming, which would leave a waiter with the old one.
func (f *File) acquire() (last string, err error) {
	lock, err := os.OpenFile(f.path()+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	err = flock(lock)
	if err == nil {
		text := make([]byte, len(markClosed))
		n, _ := lock.ReadAt(text, 0) // shorter at the first start
		last = string(text[:n])
	}
	if err == nil && last != "" {
		err = mark(lock, markOpen)
	}
	if err != nil {
		lock.Close()
		return "", err
	}
	f.lock = lock
	return last, nil
}

func flock(lock *os.File) error {
	const pause = 20 * time.Millisecond
	for waited := time.Duration(0); ; waited += pause {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		if waited >= lockTimeout {
			return ErrLocked
		}
		time.Sleep(pause)
	}
}

func mark(lock *os.File, text string) error {
	_, err := lock.WriteAt([]byte(text), 0)
	return err
}

func privateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// rename gives a synced file its name and makes the name durable.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return disk.SyncDir(filepath.Dir(to))
}
