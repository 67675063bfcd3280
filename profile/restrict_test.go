package profile_test

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

// damaged makes profiles.db unreadable and opens the box again.
func (b *box) damaged() {
	b.t.Helper()
	b.close()
	if err := os.WriteFile(filepath.Join(b.dir, "profiles.db"), make([]byte, 64<<10), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.open()
}

// A damaged file goes back to its snapshot, under another name, so that
// headquarters is asked for what came since. What a customer took back since is
// never there again: then there is no snapshot to go back to.
func TestSnapshotBringsBackNothingTakenBack(t *testing.T) {
	const kept = true
	ana := associate(t, "MARK-ana")
	change := func(fn func(p *profile.Profile)) func(*box, floor.Customer) error {
		return func(b *box, c floor.Customer) error {
			return b.cache.Change(c, func(p *profile.Profile) error { fn(p); return nil })
		}
	}
	for name, tt := range map[string]struct {
		do   func(*box, floor.Customer) error
		kept bool
	}{
		"nothing": {func(*box, floor.Customer) error { return nil }, kept},
		"more bought": {change(func(p *profile.Profile) {
			p.Purchases = append(p.Purchases, profile.Purchase{ID: "p9", At: noon, Sensitivity: profile.Ordinary})
		}), kept},
		"other customer": {func(b *box, _ floor.Customer) error { return b.cache.Put(full(b.t, "c-9")) }, kept},
		"granted": {func(b *box, c floor.Customer) error {
			_, err := b.cache.Grant(c, noon, "n", "page", profile.HistoryStore)
			return err
		}, kept},
		"withdrawn": {func(b *box, c floor.Customer) error {
			_, err := b.cache.Withdraw(c, noon, profile.Presence)
			return err
		}, !kept},
		"erased":    {func(b *box, c floor.Customer) error { return b.cache.Forget(noon, c) }, !kept},
		"invisible": {change(func(p *profile.Profile) { p.Visibility = profile.Invisible }), !kept},
		"not her":   {change(func(p *profile.Profile) { p.Blocked = append(p.Blocked, ana) }), !kept},
		"in place":  {change(func(p *profile.Profile) { p.Blocked[0] = ana }), !kept},
		"hidden":    {change(func(p *profile.Profile) { p.Purchases[0].Hidden = true }), !kept},
		"note gone": {change(func(p *profile.Profile) { p.Notes = nil }), !kept},
		"not today": {change(func(p *profile.Profile) { p.NotToday = noon.AddDate(0, 0, 1) }), !kept},
		"code is used": {func(b *box, _ floor.Customer) error {
			_, err := b.cache.Redeem("ABC", noon)
			return err
		}, !kept},
	} {
		t.Run(name, func(t *testing.T) {
			b, c := newBox(t), customer(t, "c-1")
			if err := b.cache.Put(full(t, "c-1")); err != nil {
				t.Fatal(err)
			}
			if err := b.cache.Invite(invitation(t, "ABC", "c-1")); err != nil {
				t.Fatal(err)
			}
			if err := b.cache.Snapshot(); err != nil {
				t.Fatal(err)
			}
			birth := b.cache.Birth()
			if err := tt.do(b, c); err != nil {
				t.Fatal(err)
			}
			b.damaged()
			want := vault.SetAside
			if tt.kept {
				want = vault.Restored
			}
			_, err := b.cache.Get(c)
			if r := b.cache.Recovery(); r.Rung != want || (err == nil) != tt.kept {
				t.Errorf("%+v, want %v; her profile: %v", r, want, err)
			}
			if b.cache.Birth() == birth {
				t.Error("it has the name of the file that was damaged: headquarters would not send again")
			}
			birth = b.cache.Birth()
			if b.restart(); b.cache.Birth() != birth {
				t.Error("its new name does not last")
			}
		})
	}
}

func invitation(t *testing.T, code, ref string) profile.Invitation {
	return profile.Invitation{CodeHash: sha256.Sum256([]byte(code)), Customer: customer(t, ref), Expires: noon.AddDate(0, 1, 0)}
}

// While headquarters' key share is away nothing about a customer opens and
// nothing of hers is swept; with the share again all is there.
func TestSweepWhileTheShareIsAway(t *testing.T) {
	b, c := newBox(t), customer(t, "c-1")
	err := errors.Join(b.cache.Put(full(t, "c-1")), b.cache.Invite(invitation(t, "ABC", "c-1")))
	if err == nil {
		_, err = b.cache.Grant(c, noon, "n", "page", profile.Presence)
	}
	if err = errors.Join(err, b.keys.SetShare([32]byte{1}, time.Time{}), b.keys.DropShare()); err != nil {
		t.Fatal(err)
	}
	swept, err := b.cache.Sweep(noon)
	if err != nil || swept != (profile.Swept{}) {
		t.Errorf("swept %+v, %v", swept, err)
	}
	if _, err := b.cache.Get(c); !errors.Is(err, vault.ErrAway) || b.cache.Allowed(c, profile.Presence) {
		t.Errorf("her profile: %v", err)
	}
	if words, err := b.cache.Untold(); err != nil || len(words) > 0 {
		t.Errorf("untold %v, %v", words, err)
	}
	if err := b.keys.SetShare([32]byte{1}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	words, err := b.cache.Untold()
	if b.get(c); err != nil || len(words) != 1 || !b.cache.Allowed(c, profile.Presence) {
		t.Errorf("with the share again: %v, %v", words, err)
	}
	if _, err := b.cache.Redeem("ABC", noon); err != nil {
		t.Error(err)
	}
}
