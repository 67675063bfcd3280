package recording

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"foyer/floor"
)

// A Folder is one recorded folder, opened for reading.
type Folder struct {
	Dir  string
	APs  []AP        // nil where the recording has no aps.csv
	Plan *floor.Plan // nil where the recording has no plan.json
}

// Open reads everything of a recorded folder but its rows.
func Open(dir string) (*Folder, error) {
	f := &Folder{Dir: dir}
	if _, err := os.Stat(filepath.Join(dir, ScansFile)); err != nil {
		return nil, fmt.Errorf("open recording %s: %w", dir, err)
	}
	aps, err := os.Open(filepath.Join(dir, APsFile))
	switch {
	case err == nil:
		defer aps.Close()
		if f.APs, err = ReadAPs(aps, filepath.Join(dir, APsFile)); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open recording %s: %w", dir, err)
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
	return f, nil
}

// Rows yields the readings in the file's order; each call reads anew. It stops
// after the first error, which names file and line.
func (f *Folder) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		name := filepath.Join(f.Dir, ScansFile)
		file, err := os.Open(name)
		if err != nil {
			yield(Row{}, fmt.Errorf("read rows: %w", err))
			return
		}
		defer file.Close()
		unzip, err := gzip.NewReader(bufio.NewReader(file))
		if err != nil {
			yield(Row{}, fmt.Errorf("%w: %s: %w", ErrFormat, name, err))
			return
		}
		for row, err := range ReadRows(unzip, name) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
