package profile_test

import (
	"errors"
	"os"
	"path/filepath"
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
	if proof, err := b.cache.BeginErasure(p.Customer, e); err != nil || proof != e.Proof {
		t.Fatal(proof, err)
	}
	if err := b.cache.FinishErasure(p.Customer); err != nil {
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

// jam makes the disk refuse a new key-encryption key, and returns what lets it
// take one again.
func (b *box) jam() (free func()) {
	b.t.Helper()
	path := filepath.Join(b.dir, "keys.kek.next")
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		b.t.Fatal(err)
	}
	return func() {
		if err := os.RemoveAll(path); err != nil {
			b.t.Fatal(err)
		}
	}
}

// An erasure whose keys the disk does not let go of is under way, through a
// restart too: it proves nothing, headquarters is not told of it, nothing is
// sealed for her meanwhile, and asking again is the same erasure. Once the disk
// does, it is finished, and she may come anew.
func TestAnErasureIsFinishedLater(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-gone")
	if err := b.cache.Put(p); err != nil {
		t.Fatal(err)
	}
	free := b.jam()
	e := profile.Erasure{At: noon, Here: true, Owed: true, Counts: map[string]int{"notes": 2}}
	proof, err := b.cache.BeginErasure(p.Customer, e)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.cache.FinishErasure(p.Customer); err == nil || !b.keys.Has(p.Customer.Ref()) {
		t.Fatal("the disk took it: this test proves nothing")
	}
	begun := func(want int) {
		t.Helper()
		got, err := b.cache.Erasure(proof)
		if err != nil || got.Begun != (want > 0) || got.Counts["notes"] != 2 {
			t.Errorf("the erasure is %+v, %v", got, err)
		}
		if all, err := b.cache.Begun(); err != nil || len(all) != want || want > 0 && all[0].Customer != p.Customer {
			t.Errorf("%d are under way, want %d: %v", len(all), want, err)
		}
		if r, err := b.cache.Reports(); err != nil || len(r) != 1-want {
			t.Errorf("%d reports are owed, %v", len(r), err)
		}
	}
	begun(1)
	e.Counts = nil
	if again, err := b.cache.BeginErasure(p.Customer, e); err != nil || again != proof {
		t.Errorf("asked again it is %q, not %q: %v", again, proof, err)
	}
	begun(1)
	if _, err := b.cache.Sweep(noon.AddDate(3, 0, 0)); err != nil {
		t.Fatal(err)
	}
	free()
	b.restart()
	begun(1)
	later := profile.Consent{Purpose: profile.Presence, Granted: true, At: profile.HLC{Wall: noon.Add(time.Hour), Node: "hq"}}
	if _, err := b.cache.Merge(p.Customer, later); !errors.Is(err, profile.ErrBegun) {
		t.Errorf("what she says meanwhile goes with the rest: %v", err)
	}
	if err := b.cache.FinishErasure(p.Customer); err != nil || b.keys.Has(p.Customer.Ref()) {
		t.Fatalf("it is not finished: %v", err)
	}
	begun(0)
	b.restart()
	begun(0)
	if _, err := b.cache.Merge(p.Customer, later); err != nil || !b.cache.Allowed(p.Customer, profile.Presence) {
		t.Errorf("she cannot come anew: %v", err)
	}
}

// An operator's erasure is told, and not confirmed: her pseudonym goes with the
// report. One of headquarters' is not told at all.
func TestAnErasureOfOthersKeepsNobody(t *testing.T) {
	b := newBox(t)
	who := customer(t, "c-gone")
	for name, e := range map[string]profile.Erasure{"operator": {At: noon, Operator: true, Owed: true}, "headquarters": {At: noon, Proof: "f-of-hq"}} {
		proof, err := b.cache.BeginErasure(who, e)
		if err == nil {
			err = b.cache.FinishErasure(who)
		}
		if err != nil {
			t.Fatal(err)
		}
		r, err := b.cache.Reports()
		if err != nil || len(r) != map[string]int{"operator": 1}[name] {
			t.Errorf("%s: %d reports, %v", name, len(r), err)
		}
		if err := b.cache.Reported(proof, noon); err != nil {
			t.Fatal(err)
		}
		if got, err := b.cache.Erasure(proof); err != nil || got.Owed || got.Begun {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if err := b.cache.TellVia(name); err != nil {
			t.Fatal(err)
		}
		if r, err := b.cache.Reports(); err != nil || len(r) != 0 {
			t.Errorf("%s: her pseudonym was kept: %v, %v", name, r, err)
		}
	}
}
