package box

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/ledger"
	"foyer/profile"
	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/vault"
)

// share takes a key share as headquarters sends it.
func (b *store) share(share byte, expires time.Time) error {
	data, _ := json.Marshal(wire.Keyshare{Share: slices.Repeat([]byte{share}, 32), Expires: expires})
	apply, err := b.checkKeyshare(data)
	if err == nil {
		err = apply()
	}
	return err
}

// aging is a store with a clock that can be set and a customer being served.
func aging(t *testing.T) (b *store, now *time.Time, contact func(), visit floor.VisitID) {
	t.Helper()
	b, _ = lined(t)
	now = new(time.Time)
	*now = at
	agreed := at
	b.in.Now = func() time.Time { return *now }
	b.clock = mustClock(t, t.TempDir())
	visit = served(t, b)
	b.looked = time.Now()
	return b, now, func() { agreed = *now; b.clock.look(*now, agreed, time.Minute); b.lease(t.Context()) }, visit
}

// reads reports whether Ana gets the card and the profile is there.
func (b *store) reads(t *testing.T, visit floor.VisitID) bool {
	t.Helper()
	ana, _ := floor.ParseAssociate("ana")
	_, err := b.profiles.Get(customerOf(t, "c-1"))
	card := false
	if doErr := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		_, err := d.Card(ana, visit, now)
		card = err == nil
	}); doErr != nil {
		t.Fatal(doErr)
	}
	if err != nil && !errors.Is(err, vault.ErrAway) {
		t.Errorf("the profile: %v", err)
	}
	if card && err != nil {
		t.Error("a card of a profile that does not open")
	}
	return err == nil
}

// Day by day without headquarters, the clock moving on by itself: hints after a
// week, nothing after thirty days, whatever restarts between; and everything
// again once headquarters has sent its share. No file of the box holds the share
// meanwhile.
func TestTheKeyShareAges(t *testing.T) {
	b, now, contact, visit := aging(t)
	if err := b.share(7, time.Time{}); err != nil {
		t.Fatal(err)
	}
	contact()
	for range 55 {
		*now = now.Add(day)
		b.clock.look(*now, at, day)
		b.lease(t.Context())
		if now.Sub(at) == 20*day { // contact in between renews
			contact()
		}
		quiet := now.Sub(at)
		if quiet >= 20*day {
			quiet -= 20 * day
		}
		if got, want := b.reads(t, visit), quiet <= unheardOf; got != want {
			t.Fatalf("after %v without headquarters her profile opens: %v, want %v", quiet, got, want)
		}
		if got, want := b.warned(health.ShareAway, ""), quiet > unheardOf; got != want {
			t.Fatalf("after %v: warned %v, want %v", quiet, got, want)
		}
	}
	if err := b.share(7, now.Add(-time.Second)); err == nil {
		t.Error("an old copy of the share was taken")
	}
	if err := b.share(8, time.Time{}); !errors.Is(err, hq.ErrContent) {
		t.Errorf("another share: %v, want ErrContent", err)
	}
	*now = now.Add(time.Minute)
	if err := b.share(7, now.Add(unheardOf)); err != nil {
		t.Fatal(err)
	}
	contact()
	if !b.reads(t, visit) && b.warned(health.ShareAway, "") {
		t.Errorf("with the share again: %+v", b.health.List())
	}
	if _, err := b.profiles.Get(customerOf(t, "c-1")); err != nil {
		t.Error(err)
	}
}

