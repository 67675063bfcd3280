package drawer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/vault"
)

type row struct {
	Text string
	N    int
}

func opened(t *testing.T, dir string) (*vault.File, *vault.KeyRing) {
	t.Helper()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	must(t, err)
	file, err := vault.Open(dir, "desk.db", vault.Options{Buckets: []vault.Bucket{{Name: "hers", Purpose: "a test", Basis: "consent"}, {Name: "own", Purpose: "a test", Basis: "employment"}}})
	must(t, err)
	t.Cleanup(func() { file.Close(); keys.Close() })
	return file, keys
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func customer(t *testing.T, ref string) floor.Customer {
	t.Helper()
	c, err := floor.ParseCustomer(ref)
	must(t, err)
	return c
}

func TestHersIsSealedUnderHerKey(t *testing.T) {
	dir := t.TempDir()
	file, keys := opened(t, dir)
	d := drawer.Of(file, keys, "hers")
	a, b := customer(t, "c-1"), customer(t, "c-2")
	must(t, drawer.Put(d, a, "v-1", row{"SECRET-ONE", 1}))
	must(t, drawer.Put(d, a, "v-2", row{"SECRET-TWO", 2}))
	must(t, drawer.Put(d, b, "v-1", row{"SECRET-THREE", 3}))
	if v, ok, err := drawer.Get[row](d, a, "v-2"); err != nil || !ok || v.N != 2 {
		t.Errorf("%+v %t %v", v, ok, err)
	}
	if _, ok, _ := drawer.Get[row](d, b, "v-2"); ok {
		t.Error("another's row is found under her name")
	}
	if all, err := drawer.All[row](d, a); err != nil || len(all) != 2 {
		t.Errorf("%v %v", all, err)
	}
	for _, name := range []string{"desk.db", "keys.db"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		must(t, err)
		for _, never := range []string{"SECRET", "c-1", "v-1"} {
			if strings.Contains(string(data), never) {
				t.Errorf("%s holds %q", name, never)
			}
		}
	}
	// Without her key nothing opens, and a sweep removes what nothing opens.
	must(t, keys.Shred(a.Ref()))
	if all, err := drawer.All[row](d, a); err != nil || len(all) != 0 {
		t.Errorf("after the key has gone: %v %v", all, err)
	}
	seen := 0
	must(t, drawer.Each(d, func(row) { seen++ }))
	n, err := drawer.Sweep(d, func(row) bool { return true })
	if err != nil || n != 2 || seen != 1 {
		t.Errorf("%d seen, %d swept, %v", seen, n, err)
	}
	if n, err := drawer.Sweep(d, func(r row) bool { return r.N != 3 }); err != nil || n != 1 {
		t.Errorf("%d swept, %v", n, err)
	}
}

func TestForgetLeavesTheOthers(t *testing.T) {
	file, keys := opened(t, t.TempDir())
	d := drawer.Of(file, keys, "hers")
	a, b := customer(t, "c-1"), customer(t, "c-2")
	for _, name := range []string{"x", "y"} {
		must(t, drawer.Put(d, a, name, row{name, 1}))
		must(t, drawer.Put(d, b, name, row{name, 2}))
	}
	must(t, d.Drop(a, "x"))
	if all, _ := drawer.All[row](d, a); len(all) != 1 || all[0].Text != "y" {
		t.Errorf("%v", all)
	}
	must(t, d.Forget(a))
	hers, _ := drawer.All[row](d, a)
	others, _ := drawer.All[row](d, b)
	if len(hers) != 0 || len(others) != 2 {
		t.Errorf("%v, %v", hers, others)
	}
}

func TestOwnOutlivesAStart(t *testing.T) {
	dir := t.TempDir()
	file, keys := opened(t, dir)
	d := drawer.Of(file, keys, "own")
	must(t, drawer.PutOwn(d, "ana", row{"ANAS-ROW", 1}))
	must(t, drawer.PutOwn(d, "marc", row{"MARCS-ROW", 2}))
	must(t, file.Close())
	must(t, keys.Close())
	if data, _ := os.ReadFile(filepath.Join(dir, "desk.db")); strings.Contains(string(data), "ROW") {
		t.Error("it lies there in plain")
	}
	file, keys = opened(t, dir)
	d = drawer.Of(file, keys, "own")
	if v, ok, err := drawer.GetOwn[row](d, "ana"); err != nil || !ok || v.N != 1 {
		t.Errorf("%+v %t %v", v, ok, err)
	}
	if n, err := drawer.SweepOwn(d, func(r row) bool { return r.N == 1 }); err != nil || n != 1 {
		t.Errorf("%d swept, %v", n, err)
	}
	must(t, d.DropOwn("ana"))
	if _, ok, _ := drawer.GetOwn[row](d, "ana"); ok {
		t.Error("it is still there")
	}
}
