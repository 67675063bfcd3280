package box

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/ledger"
	"foyer/profile"
	"foyer/sync/wire"
	"foyer/vault"
)

// finished has Ana accept and finish, so that everything that remembers a
// customer does.
func finished(t *testing.T, b *store, visit floor.VisitID) {
	t.Helper()
	ana, _ := floor.ParseAssociate("ana")
	if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		today, err := d.Today(ana, now)
		if err == nil {
			_, err = d.Accept(ana, today.Offer.ID, now)
		}
		if err == nil {
			err = d.WrapUp(ana, visit, true, now)
		}
		if err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
}

// What desk.db keeps goes when it has been kept long enough, with the rest.
func TestTidySweepsTheDesk(t *testing.T) {
	b, _ := lined(t)
	finished(t, b, served(t, b))
	later := time.Now().AddDate(3, 0, 0)
	b.in.Now = func() time.Time { return later }
	b.clock = mustClock(t, t.TempDir())
	b.tidy()
	if n, err := b.door.Sweep(later); err != nil || n != 0 {
		t.Errorf("%d of three years ago were left, %v", n, err)
	}
}

// holding are the files below the data folder in which one of the texts stands.
func (b *store) holding(t *testing.T, texts ...[]byte) (files []string) {
	t.Helper()
	all, err := os.ReadDir(b.in.Config.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		data, err := os.ReadFile(filepath.Join(b.in.Config.Data, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range texts {
			if bytes.Contains(data, s) {
				files = append(files, f.Name())
				break
			}
		}
	}
	return files
}

// Headquarters sends an erasure while the line is down again: what the box had
// of her is gone from every file, the ledger holds without her, and
// headquarters is owed the report.
func TestAnErasureOfHeadquarters(t *testing.T) {
	b, _ := lined(t)
	finished(t, b, served(t, b))
	c := customerOf(t, "c-1")
	handle := b.keys.Handle(c.Ref())
	if rows, err := b.ledger.Of(c); err != nil || len(rows) != 1 {
		t.Fatalf("%d accesses, %v", len(rows), err)
	}
	if files := b.holding(t, handle); len(files) != 3 { // desk, keys, profiles
		t.Errorf("before, %v speak of her: the search looks in the wrong place", files)
	}
	if err := b.tell(t, wire.DownErase, wire.Erase{Customer: c.Ref()}); err != nil {
		t.Fatal(err)
	}
	if files := b.holding(t, handle, []byte("Keller"), []byte("ANKLE-BOOTS")); len(files) != 0 {
		t.Errorf("after, %v speak of her", files)
	}
	if _, err := b.profiles.Get(c); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("her profile: %v", err)
	}
	if rows, err := b.ledger.Of(c); err != nil || len(rows) != 0 {
		t.Errorf("%d accesses are still hers, %v", len(rows), err)
	}
	if err := b.ledger.Verify(); err != nil {
		t.Error(err)
	}
	if n := b.link.Status().Backlog; n != 1 {
		t.Errorf("%d reports of it are owed to headquarters", n)
	}
}

// A ledger that was tampered with while the box was off is said to be broken by
// the first look at it, and by the operator's command.
func TestABrokenLedgerIsSaid(t *testing.T) {
	b, _ := lined(t)
	finished(t, b, served(t, b))
	b.clock = mustClock(t, t.TempDir())
	broken := func() bool {
		b.verified = time.Time{}
		b.tidy()
		return slices.ContainsFunc(b.health.List(), func(w health.Warning) bool { return w.Code == health.LedgerBroken })
	}
	if s, err := b.verify(); err != nil || s.Seq != 1 || len(s.Hash) != 64 || broken() {
		t.Fatalf("a whole ledger: %+v, %v", s, err)
	}
	if told := b.linkOptions().Ledger(); told != wire.LedgerHead(b.ledgerHead()) {
		t.Errorf("headquarters is told %+v", told)
	}
	if newest, err := b.verifyRow(0); err != nil || newest != any(b.ledgerHead()) {
		t.Errorf("the newest row: %+v, %v", newest, err)
	}
	if first, err := b.verifyRow(1); err != nil || first != any(b.ledgerHead()) {
		t.Errorf("its first row: %+v, %v", first, err)
	}
	if _, err := b.verifyRow(2); err == nil {
		t.Error("a row that is none has a hash")
	}
	dir := b.in.Config.Data
	if err := b.ledger.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := vault.Open(dir, "ledger.db", vault.Options{Buckets: ledger.Buckets()})
	if err != nil {
		t.Fatal(err)
	}
	err = f.Update(func(tx *vault.Tx) error {
		k, _ := tx.First("rows", nil)
		return tx.Delete("rows", k)
	})
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if b.ledger, err = ledger.Open(dir, b.keys, ledger.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.verify(); !errors.Is(err, ledger.ErrBroken) {
		t.Errorf("a row was removed, and: %v", err)
	}
	b.health.Clear(health.LedgerBroken, "")
	if !broken() {
		t.Error("the upkeep does not say so")
	}
}
