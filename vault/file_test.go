package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"foyer/vault"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("VAULT_CRASH_DIR"); dir != "" {
		crashChild(dir)
		return
	}
	if dir := os.Getenv("VAULT_SHRED_DIR"); dir != "" {
		crashShredder(dir)
		return
	}
	if dir := os.Getenv("VAULT_FAULT_DIR"); dir != "" {
		faultChild(dir)
		return
	}
	if dir := os.Getenv("VAULT_STUCK_DIR"); dir != "" {
		stuckChild(dir)
		return
	}
	if dir := os.Getenv("VAULT_CUT_DIR"); dir != "" {
		cutChild(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

func declared(names ...string) []vault.Bucket {
	var out []vault.Bucket
	for _, n := range names {
		out = append(out, vault.Bucket{Name: n, Purpose: "test", Basis: "consent"})
	}
	return out
}

func opened(t testing.TB, dir string, o vault.Options) *vault.File {
	t.Helper()
	if o.Buckets == nil {
		o.Buckets = declared("a", "b")
	}
	f, err := vault.Open(dir, "test.db", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func update(t testing.TB, f *vault.File, fn func(*vault.Tx) error) {
	t.Helper()
	if err := f.Update(fn); err != nil {
		t.Fatal(err)
	}
}

// all returns every key and value of a bucket.
func all(t testing.TB, f *vault.File, bucket string) map[string]string {
	t.Helper()
	got := map[string]string{}
	if err := f.View(func(tx *vault.Tx) error {
		return tx.Each(bucket, nil, func(k, v []byte) error {
			got[string(k)] = string(v)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFileKeepsWhatItWasGiven(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	update(t, f, func(tx *vault.Tx) error {
		return errors.Join(tx.Put("a", []byte("k"), []byte("v")), tx.Put("a", []byte("empty"), nil))
	})
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if err := f.View(func(*vault.Tx) error { return nil }); !errors.Is(err, vault.ErrClosed) {
		t.Errorf("read after close: %v, want ErrClosed", err)
	}
	f = opened(t, dir, vault.Options{})
	if diff := cmp.Diff(map[string]string{"k": "v", "empty": ""}, all(t, f, "a")); diff != "" {
		t.Error(diff)
	}
	if err := f.View(func(tx *vault.Tx) error {
		if v := tx.Get("a", []byte("empty")); v == nil {
			t.Error("an empty value reads as none")
		}
		if v := tx.Get("a", []byte("none")); v != nil {
			t.Errorf("no value reads as %q", v)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestErrorOfUpdateChangesNothing(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{})
	mine := errors.New("mine")
	err := f.Update(func(tx *vault.Tx) error {
		return errors.Join(tx.Put("a", []byte("k"), []byte("v")), mine)
	})
	if !errors.Is(err, mine) {
		t.Errorf("got %v", err)
	}
	if got := all(t, f, "a"); len(got) != 0 {
		t.Errorf("the file holds %v", got)
	}
}

func TestBorrowersPanicPasses(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{})
	for name, call := range map[string]func(){
		"view":       func() { f.View(func(*vault.Tx) error { panic("mine") }) },
		"update":     func() { f.Update(func(*vault.Tx) error { panic("mine") }) },
		"undeclared": func() { f.View(func(tx *vault.Tx) error { tx.Get("zzz", nil); return nil }) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil {
					t.Errorf("%s: the panic was swallowed", name)
				}
			}()
			call()
		}()
	}
	update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), nil) }) // still usable
}

func TestValuesAreCopies(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{})
	in := []byte("before")
	var kept []byte
	update(t, f, func(tx *vault.Tx) error {
		err := tx.Put("a", []byte("k"), in)
		copy(in, "AFTER!")
		kept = tx.Get("a", []byte("k"))
		return err
	})
	copy(kept, "XXXXXX") // after the transaction: bbolt's own memory would fault
	if got := all(t, f, "a")["k"]; got != "before" {
		t.Errorf("got %q", got)
	}
}

func TestWalks(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{})
	update(t, f, func(tx *vault.Tx) error {
		var err error
		for _, k := range []string{"a1", "a2", "b1", "b2", "b3", "\xff\xff1"} {
			err = errors.Join(err, tx.Put("a", []byte(k), []byte(strings.ToUpper(k))))
		}
		return err
	})
	if err := f.View(func(tx *vault.Tx) error {
		for _, tt := range []struct{ prefix, first, last string }{
			{"", "a1", "\xff\xff1"}, {"a", "a1", "a2"}, {"b", "b1", "b3"}, {"c", "", ""},
			{"\xff", "\xff\xff1", "\xff\xff1"}, {"\xff\xff", "\xff\xff1", "\xff\xff1"}, {"b3", "b3", "b3"}, {"A", "", ""},
		} {
			first, _ := tx.First("a", []byte(tt.prefix))
			last, v := tx.Last("a", []byte(tt.prefix))
			if string(first) != tt.first || string(last) != tt.last || string(v) != strings.ToUpper(tt.last) {
				t.Errorf("prefix %q: first %q, last %q with %q, want %q and %q", tt.prefix, first, last, v, tt.first, tt.last)
			}
		}
		var from, some []string
		err := tx.EachFrom("a", []byte("b2"), func(k, _ []byte) error { from = append(from, string(k)); return nil })
		err = errors.Join(err, tx.Each("a", []byte("b"), func(k, _ []byte) error {
			if some = append(some, string(k)); len(some) == 2 {
				return vault.ErrStop
			}
			return nil
		}))
		if diff := cmp.Diff([][]string{{"b2", "b3", "\xff\xff1"}, {"b1", "b2"}}, [][]string{from, some}); diff != "" {
			t.Error(diff)
		}
		if n := tx.Count("a"); n != 6 {
			t.Errorf("count %d, want 6", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestEachMayDeleteAsItGoes(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{})
	update(t, f, func(tx *vault.Tx) error {
		for i := range 3000 {
			if err := tx.Put("a", fmt.Appendf(nil, "%05d", i), bytes.Repeat([]byte("x"), 100)); err != nil {
				return err
			}
		}
		return nil
	})
	seen := 0
	update(t, f, func(tx *vault.Tx) error {
		return tx.Each("a", nil, func(k, _ []byte) error {
			seen++
			return tx.Delete("a", k)
		})
	})
	if left := all(t, f, "a"); seen != 3000 || len(left) != 0 {
		t.Errorf("saw %d of 3000, left %d", seen, len(left))
	}
}

func TestSequenceSurvives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	var got []uint64
	next := func() {
		update(t, f, func(tx *vault.Tx) error {
			n, err := tx.Sequence("a")
			got = append(got, n)
			return err
		})
	}
	next()
	next()
	if err := f.Compact(); err != nil {
		t.Fatal(err)
	}
	next()
	f.Close()
	f = opened(t, dir, vault.Options{})
	next()
	if !slices.Equal(got, []uint64{1, 2, 3, 4}) {
		t.Errorf("got %v", got)
	}
}

// A file behaves like a map, whatever is done in whatever order.
func TestFileIsAMap(t *testing.T) {
	t.Parallel()
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		o := vault.Options{Buckets: declared("a")}
		name := fmt.Sprintf("m%d.db", n)
		f, err := vault.Open(dir, name, o)
		if err != nil {
			r.Fatal(err)
		}
		defer func() { f.Close() }()
		want := map[string]string{}
		key := rapid.SampledFrom([]string{"a", "b", "c", "dd", "\x00", "\xff"})
		r.Repeat(map[string]func(*rapid.T){
			"put": func(r *rapid.T) {
				k, v := key.Draw(r, "key"), strings.Repeat("v", rapid.IntRange(0, 9000).Draw(r, "size"))
				if err := f.Update(func(tx *vault.Tx) error { return tx.Put("a", []byte(k), []byte(v)) }); err != nil {
					r.Fatal(err)
				}
				want[k] = v
			},
			"delete": func(r *rapid.T) {
				k := key.Draw(r, "key")
				if err := f.Update(func(tx *vault.Tx) error { return tx.Delete("a", []byte(k)) }); err != nil {
					r.Fatal(err)
				}
				delete(want, k)
			},
			"compact": func(r *rapid.T) {
				if err := f.Compact(); err != nil {
					r.Fatal(err)
				}
			},
			"reopen": func(r *rapid.T) {
				if err := f.Close(); err != nil {
					r.Fatal(err)
				}
				if f, err = vault.Open(dir, name, o); err != nil {
					r.Fatal(err)
				}
			},
			"": func(r *rapid.T) {
				if got := all(t, f, "a"); !maps.Equal(got, want) {
					r.Fatalf("holds %d keys, want %d", len(got), len(want))
				}
			},
		})
	})
}

func TestReadersGoOnWhileItIsCompacted(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{})
	update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), bytes.Repeat([]byte("v"), 1<<20)) })
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := f.View(func(tx *vault.Tx) error {
					if len(tx.Get("a", []byte("k"))) != 1<<20 {
						return errors.New("the value is gone")
					}
					return nil
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 10 {
		if err := f.Compact(); err != nil {
			t.Error(err)
		}
		if err := f.Update(func(tx *vault.Tx) error { return tx.Put("b", []byte("k"), nil) }); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
	if n := f.Stats().Compactions; n != 10 {
		t.Errorf("%d compactions counted, want 10", n)
	}
}

func TestOpeningCompactsAMostlyEmptyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := opened(t, dir, vault.Options{})
	for i := range 16 {
		update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte{byte(i)}, make([]byte, 1<<20)) })
	}
	for i := range 15 {
		update(t, f, func(tx *vault.Tx) error { return tx.Delete("a", []byte{byte(i)}) })
	}
	f.Close()
	before, err := os.Stat(filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	f = opened(t, dir, vault.Options{})
	s := f.Stats()
	if s.Size > before.Size()/2 || s.Compactions != 1 {
		t.Errorf("%d bytes before, %d after %d compactions", before.Size(), s.Size, s.Compactions)
	}
	if got := all(t, f, "a"); len(got) != 1 {
		t.Errorf("%d keys left, want 1", len(got))
	}
}

func TestStatsCount(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{Quota: 4 << 20})
	update(t, f, func(tx *vault.Tx) error { return tx.Put("a", []byte("k"), nil) })
	all(t, f, "a")
	s := f.Stats()
	if s.Reads != 1 || s.Writes != 1 || s.Refused != 0 || s.Quota != 4<<20 || s.Size == 0 {
		t.Errorf("got %+v", s)
	}
	if b := f.Buckets(); len(b) != 2 || b[0].TTL != time.Duration(0) {
		t.Errorf("declared %v", b)
	}
}
