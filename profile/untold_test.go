package profile_test

import (
	"testing"
	"time"

	"foyer/profile"
)

// What she says here is owed to headquarters from the moment it is on the disk
// until it is told, across a crash; what comes from elsewhere is not.
func TestUntold(t *testing.T) {
	b := newBox(t)
	her, other := customer(t, "c-1"), customer(t, "c-2")
	untold := func(n int) []profile.Word {
		t.Helper()
		words, err := b.cache.Untold()
		if err != nil || len(words) != n {
			t.Fatalf("%d words are untold, want %d (%v)", len(words), n, err)
		}
		return words
	}
	b.merge(her, grant(0, profile.Purposes()...)...)
	untold(0)
	if _, err := b.cache.Withdraw(her, noon); err != nil {
		t.Fatal(err)
	}
	b.restart()
	first := untold(len(profile.Purposes()))
	for _, w := range first {
		if w.Customer != her || w.Granted || w.At.Node != "chain/store" {
			t.Errorf("untold: %+v", w)
		}
	}
	if _, err := b.cache.Withdraw(her, noon.Add(time.Minute), profile.Photo); err != nil {
		t.Fatal(err)
	}
	if err := b.cache.Told(first...); err != nil { // the first word on photos is told, not the second
		t.Fatal(err)
	}
	left := untold(1)
	if left[0].Purpose != profile.Photo || !left[0].At.Wall.Equal(noon.Add(time.Minute)) {
		t.Errorf("untold: %+v", left[0])
	}
	if _, err := b.cache.Withdraw(other, noon, profile.Presence); err != nil {
		t.Fatal(err)
	}
	if err := b.cache.Forget(noon, her); err != nil {
		t.Fatal(err)
	}
	if left = untold(1); left[0].Customer != other {
		t.Error("an erased customer's word is still to be told")
	}
	if err := b.cache.Told(left...); err != nil {
		t.Fatal(err)
	}
	b.restart()
	untold(0)

	// The outbox is lost, and with it perhaps what it held.
	if err := b.cache.Put(profile.New(other)); err != nil {
		t.Fatal(err)
	}
	b.merge(other, grant(0, profile.Photo)...)
	for _, step := range []struct {
		outbox string
		n      int
	}{{"1", 1}, {"1", 0}, {"2", 1}} {
		if err := b.cache.TellVia(step.outbox); err != nil {
			t.Fatal(err)
		}
		if err := b.cache.Told(untold(step.n)...); err != nil {
			t.Fatal(err)
		}
	}
}
