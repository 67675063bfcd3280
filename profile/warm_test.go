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

// One who is held to be answered is opened once meanwhile and not kept after; one
// who is here stays kept.
func TestHeldIsOpenedOnce(t *testing.T) {
	b := newBox(t)
	who := customer(t, "c-1")
	if err := b.cache.Put(profile.New(who)); err != nil {
		t.Fatal(err)
	}
	reads := func() uint64 {
		before := b.cache.Stats().Opened
		b.get(who)
		b.get(who)
		return b.cache.Stats().Opened - before
	}
	if n := reads(); n != 2 {
		t.Errorf("opened %d times for two reads of one who is not here", n)
	}
	let := b.cache.Hold(who)
	if n := reads(); n != 1 {
		t.Errorf("held, and opened %d times", n)
	}
	if let(); b.cache.Warm(who) {
		t.Error("answered, and kept all the same")
	}
	b.cache.Keep(who)
	b.get(who)
	if b.cache.Hold(who)(); !b.cache.Warm(who) {
		t.Error("here, and no longer kept")
	}
}
