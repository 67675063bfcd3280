package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/radio"
)

const (
	device   = "02:00:5e:10:00:01"
	somebody = "02:00:5e:10:00:99"
)

// tap writes what the made-up store's access points heard during its survey of
// some points, and of somebody else, and the marks of the technician.
func tap(t *testing.T, points ...string) (reports, marks string, want []recording.Row) {
	t.Helper()
	dir := t.TempDir()
	in, err := recording.Open(walkDir)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var file, sheet bytes.Buffer
	sheet.WriteString("time_start,time_end,point,x,y,floor\n")
	begun := map[string]time.Time{}
	for r, err := range in.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if r.Split != recording.Train || !slices.Contains(points, r.Point) {
			continue
		}
		at, ok := begun[r.Point]
		if !ok {
			at = start.Add(time.Duration(len(begun)) * time.Minute)
			begun[r.Point] = at
			fmt.Fprintf(&sheet, "%s,%s,%s,%g,%g,%s\n", at.Format(time.RFC3339), at.Add(30*time.Second).Format(time.RFC3339), r.Point, r.At.X, r.At.Y, r.Level)
		}
		for _, who := range []string{device, somebody} {
			fmt.Fprintf(&file, `{"ap":%q,"client":%q,"rssi":%g,"at":%q}`+"\n", r.AP, who, r.RSSI, at.Add(time.Duration(r.T*float64(time.Second))).Format(time.RFC3339Nano))
		}
		r.Scan, r.Device = fmt.Sprintf("%s_%03d", r.Point, int(r.T)), "survey"
		want = append(want, r)
	}
	fmt.Fprintf(&file, `{"ap":"ap-01","client":%q,"rssi":-60,"at":"2026-11-22T09:00:00Z"}`+"\n", device)
	reports, marks = filepath.Join(dir, "tap.ndjson"), filepath.Join(dir, "marks.csv")
	for name, b := range map[string]*bytes.Buffer{reports: &file, marks: &sheet} {
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return reports, marks, want
}

func TestSurveyRecord(t *testing.T) {
	reports, marks, want := tap(t, "s_3.0_1.0", "s_5.0_1.0", "s_7.0_1.0")
	dir := filepath.Join(t.TempDir(), "ground")
	args := []string{"survey", "record", "--client", strings.ToUpper(device), "--plan", filepath.Join(walkDir, "plan.json"),
		"--from", reports, "--marks", marks, "--out", dir}
	out, _, err := foyer(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"3 points, 12 scans", "1 between points", fmt.Sprintf("%d reports of other devices skipped", len(want)),
		"s_5.0_1.0  (5.0, 1.0) ground  4", "too few scans, want 5", "foyer survey fit " + dir} {
		if !strings.Contains(out, text) {
			t.Errorf("no %q in\n%s", text, out)
		}
	}
	rec, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []recording.Row
	for r, err := range rec.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if d := cmp.Diff(want, got); d != "" || len(rec.APs) != 10 || rec.Plan == nil {
		t.Errorf("%d access points\n%s", len(rec.APs), d)
	}
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil || bytes.Contains(data, []byte(device)) || bytes.Contains(data, []byte(somebody)) {
			t.Errorf("%s: %v, or it holds an address", f.Name(), err)
		}
	}
	if _, _, err := foyer(t, args...); err == nil || !strings.Contains(err.Error(), "holds a recording already") {
		t.Errorf("a second time: %v", err)
	}
	if _, _, err := foyer(t, "survey", "fit", dir, "--out", filepath.Join(t.TempDir(), "map.json")); err != nil {
		t.Error(err)
	}
}

func TestSurveyRecordTeaches(t *testing.T) {
	reports, marks, _ := tap(t, "s_3.0_1.0")
	plan := filepath.Join(walkDir, "plan.json")
	bad := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const head = "time_start,time_end,point,x,y,floor\n"
	const then = "2026-11-22T10:00:00Z,2026-11-22T10:00:30Z,"
	for want, args := range map[string][]string{
		"do the clocks agree":                     {"--client", device, "--from", reports, "--marks", bad("late.csv", head+"2027-11-22T10:00:00Z,2027-11-22T10:00:30Z,a,1,9,\n")},
		"is --client the address it uses":         {"--client", "02:00:5e:10:00:55", "--from", reports, "--marks", marks},
		"not the hardware address":                {"--client", "my phone", "--from", reports, "--marks", marks},
		"no foyer answers":                        {"--client", device},
		"start what writes the reports first":     {"--client", device, "--from", "nowhere"},
		"no report at all":                        {"--client", device, "--from", bad("empty", ""), "--marks", marks},
		"line 2: (90, 9) is outside the outline":  {"--client", device, "--from", reports, "--marks", bad("off.csv", head+then+"a,90,9,ground\n")},
		`floor "attic": want one of ground`:       {"--client", device, "--from", reports, "--marks", bad("attic.csv", head+then+"a,9,9,attic\n")},
		"the first line must be time_start":       {"--client", device, "--from", reports, "--marks", bad("head.csv", "a,b\n")},
		"one begins before the other ends":        {"--client", device, "--from", reports, "--marks", bad("both.csv", head+then+"a,9,9,\n"+then+"b,9,10,\n")},
		"want the form 2026-11-22T10:00:30Z, lat": {"--client", device, "--from", reports, "--marks", bad("back.csv", head+"2026-11-22T10:00:00Z,2026-11-22T09:00:30Z,a,9,9,\n")},
	} {
		dir := filepath.Join(t.TempDir(), "r")
		_, _, err := foyer(t, append([]string{"survey", "record", "--plan", plan, "--out", dir}, args...)...)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), device) {
			t.Errorf("%q: %v, want %q", args, err, want)
		}
		if _, err := os.Stat(filepath.Join(dir, recording.ScansFile)); err == nil {
			t.Errorf("%q: a recording was written", args)
		}
	}
}

