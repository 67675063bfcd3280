package profile_test

import (
	"errors"
	"testing"

	"foyer/floor"
	"foyer/profile"
)

// Who named an associate is known, from before the first question and after it,
// and as the profiles say at that moment; whoever is erased is not among them.
func TestListing(t *testing.T) {
	b := newBox(t)
	ana, zoe := associate(t, "ana"), associate(t, "zoe")
	names := func(ref string, all ...floor.AssociateID) {
		t.Helper()
		p := profile.New(customer(t, ref))
		p.Preferred = all
		if err := b.cache.Put(p); err != nil {
			t.Fatal(err)
		}
	}
	want := func(a floor.AssociateID, n int) {
		t.Helper()
		if all, err := b.cache.Listing(a); err != nil || len(all) != n {
			t.Errorf("%d customers, want %d (%v)", len(all), n, err)
		}
	}
	names("c-1", ana)
	names("c-2", zoe, ana)
	want(ana, 2)
	want(zoe, 1)
	names("c-3", zoe)
	names("c-2", ana)
	want(ana, 2)
	want(zoe, 1)
	_, err := b.cache.BeginErasure(customer(t, "c-3"), profile.Erasure{At: noon})
	if err = errors.Join(err, b.cache.Forget(noon, customer(t, "c-1"))); err != nil {
		t.Fatal(err)
	}
	want(ana, 1)
	want(zoe, 0)
	b.restart()
	want(ana, 1)
}
