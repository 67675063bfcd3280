package install

import (
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"foyer/disk"
	"foyer/firmware"
)

// open opens a plain file in a folder that somebody else may write: a pipe
// would be waited for, a device read.
func open(box *os.Root, name string) (*os.File, error) {
	f, err := box.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no plain file", name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func read(box *os.Root, name string, max int64) ([]byte, error) {
	f, err := open(box, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, max+1)) // too long is the caller's to say
}

// verified is a release while it is read.
type verified struct {
	from io.Reader
	sum  hash.Hash
	n    int64
	rel  firmware.Release
}

// Read reads on, and at the end says whether it was the release.
func (v *verified) Read(p []byte) (int, error) {
	n, err := v.from.Read(p)
	v.sum.Write(p[:n])
	v.n += int64(n)
	if v.n > v.rel.Size {
		return 0, &firmware.Fault{Reason: firmware.TooLarge, Err: fmt.Errorf("more than the %d bytes that were signed", v.rel.Size)}
	}
	if errors.Is(err, io.EOF) && (v.n != v.rel.Size || [32]byte(v.sum.Sum(nil)) != v.rel.SHA256) {
		return n, &firmware.Fault{Reason: firmware.Damaged, Err: fmt.Errorf("%s is not what was signed", v.rel.Name)}
	}
	return n, err
}

// lock keeps a second installer out until it is called off.
func (i *Installer) lock() (unlock func(), err error) {
	if err := os.MkdirAll(i.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("lock %s: %w", i.Dir, err)
	}
	f, err := os.OpenFile(filepath.Join(i.Dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", i.Dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", i.Dir, ErrBusy), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing unlocks
}

// errCut is a step that did not return: a power cut in a test.
var errCut = errors.New("cut")

func (i *Installer) step(name string) error {
	if i.Step == nil {
		return nil
	}
	if err := i.Step(name); err != nil {
		return fmt.Errorf("%w before %s: %w", errCut, name, err)
	}
	return nil
}

func (i *Installer) put(name string, rec firmware.Record) error {
	if err := i.step(name); err != nil {
		return err
	}
	return firmware.WriteRecord(i.Dir, rec)
}

// mark says to systemd that a trial is on.
func (i *Installer) mark() error {
	if err := i.step("mark"); err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(i.Dir, trialFile), nil, 0o644)
}

func (i *Installer) unmark() error {
	if err := os.Remove(filepath.Join(i.Dir, trialFile)); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("end trial: %w", err)
	}
	return nil
}

// record reads the record, or makes one of what the backend says: a box whose
// record was lost runs on.
func (i *Installer) record() (firmware.Record, error) {
	rec, err := firmware.ReadRecord(i.Dir)
	if err != nil || rec.Running == "" {
		active, down := i.Backend.Active()
		if down != nil {
			return firmware.Record{}, errors.Join(err, down)
		}
		rec = firmware.Record{State: firmware.Confirmed, Running: active, At: i.Now()}
	}
	if rec.Versions == nil {
		rec.Versions = map[firmware.Slot]string{}
	}
	return rec, nil
}
