package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"foyer/disk"
)

// smallFile is the size in bytes up to which a file is overwritten whoever it
// belongs to: keys of others are small.
const smallFile = 64 << 10

// wipeSmall overwrites and removes every small file below dir but the locks.
func wipeSmall(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, ".db.lock") {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Size() > smallFile {
			return err
		}
		return wipeAway(path)
	})
}

// Destroy removes everything from a folder of files and keys, the keys first:
// from the moment they are gone, what else is on the disk opens no more, however
// much of it is still there. First names other files of the folder that hold
// keys. A folder whose files are in use is left alone (ErrLocked). It may be done
// again after an error or a power cut, and on a folder that is not there.
func Destroy(dir string, first ...string) error {
	if err := destroy(dir, first); err != nil {
		return fmt.Errorf("destroy %s: %w", dir, err)
	}
	return nil
}

func destroy(dir string, first []string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var held superseded // the locks, until all is gone
	defer held.close()
	keys := append(first, kekFile, kekFile+".next", shareFile)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".db.lock") {
			if err := held.add(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
		if strings.HasPrefix(e.Name(), keysFile) && !strings.HasSuffix(e.Name(), ".lock") {
			keys = append(keys, e.Name()) // copies of keys.db
		}
	}
	for _, lock := range held.files {
		if err := flock(lock); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(lock.Name()), err)
		}
	}
	for _, name := range keys {
		if err := wipeAway(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if err := wipeSmall(dir); err != nil {
		return err
	}
	if err := disk.SyncDir(dir); err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return disk.SyncDir(dir)
}
