package recording_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/floor/recording"
)

const header = "split,scan_id,t_s,point_id,device,x_m,y_m,floor,ap_id,rssi_dbm\n"

func sample() ([]recording.Row, []recording.AP) {
	rows := []recording.Row{
		{Split: recording.Train, Scan: "s-1", T: 0.1 + 0.2, Timed: true, Point: "p,\"1\"", Device: "phone", At: floor.Point{X: 1.0 / 3, Y: -2}, Level: "1", AP: "ap-1", RSSI: -61.5},
		{Split: recording.TestStatic, Scan: "s-2", Point: "q", Device: "phone", Level: "1", AP: "ap-2", RSSI: -70},
		{Split: recording.TestTrack, Scan: "s-3", Timed: true, Point: "way é", Device: "d", At: floor.Point{X: 1e-7, Y: 12345.678}, Level: "F4", AP: "ap-1", RSSI: -90},
	}
	aps := []recording.AP{
		{ID: "ap-1", At: floor.Point{X: 7, Y: 7.09}, Placed: true, Height: 1.22, HasHeight: true, Level: "1", Freq: 2402},
		{ID: "ap-2", Level: "1"},
		{ID: "ap-3", Placed: true, Level: "F4"},
	}
	return rows, aps
}

func TestFolderRoundTrip(t *testing.T) {
	rows, aps := sample()
	for _, tt := range []struct {
		name string
		aps  []recording.AP
		plan *floor.Plan
	}{{"all", aps, floor.Example()}, {"rows alone", nil, nil}} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "site")
			w, err := recording.Create(dir, tt.aps, tt.plan)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if err := w.Write(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			f, err := recording.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.aps, f.APs); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.plan, f.Plan); d != "" {
				t.Error(d)
			}
			var got []recording.Row
			for r, err := range f.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r)
			}
			if d := cmp.Diff(rows, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReadRowsRefuses(t *testing.T) {
	const good = "train,s1,0.5,p1,d,1,2,1,ap-1,-60\n"
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", "empty"},
		{"other header", "a,b,c,d,e,f,g,h,i,j\n", "x:1: header"},
		{"too few columns", header + good + "train,s1\n", "x:3: wrong number of fields"},
		{"split", header + strings.Replace(good, "train", "trian", 1), `x:2: split "trian"`},
		{"no scan", header + strings.Replace(good, "s1", "", 1), "x:2: scan_id"},
		{"words for metres", header + good + strings.Replace(good, ",1,2,", ",one,2,", 1), `x:3: x_m "one"`},
		{"no strength", header + strings.Replace(good, "-60", "NaN", 1), `x:2: rssi_dbm "NaN"`},
		{"far away", header + strings.Replace(good, ",1,2,", ",1,2e9,", 1), "x:2: y_m"},
		{"control character", header + strings.Replace(good, "p1", "p\x01", 1), "x:2: point_id"},
		{"loose quote", header + strings.Replace(good, "p1", "p\"1", 1), "x:2: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got error
			for _, err := range recording.ReadRows(strings.NewReader(tt.in), "x") {
				got = err
			}
			if !errors.Is(got, recording.ErrFormat) || !strings.Contains(got.Error(), tt.want) {
				t.Errorf("got %v, want ErrFormat with %q", got, tt.want)
			}
		})
	}
}

