package concierge_test

import (
	"strings"
	"testing"
	"time"

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
