package recording

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"foyer/floor"
)

// A Writer writes one recorded folder row by row. The folder's scans file
// appears under its name only when Close succeeds.
type Writer struct {
	file  *os.File
	name  string
	zip   *gzip.Writer
	csv   *csv.Writer
	check *checker
	rec   [len(scanColumns)]string
}

// Create makes the folder if need be and writes its access points (none: no
// aps.csv) and its plan (nil: no plan.json).
func Create(dir string, aps []AP, plan *floor.Plan) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("create recording: %w", err)
	}
	if err := writeSides(dir, aps, plan); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, ScansFile)
	file, err := os.Create(name + ".part")
	if err != nil {
		return nil, fmt.Errorf("create recording: %w", err)
	}
	zip := gzip.NewWriter(file)
	w := &Writer{file: file, name: name, zip: zip, csv: csv.NewWriter(zip), check: newChecker()}
	if err := w.csv.Write(scanColumns[:]); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", name, err), w.Abort())
	}
	return w, nil
}

func writeSides(dir string, aps []AP, plan *floor.Plan) error {
	for _, stale := range []string{APsFile, PlanFile, LinksFile} {
		if err := os.Remove(filepath.Join(dir, stale)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("create recording: %w", err)
		}
	}
	if len(aps) > 0 {
		var b bytes.Buffer
		if err := WriteAPs(&b, aps); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, APsFile), b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("create recording: %w", err)
		}
	}
	if plan == nil {
		return nil
	}
	data, err := plan.JSON()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, PlanFile), data, 0o644); err != nil {
		return fmt.Errorf("create recording: %w", err)
	}
	return nil
}

// Write appends one reading. A row that could not be read back is refused.
func (w *Writer) Write(r Row) error {
	w.rec = r.record()
	if err := w.check.row(w.rec[:], r); err != nil {
		return fmt.Errorf("write %s: %w", w.name, err)
	}
	if err := w.csv.Write(w.rec[:]); err != nil {
		return fmt.Errorf("write %s: %w", w.name, err)
	}
	return nil
}

// Close completes the scans file and gives it its name.
func (w *Writer) Close() error {
	w.csv.Flush()
	err := errors.Join(w.csv.Error(), w.zip.Close(), w.file.Sync(), w.file.Close())
	if err == nil {
		err = os.Rename(w.file.Name(), w.name)
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", w.name, err)
	}
	return nil
}

// Abort drops what was written of the scans file.
func (w *Writer) Abort() error {
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}

// WriteRows writes a scans file, unpacked: what ReadRows reads back equal.
func WriteRows(out io.Writer, rows []Row) error {
	w, check := csv.NewWriter(out), newChecker()
	if err := w.Write(scanColumns[:]); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	for i, r := range rows {
		rec := r.record()
		if err := check.row(rec[:], r); err != nil {
			return fmt.Errorf("write rows: row %d: %w", i, err)
		}
		if err := w.Write(rec[:]); err != nil {
			return fmt.Errorf("write rows: %w", err)
		}
	}
	w.Flush()
	return w.Error()
}

// WriteAPs writes an aps.csv: what ReadAPs reads back equal.
func WriteAPs(out io.Writer, aps []AP) error {
	w, check := csv.NewWriter(out), newChecker()
	if err := w.Write(apColumns[:]); err != nil {
		return fmt.Errorf("write access points: %w", err)
	}
	for _, a := range aps {
		rec := a.record()
		if err := check.ap(rec[:], a); err != nil {
			return fmt.Errorf("write access point %q: %w", a.ID, err)
		}
		if err := w.Write(rec[:]); err != nil {
			return fmt.Errorf("write access points: %w", err)
		}
	}
	w.Flush()
	return w.Error()
}

// checker holds a record against the reader's own rules.
type checker struct{ t table }

func newChecker() *checker { return &checker{table{names: map[string]string{}}} }

func (c *checker) row(rec []string, want Row) error {
	c.t.rec, c.t.columns, c.t.err = rec, scanColumns[:], nil
	got := c.t.row()
	return c.verdict(got == want)
}

func (c *checker) ap(rec []string, want AP) error {
	c.t.rec, c.t.columns, c.t.err = rec, apColumns[:], nil
	got := c.t.ap()
	return c.verdict(got == want)
}

func (c *checker) verdict(same bool) error {
	if c.t.err == nil && !same {
		return fmt.Errorf("%w: a field without its flag (Timed, Placed, HasHeight) must be zero", ErrFormat)
	}
	return c.t.err
}

func (r Row) record() [len(scanColumns)]string {
	t := ""
	if r.Timed {
		t = text(r.T)
	}
	return [...]string{string(r.Split), r.Scan, t, r.Point, r.Device,
		text(float64(r.At.X)), text(float64(r.At.Y)), string(r.Level), string(r.AP), text(float64(r.RSSI))}
}

func (a AP) record() [len(apColumns)]string {
	rec := [...]string{string(a.ID), "", "", "", string(a.Level), "", "0"}
	if a.Placed {
		rec[1], rec[2], rec[6] = text(float64(a.At.X)), text(float64(a.At.Y)), "1"
	}
	if a.HasHeight {
		rec[3] = text(float64(a.Height))
	}
	if a.Freq != 0 {
		rec[5] = strconv.Itoa(a.Freq)
	}
	return rec
}

func text(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