// She is forgotten also while nothing about her opens, and stays so with the
// share again.
func TestErasedWithTheShareAway(t *testing.T) {
	b, _, _, _ := aging(t)
	her := customerOf(t, "c-1")
	ana, _ := floor.ParseAssociate("ana")
	if _, err := b.ledger.Append(her, ledger.Row{At: at, Viewer: ana, Role: "associate", Purpose: "card"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.share(7, time.Time{}), b.keys.DropShare()); err != nil {
		t.Fatal(err)
	}
	if err := b.door.Erase(her, at); err != nil {
		t.Fatal(err)
	}
	if err := b.share(7, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.profiles.Get(her); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("her profile: %v", err)
	}
	rows, err := b.ledger.Of(her)
	if err = errors.Join(err, b.ledger.Verify()); err != nil || len(rows) > 0 || b.ledger.Stats().Tombstones != 1 {
		t.Errorf("%d rows of hers, %v, %+v", len(rows), err, b.ledger.Stats())
	}
}

// A share's own end counts, whatever the file with the clock's memory says.
func TestTheKeyShareExpires(t *testing.T) {
	b, now, contact, visit := aging(t)
	if err := b.share(7, at.Add(3*day)); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, true, false} {
		*now = now.Add(day + time.Second)
		if contact(); b.reads(t, visit) != want {
			t.Errorf("day %d: it opens %v, want %v", i+1, !want, want)
		}
	}
}

// A clock that leaps closes what it must not open and destroys nothing: set
// right, everything opens again without headquarters.
func TestALeapWithholdsTheShare(t *testing.T) {
	b, now, contact, visit := aging(t)
	if err := b.share(7, time.Time{}); err != nil {
		t.Fatal(err)
	}
	contact()
	for _, leap := range []time.Duration{100 * day, -100 * day} {
		*now = at.Add(leap)
		b.clock.look(*now, at, time.Minute)
		b.lease(t.Context())
		if b.reads(t, visit) || !b.warned(health.ShareAway, "") {
			t.Errorf("%v: it opens", leap)
		}
		*now = at.Add(time.Hour)
		b.clock.look(*now, at, time.Minute)
		b.lease(t.Context())
		if _, err := b.profiles.Get(customerOf(t, "c-1")); err != nil {
			t.Errorf("%v, set right: %v", leap, err)
		}
	}
}

// A box that starts after thirty days opens nothing for anybody, not even for
// the moment until upkeep runs.
func TestAnAgedBoxStartsClosed(t *testing.T) {
	b, _ := lined(t)
	now := at
	b.in.Now = func() time.Time { return now }
	if _, err := b.profiles.Grant(customerOf(t, "c-1"), at, "", "page", profile.Presence); err != nil {
		t.Fatal(err)
	}
	if err := b.share(7, time.Time{}); err != nil {
		t.Fatal(err)
	}
	b.in.Config.Store.ID = "shop"
	if err := errors.Join(b.profiles.Close(), b.ledger.Close(), b.desk.Close()); err != nil {
		t.Fatal(err)
	}
	restart := func(later time.Duration, want error) {
		t.Helper()
		now = now.Add(later)
		if err := b.openData(); err != nil {
			t.Fatal(err)
		}
		if _, err := b.profiles.Consents(customerOf(t, "c-1")); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("after %v: %v, want %v", later, err, want)
		}
		b.keepClock()
		if err := errors.Join(b.profiles.Close(), b.ledger.Close(), b.desk.Close()); err != nil {
			t.Fatal(err)
		}
	}
	restart(0, nil)
	restart(day, nil)
	restart(31*day, vault.ErrAway) // in doubt: it was off for long
	for range 31 {                 // the box has run for as long as the leap was: no doubt any more
		b.clock.look(now, time.Time{}, day)
	}
	b.keepClock()
	restart(0, vault.ErrAway)
	if state, _ := b.keys.Share(); state != vault.ShareAway {
		t.Errorf("the share is %d, want it deleted", state)
	}
}

// A disk that does not let go of the share does not keep anything open, and the
// share is deleted once it does.
func TestAShareThatCannotBeDeleted(t *testing.T) {
	b, now, contact, visit := aging(t)
	if err := b.share(7, at.Add(3*day)); err != nil {
		t.Fatal(err)
	}
	contact()
	path := filepath.Join(b.in.Config.Data, "keys.share.next") // DropShare removes this too, and cannot
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(4 * day)
	for range 2 {
		contact()
		if b.reads(t, visit) {
			t.Error("it opens")
		}
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	contact()
	if state, _ := b.keys.Share(); state != vault.ShareAway {
		t.Errorf("the share is %d, want it deleted", state)
	}
}
