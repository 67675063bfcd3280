package box

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func mustClock(t *testing.T, dir string) *clock {
	t.Helper()
	c, err := openClock(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const day = 24 * time.Hour

func TestClock(t *testing.T) {
	never := time.Time{}
	dir := t.TempDir()
	c := mustClock(t, dir)
	for i, step := range []struct {
		now    time.Time
		agreed time.Time
		ran    time.Duration
		sure   bool
	}{
		{at, never, 0, true}, // the first start
		{at.Add(30 * time.Second), never, 30 * time.Second, true},
		{at.AddDate(10, 0, 0), never, time.Hour, false},         // a leap
		{at.AddDate(10, 0, 0), at, time.Hour, false},            // headquarters agreed before it
		{at.Add(3 * time.Hour), never, time.Hour, true},         // mended
		{at.Add(45 * time.Hour), never, time.Hour, true},        // a weekend
		{at.Add(45*time.Hour - 3*day), never, time.Hour, false}, // back
		{at.Add(45 * time.Hour), never, time.Hour, true},
		{at.AddDate(0, 0, 23), never, 0, false},               // three weeks off
		{at.AddDate(0, 0, 23), at.AddDate(0, 0, 23), 0, true}, // and headquarters agrees
		{at.AddDate(0, 0, 44), never, 0, false},               // three weeks off again, without headquarters
		{at.AddDate(0, 0, 54), never, 10 * day, false},
		{at.AddDate(0, 0, 66), never, 12 * day, true}, // and three weeks on
		{at.AddDate(9, 0, 0), never, 0, false},
		{at.AddDate(9, 0, 29), never, 29 * day, false},
		{at.AddDate(9, 0, 31), never, 2 * day, true}, // a month is enough for anything
	} {
		if got := c.look(step.now, step.agreed, step.ran); got != step.sure || c.isSure() != got {
			t.Errorf("step %d, %s: believed %v, want %v", i, step.now.Format(time.DateTime), got, step.sure)
		}
		if err := c.keep(); err != nil {
			t.Fatal(err)
		}
		c = mustClock(t, dir)
	}
	if err := os.WriteFile(filepath.Join(dir, "clock.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if c = mustClock(t, dir); c.look(at, never, time.Hour) || !c.believed().IsZero() || !c.look(at, at, time.Hour) {
		t.Error("what cannot be read is taken for a first start")
	}
}

// The lease of what the box knows ends a week after headquarters last agreed,
// and neither a restart nor a leap lengthens it.
func TestLease(t *testing.T) {
	never := time.Time{}
	dir := t.TempDir()
	c := mustClock(t, dir)
	for i, step := range []struct {
		now, agreed time.Time
		stale       bool
	}{
		{at, never, false}, // the first start
		{at.Add(7*day + time.Hour), never, true},
		{at.Add(8 * day), at.Add(8 * day), false}, // headquarters is heard
		{at.Add(15 * day), never, false},          // and the box began anew
		{at.Add(15*day + time.Hour), never, true},
		{at.AddDate(10, 0, 0), never, true}, // a leap, while nobody is heard
		{at.AddDate(-1, 0, 0), never, true}, // and back
		{at.Add(16 * day), at.Add(16 * day), false},
		{at.AddDate(1, 0, 0), at.AddDate(1, 0, 0), false}, // both clocks were wrong
		{at.Add(17 * day), at.AddDate(1, 0, 0), true},
		{at.Add(17 * day), at.Add(17 * day), false}, // and are right again
	} {
		c.look(step.now, step.agreed, time.Minute)
		if _, got := c.stale(step.now); got != step.stale {
			t.Errorf("step %d, %s: stale %v, want %v", i, step.now.Format(time.DateTime), got, step.stale)
		}
		if err := c.keep(); err != nil {
			t.Fatal(err)
		}
		c = mustClock(t, dir)
	}
	if err := os.WriteFile(filepath.Join(dir, "clock.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stale := mustClock(t, dir).stale(at); !stale {
		t.Error("what cannot be read is taken for a lease")
	}
}

// A clock that leaps ahead for one look costs nothing that is to be kept: see
// the ledger's own test for its segments.
func TestLeapRemovesNothing(t *testing.T) {
	b, _ := lined(t)
	now := at
	b.in.Now = func() time.Time { return now }
	b.clock = mustClock(t, t.TempDir())
	her := keller(1, nil)
	if err := b.tell(t, "down/profile", her); err != nil {
		t.Fatal(err)
	}
	erase := func(ref string) {
		if err := b.profiles.Forget(now, customerOf(t, ref)); err != nil {
			t.Fatal(err)
		}
	}
	erase("c-1")
	b.tidy()
	now = at.AddDate(10, 0, 0)
	b.tidy()
	if err := b.tell(t, "down/profile", her); err != nil { // what she said before is stale for good
		t.Fatal(err)
	}
	if b.profiles.Allowed(customerOf(t, "c-1"), "presence") {
		t.Error("the mark of her erasure was swept, and an old grant counts again")
	}
	now = now.Add(time.Hour)
	if w := b.health.List(); len(w) != 0 && w[0].Code != "clock-unsure" || len(w) == 0 {
		t.Errorf("warnings: %+v", w)
	}
}
