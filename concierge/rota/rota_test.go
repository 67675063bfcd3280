package rota_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/vault"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, dir string) (*rota.Rota, func()) {
	t.Helper()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	must(t, err)
	file, err := vault.Open(dir, "desk.db", vault.Options{Buckets: rota.Buckets()})
	must(t, err)
	return rota.New(file, keys), func() { must(t, file.Close()); must(t, keys.Close()) }
}

func TestDaysAreHalves(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Vienna")
	must(t, err)
	ana, err := floor.ParseAssociate("ana")
	must(t, err)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	shift := func(from, to time.Time) floor.Shift { return floor.Shift{Associate: ana, From: from, To: to} }
	shifts := []floor.Shift{
		shift(at(21, 9, 0), at(21, 18, 0)), // yesterday
		shift(at(22, 9, 17), at(22, 18, 3)),
		shift(at(24, 9, 0), at(24, 13, 30)),                                   // half an hour does not make an afternoon
		shift(at(25, 14, 0), at(25, 20, 0)),                                   // afternoon
		shift(at(27, 9, 0), at(27, 12, 0)),                                    // two shifts of one day
		shift(at(27, 15, 0), at(27, 19, 0)),                                   //
		shift(at(28, 22, 0), at(29, 3, 0)),                                    // over midnight
		shift(at(22, 0, 0).AddDate(0, 0, 14), at(22, 9, 0).AddDate(0, 0, 14)), // beyond
	}
	now := at(22, 15, 0)
	for v, want := range map[rota.Visibility][]rota.Day{
		rota.Hidden: nil,
		rota.Today:  {{"2026-11-22", true, true}},
		rota.TwoWeeks: {{"2026-11-22", true, true}, {"2026-11-24", true, false}, {"2026-11-25", false, true}, {"2026-11-27", true, true},
			{"2026-11-28", false, true}, {"2026-11-29", true, false}},
		"else": nil,
	} {
		if d := cmp.Diff(want, rota.Days(shifts, v, now, zone)); d != "" {
			t.Errorf("%s: %s", v, d)
		}
	}
}

func TestHerWordOutlivesAStart(t *testing.T) {
	dir := t.TempDir()
	r, end := opened(t, dir)
	ana, _ := floor.ParseAssociate("ana")
	marc, _ := floor.ParseAssociate("marc")
	if v, err := r.Visibility(ana); err != nil || v != rota.Unsaid {
		t.Errorf("%s %v", v, err)
	}
	must(t, r.Set(ana, rota.Hidden))
	must(t, r.Set(marc, rota.TwoWeeks))
	if err := r.Set(ana, "all"); !errors.Is(err, rota.ErrVisibility) {
		t.Errorf("%v", err)
	}
	end()
	r, end = opened(t, dir)
	defer end()
	if v, err := r.Visibility(ana); err != nil || v != rota.Hidden {
		t.Errorf("after a start: %s %v", v, err)
	}
	must(t, r.Left(func(ref string) bool { return ref == "marc" }))
	hers, _ := r.Visibility(ana)
	his, _ := r.Visibility(marc)
	if hers != rota.Hidden || his != rota.Unsaid {
		t.Errorf("ana %s, and marc, who left, %s", hers, his)
	}
}

func TestLooksAreCountedAcrossAStart(t *testing.T) {
	dir := t.TempDir()
	r, end := opened(t, dir)
	c, _ := floor.ParseCustomer("c-1")
	other, _ := floor.ParseCustomer("c-2")
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for range rota.MaxReads {
		must(t, r.Look(c, "2026-11-22", now))
	}
	end()
	r, end = opened(t, dir)
	defer end()
	if err := r.Look(c, "2026-11-22", now); !errors.Is(err, rota.ErrOften) {
		t.Errorf("the 31st look: %v", err)
	}
	must(t, r.Look(other, "2026-11-22", now))
	must(t, r.Look(c, "2026-11-23", now.Add(24*time.Hour)))
	if n, err := r.Sweep(now.Add(25 * time.Hour)); err != nil || n != 1 {
		t.Errorf("%d swept, %v", n, err)
	}
	must(t, r.Forget(c))
	if n, _ := r.Sweep(now.Add(240 * time.Hour)); n != 0 {
		t.Errorf("%d are left of one who was forgotten", n)
	}
}
