// Package dirswap is the backend of updates that keeps each version in a folder
// of its own and chooses by one symbolic link, which is replaced atomically.
// Whatever it is killed in, the link leads to a whole version. It hides the
// names of the folders and what has to be flushed when.
package dirswap

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"foyer/disk"
	"foyer/firmware"
)

// Program is the file in a slot's folder that is run.
const Program = "foyer"

// current is the link that /usr/bin/foyer goes through.
const current = "current"

// A Folders keeps the slots a and b below one folder.
type Folders struct{ dir string }

// Open returns the slots below dir, which is made if it is not there.
func Open(dir string) (*Folders, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open slots: %w", err)
	}
	return &Folders{dir}, nil
}

// Write replaces what is in a slot that does not run.
func (f *Folders) Write(s firmware.Slot, version string, image io.Reader) error {
	if active, err := f.Active(); err == nil && active == s {
		return fmt.Errorf("write slot %s: it runs", s)
	}
	dir := filepath.Join(f.dir, string(s))
	err := f.empty(dir)
	if err == nil {
		err = write(dir, image)
	}
	if err == nil {
		err = disk.WriteFile(filepath.Join(dir, "version"), []byte(version+"\n"), 0o644)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write slot %s: %w", s, err), f.empty(dir))
	}
	return nil
}

// empty leaves an empty folder.
func (f *Folders) empty(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := errors.Join(os.Mkdir(dir, 0o755), os.Chmod(dir, 0o755)); err != nil { // whatever the umask
		return err
	}
	return disk.SyncDir(f.dir)
}

// write gives the program its name only once it is whole on the disk.
func write(dir string, image io.Reader) error {
	return disk.Replace(filepath.Join(dir, Program), 0o755, func(f *os.File) error {
		_, err := io.Copy(f, image)
		return err
	})
}

// Activate turns the link to a slot that holds a program.
func (f *Folders) Activate(s firmware.Slot) error {
	if err := f.whole(s); err != nil {
		return fmt.Errorf("activate slot %s: %w", s, err)
	}
	tmp := filepath.Join(f.dir, ".link")
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("activate slot %s: %w", s, err)
	}
	err := os.Symlink(string(s), tmp)
	if err == nil {
		err = os.Rename(tmp, filepath.Join(f.dir, current))
	}
	if err == nil {
		err = disk.SyncDir(f.dir)
	}
	if err != nil {
		return fmt.Errorf("activate slot %s: %w", s, err)
	}
	return nil
}

// Active returns the slot that the link leads to, if it can be run.
func (f *Folders) Active() (firmware.Slot, error) {
	to, err := os.Readlink(filepath.Join(f.dir, current))
	if err != nil {
		return "", fmt.Errorf("active slot: %w", err)
	}
	s := firmware.Slot(to)
	if s != firmware.SlotA && s != firmware.SlotB {
		return "", fmt.Errorf("active slot: the link leads to %q", to)
	}
	if err := f.whole(s); err != nil {
		return "", fmt.Errorf("active slot %s: %w", s, err)
	}
	return s, nil
}

// whole reports why a slot cannot be run.
func (f *Folders) whole(s firmware.Slot) error {
	info, err := os.Stat(filepath.Join(f.dir, string(s), Program))
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular() || info.Mode()&0o111 == 0 || info.Size() == 0:
		return fmt.Errorf("%s is no program", Program)
	}
	return nil
}
