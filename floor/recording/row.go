package recording

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"foyer/floor"
)

var (
	scanColumns = [...]string{"split", "scan_id", "t_s", "point_id", "device", "x_m", "y_m", "floor", "ap_id", "rssi_dbm"}
	apColumns   = [...]string{"ap_id", "x_m", "y_m", "z_m", "floor", "freq_mhz", "known"}
)

const (
	maxName  = 128     // bytes of any identifier
	maxNames = 1 << 16 // identifiers kept so that rows can share them
)

// ReadRows yields the rows of a scans file, already unpacked. It stops after
// the first error, which names file and line.
func ReadRows(r io.Reader, file string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		t, err := openTable(r, file, scanColumns[:])
		if err != nil {
			yield(Row{}, err)
			return
		}
		for {
			if !t.next() {
				if t.err != nil {
					yield(Row{}, t.err)
				}
				return
			}
			row := t.row()
			if t.err != nil {
				yield(Row{}, t.err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// ReadAPs returns the access points of an aps.csv.
func ReadAPs(r io.Reader, file string) ([]AP, error) {
	t, err := openTable(r, file, apColumns[:])
	if err != nil {
		return nil, err
	}
	var aps []AP
	seen := map[floor.APID]bool{}
	for t.next() {
		a := t.ap()
		if seen[a.ID] {
			t.fault("ap_id", a.ID, "is already in the file; keep one row")
		}
		if t.err != nil {
			return nil, t.err
		}
		seen[a.ID] = true
		aps = append(aps, a)
	}
	return aps, t.err
}

// table is a csv file whose header names certain columns, in any order and among
// others; the first fault is kept.
type table struct {
	from []int // where each column stands in the file; nil: as they are

	csv     *csv.Reader
	file    string
	columns []string
	rec     []string
	picked  []string // what rec lies in
	line    int      // of rec
	err     error
	names   map[string]string // one copy of every name: rows repeat them
}

func openTable(r io.Reader, file string, columns []string) (*table, error) {
	t := &table{csv: csv.NewReader(r), file: file, columns: columns, names: map[string]string{}}
	t.csv.ReuseRecord, t.csv.TrimLeadingSpace = true, true
	if !t.next() {
		if t.err == nil {
			t.err = fmt.Errorf("%w: %s: empty, want the header %v", ErrFormat, file, columns)
		}
		return nil, t.err
	}
	t.rec[0] = strings.TrimPrefix(t.rec[0], "\ufeff") // spreadsheets begin with a byte order mark
	if err := t.find(); err != nil {
		return nil, err
	}
	return t, nil
}

// find notes where the header has the columns, each of them once.
func (t *table) find() error {
	from := make([]int, len(t.columns))
	for i, c := range t.columns {
		from[i] = slices.Index(t.rec, c)
		if from[i] < 0 || slices.Contains(t.rec[from[i]+1:], c) {
			return fmt.Errorf("%w: %s:1: header %q, want %q, each once: see %q", ErrFormat, t.file, t.rec, t.columns, c)
		}
	}
	t.from = from
	return nil
}

// pick returns the columns of a record, in their own order.
func (t *table) pick(rec []string) []string {
	if t.from == nil {
		return rec
	}
	t.picked = t.picked[:0]
	for _, i := range t.from {
		t.picked = append(t.picked, rec[i])
	}
	return t.picked
}

func (t *table) next() bool {
	if t.err != nil {
		return false
	}
	rec, err := t.csv.Read()
	switch {
	case err == nil:
		t.rec = t.pick(rec)
		t.line, _ = t.csv.FieldPos(0)
		return true
	case !errors.Is(err, io.EOF):
		line := t.line + 1 // where the bytes themselves end or are damaged
		var p *csv.ParseError
		if errors.As(err, &p) {
			line, err = p.Line, p.Err
		}
		t.err = fmt.Errorf("%w: %s:%d: %w", ErrFormat, t.file, line, err)
	}
	return false
}

func (t *table) fault(column string, value any, why string) {
	if t.err == nil && t.csv == nil {
		t.err = fmt.Errorf("%w: %s %q %s", ErrFormat, column, fmt.Sprint(value), why) // a row to be written
	}
	if t.err == nil {
		t.err = fmt.Errorf("%w: %s:%d: %s %q %s", ErrFormat, t.file, t.line, column, fmt.Sprint(value), why)
	}
}

func (t *table) name(i int) string {
	s := t.rec[i]
	if known, ok := t.names[s]; ok {
		return known
	}
	if s == "" || len(s) > maxName || !utf8.ValidString(s) {
		t.fault(t.columns[i], s, "is not a name of 1 to 128 bytes")
		return ""
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			t.fault(t.columns[i], s, "holds a character that cannot be printed")
			return ""
		}
	}
	s = strings.Clone(s) // the record shares one string per line
	if len(t.names) >= maxNames {
		clear(t.names)
	}
	t.names[s] = s
	return s
}

// optional is a name that may be empty: not given.
func (t *table) optional(i int) string {
	if t.rec[i] == "" {
		return ""
	}
	return t.name(i)
}

func (t *table) number(i int, limit float64) float64 {
	v, err := strconv.ParseFloat(t.rec[i], 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > limit {
		t.fault(t.columns[i], t.rec[i], fmt.Sprintf("is not a number within ±%g", limit))
		return 0
	}
	return v + 0 // no negative zero
}

const (
	maxMetres  = 1e8 // beyond every national grid and map projection
	maxSeconds = 1e9
	maxDBm     = 1e3
)

func (t *table) row() Row {
	r := Row{
		Split:  Split(t.rec[0]),
		Scan:   t.name(1),
		Timed:  t.rec[2] != "",
		Point:  t.name(3),
		Device: t.optional(4),
		At:     floor.Point{X: floor.Metre(t.number(5, maxMetres)), Y: floor.Metre(t.number(6, maxMetres))},
		Level:  floor.LevelID(t.name(7)),
		AP:     floor.APID(t.name(8)),
		RSSI:   floor.DBm(t.number(9, maxDBm)),
	}
	switch r.Split {
	case Train:
		r.Split = Train // the constant does not hold on to the line
	case TestStatic:
		r.Split = TestStatic
	case TestTrack:
		r.Split = TestTrack
	default:
		t.fault("split", r.Split, "is not train, test_static or test_track")
	}
	if r.Timed {
		r.T = t.number(2, maxSeconds)
	}
	return r
}

func (t *table) ap() AP {
	a := AP{ID: floor.APID(t.name(0)), Level: floor.LevelID(t.optional(4))}
	known := t.rec[6]
	if known != "" && known != "0" && known != "1" {
		t.fault("known", known, "is not 1, 0 or empty")
	}
	if t.rec[1] != "" || t.rec[2] != "" || known == "1" {
		a.At = floor.Point{X: floor.Metre(t.number(1, maxMetres)), Y: floor.Metre(t.number(2, maxMetres))}
		a.Placed = known != "0"
	}
	if !a.Placed {
		a.At = floor.Point{}
	}
	if t.rec[3] != "" {
		a.Height, a.HasHeight = floor.Metre(t.number(3, maxMetres)), true
	}
	if t.rec[5] != "" {
		mhz, err := strconv.ParseFloat(t.rec[5], 64)
		if err != nil || !(mhz >= 1 && mhz <= 100_000) {
			t.fault("freq_mhz", t.rec[5], "is not a frequency in MHz")
		}
		a.Freq = int(math.Round(mhz))
	}
	return a
}
