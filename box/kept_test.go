package box

import (
	"bytes"
	"errors"
	"fmt"
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
			err = d.WrapUp(ana, visit, concierge.WrapUp{Served: true}, now)
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
	b.clean()
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

// A hundred erasures cost each file one compaction, after which nothing of
// anybody is left, and none where nobody was erased.
func TestErasuresCostOneCompaction(t *testing.T) {
	b, _ := lined(t)
	var traces [][]byte
	ana, _ := floor.ParseAssociate("ana")
	n := 100
	if testing.Short() {
		n = 10
	}
	for i := range n {
		her := customerOf(t, fmt.Sprint("c-", i))
		if err := b.profiles.Put(profile.Profile{Customer: her, Form: "Ms. Keller"}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.ledger.Append(her, ledger.Row{At: at, Viewer: ana, Role: "associate", Purpose: "card"}); err != nil {
			t.Fatal(err)
		}
		traces = append(traces, b.keys.Index("links", her.Ref()), b.keys.Handle(her.Ref()), b.keys.Index("profiles", her.Ref()))
	}
	for i := range n {
		if _, err := b.door.Erase(customerOf(t, fmt.Sprint("c-", i)), concierge.Erasing{}, at); err != nil {
			t.Fatal(err)
		}
	}
	compactions := func() uint64 {
		return b.profiles.Stats().File.Compactions + b.desk.File().Compactions + b.ledger.Stats().File.Compactions
	}
	if got := compactions(); got != 0 {
		t.Errorf("%d compactions while %d are erased", got, n)
	}
	b.clean()
	b.clean()
	if got := compactions(); got != 3 { // profiles.db, desk.db and ledger.db
		t.Errorf("%d compactions for %d erasures, want 3", got, n)
	}
	if files := b.holding(t, traces...); len(files) != 0 {
		t.Errorf("%v speak of those who were erased", files)
	}
}

// Files from before an erasure that are put back beside the keys of today open
// nothing of hers: not her profile, not who served her, not who saw what.
func TestOlderFilesOpenNothing(t *testing.T) {
	b, _ := lined(t)
	b.in.Config.Store.ID = "shop"
	finished(t, b, served(t, b))
	other, her := customerOf(t, "c-2"), customerOf(t, "c-1")
	if err := b.profiles.Put(profile.Profile{Customer: other, Form: "Mr. Ito"}); err != nil {
		t.Fatal(err)
	}
	shut := func() {
		t.Helper()
		if err := errors.Join(b.profiles.Close(), b.ledger.Close(), b.desk.Close(), b.keys.Close()); err != nil {
			t.Fatal(err)
		}
	}
	open := func() {
		t.Helper()
		var err error
		if b.keys, err = vault.OpenKeys(b.in.Config.Data, [32]byte{1}, vault.KeyOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := b.openData(); err != nil {
			t.Fatal(err)
		}
	}
	shut()
	older := map[string][]byte{}
	for _, name := range []string{"profiles.db", "desk.db", "ledger.db"} {
		data, err := os.ReadFile(filepath.Join(b.in.Config.Data, name))
		if err != nil {
			t.Fatal(err)
		}
		older[name] = data
	}
	open()
	if _, err := b.door.Erase(her, concierge.Erasing{}, at); err != nil {
		t.Fatal(err)
	}
	shut()
	for name, data := range older {
		if err := os.WriteFile(filepath.Join(b.in.Config.Data, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open()
	if files := b.holding(t, b.keys.Handle(her.Ref())); len(files) != 2 {
		t.Errorf("%v speak of her: the older files are not there", files)
	}
	if _, err := b.profiles.Get(her); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("her profile: %v", err)
	}
	if rows, err := b.ledger.Of(her); err != nil || len(rows) != 0 {
		t.Errorf("%d accesses are hers, %v", len(rows), err)
	}
	if n, err := b.door.Sweep(at); err != nil || n != 0 { // a row that nothing opens has nobody in it
		t.Errorf("%d associates are known to have served her, %v", n, err)
	}
	if p, err := b.profiles.Get(other); err != nil || p.Form != "Mr. Ito" {
		t.Errorf("the other customer: %v", err)
	}
}
