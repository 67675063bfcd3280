package profile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/vault"
)

// What the decoders accept is written again and read equal.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"customer":"c-1","style":"only_mine","preferred":["ana"],"notes":[{"id":"n","author":"bo","at":"2026-11-22T10:00:00Z"}]}`))
	f.Add([]byte(`[{"purpose":"presence","granted":true,"at":{"wall_ms":1,"count":2,"node":"n"}}]`))
	f.Add([]byte(`{"wall_ms":-62135596800000}`))
	f.Add([]byte(`{"code_sha256":"00","customer":"c"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := decodeProfile(data); err == nil {
			again, err := json.Marshal(p.raw())
			if err != nil {
				t.Skip() // a year JSON cannot write
			}
			q, err := decodeProfile(again)
			if err != nil || !cmp.Equal(p.raw(), q.raw()) {
				t.Fatalf("profile: %v", err)
			}
		}
		if cs, err := decodeConsents(data); err == nil {
			for _, w := range cs {
				if w.At.normal() != w.At {
					t.Fatalf("a stamp changes when read: %+v", w.At)
				}
			}
		}
		if h, err := decodeMark(data); err == nil && h.raw().stamp() != h {
			t.Fatalf("a mark changes when read: %+v", h)
		}
		_, _ = decodeInvitation(data) // any error is fine, a panic is not
	})
}

// fourKiB returns a profile whose stored form has about 4 KiB.
func fourKiB(c floor.Customer) Profile {
	p := New(c)
	p.Form, p.Languages = "Ms. Keller", []string{"de", "fr"}
	for i := range 20 {
		p.Purchases = append(p.Purchases, Purchase{
			ID: fmt.Sprint("p-", i), At: time.Date(2026, 1, i+1, 0, 0, 0, 0, time.UTC), Store: "zurich",
			Category: "shoes", Text: strings.Repeat("a pair of boots ", 4), Colour: "green", Sensitivity: Ordinary,
		})
	}
	return p
}

const benchCustomers = 5000

func benchCache(b *testing.B) (*Cache, []floor.Customer) {
	dir := b.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{}, vault.KeyOptions{})
	if err != nil {
		b.Fatal(err)
	}
	c, err := Open(dir, keys, Options{Node: "n"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close(); keys.Close() })
	var all []floor.Customer
	for i := range benchCustomers {
		who, err := floor.ParseCustomer(fmt.Sprint("c-", i))
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, who)
		if err := c.Put(fourKiB(who)); err != nil {
			b.Fatal(err)
		}
	}
	return c, all
}

// BenchmarkGet4KiB reports, besides the mean, the 99th percentile of a random
// get in microseconds.
func BenchmarkGet4KiB(b *testing.B) {
	c, all := benchCache(b)
	raw, _ := json.Marshal(fourKiB(all[0]).raw())
	var took []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		if _, err := c.Get(all[rand.IntN(len(all))]); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
	b.ReportMetric(float64(len(raw)), "bytes")
}

func BenchmarkPut4KiB(b *testing.B) {
	c, all := benchCache(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Put(fourKiB(all[rand.IntN(len(all))])); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkForgetOneOf5000(b *testing.B) {
	c, all := benchCache(b)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		if err := c.Forget(time.Now(), all[i%len(all)]); err != nil {
			b.Fatal(err)
		}
	}
}

// opened is an empty cache, and the folder it is in.
func opened(t *testing.T) (c *Cache, dir string) {
	t.Helper()
	dir = t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{7}, vault.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	if c, err = Open(dir, keys, Options{Node: "n"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, dir
}

// Nothing in memory leads to one who was erased, whichever way she was: not who
// named whom, nor what was kept ready while she was here.
func TestMemoryForgetsTheErased(t *testing.T) {
	c, _ := opened(t)
	ana, err := floor.ParseAssociate("ana")
	if err != nil {
		t.Fatal(err)
	}
	for ref, erase := range map[string]func(floor.Customer) error{
		"c-1": func(who floor.Customer) error { return c.Forget(time.Now(), who) },
		"c-2": func(who floor.Customer) error {
			_, err := c.BeginErasure(who, Erasure{At: time.Now()})
			return err
		},
	} {
		who, err := floor.ParseCustomer(ref)
		if err != nil {
			t.Fatal(err)
		}
		p := New(who)
		p.Preferred = []floor.AssociateID{ana}
		if err := c.Put(p); err != nil {
			t.Fatal(err)
		}
		c.Keep(who)
		if all, err := c.Listing(ana); err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		if err := erase(who); err != nil {
			t.Fatal(err)
		}
		if n := len(c.listed.by[ana]) + len(c.warm.kept); n != 0 {
			t.Errorf("%s: %d of her are left in memory", ref, n)
		}
	}
}

// A note that has outlived its time is gone from the file, not only from her
// profile: her key would open the row it stood in.
func TestAnExpiredNoteLeavesNothing(t *testing.T) {
	c, dir := opened(t)
	who, err := floor.ParseCustomer("c-1")
	if err != nil {
		t.Fatal(err)
	}
	ana, err := floor.ParseAssociate("ana")
	if err != nil {
		t.Fatal(err)
	}
	p := New(who)
	p.Notes = []Note{{ID: "n", Author: ana, Kind: NoteHandling, Visibility: NoteService, At: time.Now().Add(-noteTTL - time.Hour), Text: "likes to try alone"}}
	if err := c.Put(p); err != nil {
		t.Fatal(err)
	}
	var row []byte
	if err := c.file.View(func(tx *vault.Tx) error { row = tx.Get(bProfiles, c.keys.Index(bProfiles, who.Ref())); return nil }); err != nil {
		t.Fatal(err)
	}
	lies := func() bool {
		raw, err := os.ReadFile(filepath.Join(dir, "profiles.db"))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(raw, row)
	}
	if !lies() {
		t.Fatal("the row is not in the file to begin with")
	}
	if s, err := c.Sweep(time.Now()); err != nil || s.Notes != 1 {
		t.Fatal(s, err)
	}
	if err := c.Clean(); err != nil || lies() {
		t.Errorf("%v, the row lies in the file still: %t", err, lies())
	}
}
