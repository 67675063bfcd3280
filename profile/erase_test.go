package profile_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

// grant is a grant made elsewhere, ms after noon.
func grant(ms int, purposes ...profile.Purpose) []profile.Consent {
	var out []profile.Consent
	for _, p := range purposes {
		at := profile.HLC{Wall: noon.Add(time.Duration(ms) * time.Millisecond), Node: "hq"}
		out = append(out, profile.Consent{Purpose: p, Granted: true, At: at})
	}
	return out
}

func (b *box) merge(c floor.Customer, words ...profile.Consent) profile.Consents {
	b.t.Helper()
	cs, err := b.cache.Merge(c, words...)
	if err != nil {
		b.t.Fatal(err)
	}
	return cs
}

func TestStaleGrantNeverReturns(t *testing.T) {
	b := newBox(t)
	c := customer(t, "c-1")
	b.merge(c, grant(0, profile.Presence, profile.HistoryStore)...)
	if !b.cache.Allowed(c, profile.Presence) || b.cache.Allowed(c, profile.Photo) {
		t.Error("consents are not what was granted")
	}
	if _, err := b.cache.Withdraw(c, noon.Add(time.Second), profile.Presence); err != nil {
		t.Fatal(err)
	}
	b.restart()
	b.merge(c, grant(999, profile.Presence)...)
	if b.cache.Allowed(c, profile.Presence) || !b.cache.Allowed(c, profile.HistoryStore) {
		t.Error("a stale grant came back")
	}
	b.merge(c, grant(2000, profile.Presence)...)
	if !b.cache.Allowed(c, profile.Presence) {
		t.Error("a later grant is not taken")
	}
}

// Her word here wins although a grant bears a stamp from a clock far ahead.
func TestWithdrawalWithASlowClock(t *testing.T) {
	b := newBox(t)
	c := customer(t, "c-1")
	b.merge(c, grant(3_600_000, profile.Presence)...)
	b.restart() // the clock has forgotten what it saw
	cs, err := b.cache.Withdraw(c, noon)
	if err != nil {
		t.Fatal(err)
	}
	if cs.Allowed(profile.Presence) || len(cs) != len(profile.Purposes()) {
		t.Errorf("after withdrawing all: %v", cs)
	}
	if cs, err = b.cache.Grant(c, noon, "v1", "page", profile.Presence); err != nil || !cs.Allowed(profile.Presence) {
		t.Errorf("and granting again: %v, %v", cs, err)
	}
}

// A withdrawal is remembered of somebody the box did not know.
func TestWithdrawalOfAStranger(t *testing.T) {
	b := newBox(t)
	c := customer(t, "c-1")
	if _, err := b.cache.Withdraw(c, noon); err != nil {
		t.Fatal(err)
	}
	b.merge(c, grant(-1, profile.Purposes()...)...)
	for _, p := range profile.Purposes() {
		if b.cache.Allowed(c, p) {
			t.Errorf("%s is allowed", p)
		}
	}
	if _, err := b.cache.Merge(c, profile.Consent{Purpose: "everything", Granted: true}); !errors.Is(err, profile.ErrProfile) {
		t.Errorf("an unknown purpose: %v", err)
	}
}

func copyOf(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestForget(t *testing.T) {
	b := newBox(t)
	gone, stays := full(t, "c-gone"), full(t, "c-stays")
	code := profile.Invitation{CodeHash: sha256.Sum256([]byte("CODE")), Customer: gone.Customer, Expires: noon.Add(time.Hour)}
	if err := errors.Join(b.cache.Put(gone), b.cache.Put(stays), b.cache.Invite(code)); err != nil {
		t.Fatal(err)
	}
	b.merge(gone.Customer, grant(5000, profile.Presence)...) // stamped after the erasure's wall clock
	path := filepath.Join(b.dir, "profiles.db")
	before := copyOf(t, path)
	rows := sealedRows(t, b, gone.Customer)

	if err := b.cache.Forget(noon, gone.Customer); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		if _, err := b.cache.Get(gone.Customer); !errors.Is(err, profile.ErrUnknown) {
			t.Errorf("get: %v, want ErrUnknown", err)
		}
		if _, err := b.cache.Export(gone.Customer); !errors.Is(err, profile.ErrUnknown) {
			t.Errorf("export: %v, want ErrUnknown", err)
		}
		if _, err := b.cache.Redeem("CODE", noon); !errors.Is(err, profile.ErrCode) {
			t.Errorf("redeem: %v, want ErrCode", err)
		}
		if b.cache.Allowed(gone.Customer, profile.Presence) {
			t.Error("she is allowed to be noticed")
		}
		if diff := cmp.Diff(stays, b.get(stays.Customer), people); diff != "" {
			t.Error(diff)
		}
	}
	check()
	b.restart()
	check()
	scan(t, b.dir, rows...)

	// The file as it was before, beside the keys of now, opens nothing of hers.
	b.close()
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	b.open()
	check()
}

