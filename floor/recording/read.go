package recording

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"syscall"

	"foyer/floor"
)

// A Folder is one recorded folder, opened for reading.
type Folder struct {
	Dir  string
	APs  []AP        // nil where the recording has no aps.csv
	Plan *floor.Plan // nil where the recording has no plan.json
	// Links is what access points hear of one another, nil where the
	// recording has no links.csv.
	Links []Link
	// Empty means that there is no scans.csv.gz: nothing but a plan, of a
	// store that nobody has walked yet.
	Empty bool
	plain bool // the rows are in plainScans
}

// plainScans is what ScansFile is called where somebody unpacked it.
const plainScans = "scans.csv"

// Open reads everything of a recorded folder but its rows.
func Open(dir string) (*Folder, error) {
	f := &Folder{Dir: dir}
	if err := f.findRows(); err != nil {
		return nil, fmt.Errorf("open recording %s: %w", dir, err)
	}
	var err error
	if f.APs, err = side(dir, APsFile, ReadAPs); err != nil {
		return nil, err
	}
	if f.Links, err = side(dir, LinksFile, ReadLinks); err != nil {
		return nil, err
	}
	plan, err := os.ReadFile(filepath.Join(dir, PlanFile))
	switch {
	case err == nil:
		if f.Plan, err = floor.ParsePlan(plan); err != nil {
			return nil, fmt.Errorf("open recording %s: %w", filepath.Join(dir, PlanFile), err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open recording %s: %w", dir, err)
	}
	if f.Empty && f.Plan == nil {
		return nil, fmt.Errorf("open recording %s: %w: it has neither %s nor %s; name the folder that holds them, or make one with foyer survey record",
			dir, ErrFormat, ScansFile, PlanFile)
	}
	return f, nil
}

// findRows finds under which name the rows are there, if at all.
func (f *Folder) findRows() error {
	if st, err := os.Stat(f.Dir); err != nil || !st.IsDir() {
		return cmp.Or(err, error(syscall.ENOTDIR))
	}
	for _, name := range []string{ScansFile, plainScans} {
		switch _, err := os.Stat(filepath.Join(f.Dir, name)); {
		case err == nil:
			f.plain = name == plainScans
			return nil
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	f.Empty = true
	return nil
}

// side reads a file that a recording need not have: nil without it.
func side[T any](dir, name string, read func(io.Reader, string) ([]T, error)) ([]T, error) {
	file, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", dir, err)
	}
	defer file.Close()
	return read(file, filepath.Join(dir, name))
}

// Rows yields the readings in the file's order; each call reads anew. It stops
// after the first error, which names file and line.
func (f *Folder) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if f.Empty {
			return
		}
		name := filepath.Join(f.Dir, ScansFile)
		if f.plain {
			name = filepath.Join(f.Dir, plainScans)
		}
		file, err := os.Open(name)
		if err != nil {
			yield(Row{}, fmt.Errorf("read rows: %w", err))
			return
		}
		defer file.Close()
		rows := io.Reader(bufio.NewReader(file))
		if !f.plain {
			if rows, err = gzip.NewReader(rows); err != nil {
				yield(Row{}, fmt.Errorf("%w: %s: %w", ErrFormat, name, err))
				return
			}
		}
		for row, err := range ReadRows(rows, name) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
