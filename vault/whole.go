package vault

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile replaces a small file of a folder whole, readable by its owner only:
// whoever reads it finds the old content or the new.
func WriteFile(dir, name string, data []byte) error {
	f, err := os.CreateTemp(dir, "."+name+"-*") // made with 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, name))
}