// sealedRows returns the handle and the ciphertexts that are about a customer.
func sealedRows(t testing.TB, b *box, c floor.Customer) []string {
	t.Helper()
	handle := string(b.keys.Handle(c.Ref()))
	rows := []string{handle}
	b.close()
	defer b.open()
	f, err := vault.Open(b.dir, "profiles.db", vault.Options{Buckets: profile.Buckets()})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	err = f.View(func(tx *vault.Tx) error {
		for _, bucket := range profile.Buckets() {
			err := tx.Each(bucket.Name, nil, func(_, v []byte) error {
				if len(v) > 64 && string(v[:32]) == handle {
					rows = append(rows, string(v[32:64]))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(rows) != 4 { // handle, profile, consents, invitation
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows
}

// What HQ still had on its way does not bring an erased customer back; only a
// consent she gives afterwards does.
func TestErasedStaysErased(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-1")
	if err := b.cache.Put(p); err != nil {
		t.Fatal(err)
	}
	if err := b.cache.Forget(noon, p.Customer); err != nil {
		t.Fatal(err)
	}
	b.restart()
	b.merge(p.Customer, grant(0, profile.Presence)...)
	if err := b.cache.Put(p); !errors.Is(err, profile.ErrErased) {
		t.Errorf("a stale profile: %v, want ErrErased", err)
	}
	if b.cache.Allowed(p.Customer, profile.Presence) {
		t.Error("a stale grant was taken")
	}
	if b.keys.Has("c-1") {
		t.Error("what was refused left a key")
	}
	b.merge(p.Customer, grant(1000, profile.Presence)...)
	if err := b.cache.Put(p); err != nil {
		t.Errorf("after she consented again: %v", err)
	}
	if err := b.cache.Forget(noon.Add(time.Hour), p.Customer, customer(t, "c-nobody")); err != nil {
		t.Errorf("forgetting her again, and somebody unknown: %v", err)
	}
	if _, err := b.cache.Get(p.Customer); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

// fullCache returns a cache that takes no more, and how many customers it has.
func fullCache(t *testing.T) (*profile.Cache, int) {
	t.Helper()
	dir := t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{7}, vault.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := profile.Open(dir, keys, profile.Options{Node: "n", Quota: 512 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), keys.Close()); err != nil {
			t.Error(err)
		}
	})
	n := 0
	for ; err == nil; n++ {
		err = c.Put(full(t, fmt.Sprint("c-", n)))
	}
	if !errors.Is(err, vault.ErrFull) {
		t.Fatal(err)
	}
	return c, n - 1
}

// A full file still takes an erasure.
func TestForgetWhenFull(t *testing.T) {
	c, n := fullCache(t)
	for i := range 20 {
		who := customer(t, fmt.Sprint("stranger-", i)) // deletes nothing, so it needs the reserve
		if err := c.Forget(noon, who, customer(t, fmt.Sprint("c-", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Put(full(t, "c-new")); err != nil {
		t.Errorf("after 20 of %d were forgotten: %v", n, err)
	}
}

// A full file takes every withdrawal, whether she makes it here or it comes
// from elsewhere, and no grant.
func TestWithdrawWhenFull(t *testing.T) {
	c, n := fullCache(t)
	var err error
	for i := 0; err == nil && i < 5000; i++ { // until not even a small row goes in
		_, err = c.Grant(customer(t, fmt.Sprint("c-", i%n)), noon.Add(time.Duration(i)), strings.Repeat("n", i), "page", profile.Presence)
	}
	if !errors.Is(err, vault.ErrFull) {
		t.Fatalf("a grant is refused with %v", err)
	}
	for i := range n {
		who := customer(t, fmt.Sprint("c-", i))
		if _, err := c.Withdraw(who, noon.Add(time.Hour)); err != nil {
			t.Fatalf("withdraw: %v", err)
		}
		word := profile.Consent{Purpose: profile.Photo, At: profile.HLC{Wall: noon.Add(2 * time.Hour), Node: "hq"}, Notice: strings.Repeat("n", 2000)}
		if _, err := c.Merge(who, word); err != nil {
			t.Fatalf("merge a withdrawal: %v", err)
		}
		if c.Allowed(who, profile.Presence) {
			t.Error("withdrawn and still allowed")
		}
	}
}

// A full file takes whatever she decides to disclose less: being invisible, an
// associate she blocks, a purchase she hides, a note she objects to. It takes
// nothing else that grows it.
func TestRestrictWhenFull(t *testing.T) {
	c, n := fullCache(t)
	for i := range n {
		who := customer(t, fmt.Sprint("c-", i))
		p, err := c.Get(who)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Change(who, func(p *profile.Profile) error { p.Visibility = profile.Invisible; return nil }); err != nil {
			t.Fatalf("customer %d of %d cannot be invisible: %v", i, n, err)
		}
		if _, err := c.Choose(who, func(w profile.Choice) profile.Choice {
			w.Blocked = append(w.Blocked, associate(t, "somebody-with-a-long-name"))
			return w
		}); err != nil {
			t.Fatalf("customer %d cannot block: %v", i, err)
		}
		if err := c.Hide(who, p.Purchases[0].ID, true); err != nil {
			t.Fatalf("customer %d cannot hide: %v", i, err)
		}
		if _, err := c.Object(who, p.Notes[0].ID, true); err != nil {
			t.Fatalf("customer %d cannot object: %v", i, err)
		}
	}
	err := c.Change(customer(t, "c-0"), func(p *profile.Profile) error {
		p.Visibility = profile.Automatic
		p.Wishes = append(p.Wishes, slices.Repeat([]string{strings.Repeat("w", 1000)}, 20)...)
		return nil
	})
	if !errors.Is(err, vault.ErrFull) {
		t.Errorf("what grows it by far with a wish of hers: %v", err)
	}
}

func TestSweep(t *testing.T) {
	b := newBox(t)
	p, q := full(t, "c-1"), full(t, "c-2")
	p.Notes = append(p.Notes, profile.Note{ID: "old", Author: associate(t, "ana"), Kind: profile.NoteHandling, At: noon.AddDate(0, -19, 0)})
	old, fresh := noon.AddDate(-3, 0, 0), noon.Add(time.Hour)
	_, err := b.cache.Withdraw(q.Customer, old, profile.Photo)
	err = errors.Join(err, b.cache.Put(p), b.cache.Put(q),
		b.cache.Invite(profile.Invitation{CodeHash: [32]byte{1}, Customer: p.Customer, Expires: old}),
		b.cache.Invite(profile.Invitation{CodeHash: [32]byte{2}, Customer: p.Customer, Expires: fresh}))
	if err != nil {
		t.Fatal(err)
	}
	b.merge(q.Customer, grant(0, profile.Presence)...)
	if err := b.cache.Forget(old, customer(t, "c-3")); err != nil {
		t.Fatal(err)
	}
	got, err := b.cache.Sweep(noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(profile.Swept{Notes: 1, Invitations: 1, Withdrawals: 1, Marks: 1}, got); diff != "" {
		t.Error(diff)
	}
	if n := b.get(p.Customer).Notes; len(n) != 1 || n[0].ID != "MARK-n1" {
		t.Errorf("%d notes left", len(n))
	}
	if !b.cache.Allowed(q.Customer, profile.Presence) {
		t.Error("a live grant was swept")
	}
	if got, err = b.cache.Sweep(noon); err != nil || got != (profile.Swept{}) {
		t.Errorf("a second sweep: %+v, %v", got, err)
	}
}
