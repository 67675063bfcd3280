package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	berrors "go.etcd.io/bbolt/errors"
)

// A Rung is a step of the recovery ladder.
type Rung uint8

// The rungs, from the least loss to the most.
const (
	Sound     Rung = iota // the file opened as it was
	Restored              // the damaged file was set aside, a snapshot took its place
	SetAside              // the damaged file was set aside and begun anew
	ladderEnd             // further rungs go before it
)

// String returns the rung's name.
func (r Rung) String() string {
	if r >= ladderEnd {
		return "invalid"
	}
	return [...]string{"sound", "restored", "set aside"}[r]
}

// Recovery is what Open had to do. Aside names the damaged file that was kept,
// within the folder; Cause is what was wrong with it.
type Recovery struct {
	Rung  Rung
	Aside string
	Cause string
	At    time.Time
}

const (
	keptAside = 2                  // damaged files kept of each replaceable file
	asideTime = "20060102T150405Z" // in their names, UTC
)

// beginAnew sets a damaged file aside and goes back to a snapshot or, without a
// sound one, makes an empty file, where that is allowed. A snapshot is older
// than the file was, so an irreplaceable file goes back to it only when told.
func (f *File) beginAnew(cause error) error {
	if f.o.Irreplaceable && !f.o.AcceptLoss {
		return fmt.Errorf("%w; nothing was changed: restore the file or accept the loss", cause)
	}
	if f.db != nil {
		f.db.Close() // it is damaged: what matters is to let go of it
		f.db = nil
	}
	at := f.o.Now().UTC()
	aside, err := f.asideName(at)
	if err != nil {
		return err
	}
	if err := rename(f.path(), filepath.Join(f.dir, aside)); err != nil {
		return err
	}
	rung := Restored
	if !f.restore() {
		rung = SetAside
		if err := f.create(); err != nil {
			return err
		}
		err = f.load(true)
	}
	f.recovery = Recovery{rung, aside, cause.Error(), at}
	f.o.Log.Error("damaged file "+rung.String(), "file", f.name, "aside", aside, "cause", cause)
	if !f.o.Irreplaceable {
		f.dropAside()
	}
	return err
}

// asideName returns a name for a damaged file that sorts after the others of
// the same second.
func (f *File) asideName(at time.Time) (string, error) {
	stem := f.name + ".bad-" + at.Format(asideTime)
	same, err := filepath.Glob(filepath.Join(f.dir, stem+"-*"))
	if err != nil {
		return "", err
	}
	n := 0
	for _, path := range same {
		if i, err := strconv.Atoi(path[strings.LastIndexByte(path, '-')+1:]); err == nil {
			n = max(n, i+1)
		}
	}
	return fmt.Sprintf("%s-%04d", stem, n), nil
}

// dropAside keeps the newest damaged files only, or a box that crashes again
// and again would fill its disk with them.
func (f *File) dropAside() {
	old, err := filepath.Glob(f.path() + ".bad-*")
	if err != nil || len(old) <= keptAside {
		return
	}
	slices.Sort(old)
	for _, path := range old[:len(old)-keptAside] {
		if err := os.Remove(path); err != nil {
			f.o.Log.Warn("old damaged file not removed", "file", f.name, "err", err)
		}
	}
}

// opening sorts bbolt's errors of Open into ours. What the system says about
// the disk is not damage of the file.
func opening(err error) error {
	var errno syscall.Errno
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return ErrLocked
	case errors.As(err, &errno):
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
