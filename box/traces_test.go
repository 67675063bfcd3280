package box

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"foyer/config"
)

// After an erasure no byte of any file names a row of hers: neither live pages
// nor free ones, of none of the databases. Before it five of them do, so the
// search looks where it should, and an older copy beside them is found.
func TestAnErasureLeavesNoByte(t *testing.T) {
	b := known(t)
	c, dir := customerOf(t, "c-1"), b.in.Config.Data
	_, before, err := b.search(c)
	if want := []string{"desk.db", "doors.db", "keys.db", "ledger.db", "profiles.db"}; err != nil || !slices.Equal(before, want) {
		t.Fatalf("before: %v, want %v (%v)", before, want, err)
	}
	copied, err := os.ReadFile(filepath.Join(dir, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := named(b.eraseProven)(t.Context(), "c-1")
	if err != nil {
		t.Fatal(err)
	}
	if e := v.(Erasure); len(e.Left) != 0 || e.Files < 6 {
		t.Errorf("of %d files %v name her", e.Files, e.Left)
	}
	if err := b.ledger.Verify(); err != nil {
		t.Errorf("the compacted ledger: %v", err)
	}
	if _, left, err := b.search(customerOf(t, "c-2")); err != nil || len(left) < 3 {
		t.Errorf("of the other, who was not erased, only %v is left: %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ledger.db.bad-1"), copied, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, left, err := b.search(c); err != nil || !slices.Equal(left, []string{"ledger.db.bad-1"}) {
		t.Errorf("an older copy is not found: %v, %v", left, err)
	}
}

// A name is found wherever it stands, across the pieces in which a file is read.
func TestSearchReadsEveryByte(t *testing.T) {
	name := bytes.Repeat([]byte{7, 9}, 16)
	path := filepath.Join(t.TempDir(), "f")
	for _, at := range []int{0, 1 << 20, 1<<20 - 1, 1<<20 - 31, 1<<20 - 63, 2<<20 - 16, 3<<20 - 32} {
		data := make([]byte, 3<<20)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if found, err := holds(path, [][]byte{name}); err != nil || found {
			t.Fatalf("found where it is not: %v", err)
		}
		copy(data[at:], name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if found, err := holds(path, [][]byte{name}); err != nil || !found {
			t.Errorf("not found at %d: %v", at, err)
		}
	}
}

// Every file of before, put back beside the keys of after, opens nothing of hers
// and still opens the others'.
func TestOlderFilesOpenNothingOfHers(t *testing.T) {
	b := known(t)
	dir, restored := b.in.Config.Data, t.TempDir()
	put := func(names ...string) {
		t.Helper()
		for _, name := range names {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err == nil {
				err = os.WriteFile(filepath.Join(restored, name), data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	put("profiles.db", "ledger.db", "desk.db", "doors.db")
	if _, err := b.erase(t.Context(), customerOf(t, "c-1")); err != nil {
		t.Fatal(err)
	}
	put("keys.db", "keys.kek")
	in := Inputs{Config: &config.Config{Data: restored, Store: config.Store{ID: "shop"}, RootKey: filepath.Join(t.TempDir(), "key")}}
	root := [32]byte{1} // of desk()
	if err := os.WriteFile(in.Config.RootKey, root[:], 0o600); err != nil {
		t.Fatal(err)
	}
	err := atRest(t.Context(), in, func(ctx context.Context, b *store) error {
		if e, err := b.export(ctx, customerOf(t, "c-1")); !errors.Is(err, errNobody) {
			t.Errorf("of her: %d accesses, %d who served, %d sessions, %d bytes: %v", len(e.Accesses), len(e.Served), len(e.Sessions), len(e.Held), err)
		}
		if e, err := b.export(ctx, customerOf(t, "c-2")); err != nil || len(e.Held) == 0 || len(e.Sessions) != 1 {
			t.Errorf("of the other: %v", err)
		}
		return b.ledger.Verify()
	})
	if err != nil {
		t.Error(err)
	}
}
