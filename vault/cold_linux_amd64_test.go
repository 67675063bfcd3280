package vault

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

const coldRows = 100_000

// coldFolder makes a folder as a box's with 100,000 profiles of 4 KiB, each
// under a key of its own, and returns its size in bytes.
func coldFolder(b *testing.B, dir string) {
	b.Helper()
	k := ring(b, dir)
	setShare(b, k)
	f := coldOpen(b, dir)
	plain := make([]byte, benchValue)
	for at := 0; at < coldRows; at += 5000 {
		rows := map[string][]byte{}
		err := k.file.Update(func(tx *Tx) error {
			for i := at; i < at+5000; i++ {
				h := k.Handle(fmt.Sprint(i))
				key := make([]byte, 32)
				key[0], key[1], key[2] = byte(i), byte(i>>8), byte(i>>16)
				if err := tx.Put(dataKeys, h, k.kek.row(h, k.cover(k.share, h, key))); err != nil {
					return err
				}
				place := k.Index("b", fmt.Sprint(i))
				rows[string(place)] = append(h, newSealer(key).Seal("b", place, 1, plain)...)
			}
			return nil
		})
		if err == nil {
			err = f.Update(func(tx *Tx) error {
				for place, row := range rows {
					if err := tx.Put("b", []byte(place), row); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	f.Close()
	k.Close()
}

func coldOpen(b *testing.B, dir string) *File {
	b.Helper()
	f, err := Open(dir, "bench.db", Options{Quota: 1 << 30, Buckets: []Bucket{{Name: "b", Purpose: "test", Basis: "consent"}}})
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// chill takes the folder out of the page cache, as after a cold start.
func chill(b *testing.B, dir string) {
	b.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entries {
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			b.Fatal(err)
		}
		const dontNeed = 4 // posix_fadvise(2)
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		if _, _, errno := syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), 0, 0, dontNeed, 0, 0); errno != 0 {
			b.Fatal(errno)
		}
		f.Close()
	}
}

// BenchmarkCold measures a box with 100,000 profiles whose files nobody has read
// since the power came: opening them, after an orderly end and after a power
// cut, then reading and unsealing profiles at random, the slowest of a hundred
// in p99-ms.
func BenchmarkCold(b *testing.B) {
	dir := b.TempDir()
	coldFolder(b, dir)
	open := func() (*KeyRing, *File) {
		k, err := OpenKeys(dir, testRoot, KeyOptions{})
		if err != nil {
			b.Fatal(err)
		}
		return k, coldOpen(b, dir)
	}
	for name, mark := range map[string]string{"open": markClosed, "open after a power cut": markOpen} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				for _, lock := range []string{keysFile, "bench.db"} {
					if err := os.WriteFile(filepath.Join(dir, lock+".lock"), []byte(mark), 0o600); err != nil {
						b.Fatal(err)
					}
				}
				chill(b, dir)
				b.StartTimer()
				k, f := open()
				b.StopTimer()
				f.Close()
				k.Close()
			}
		})
	}
	b.Run("read", func(b *testing.B) {
		chill(b, dir)
		k, f := open()
		defer k.Close()
		defer f.Close()
		var took []time.Duration
		for b.Loop() {
			i := rand.IntN(coldRows)
			began := time.Now()
			coldRead(b, k, f, fmt.Sprint(i))
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(len(took)), "reads")
	})
}

func coldRead(b *testing.B, k *KeyRing, f *File, subject string) {
	key := k.Index("b", subject)
	var row []byte
	if err := f.View(func(tx *Tx) error { row = tx.Get("b", key); return nil }); err != nil {
		b.Fatal(err)
	}
	s, err := k.SealerOf(row[:32])
	if err != nil {
		b.Fatal(err)
	}
	if plain, _, err := s.Open("b", key, row[32:]); err != nil || len(plain) != benchValue {
		b.Fatal(err)
	}
}
