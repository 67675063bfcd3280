// Package disk replaces files. It hides the order in which that is done so that a
// power cut leaves the old file or the new one, whole; it never looks at what is
// in them.
package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile replaces the file at path, or makes it, with these permissions whatever
// the umask. When it returns nil the new file is on the disk under its name;
// otherwise whoever reads finds the old one. Until then only its owner can read
// what is written.
func WriteFile(path string, data []byte, mode fs.FileMode) error {
	return Replace(path, mode, func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}

// Replace is WriteFile with what fill writes. Where fill fails nothing is replaced.
// Two that replace the same file do not mix; the later one stays.
func Replace(path string, mode fs.FileMode, fill func(f *os.File) error) error {
	if err := replace(path, mode, fill); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}

func replace(path string, mode fs.FileMode, fill func(f *os.File) error) error {
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "." // or the temporary file is made elsewhere
	}
	tmp, err := os.CreateTemp(dir, "."+name+"-*") // made with 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // in vain once it has its name
	err = fill(tmp)
	if err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return SyncDir(dir)
}

// SyncDir puts the names in a folder on the disk.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