// Tools add columns of their own, and write them in an order of their own.
func TestReadsColumnsByTheirNames(t *testing.T) {
	in := "rssi_dbm, note, ap_id,floor,y_m,x_m,device,point_id,t_s,scan_id,split\n-60,a,ap-1,1,2,1,d,p1,0.5,s1,train\n-61, b, ap-2,1, 2,1,d,p1,0.5,s1,train\n"
	want := recording.Row{Split: recording.Train, Scan: "s1", T: 0.5, Timed: true, Point: "p1", Device: "d", At: floor.Point{X: 1, Y: 2}, Level: "1", AP: "ap-2", RSSI: -61}
	var got recording.Row
	for r, err := range recording.ReadRows(strings.NewReader(in), "x") {
		if err != nil {
			t.Fatal(err)
		}
		got = r
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, err := range recording.ReadRows(strings.NewReader(strings.Replace(in, "note", "floor", 1)), "x") {
		if !errors.Is(err, recording.ErrFormat) || !strings.Contains(err.Error(), `x:1: header`) || !strings.Contains(err.Error(), `"floor"`) {
			t.Errorf("two columns of one name: %v", err)
		}
	}
}

// Who looks into a recording unpacks it.
func TestReadsUnpackedScans(t *testing.T) {
	dir := t.TempDir()
	const rows = header + "train,s1,0.5,p1,d,1,2,1,ap-1,-60\ntrain,s2,0.5,p1,d,1,2,1,ap-1,loud\n"
	if err := os.WriteFile(filepath.Join(dir, "scans.csv"), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := recording.Open(dir)
	if err != nil || f.Empty {
		t.Fatalf("got %+v, %v", f, err)
	}
	n := 0
	for r, e := range f.Rows() {
		if err = e; e == nil && r.Scan == "s1" {
			n++
		}
	}
	if n != 1 || !errors.Is(err, recording.ErrFormat) || !strings.Contains(err.Error(), "scans.csv:3: rssi_dbm") {
		t.Errorf("%d rows, then %v", n, err)
	}
}

// Surveyors measure in the metres of a national grid.
func TestReadsNationalGrids(t *testing.T) {
	const utm = "train,s1,0,p1,d,691603.25,5334765.5,1,ap-1,-60\n"
	for r, err := range recording.ReadRows(strings.NewReader(header+utm), "x") {
		if want := (floor.Point{X: 691603.25, Y: 5334765.5}); err != nil || r.At != want {
			t.Errorf("got %v, %v, want %v", r.At, err, want)
		}
	}
}

// What the format lets be missing may be missing, and spreadsheets may have
// touched the file.
func TestReadsWhatMayBeMissing(t *testing.T) {
	n := 0
	for r, err := range recording.ReadRows(strings.NewReader("\ufeff"+header+"train,s1,,p1,,1,2,1,ap-1,-60\r\n"), "x") {
		if err != nil || r.Timed || r.Device != "" || r.RSSI != -60 {
			t.Errorf("got %+v, %v", r, err)
		}
		n++
	}
	aps, err := recording.ReadAPs(strings.NewReader("ap_id,x_m,y_m,z_m,floor,freq_mhz,known\na,1,2,,,2402.0,\n"), "x")
	if err != nil || n != 1 || len(aps) != 1 || aps[0].Level != "" || aps[0].Freq != 2402 || !aps[0].Placed {
		t.Errorf("%d rows, got %+v, %v", n, aps, err)
	}
}

// A damaged file is damaged at some line.
func TestDamageHasALine(t *testing.T) {
	rows, aps := sample()
	dir := t.TempDir()
	w, err := recording.Create(dir, aps, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 500 {
		r := rows[0]
		r.Scan = fmt.Sprint("scan-", i)
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, recording.ScansFile)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data[:len(data)-4], 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range f.Rows() {
		err = e
	}
	if !errors.Is(err, recording.ErrFormat) || !strings.Contains(err.Error(), ":502:") {
		t.Errorf("got %v, want the line after the last good one", err)
	}
}

func TestReadAPsRefuses(t *testing.T) {
	const head = "ap_id,x_m,y_m,z_m,floor,freq_mhz,known\n"
	for _, tt := range []struct{ name, in, want string }{
		{"twice", head + "a,1,2,,1,,1\na,1,2,,1,,1\n", "x:3: ap_id"},
		{"known without a place", head + "a,,,,1,,1\n", "x:2: x_m"},
		{"half a place", head + "a,1,,,1,,\n", "x:2: y_m"},
		{"known perhaps", head + "a,1,2,,1,,maybe\n", "x:2: known"},
		{"frequency", head + "a,1,2,,1,5GHz,1\n", "x:2: freq_mhz"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := recording.ReadAPs(strings.NewReader(tt.in), "x")
			if !errors.Is(err, recording.ErrFormat) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrFormat with %q", err, tt.want)
			}
		})
	}
}

func TestWriterRefusesWhatCannotBeReadBack(t *testing.T) {
	rows, _ := sample()
	bad := rows[0]
	bad.Timed = false
	if err := recording.WriteRows(&bytes.Buffer{}, []recording.Row{bad}); !errors.Is(err, recording.ErrFormat) {
		t.Errorf("a time that is not timed: got %v", err)
	}
	dir := t.TempDir()
	w, err := recording.Create(dir, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	bad = rows[0]
	bad.AP = ""
	if err := w.Write(bad); !errors.Is(err, recording.ErrFormat) {
		t.Errorf("no access point: got %v", err)
	}
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("an aborted folder keeps %v", left)
	}
}

func TestOpenNamesTheMissing(t *testing.T) {
	dir := t.TempDir()
	if _, err := recording.Open(dir); !errors.Is(err, recording.ErrFormat) || !strings.Contains(err.Error(), recording.ScansFile) {
		t.Errorf("an empty folder: got %v", err)
	}
	if _, err := recording.Open(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: got %v", err)
	}
	if _, err := recording.Open(os.Args[0]); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("a file: got %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, recording.ScansFile), []byte("plain"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range f.Rows() {
		if !errors.Is(err, recording.ErrFormat) || !strings.Contains(err.Error(), recording.ScansFile) {
			t.Errorf("not packed: got %v", err)
		}
	}
}

func FuzzReadRows(f *testing.F) {
	rows, _ := sample()
	var b bytes.Buffer
	if err := recording.WriteRows(&b, rows); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		var rows []recording.Row
		for r, err := range recording.ReadRows(bytes.NewReader(data), "x") {
			if err != nil {
				return
			}
			rows = append(rows, r)
		}
		var b bytes.Buffer
		if len(rows) == 0 {
			return
		}
		if err := recording.WriteRows(&b, rows); err != nil {
			t.Fatalf("what was accepted is refused when written again: %v", err)
		}
		i := 0
		for r, err := range recording.ReadRows(&b, "x") {
			if err != nil || r != rows[i] {
				t.Fatalf("row %d: got %+v, %v; want %+v", i, r, err, rows[i])
			}
			i++
		}
	})
}

func FuzzReadAPs(f *testing.F) {
	_, aps := sample()
	var b bytes.Buffer
	if err := recording.WriteAPs(&b, aps); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		aps, err := recording.ReadAPs(bytes.NewReader(data), "x")
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := recording.WriteAPs(&b, aps); err != nil {
			t.Fatalf("what was accepted is refused when written again: %v", err)
		}
		again, err := recording.ReadAPs(&b, "x")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(aps, again); d != "" && len(aps) > 0 {
			t.Error(d)
		}
	})
}
