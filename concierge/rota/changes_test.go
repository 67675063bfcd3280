package rota

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/vault"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openRota(t *testing.T, dir string) (*Rota, func()) {
	t.Helper()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	must(t, err)
	f, err := vault.Open(dir, "desk.db", vault.Options{Buckets: Buckets()})
	must(t, err)
	return New(f, keys), func() { must(t, f.Close()); must(t, keys.Close()) }
}

// What a manager changed outlives a restart, and goes when its day is over or she
// leaves.
func TestChangesAreKept(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	r, shut := openRota(t, dir)
	for _, c := range []Change{{Associate: "ana", Day: "2026-11-26", Over: "x", At: now}, {Associate: "ana", Day: "2026-11-30", At: now},
		{Associate: "ana", Covers: []string{"lea"}, At: now}, {Associate: "marc", Covers: []string{"lea"}, At: now}} {
		if err := r.Keep(c); err != nil {
			t.Fatal(err)
		}
	}
	shut()
	r, shut = openRota(t, dir)
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
	if err := r.Left(func(ref string) bool { return ref == "ana" }); err != nil {
		t.Error(err)
	}
	want("ana has left", 1, 1)
	if err := r.Undo(Change{Associate: "marc"}); err != nil {
		t.Error(err)
	}
	want("undone", 1, 0)
}

// A change is owed to headquarters from the transaction that keeps it on, through a
// restart, until the outbox has it; of one day the last change counts, also if it
// is that headquarters' word holds again.
func TestAChangeIsOwed(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	r, shut := openRota(t, dir)
	owed := func(want ...Change) {
		t.Helper()
		got, err := r.Untold()
		slices.SortFunc(got, func(a, b Change) int { return a.At.Compare(b.At) })
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
	}
	change := func(minute int, c Change) Change {
		c.Associate, c.By, c.At = "ana", "boss", now.Add(time.Duration(minute)*time.Minute)
		return c
	}
	in := change(0, Change{Day: "2026-11-26", Shifts: []Span{{now, now.Add(time.Hour)}}})
	covers := change(1, Change{Covers: []string{"lea"}})
	must(t, r.Keep(in))
	must(t, r.Keep(covers))
	shut()
	r, shut = openRota(t, dir)
	defer func() { shut() }()
	owed(in, covers)
	later := change(2, Change{Day: "2026-11-26"})
	must(t, r.Keep(later))
	must(t, r.Told(in))
	owed(covers, later)
	must(t, r.Told(covers, later))
	owed()
	back := change(3, Change{Day: "2026-11-26", Shifts: in.Shifts})
	must(t, r.Undo(back))
	back.Undone = true
	owed(back)
	if _, err := r.Sweep(now.AddDate(0, 0, 4)); err != nil {
		t.Error(err)
	}
	owed()
	must(t, r.Keep(covers))
	must(t, r.Left(func(ref string) bool { return ref == "ana" }))
	owed()
}
