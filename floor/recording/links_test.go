package recording_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"foyer/floor/recording"
)

func TestLinksRoundTrip(t *testing.T) {
	rows, aps := sample()
	dir := t.TempDir()
	w, err := recording.Create(dir, aps, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(rows[0]), w.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := recording.Open(dir)
	if err != nil || f.Links != nil {
		t.Errorf("without the file: %v, %v", f, err)
	}
	want := []recording.Link{{Ear: "ap-1", Voice: "ap-2", RSSI: -61.5}, {Ear: "ap-2", Voice: "ap-1", RSSI: -63}}
	if err := recording.SaveLinks(dir, want); err != nil {
		t.Fatal(err)
	}
	if f, err = recording.Open(dir); err != nil || !slices.Equal(f.Links, want) {
		t.Errorf("read back %v, %v", f, err)
	}
	if err := recording.SaveLinks(dir, []recording.Link{{Ear: "a", Voice: "a", RSSI: -60}}); !errors.Is(err, recording.ErrFormat) {
		t.Errorf("what cannot be read back is written: %v", err)
	}
}

func TestReadLinksRefuses(t *testing.T) {
	const head = "ap_id,heard_ap_id,rssi_dbm\n"
	for name, tt := range map[string]struct{ in, want string }{
		"itself":       {head + "a,a,-60\n", "x:2: heard_ap_id"},
		"a sentinel":   {head + "a,b,-60\na,b,127\n", "x:3: rssi_dbm"},
		"nobody":       {head + ",b,-60\n", "x:2: ap_id"},
		"other header": {"a,b,c\n", "x:1: header"},
	} {
		_, err := recording.ReadLinks(strings.NewReader(tt.in), "x")
		if !errors.Is(err, recording.ErrFormat) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want ErrFormat with %q", name, err, tt.want)
		}
	}
}

func FuzzReadLinks(f *testing.F) {
	f.Add([]byte("ap_id,heard_ap_id,rssi_dbm\na,b,-60.25\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		links, err := recording.ReadLinks(bytes.NewReader(data), "x")
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := recording.WriteLinks(&b, links); err != nil {
			t.Fatalf("what was accepted is refused when written again: %v", err)
		}
		again, err := recording.ReadLinks(&b, "x")
		if err != nil || !slices.Equal(again, links) {
			t.Fatalf("got %+v, %v; want %+v", again, err, links)
		}
	})
}
