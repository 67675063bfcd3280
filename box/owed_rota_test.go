package box

import (
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
)

// What a manager changed of shifts and covers, and was on the disk when the box
// crashed and not in the outbox, is told after the next start, once; what the desk
// reports in the ordinary way is not told again.
func TestARotaChangeBeforeACrash(t *testing.T) {
	b, _ := lined(t)
	boss, _ := floor.ParseAssociate("boss")
	ana, _ := floor.ParseAssociate("ana")
	change := func(f func(d *concierge.Desk, day string, now time.Time) error) {
		t.Helper()
		if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
			if err := f(d, now.UTC().Format(time.DateOnly), now); err != nil {
				t.Error(err)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	owes := func(what string, backlog, untold int) {
		t.Helper()
		rows, err := b.door.UntoldRota()
		if n := b.link.Status().Backlog; err != nil || n != backlog || len(rows) != untold {
			t.Errorf("%s: %d in the outbox and %d still to be told, want %d and %d (%v)", what, n, len(rows), backlog, untold, err)
		}
	}
	change(func(d *concierge.Desk, day string, now time.Time) error { // and the crash
		d.SetRoster([]floor.Associate{{ID: boss, Name: "Boss", Role: floor.RoleManager}, {ID: ana, Name: "Ana", Role: floor.RoleAssociate}}, now)
		d.SetShifts([]floor.Shift{{Associate: boss, From: now.Add(-time.Hour), To: now.Add(time.Hour)}})
		return errors.Join(d.SignOn(boss, now), d.ChangeShifts(boss, "ana", day, []rota.Span{}, now), d.ChangeCovers(boss, "ana", []string{"boss"}, false, now))
	})
	owes("after the crash", 0, 2)
	b.tellOwed()
	owes("after the next start", 2, 0)
	b.tellOwed()
	owes("at the next look", 2, 0)
	b.flow.record = b.record
	change(func(d *concierge.Desk, day string, now time.Time) error { return d.UndoShifts(boss, "ana", day, now) })
	owes("in the ordinary way", 3, 1)
	b.tellOwed()
	owes("and noted", 3, 0)
}
