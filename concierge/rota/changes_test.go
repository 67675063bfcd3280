package rota

import (
	"testing"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// What a manager changed outlives a restart, and goes when its day is over or she
// leaves.
func TestChangesAreKept(t *testing.T) {
	dir := t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	open := func() (*Rota, func()) {
		f, err := vault.Open(dir, "desk.db", vault.Options{Buckets: Buckets()})
		if err != nil {
			t.Fatal(err)
		}
		return New(f, keys), func() { f.Close() }
	}
	r, shut := open()
	for _, c := range []Change{{Associate: "ana", Day: "2026-11-26", Over: "x", At: now}, {Associate: "ana", Day: "2026-11-30", At: now},
		{Associate: "ana", Covers: []string{"lea"}, At: now}, {Associate: "marc", Covers: []string{"lea"}, At: now}} {
		if err := r.Keep(c); err != nil {
			t.Fatal(err)
		}
	}
	shut()
	r, shut = open()
	defer shut()
	want := func(what string, shifts, covers int) {
		t.Helper()
		s, c, err := r.Changes()
		if err != nil || len(s) != shifts || len(c) != covers {
			t.Errorf("%s: %+v, %+v, %v", what, s, c, err)
		}
	}
	want("after a restart", 2, 2)
	if _, err := r.Sweep(now.AddDate(0, 0, 1)); err != nil {
		t.Error(err)
	}
	want("the day after", 2, 2)
	if _, err := r.Sweep(now.AddDate(0, 0, 4)); err != nil {
		t.Error(err)
	}
	want("four days after", 1, 2)
	marc, _ := floor.ParseAssociate("marc")
	if err := r.Staff([]floor.Associate{{ID: marc}}); err != nil {
		t.Error(err)
	}
	want("ana has left", 1, 1)
	if err := r.Undo(Change{Associate: "marc"}); err != nil {
		t.Error(err)
	}
	want("undone", 1, 0)
}
