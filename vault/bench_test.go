package vault

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

const benchValue = 4 << 10

func benchFile(b *testing.B, rows int) (*File, *KeyRing) {
	dir := b.TempDir()
	k := ring(b, dir)
	f, err := Open(dir, "bench.db", Options{Buckets: []Bucket{{Name: "b", Purpose: "test", Basis: "consent"}}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	s := sealer(b, k, "ana")
	err = f.Update(func(tx *Tx) error {
		for i := range rows {
			key := k.Index("b", fmt.Sprint(i))
			if err := tx.Put("b", key, s.Seal("b", key, 1, make([]byte, benchValue))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return f, k
}

func BenchmarkSealedGet4KiB(b *testing.B) {
	const rows = 5000
	f, k := benchFile(b, rows)
	b.ReportAllocs()
	for b.Loop() {
		key := k.Index("b", fmt.Sprint(rand.IntN(rows)))
		var sealed []byte
		err := f.View(func(tx *Tx) error { sealed = tx.Get("b", key); return nil })
		if err != nil {
			b.Fatal(err)
		}
		s, err := k.Sealer("ana")
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := s.Open("b", key, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealedPut4KiB(b *testing.B) {
	f, k := benchFile(b, 100)
	s := sealer(b, k, "ana")
	plain := make([]byte, benchValue)
	b.ReportAllocs()
	for b.Loop() {
		key := k.Index("b", fmt.Sprint(rand.IntN(5000)))
		if err := f.Update(func(tx *Tx) error { return tx.Put("b", key, s.Seal("b", key, 1, plain)) }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkShredOneOf10000(b *testing.B) {
	k := ring(b, b.TempDir())
	err := k.file.Update(func(tx *Tx) error {
		for i := range 10_000 {
			h := k.Handle(fmt.Sprint("filler-", i))
			if err := tx.Put(dataKeys, h, newSealer(k.kek.key[:]).Seal(dataKeys, h, keyVersion, make([]byte, 32))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		sealer(b, k, "ana")
		b.StartTimer()
		if err := k.Shred("ana"); err != nil {
			b.Fatal(err)
		}
	}
}
