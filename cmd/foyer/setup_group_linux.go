package main

import (
	"os"
	"syscall"
)

// group gives a file the group of a folder.
func group(f *os.File, dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return f.Chown(-1, int(s.Gid))
	}
	return nil
}
