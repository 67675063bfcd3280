package profile_test

import (
	"errors"
	"testing"

	"foyer/profile"
)

// What is kept ready is what is on the disk: a change is seen at once, and one
// who was forgotten, or let go, is nowhere.
func TestKeptReadyIsNeverStale(t *testing.T) {
	b := newBox(t)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := b.cache
	who := customer(t, "c-1")
	p := profile.New(who)
	p.Form = "Ms. Keller"
	p.Purchases = []profile.Purchase{{ID: "p1", Text: "boots", At: noon, Sensitivity: profile.Ordinary}}
	ok(c.Put(p))
	form := func(want string) {
		t.Helper()
		got, err := c.Get(who)
		ok(err)
		if got.Form != want {
			t.Errorf("%q, want %q", got.Form, want)
		}
	}
	c.Keep(who)
	form("Ms. Keller")
	form("Ms. Keller")
	if !c.Warm(who) {
		t.Error("read, and not kept ready")
	}
	ok(c.Change(who, func(p *profile.Profile) error { p.Form = "Dr. Keller"; return nil }))
	form("Dr. Keller")
	ok(c.Hide(who, "p1", true))
	if got, err := c.Get(who); err != nil || !got.Purchases[0].Hidden {
		t.Error("what she hid is still shown", err)
	}
	c.Let(who)
	form("Dr. Keller")
	if c.Warm(who) {
		t.Error("let go, and kept all the same")
	}
	c.Keep(who)
	form("Dr. Keller")
	ok(c.Forget(noon, who))
	if _, err := c.Get(who); !errors.Is(err, profile.ErrUnknown) || c.Warm(who) {
		t.Errorf("forgotten: %v, kept %t", err, c.Warm(who))
	}
}
