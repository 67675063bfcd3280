package office

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

func opened(t *testing.T, dir string) *Office {
	t.Helper()
	f, err := Open(Options{Dir: dir, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func newFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "hq")
	err := InitCA(dir, time.Now())
	if err == nil {
		err = SetBroker(dir, "tls://hq.example.com:8883")
	}
	if err == nil {
		_, err = IssueStore(dir, "northwind", "014", []string{"localhost"}, time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func batchOf(from uint64, sizes ...int) (out []Event) {
	for i, n := range sizes {
		payload, _ := json.Marshal(strings.Repeat("x", n)) // a text always marshals
		out = append(out, Event{Store: "014", Epoch: 1, Seq: from + uint64(i), Kind: wire.UpNote, Payload: payload})
	}
	return out
}

// holds checks that the log has these events, now and when it is opened again.
func holds(t *testing.T, f *Office, want ...uint64) {
	t.Helper()
	var got []uint64
	if err := f.Each(func(e Event) error { got = append(got, e.Seq); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("events %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("events %v, want %v", got, want)
		}
	}
}

// A batch that office.db did not take leaves nothing in the log that a shorter
// one would cover only in part.
func TestBatchNotTaken(t *testing.T) {
	dir := newFolder(t)
	f := opened(t, dir)
	if err := f.take(batchOf(1, 10), nil); err != nil {
		t.Fatal(err)
	}
	if err := f.file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.take(batchOf(2, 500, 700), nil); err == nil {
		t.Fatal("taken by a closed file")
	}
	var err error
	if f.file, err = vault.Open(dir, "office.db", vault.Options{Buckets: buckets(), Irreplaceable: true}); err != nil {
		t.Fatal(err)
	}
	if err := f.take(batchOf(2, 30), nil); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = opened(t, dir)
	defer f.Close()
	holds(t, f, 1, 2)
}
