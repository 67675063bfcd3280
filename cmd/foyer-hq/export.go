package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"foyer/disk"
	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

// wanted says which events.
type wanted struct {
	stores, kinds []string
	since, until  string
	from, to      time.Time
}

func wantedFlags(c *cobra.Command) *wanted {
	w := &wanted{}
	c.Flags().StringSliceVar(&w.stores, "store", nil, "only of this store (again for more)")
	c.Flags().StringSliceVar(&w.kinds, "kind", nil, "only of this kind, for example visit (again for more)")
	c.Flags().StringVar(&w.since, "since", "", "only recorded then or later: a `time` like 2026-11-20 or 2026-11-20T22:00:00+01:00")
	c.Flags().StringVar(&w.until, "until", "", "only recorded before: likewise")
	return w
}

func (w *wanted) check() error {
	for _, k := range w.kinds {
		if kind := wire.Kind("up/" + k); !kind.Valid() {
			return fmt.Errorf("--kind %s: stores report no such kind", k)
		}
	}
	for _, t := range []struct {
		flag, text string
		into       *time.Time
	}{{"since", w.since, &w.from}, {"until", w.until, &w.to}} {
		if t.text == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, t.text, time.Local)
		if err != nil {
			at, err = time.Parse(time.RFC3339, t.text)
		}
		if err != nil {
			return fmt.Errorf("--%s %q: want a day like 2026-11-20 or a time like 2026-11-20T22:00:00+01:00", t.flag, t.text)
		}
		*t.into = at
	}
	return nil
}

func (w *wanted) has(e office.Event) bool {
	return (len(w.stores) == 0 || slices.Contains(w.stores, e.Store)) &&
		(len(w.kinds) == 0 || slices.Contains(w.kinds, e.Kind.Name())) &&
		(w.from.IsZero() || !e.At.Before(w.from)) && (w.to.IsZero() || e.At.Before(w.to))
}

func exportCommand(dir *string) *cobra.Command {
	var out, format string
	c := &cobra.Command{
		Use:   "export --out FILE",
		Short: "Write events to a file, whole or not at all",
		Long: `Write events to a file for other programs: NDJSON, or a CSV table with the payload
as JSON in its last column. The file takes its name when it is whole. It holds
pseudonyms, so whoever keeps it must erase from it too: an erasure reaches
headquarters' own events.ndjson, not files that were taken from it.`,
		Example: "  foyer-hq events export --out visits.ndjson --kind visit --since 2026-11-01\n  foyer-hq events export --out november.csv --since 2026-11-01 --until 2026-12-01",
		Args:    cobra.NoArgs,
	}
	w := wantedFlags(c)
	c.Flags().StringVar(&out, "out", "", "the `file` to write")
	c.Flags().StringVar(&format, "format", "", "ndjson or csv (by the file's ending)")
	required(c, "out")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := w.check(); err != nil {
			return err
		}
		if format == "" {
			format = "ndjson"
			if filepath.Ext(out) == ".csv" {
				format = "csv"
			}
		}
		n, err := export(*dir, out, format, w, bar(cmd.ErrOrStderr(), "exporting"))
		if err != nil {
			return fmt.Errorf("export: nothing was written: %w", err)
		}
		cmd.Printf("%d events in %s\n", n, out)
		return nil
	}
	return c
}

func export(dir, out, format string, w *wanted, tell func(done, total int64)) (n int, err error) {
	log, err := openLog(dir)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	info, err := log.Stat()
	if err != nil {
		return 0, err
	}
	err = disk.Replace(out, 0o600, func(file *os.File) error {
		buffered := bufio.NewWriter(file)
		write, flush, err := writer(buffered, format, w)
		if err != nil {
			return err
		}
		_, err = office.ScanEvents(&told{Reader: io.LimitReader(log, info.Size()), total: info.Size(), tell: tell}, func(e office.Event) error {
			if w.has(e) {
				n++
			}
			return write(e)
		})
		return errors.Join(err, flush(), buffered.Flush())
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// writer writes the events that are wanted in a format.
func writer(out io.Writer, format string, w *wanted) (write func(office.Event) error, flush func() error, err error) {
	switch format {
	case "ndjson":
		return newPrinter(out, w), func() error { return nil }, nil
	case "csv":
		c := csv.NewWriter(out)
		err := c.Write([]string{"store", "epoch", "seq", "kind", "at", "received", "payload"})
		return func(e office.Event) error {
			if !w.has(e) {
				return nil
			}
			return c.Write([]string{e.Store, strconv.FormatUint(e.Epoch, 10), strconv.FormatUint(e.Seq, 10), e.Kind.Name(),
				e.At.Format(time.RFC3339), e.Received.Format(time.RFC3339Nano), string(e.Payload)})
		}, func() error { c.Flush(); return c.Error() }, err
	}
	return nil, nil, fmt.Errorf("--format %s: want ndjson or csv", format)
}

// told tells how much has been read.
type told struct {
	io.Reader
	done, total int64
	tell        func(done, total int64)
}

func (t *told) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	t.done += int64(n)
	t.tell(t.done, t.total)
	return n, err
}
