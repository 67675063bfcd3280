package concierge_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/profile"
)

// Who leaves takes along what she noted for herself; what she wrote for others
// stays. A roster that is wrong for an hour costs nothing.
func TestNotesOfOneWhoLeft(t *testing.T) {
	h := newHouse(t, nil)
	at := start.AddDate(0, -1, 0)
	c := h.customer("c-1", func(p *profile.Profile) {
		zoe := associate("zoe")
		p.Notes = []profile.Note{
			{ID: "n1", Author: zoe, Kind: profile.NotePreference, Visibility: profile.NoteMine, Text: "MINE", At: at},
			{ID: "n2", Author: zoe, Kind: profile.NotePersonal, Visibility: profile.NotePreferred, Text: "OPENED", At: at},
			{ID: "n3", Author: zoe, Kind: profile.NoteHandling, Visibility: profile.NoteService, Text: "SERVICE", At: at},
			{ID: "n4", Author: zoe, Kind: profile.NoteHandoff, Visibility: profile.NoteService, Handoff: profile.Handoff{Greet: "HANDOFF"}, Text: "Greet: HANDOFF", At: at},
			{ID: "n5", Author: zoe, Kind: profile.NotePreference, Visibility: profile.NotePreferred, Text: "FOR-MINE", At: at},
			{ID: "n6", Author: associate("ana"), Kind: profile.NotePreference, Visibility: profile.NoteMine, Text: "ANAS", At: at},
		}
	})
	door := h.desk.Door(nil, nil)
	notes := func() string {
		p, err := h.profiles.Get(c)
		must(t, err)
		var out []string
		for _, n := range p.Notes {
			out = append(out, n.ID)
		}
		return strings.Join(out, " ")
	}
	sweep := func(after time.Duration, staff ...string) {
		t.Helper()
		var roster []floor.Associate
		for _, name := range staff {
			roster = append(roster, floor.Associate{ID: associate(name)})
		}
		h.now = h.now.Add(after)
		_, err := door.SweepLeavers(h.now, roster)
		must(t, err)
	}
	const all = "n1 n2 n3 n4 n5 n6"
	for _, step := range []struct {
		after time.Duration
		staff []string
		want  string
	}{
		{0, nil, all},                               // no roster says nothing
		{time.Hour, []string{"ana"}, all},           // missed for the first time
		{time.Hour, []string{"ana", "zoe"}, all},    // a mistake
		{time.Hour, []string{"ana"}, all},           // begins anew
		{23 * time.Hour, []string{"ana"}, all},      // not yet
		{time.Hour, []string{"ana"}, "n3 n4 n5 n6"}, // a day
		{48 * time.Hour, []string{"ana"}, "n3 n4 n5 n6"},
	} {
		if sweep(step.after, step.staff...); notes() != step.want {
			t.Fatalf("after %v with %v: %s, want %s", step.after, step.staff, notes(), step.want)
		}
	}
}

// A roster that leaves somebody out by mistake costs her nothing within a day: her
// settings, covers, tier and training hold again. After a day nothing of hers is
// left, in whatever is declared to go with her, on the disk or in memory.
func TestWhoLeftIsForgottenAfterADay(t *testing.T) {
	h, _, _ := managed(t)
	boss, ana := associate("boss"), associate("ana")
	all := h.desk.Roster()
	without := slices.DeleteFunc(slices.Clone(all), func(a floor.Associate) bool { return a.ID == ana })
	must(t, h.desk.SetScheduleVisibility(ana, rota.Hidden, h.now))
	must(t, h.desk.ChangeCovers(boss, "ana", []string{"lea"}, false, h.now))
	must(t, h.desk.SetTier(boss, "ana", floor.TierRestricted, "She asked for a quieter month.", h.now.AddDate(0, 0, 60), h.now))
	must(t, h.desk.RecordTraining(boss, "ana", "2026-1", h.now))
	must(t, h.desk.MarkOf(ana, h.now))
	holds := func() (out []bool) {
		t.Helper()
		v, err := h.desk.ScheduleVisibility(ana)
		must(t, err)
		own, err := h.desk.Conduct(boss, h.now)
		must(t, err)
		i := slices.IndexFunc(own, func(p concierge.Person) bool { return p.ID == "ana" })
		at := slices.IndexFunc(h.desk.Roster(), func(a floor.Associate) bool { return a.ID == ana })
		return []bool{v == rota.Hidden, len(h.desk.Roster()[at].Covers) == 1, own[i].Tier == floor.TierRestricted, own[i].Training != nil, own[i].Revealed == 1}
	}
	var hers []string // buckets
	for _, b := range concierge.Buckets() {
		if strings.Contains(b.Fields, "gone a day after she leaves the roster") || b.Name == "rota-untold" {
			hers = append(hers, b.Name)
		}
	}
	rows := func() (n []int) {
		for _, b := range hers {
			n = append(n, h.desk.Rows(b))
		}
		return n
	}
	each := func(n int) []int { return slices.Repeat([]int{n}, len(hers)) }
	if len(hers) != 6 || !slices.Equal(rows(), each(1)) {
		t.Fatalf("%v hold %v", hers, rows())
	}
	door := h.desk.Door(nil, nil)
	sweep := func(after time.Duration) (n int) {
		t.Helper()
		h.now = h.now.Add(after)
		n, err := door.SweepLeavers(h.now, h.desk.Roster())
		must(t, err)
		if n > 0 {
			h.desk.Forgot()
		}
		return n
	}
	h.desk.SetRoster(without, h.now)
	if sweep(0) != 0 || sweep(23*time.Hour) != 0 || !slices.Equal(rows(), each(1)) {
		t.Errorf("within a day %v hold %v", hers, rows())
	}
	for i := range all { // as headquarters says it
		all[i].Covers = nil
	}
	h.desk.SetRoster(all, h.now)
	if got := holds(); slices.Contains(got, false) {
		t.Errorf("a mistake cost her: %v", got)
	}
	sweep(0)
	h.desk.SetRoster(without, h.now)
	if sweep(0) != 0 || sweep(23*time.Hour) != 0 || !slices.Equal(rows(), each(1)) {
		t.Errorf("the day does not begin anew: %v hold %v", hers, rows())
	}
	if n := sweep(time.Hour); n != 1 || !slices.Equal(rows(), each(0)) {
		t.Errorf("%d forgotten after a day, %v hold %v", n, hers, rows())
	}
	if sweep(time.Hour); h.desk.Rows("leavers") != 0 {
		t.Error("that she left is kept with nothing left to forget")
	}
	h.desk.SetRoster(all, h.now)
	if got := holds(); slices.Contains(got, true) {
		t.Errorf("she is known again: %v", got)
	}
}
