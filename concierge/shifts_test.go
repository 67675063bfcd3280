package concierge_test

import (
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
)

// A manager's word on a day holds over headquarters' until that says something
// else of the same day; whoever is put off shift is asked nothing, and
// headquarters is told.
func TestAManagerChangesShifts(t *testing.T) {
	h, _, _ := managed(t)
	boss, ana := associate("boss"), associate("ana")
	day := h.now.Format(time.DateOnly)
	span := func(from, to int) []rota.Span {
		y, m, d := h.now.Date()
		return []rota.Span{{From: time.Date(y, m, d, from, 0, 0, 0, time.UTC), To: time.Date(y, m, d, to, 0, 0, 0, time.UTC)}}
	}
	line := func(name string) concierge.RollLine {
		t.Helper()
		r, err := h.desk.Roll(boss, "", h.now)
		must(t, err)
		for _, l := range r.Lines {
			if l.ID == name {
				return l
			}
		}
		return concierge.RollLine{}
	}
	said := line("ana").Shifts
	if len(said) != 1 || !line("ana").On || line("ana").Changed {
		t.Fatalf("before: %+v", line("ana"))
	}
	for name, tt := range map[string]struct {
		day   string
		spans []rota.Span
		want  error
	}{
		"yesterday":   {h.now.AddDate(0, 0, -1).Format(time.DateOnly), nil, rota.ErrDay},
		"in a year":   {h.now.AddDate(1, 0, 0).Format(time.DateOnly), nil, rota.ErrDay},
		"no day":      {"soon", nil, rota.ErrDay},
		"another day": {h.now.AddDate(0, 0, 1).Format(time.DateOnly), span(9, 10), rota.ErrShifts},
		"overlapping": {day, append(span(9, 12), span(11, 14)...), rota.ErrShifts},
		"backwards":   {day, span(12, 9), rota.ErrShifts},
	} {
		if err := h.desk.ChangeShifts(boss, "ana", tt.day, tt.spans, h.now); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.desk.ChangeShifts(ana, "marc", day, nil, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("an associate changes shifts: %v", err)
	}
	must(t, h.desk.ChangeShifts(boss, "ana", day, nil, h.now))
	h.take()
	if l := line("ana"); len(l.Shifts) != 0 || l.On || !l.Changed || l.By != "boss" {
		t.Errorf("ana is not in: %+v", l)
	}
	if _, err := h.desk.Today(ana, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("and is still signed on: %v", err)
	}
	told := h.all(concierge.RotaChanged)
	if len(told) != 1 || told[0].Rota.Day != day || len(told[0].Rota.Shifts) != 0 || told[0].Rota.By != boss || told[0].Associate != ana {
		t.Errorf("headquarters is told %+v", told)
	}
	again := func(from, to time.Duration) { // headquarters sends the schedule
		var all []floor.Shift
		for _, a := range h.desk.Roster() {
			s := floor.Shift{Associate: a.ID, From: start.Add(-time.Hour), To: start.Add(8 * time.Hour)}
			if a.ID == ana {
				s.From, s.To = s.From.Add(from), s.To.Add(to)
			}
			all = append(all, s)
		}
		h.desk.SetShifts(all)
	}
	again(0, 0)
	if l := line("ana"); l.On || !l.Changed {
		t.Errorf("headquarters says the same again: %+v", l)
	}
	must(t, h.desk.ChangeShifts(boss, "ana", day, span(9, 20), h.now))
	if l := line("ana"); len(l.Shifts) != 1 || l.Shifts[0].To.Hour() != 20 || !l.On {
		t.Errorf("ana stays longer: %+v", l)
	}
	again(0, 30*time.Minute)
	if l := line("ana"); l.Changed || !l.Shifts[0].To.Equal(said[0].To.Add(30*time.Minute)) {
		t.Errorf("headquarters says something else: %+v", l)
	}
	again(0, 0)
	must(t, h.desk.UndoShifts(boss, "ana", day, h.now))
	if l := line("ana"); l.Changed || !l.Shifts[0].To.Equal(said[0].To) {
		t.Errorf("undone: %+v", l)
	}
}

// So it is with who stands in for whom.
func TestAManagerChangesCovers(t *testing.T) {
	h, _, _ := managed(t)
	boss := associate("boss")
	covers := func() (out []string) {
		for _, a := range h.desk.Roster() {
			if a.ID == associate("ana") {
				for _, c := range a.Covers {
					out = append(out, c.Ref())
				}
			}
		}
		return out
	}
	for name, bad := range map[string][]string{"herself": {"ana"}, "twice": {"lea", "lea"}, "nobody": {"nobody"}} {
		if err := h.desk.ChangeCovers(boss, "ana", bad, false, h.now); !errors.Is(err, rota.ErrCovers) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, h.desk.ChangeCovers(boss, "ana", []string{"lea", "marc"}, false, h.now))
	if c := covers(); len(c) != 2 || c[0] != "lea" {
		t.Errorf("covers %v", c)
	}
	roster := h.desk.Roster() // as headquarters says it, without covers
	for i := range roster {
		roster[i].Covers = nil
	}
	h.desk.SetRoster(roster, h.now)
	if c := covers(); len(c) != 2 {
		t.Errorf("after the same roster again: %v", c)
	}
	for i := range roster {
		if roster[i].ID == associate("ana") {
			roster[i].Covers = []floor.AssociateID{associate("marc")}
		}
	}
	h.desk.SetRoster(roster, h.now)
	if c := covers(); len(c) != 1 || c[0] != "marc" {
		t.Errorf("headquarters says marc: %v", c)
	}
	must(t, h.desk.ChangeCovers(boss, "ana", nil, false, h.now))
	if c := covers(); len(c) != 0 {
		t.Errorf("nobody covers: %v", c)
	}
	must(t, h.desk.ChangeCovers(boss, "ana", nil, true, h.now))
	if c := covers(); len(c) != 1 || c[0] != "marc" {
		t.Errorf("undone: %v", c)
	}
}
