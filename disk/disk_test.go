package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"foyer/disk"
)

// A file has its new content and permissions, or, where that fails, the old ones;
// nothing else is left beside it.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	defer syscall.Umask(syscall.Umask(0o077))
	look := func(want string, mode os.FileMode) {
		t.Helper()
		data, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		if err != nil || statErr != nil || string(data) != want || info.Mode().Perm() != mode {
			t.Errorf("it holds %q with %v: %v", data, info.Mode(), err)
		}
		if all, err := os.ReadDir(dir); err != nil || len(all) != 1 {
			t.Errorf("left beside it: %v %v", all, err)
		}
	}
	if err := disk.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	look("old", 0o644)
	bad := errors.New("no more to write")
	err := disk.Replace(path, 0o600, func(f *os.File) error {
		if _, err := f.WriteString("half"); err != nil {
			return err
		}
		if info, err := f.Stat(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("while it is written it has %v %v", info.Mode(), err)
		}
		look2, err := os.ReadFile(path)
		if string(look2) != "old" {
			t.Errorf("while it is written it holds %q", look2)
		}
		return errors.Join(err, bad)
	})
	if !errors.Is(err, bad) {
		t.Error(err)
	}
	look("old", 0o644)
	if err := disk.WriteFile(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	look("new", 0o600)
	if err := disk.WriteFile(filepath.Join(dir, "none", "file"), nil, 0o600); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file in a folder that there is not: %v", err)
	}
	t.Chdir(dir)
	if err := disk.WriteFile("file", []byte("here"), 0o600); err != nil {
		t.Fatal(err)
	}
	look("here", 0o600)
}

// Whoever writes at once with others writes all of it or is overwritten.
func TestReplaceAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			data := make([]byte, 5000)
			for j := range data {
				data[j] = byte(i)
			}
			if err := disk.WriteFile(path, data, 0o600); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	data, err := os.ReadFile(path)
	if err != nil || len(data) != 5000 {
		t.Fatalf("%d bytes: %v", len(data), err)
	}
	for _, b := range data {
		if b != data[0] {
			t.Fatal("two have written into one file")
		}
	}
}
