package office

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

var visited = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// said is an event of store 014 as its box sent it.
func said(t *testing.T, seq uint64, kind wire.Kind, at time.Time, payload any) Event {
	t.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return Event{Store: "014", Epoch: 1, Seq: seq, Kind: kind, At: at, Received: at, Payload: data}
}

func (f *Office) taken(t *testing.T, events ...Event) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.take(events, nil); err != nil {
		t.Fatal(err)
	}
}

func note(who string) wire.Note {
	return wire.Note{ID: "n-1", Customer: who, Author: "ana", Kind: "handling", Visibility: "service", Text: `MARK "customer":"c-other" <b>`, At: visited}
}

// proofs are those that wait to be sent to store 014.
func (f *Office) proofs(t *testing.T) (proofs []string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.known("014")
	if err != nil {
		t.Fatal(err)
	}
	err = f.file.View(func(tx *vault.Tx) error {
		for _, rev := range s.ordered {
			m, err := s.message(tx, rev)
			if err != nil {
				return err
			}
			if e, err := wire.Decode[wire.Erase](m.Payload); m.Kind == wire.DownErase && err == nil {
				proofs = append(proofs, e.Proof)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return proofs
}

// names are the files in a folder in which a text stands.
func names(t *testing.T, dir, text string) (in []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		data, err := os.ReadFile(path)
		if err == nil && bytes.Contains(data, []byte(text)) {
			in = append(in, filepath.Base(path))
		}
	}
	return in
}

// A customer is forgotten at headquarters too: what stores reported of her says
// nothing any more, her store hears that it is done only then, and once it has
// heard no file of headquarters' names her. The lines of others stay to the byte,
// and every line stays where it was.
func TestErasedCustomersAreStruck(t *testing.T) {
	dir := newFolder(t)
	f := opened(t, dir)
	path := filepath.Join(dir, LogName)
	if _, err := f.Push("014", wire.DownProfile, wire.Profile{Customer: "c-keller", Form: "Ms. Keller", Rev: 1}); err != nil {
		t.Fatal(err)
	}
	f.taken(t,
		said(t, 1, wire.UpVisit, visited, wire.VisitOpened{Visit: "v-1", Customer: "c-keller"}),
		said(t, 2, wire.UpNote, visited, note("c-keller")),
		said(t, 3, wire.UpNote, visited, note("c-kellermann")),
		said(t, 4, wire.UpOffer, visited, wire.OfferAnswered{Visit: "v-1", Associate: "ana", Outcome: "accepted"}),
	)
	f.taken(t, said(t, 5, wire.UpErase, visited.Add(time.Minute), wire.Erase{Customer: "c-keller", Proof: "f-1", Asked: wire.AskedByCustomer, At: visited}),
		said(t, 6, wire.UpVisit, visited.Add(time.Hour), wire.VisitOpened{Visit: "v-2", Customer: "c-keller"})) // she came anew
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.proofs(t); len(got) != 0 {
		t.Errorf("she is told as forgotten while the log names her: %q", got)
	}
	old, err := os.Open(path) // somebody reads it meanwhile
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if err := f.strike(); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was, now := bytes.SplitAfter(before, []byte("\n")), bytes.SplitAfter(after, []byte("\n"))
	if len(was) != len(now) {
		t.Fatalf("%d lines became %d", len(was), len(now))
	}
	for i := range was {
		hers := i == 0 || i == 1 || i == 4
		if len(was[i]) != len(now[i]) || bytes.Equal(was[i], now[i]) == hers || hers && !bytes.Contains(now[i], []byte(`"payload":{"erased":true}`)) {
			t.Errorf("line %d: %q became %q", i+1, was[i], now[i])
		}
	}
	if n, err := ScanEvents(old, func(Event) error { return nil }); err != nil || n != int64(len(before)) {
		t.Errorf("the reader of the old file: %d bytes, %v", n, err)
	}
	if got := f.proofs(t); len(got) != 1 || got[0] != "f-1" {
		t.Errorf("her store hears of %q", got)
	}
	holds(t, f, 1, 2, 3, 4, 5, 6)

	// The last that names her is the answer, until it is in force.
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = opened(t, dir)
	defer f.Close()
	f.taken(t, said(t, 7, wire.UpApplied, visited.Add(time.Hour), wire.Applied{Kind: wire.DownErase, Epoch: f.mem.Epoch, Rev: f.stores["014"].rec.Rev}))
	if err := f.strike(); err != nil {
		t.Fatal(err)
	}
	if in := names(t, dir, "Ms. Keller"); len(in) != 0 {
		t.Errorf("%v hold her profile", in)
	}
	if in := names(t, dir, `"c-keller"`); len(in) != 1 || in[0] != LogName {
		t.Errorf("%v name her, of after the erasure only the log may", in)
	}

	// A store that was away reports of before; others report of their own part.
	f.taken(t,
		said(t, 8, wire.UpVisit, visited, wire.VisitOpened{Visit: "v-0", Customer: "c-keller"}),
		said(t, 9, wire.UpErase, visited.Add(2*time.Hour), wire.Erase{Customer: "c-keller", Proof: "f-1", Asked: wire.AskedByHeadquarters}),
		said(t, 10, wire.UpVisit, visited.Add(2*time.Hour), wire.VisitOpened{Visit: "v-3", Customer: "c-keller"}))
	said := ""
	if err := f.Each(func(e Event) error {
		if e.Seq > 7 && !strings.Contains(string(e.Payload), "erased") {
			said += string(e.Payload)
		}
		return nil
	}); err != nil || strings.Contains(said, "v-0") || strings.Contains(said, "f-1") || !strings.Contains(said, "v-3") {
		t.Errorf("of what came late the log has %s (%v)", said, err)
	}
	holds(t, f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
}

// Headquarters dies before the log is struck, or between the log and office.db:
// it is done after the next start, the proof is told then, and nothing is lost.
func TestAStrikeThatWasInterrupted(t *testing.T) {
	for name, interrupt := range map[string]func(f *Office) error{
		"before":       func(*Office) error { return nil },
		"log replaced": func(f *Office) error { return f.strike() },
	} {
		t.Run(name, func(t *testing.T) {
			dir := newFolder(t)
			f := opened(t, dir)
			f.taken(t, said(t, 1, wire.UpNote, visited, note("c-keller")), said(t, 2, wire.UpNote, visited, note("c-other")),
				said(t, 3, wire.UpErase, visited.Add(time.Minute), wire.Erase{Customer: "c-keller", Proof: "f-1", Asked: wire.AskedByCustomer}))
			if err := f.file.Compact(); err != nil { // a whole file to go back to
				t.Fatal(err)
			}
			kept, err := os.ReadFile(filepath.Join(dir, "office.db"))
			if err == nil {
				err = interrupt(f)
			}
			if err == nil {
				err = f.Close()
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, "office.db"), kept, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			f = opened(t, dir)
			defer f.Close()
			if got := f.proofs(t); len(got) != 0 {
				t.Errorf("told too early: %q", got)
			}
			if err := f.strike(); err != nil {
				t.Fatal(err)
			}
			if got := f.proofs(t); len(got) != 1 {
				t.Errorf("her store hears of %q", got)
			}
			data, err := os.ReadFile(filepath.Join(dir, LogName))
			if err != nil || bytes.Contains(data, []byte("c-keller")) || !bytes.Contains(data, []byte("c-other")) {
				t.Errorf("%v: %s", err, data)
			}
			holds(t, f, 1, 2, 3)
		})
	}
}

// A log that cannot be replaced leaves everything as it is, nobody is told, and
// what arrives meanwhile is kept.
func TestALogThatCannotBeStruck(t *testing.T) {
	dir := newFolder(t)
	f := opened(t, dir)
	defer f.Close()
	f.taken(t, said(t, 1, wire.UpNote, visited, note("c-keller")),
		said(t, 2, wire.UpErase, visited.Add(time.Minute), wire.Erase{Customer: "c-keller", Proof: "f-1", Asked: wire.AskedByCustomer}))
	jam := filepath.Join(dir, LogName+".next")
	if err := os.MkdirAll(filepath.Join(jam, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.strike(); err == nil || len(f.proofs(t)) != 0 {
		t.Errorf("%v, told %q", err, f.proofs(t))
	}
	f.taken(t, said(t, 3, wire.UpNote, visited, note("c-other")))
	if err := os.RemoveAll(jam); err != nil {
		t.Fatal(err)
	}
	if err := f.strike(); err != nil || len(f.proofs(t)) != 1 {
		t.Errorf("%v, told %q", err, f.proofs(t))
	}
	holds(t, f, 1, 2, 3)
}

// An erasure that the chain's own programs ask for waits for headquarters' log,
// too, and its reference says so.
func TestAnErasureWaitsForTheLog(t *testing.T) {
	f := opened(t, newFolder(t))
	defer f.Close()
	f.taken(t, said(t, 1, wire.UpNote, time.Now().Add(-time.Minute), note("c-keller")))
	e, err := f.Erase("c-keller")
	if err != nil || len(e.Waiting) != 1 || e.Waiting[0] != "headquarters" {
		t.Fatalf("%+v, %v", e, err)
	}
	if err := f.strike(); err != nil {
		t.Fatal(err)
	}
	if e, ok, err := f.Erased(e.Reference); err != nil || !ok || len(e.Waiting) != 0 {
		t.Errorf("%+v, %t, %v", e, ok, err)
	}
	if in := names(t, f.o.Dir, "c-keller"); len(in) != 0 {
		t.Errorf("%v name her", in)
	}
}

// The reference of an erasure answers for two years, and is gone then.
func TestErasuresExpire(t *testing.T) {
	f := opened(t, newFolder(t))
	defer f.Close()
	now := time.Now()
	f.o.Now = func() time.Time { return now }
	for _, customer := range []string{"c-1", "c-2", "c-3"} {
		if _, err := f.Erase(customer); err != nil {
			t.Fatal(err)
		}
		if err := f.strike(); err != nil {
			t.Fatal(err)
		}
		now = now.Add(400 * 24 * time.Hour)
	}
	n := 0
	if err := f.file.View(func(tx *vault.Tx) error { n = tx.Count(bucketErasures); return nil }); err != nil || n != 2 {
		t.Errorf("%d erasures are kept after three years, want the two of the last two (%v)", n, err)
	}
}
