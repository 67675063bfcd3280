package config

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"foyer/disk"
)

// rootKeyName is the file's name in the credentials folder and in data.
const rootKeyName = "root-key"

// ErrRootKey means that the key under which everything on disk is sealed
// cannot be used; the message says what to do.
var ErrRootKey = errors.New("root key")

// OpenRootKey returns the 32 bytes that seal everything on disk: the file
// named by root_key, else systemd's credential root-key, else root-key in the
// data folder, made there with mode 0600 on a box that holds nothing yet.
func (c *Config) OpenRootKey() ([32]byte, error) {
	if c.RootKey != "" {
		return readRootKey(c.RootKey, true)
	}
	if c.credentials != "" {
		// systemd guards that folder itself, by an access list that looks
		// like a group's permission: the mode proves nothing there.
		key, err := readRootKey(filepath.Join(c.credentials, rootKeyName), false)
		if !errors.Is(err, fs.ErrNotExist) {
			return key, err
		}
	}
	file := filepath.Join(c.Data, rootKeyName)
	key, err := readRootKey(file, true)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	// A new key beside old data would make that data unreadable for good.
	if _, err := os.Stat(filepath.Join(c.Data, "keys.db")); !errors.Is(err, fs.ErrNotExist) {
		return key, fmt.Errorf("%w: %s is gone but %s holds data sealed under it: bring the key back", ErrRootKey, file, c.Data)
	}
	return makeRootKey(file)
}

// RootKeyBeside reports whether the root key is the one in the data folder, so
// that whoever copies the disk has both.
func (c *Config) RootKeyBeside() bool {
	if c.RootKey != "" {
		return filepath.Dir(c.RootKey) == filepath.Clean(c.Data)
	}
	if c.credentials != "" {
		if _, err := os.Stat(filepath.Join(c.credentials, rootKeyName)); err == nil {
			return false
		}
	}
	_, err := os.Stat(filepath.Join(c.Data, rootKeyName))
	return err == nil
}

// RootKeyGiven reports whether the system gives the root key at each start, so
// that it need not lie on the disk in the clear.
func (c *Config) RootKeyGiven() bool {
	if c.RootKey != "" || c.credentials == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(c.credentials, rootKeyName))
	return err == nil
}

func readRootKey(file string, private bool) (key [32]byte, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return key, fmt.Errorf("%w: %w", ErrRootKey, err)
	}
	if private && info.Mode().Perm()&0o077 != 0 {
		return key, fmt.Errorf("%w: %s has mode %04o and others can use it: chmod 600 it", ErrRootKey, file, info.Mode().Perm())
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return key, fmt.Errorf("%w: %w", ErrRootKey, err)
	}
	if len(data) != len(key) {
		return key, fmt.Errorf("%w: %s holds %d bytes, want %d", ErrRootKey, file, len(data), len(key))
	}
	return [32]byte(data), nil
}

// makeRootKey writes a new key that is complete and on disk before it has its
// name: a key of zero bytes after a power cut would be taken for damage.
func makeRootKey(file string) (key [32]byte, err error) {
	rand.Read(key[:]) // never fails: crypto/rand aborts the program instead
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return key, fmt.Errorf("%w: %w", ErrRootKey, err)
	}
	if err := writeSynced(dir, file, key[:]); err != nil {
		return [32]byte{}, fmt.Errorf("%w: make %s: %w", ErrRootKey, file, err)
	}
	return key, nil
}

func writeSynced(dir, file string, data []byte) error {
	tmp, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	// A link, unlike a rename, does not overwrite a key made meanwhile.
	if err := os.Link(tmp.Name(), file); err != nil {
		return err
	}
	return disk.SyncDir(dir)
}
