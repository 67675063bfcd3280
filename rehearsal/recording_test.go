package rehearsal

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"foyer/floor"
	"foyer/floor/recording"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/walk anew")

// The committed recording: this seed of this plan.
const (
	walkDir  = "testdata/walk"
	walkSeed = 20261122
	walkMost = 300 << 10 // bytes
)

func recordWalk(t *testing.T, dir string) {
	t.Helper()
	plan := floor.Example()
	if err := NewWorld(plan, walkSeed).Record(dir, plan, ways(t, plan), RecordOptions{}); err != nil {
		t.Fatal(err)
	}
}

func rows(t *testing.T, dir string) (out []recording.Row) {
	t.Helper()
	rec, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range rec.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// The committed recording is what the code makes: neither can change alone.
func TestCommittedRecording(t *testing.T) {
	if *update {
		recordWalk(t, walkDir)
	}
	var size int64
	for _, name := range []string{recording.ScansFile, recording.APsFile, recording.PlanFile} {
		st, err := os.Stat(filepath.Join(walkDir, name))
		if err != nil {
			t.Fatalf("%v (go test ./rehearsal -run Recording -update makes it)", err)
		}
		size += st.Size()
	}
	if size > walkMost {
		t.Errorf("the recording has %d bytes, at most %d", size, walkMost)
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("SKIP: other processors fuse multiplications, and a reading on the edge rounds otherwise")
	}
	fresh := t.TempDir()
	recordWalk(t, fresh)
	for _, name := range []string{recording.APsFile, recording.PlanFile} {
		want, err := os.ReadFile(filepath.Join(walkDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(fresh, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs from what the code makes (%v); see -update", name, err)
		}
	}
	if d := cmp.Diff(rows(t, walkDir), rows(t, fresh)); d != "" {
		t.Errorf("the recording is not what the code makes; see -update:\n%.2000s", d)
	}
}

func TestRecordingHoldsWhatItSays(t *testing.T) {
	plan := floor.Example()
	points, tracks, statics := map[string]bool{}, map[string]int{}, map[string]bool{}
	scans, heard := map[string]bool{}, 0
	for _, r := range rows(t, walkDir) {
		heard++
		scans[r.Scan] = true
		if !plan.Levels[0].Outline.Contains(r.At) || !r.RSSI.Valid() || r.RSSI < sensitivity-1 || !r.Timed {
			t.Fatalf("row %+v", r)
		}
		switch r.Split {
		case recording.Train:
			points[r.Point] = true
		case recording.TestStatic:
			statics[r.Point] = true
		case recording.TestTrack:
			tracks[r.Point]++
		}
	}
	if len(points) < 180 || len(tracks) != 3 || len(statics) != 60 {
		t.Errorf("%d surveyed points, %d tracks, %d places", len(points), len(tracks), len(statics))
	}
	if mean := float64(heard) / float64(len(scans)); mean < 5 || mean > 10 {
		t.Errorf("%.1f readings a scan", mean)
	}
}
