package office

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"foyer/sync/wire"
)

// receives opens a document as the store does, with the keys it believes.
func (h *teller) receives(kind wire.Kind, keys []byte) (rev uint64, err error) {
	h.t.Helper()
	s := h.stores["014"]
	d := s.docs[kind]
	out, err := h.wrap(s, wire.Message{Kind: kind, Rev: d.Rev, Payload: d.Payload})
	if err != nil {
		h.t.Fatal(err)
	}
	believed, err := wire.ParseSignKeys(keys)
	if err != nil {
		h.t.Fatal(err)
	}
	m, err := wire.Verify(out.body, wire.Expect{Kind: kind, Address: s.address, Keys: believed}, time.Now())
	return m.Rev, err
}

// A store that obeys believes headquarters at every step, and in the end the old
// key is believed no more. No step comes before the store has answered the last.
func TestRotate(t *testing.T) {
	h := newTeller(t)
	if _, err := h.Push("014", wire.DownContent, wire.Content{}); err != nil {
		t.Fatal(err)
	}
	believes, err := os.ReadFile(filepath.Join(h.o.Dir, "sign.pub"))
	if err != nil {
		t.Fatal(err)
	}
	first := believes
	obeys := func(kind wire.Kind) {
		t.Helper()
		rev, err := h.receives(kind, believes)
		if err != nil {
			t.Fatalf("%s: the store does not believe headquarters: %v", kind, err)
		}
		if kind == wire.DownRevocations {
			r, err := h.revocations("014")
			if err != nil {
				t.Fatal(err)
			}
			if r.Keys != "" {
				believes = []byte(r.Keys)
			}
		}
		h.says(wire.UpApplied, wire.Applied{Kind: kind, Epoch: h.mem.Epoch, Rev: rev})
	}
	step := func(want int, missing int) {
		t.Helper()
		r, err := h.Rotate(false)
		if err != nil || r.Step != want || len(r.Missing) != missing {
			t.Fatalf("%+v, %v; want step %d, %d missing", r, err, want, missing)
		}
	}
	obeys(wire.DownContent)
	step(1, 1)
	step(1, 1) // nobody has answered
	obeys(wire.DownContent)
	h.Close() // headquarters is started again
	if h.Office, err = Open(Options{Dir: h.o.Dir, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Office.Close() })
	step(1, 1)
	obeys(wire.DownRevocations)
	step(2, 1)
	if _, err := h.receives(wire.DownContent, first); err == nil {
		t.Error("headquarters signs with the old key still")
	}
	obeys(wire.DownContent)
	step(2, 1)
	obeys(wire.DownRevocations)
	r, err := h.Rotate(false)
	if err != nil || !r.Done {
		t.Fatalf("%+v, %v", r, err)
	}
	obeys(wire.DownRevocations)
	if keys, err := wire.ParseSignKeys(believes); err != nil || len(keys) != 1 || string(believes) == string(first) {
		t.Errorf("the store believes %d keys in the end, %v", len(keys), err)
	}
	obeys(wire.DownContent)
}

// A crash between the new key's taking its name and the note of it changes
// nothing.
func TestRotateAfterACrash(t *testing.T) {
	h := newTeller(t)
	if _, err := h.Rotate(false); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(h.o.Dir, nextKey), filepath.Join(h.o.Dir, wire.FileSign)); err != nil {
		t.Fatal(err)
	}
	h.Close()
	var err error
	if h.Office, err = Open(Options{Dir: h.o.Dir, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Office.Close() })
	r, err := h.Rotate(true)
	if err != nil || r.Step != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	if r, err = h.Rotate(true); err != nil || !r.Done {
		t.Fatalf("%+v, %v", r, err)
	}
}