func TestSurveyRecordTyped(t *testing.T) {
	var file bytes.Buffer
	begun := time.Now()
	for i := range 400 {
		fmt.Fprintf(&file, `{"ap":"ap-%02d","client":%q,"rssi":-60,"at":%q}`+"\n", 1+i%3, device, begun.Add(time.Duration(i)*10*time.Millisecond).Format(time.RFC3339Nano))
	}
	reports := filepath.Join(t.TempDir(), "tap.ndjson")
	if err := os.WriteFile(reports, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	in, keys := io.Pipe()
	go func() {
		for _, line := range []string{"400 2", "till 4.5 20", "6 9", "", "end"} {
			fmt.Fprintln(keys, line)
			time.Sleep(80 * time.Millisecond)
		}
		keys.Close()
	}()
	dir := filepath.Join(t.TempDir(), "typed")
	root := recordCommand()
	var out, ask bytes.Buffer
	root.SetIn(in)
	root.SetOut(&out)
	root.SetErr(&ask)
	root.SetArgs([]string{"--client", device, "--plan", filepath.Join(walkDir, "plan.json"), "--from", reports, "--out", dir})
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, &ask)
	}
	for _, want := range []string{"not understood: (400, 2) is outside", "till at (4.5, 20.0) on ground", "till: ", "p2 at (6.0, 9.0)", "p2: 1 scans, 3 access points"} {
		if !strings.Contains(ask.String(), want) {
			t.Errorf("no %q in\n%s", want, &ask)
		}
	}
	plan := floor.Example()
	marks, err := readMarks(filepath.Join(dir, "marks.csv"), plan)
	if err != nil || len(marks) != 2 || marks[0].point != "till" || !marks[1].from.Equal(marks[0].to) {
		t.Errorf("%v %+v", err, marks)
	}
	if !strings.Contains(out.String(), "heard nowhere: ap-04 (33.0, 2.2)") {
		t.Errorf("%s", &out)
	}
}

func TestTypedLines(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	w := &typing{plan: floor.Example()}
	for i, tt := range []struct{ text, done, fault string }{
		{"", "", ""}, {"door 3 20", "", ""}, {"door 4 20", "", "is at (3, 20) on ground already"}, {"door 3 20", "door", ""},
		{"7", "", "want x y"}, {"7 x", "", "want x and y in metres"}, {"1 2 3 4", "", "want x y"}, {"7 9 ground", "door", ""},
		{"7 9 attic", "", "want one of ground"}, {"NaN 3", "", "want x and y"}, {"", "p3", ""}, {"end", "", ""},
	} {
		done, err := w.line(tt.text, at.Add(time.Duration(i)*time.Second))
		if (err != nil) != (tt.fault != "") || err != nil && !strings.Contains(err.Error(), tt.fault) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.fault)
		}
		if got := ""; done != nil && done.point != tt.done || done == nil && got != tt.done {
			t.Errorf("%q ended %+v, want %q", tt.text, done, tt.done)
		}
	}
	if !w.ended || len(w.marks) != 3 {
		t.Errorf("%+v", w)
	}
}

// A reading of the device at no marked time is of nobody's point.
func TestSheetLeavesBetweenOut(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	s := newSheet([]mark{{from: at, to: at.Add(time.Second), point: "a"}})
	for _, d := range []time.Duration{-1, 0, time.Second - 1, time.Second} {
		if err := s.add(radio.Heard{AP: "x", RSSI: -60, At: at.Add(d)}); err != nil {
			t.Fatal(err)
		}
	}
	if s.rows() != 2 || s.between != 2 {
		t.Errorf("%d rows, %d between, want 2 and 2", s.rows(), s.between)
	}
}
