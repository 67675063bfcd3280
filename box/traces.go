package box

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"foyer/floor"
)

// eraseProven is erase for an operator, who is told what a search of every byte
// of every file found afterwards.
func (b *store) eraseProven(ctx context.Context, c floor.Customer) (Erasure, error) {
	e, err := b.erase(ctx, c)
	if err == nil {
		err = b.leftovers()
	}
	if err == nil {
		e.Files, e.Left, err = b.search(c)
	}
	return e, err
}

// search looks through the raw bytes of every file in the data folder for the
// names under which a customer's rows stood and for her own reference, and
// returns how many files it read and in which it found one. The mark that keeps
// her erased stands under a name that is not looked for.
func (b *store) search(c floor.Customer) (read int, left []string, err error) {
	names := [][]byte{b.keys.Handle(c.Ref())}
	for _, f := range Files() {
		for _, bucket := range f.Buckets {
			if f.Name != "profiles.db" || bucket.Name != "erased" {
				names = append(names, b.keys.Index(bucket.Name, c.Ref()))
			}
		}
	}
	dir := b.in.Config.Data
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // a compaction's, renamed meanwhile
			}
			return err
		}
		found, err := holds(path, names)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if read++; found {
			rel, _ := filepath.Rel(dir, path)
			left = append(left, rel)
		}
		return err
	})
	if err != nil {
		return read, left, fmt.Errorf("search the data folder: %w", err)
	}
	return read, left, nil
}

// holds reports whether one of the names, which are short, stands in a file.
func holds(path string, names [][]byte) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	const chunk, overlap = 1 << 20, 64
	buf := make([]byte, 0, chunk+overlap)
	for {
		n, err := io.ReadFull(f, buf[len(buf):len(buf)+chunk])
		buf = buf[:len(buf)+n]
		for _, name := range names {
			if bytes.Contains(buf, name) {
				return true, nil
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		buf = buf[:copy(buf, buf[max(0, len(buf)-overlap):])]
	}
}
