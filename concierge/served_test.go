package concierge

import (
	"testing"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/routing"
	"foyer/vault"
)

// Who served a customer is remembered for 24 months, and then not at all: the
// row goes, and with it what an erased key would have opened.
func TestWhoServedIsSwept(t *testing.T) {
	dir := t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	must(t, err)
	s, err := openServed(dir, keys, nil)
	must(t, err)
	t.Cleanup(func() { s.Close(); keys.Close() })
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	who := func(ref string) floor.Customer { c, err := floor.ParseCustomer(ref); must(t, err); return c }
	ana, _ := floor.ParseAssociate("ana")
	marc, _ := floor.ParseAssociate("marc")
	must(t, s.put(who("c-both"), ana, now.AddDate(-3, 0, 0)))
	must(t, s.put(who("c-both"), marc, now.AddDate(0, -23, 0)))
	must(t, s.put(who("c-old"), ana, now.AddDate(-2, 0, -1)))
	must(t, s.put(who("c-gone"), ana, now))
	must(t, s.put(who("c-bad"), ana, now)) // and one that was damaged
	must(t, s.file.Update(func(tx *vault.Tx) error {
		key := keys.Index(servedBucket, "c-bad")
		row := tx.Get(servedBucket, key)
		row[len(row)-1] ^= 1
		return tx.Put(servedBucket, key, row)
	}))
	must(t, s.put(who("c-whole"), ana, now))
	must(t, keys.Shred("c-gone"))
	rows := func() (n int) {
		must(t, s.file.View(func(tx *vault.Tx) error { n = tx.Count(servedBucket); return nil }))
		return n
	}
	if n, err := s.sweep(now); err != nil || n != 2 || rows() != 2 {
		t.Errorf("%d associates forgotten, %d rows left, %v; want 2 and 2", n, rows(), err)
	}
	if _, ok := s.at(who("c-both"), ana); ok {
		t.Error("three years are remembered")
	}
	if at, ok := s.at(who("c-both"), marc); !ok || !at.Equal(now.AddDate(0, -23, 0)) {
		t.Errorf("marc: %v, %v", at, ok)
	}
	if n, err := s.sweep(now); err != nil || n != 0 {
		t.Errorf("a second sweep: %d, %v", n, err)
	}
}

// Whoever says 24 months means the same: how long a relation counts, here, in
// routing and in the table that comes with the box, and how long it is kept.
func TestTheRelationIsKeptAsLongAsItCounts(t *testing.T) {
	lasts := map[string]time.Duration{
		"the desk's rules": Defaults().Served, "routing's": routing.Defaults().ServedWindow, "the table's": policy.Strict().Params().ServedWindow,
	}
	for _, b := range Buckets() {
		if b.Name == servedBucket || b.Name == refusalsBucket {
			lasts["what is kept as "+b.Name] = b.TTL
		}
	}
	if len(lasts) != 5 {
		t.Fatalf("%v", lasts)
	}
	for what, d := range lasts {
		if d != relationTTL {
			t.Errorf("%s: %v, want %v", what, d, relationTTL)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
