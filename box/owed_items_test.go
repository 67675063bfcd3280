package box

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/sync/wire"
)

// What she hid, chose and objected to, and was on the disk when the box crashed
// and not in the outbox, is told after the next start, once; what the desk reports
// in the ordinary way is not told again.
func TestAChangeBeforeACrash(t *testing.T) {
	b, _ := lined(t)
	served(t, b)
	c := customerOf(t, "c-1")
	before := b.link.Status().Backlog
	owes := func(want int) {
		t.Helper()
		if got := b.link.Status().Backlog - before; got != want {
			t.Fatalf("the outbox has %d events, want %d", got, want)
		}
	}
	bea, _ := floor.ParseAssociate("bea")
	if err := b.profiles.Hide(c, "p1", true); err != nil { // and the crash
		t.Fatal(err)
	}
	if _, err := b.profiles.Choose(c, func(c profile.Choice) profile.Choice { c.Preferred = []floor.AssociateID{bea}; return c }); err != nil {
		t.Fatal(err)
	}
	b.tellOwed()
	owes(2)
	b.tellOwed()
	owes(2)
	b.flow.record = b.record
	if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		if err := d.Hide(c, "p1", false, now); err != nil {
			t.Error(err)
		}
		if err := d.Prefer(c, []string{"ana"}, now); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	after := b.link.Status().Backlog - before // what became of her offer is among them
	if took := b.owed.take(); len(took.items) != 2 {
		t.Fatalf("the outbox took %v", took.items)
	} else {
		b.owed.add(took)
	}
	b.tellOwed()
	owes(after)
	if items, err := b.profiles.UntoldItems(); err != nil || len(items) != 0 {
		t.Errorf("%v are owed still, %v", items, err)
	}
}

// Headquarters hears whom of the staff she wants and does not want, all of them,
// and that a note is gone, without its text.
func TestItemsForHeadquarters(t *testing.T) {
	c := customerOf(t, "c-1")
	ana, _ := floor.ParseAssociate("ana")
	bea, _ := floor.ParseAssociate("bea")
	kind, got := itemForHQ(profile.Item{Customer: c, Of: profile.OfAssociates, ID: "mine", Choice: profile.Choice{
		Preferred: []floor.AssociateID{ana}, Blocked: []floor.AssociateID{bea}}}, at)
	if k := got.(wire.Correction); kind != wire.UpCorrection || len(k.Preferred) != 1 || k.Preferred[0] != "ana" || len(k.Blocked) != 1 || k.Blocked[0] != "bea" {
		t.Errorf("%s %+v", kind, got)
	}
	kind, got = itemForHQ(profile.Item{Customer: c, Of: profile.OfNote, ID: "n-1", Settled: true, Removed: true, Note: profile.Note{ID: "n-1", Text: "x"}}, at)
	if k := got.(wire.Correction); kind != wire.UpCorrection || !k.Removed || k.ID != "n-1" || k.Text != "" {
		t.Errorf("%s %+v", kind, got)
	}
	kind, got = itemForHQ(profile.Item{Customer: c, Of: profile.OfAudience, ID: "online", Audience: profile.AudienceClosed}, at)
	if k := got.(wire.Correction); kind != wire.UpCorrection || k.ID != "online" || k.Audience != "closed" {
		t.Errorf("%s %+v", kind, got)
	}
	for _, x := range []any{got} {
		if _, err := wire.Encode(kind, x); err != nil {
			t.Error(err)
		}
	}
}
