package profile_test

import (
	"errors"
	"testing"
	"time"

	"foyer/profile"
)

// A box answers for an erasure by its proof, and keeps her pseudonym for the
// report exactly until headquarters has confirmed: through a restart, and again
// when the outbox that had the report is lost.
func TestErasureIsReportedAndConfirmed(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-gone")
	if err := errors.Join(b.cache.Put(p), b.cache.TellVia("1")); err != nil {
		t.Fatal(err)
	}
	e := profile.Erasure{Proof: profile.NewProof(), At: noon, Here: true, Owed: true, Counts: map[string]int{"notes": 2}}
	if err := b.cache.Erase(p.Customer, e); err != nil {
		t.Fatal(err)
	}
	owed := func(n int) {
		t.Helper()
		reports, err := b.cache.Reports()
		if err != nil || len(reports) != n {
			t.Fatalf("%d reports are owed, want %d (%v)", len(reports), n, err)
		}
		if n == 1 && (reports[0].Customer != p.Customer || reports[0].Proof != e.Proof) {
			t.Errorf("the report is %+v", reports[0])
		}
	}
	b.restart()
	owed(1)
	if err := b.cache.Reported(e.Proof, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	owed(0)
	if err := b.cache.TellVia("1"); err != nil { // the same outbox as before
		t.Fatal(err)
	}
	owed(0)
	if err := b.cache.TellVia("2"); err != nil {
		t.Fatal(err)
	}
	owed(1)
	if known, err := b.cache.Confirm(profile.NewProof(), noon); known || err != nil {
		t.Errorf("a proof of elsewhere: %t, %v", known, err)
	}
	if known, err := b.cache.Confirm(e.Proof, noon.Add(time.Hour)); !known || err != nil {
		t.Fatalf("the proof of here: %t, %v", known, err)
	}
	before := b.cache.Stats().File.Compactions
	if err := b.cache.Clean(); err != nil || b.cache.Stats().File.Compactions != before+1 {
		t.Errorf("the bytes of her pseudonym are left in the file: %v", err)
	}
	b.restart()
	if err := b.cache.TellVia("3"); err != nil {
		t.Fatal(err)
	}
	owed(0) // there is nobody left to name
	got, err := b.cache.Erasure(e.Proof)
	if err != nil || got.Owed || !got.Here || got.Counts["notes"] != 2 || !got.At.Equal(noon) || !got.Confirmed.Equal(noon.Add(time.Hour)) {
		t.Errorf("the erasure is %+v, %v", got, err)
	}
	if _, err := b.cache.Erasure("f-made-up"); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("a made-up proof: %v", err)
	}
	if _, err := b.cache.Sweep(noon.AddDate(2, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.cache.Erasure(e.Proof); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("after two years: %v", err)
	}
}
