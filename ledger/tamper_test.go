package ledger

import (
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/vault"
)

// raw lends the closed ledger's database to somebody without foyer.
func (b *box) raw(fn func(tx *vault.Tx) error) {
	b.t.Helper()
	if err := b.log.Close(); err != nil {
		b.t.Fatal(err)
	}
	f, err := vault.Open(b.dir, "ledger.db", vault.Options{Buckets: Buckets()})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := errors.Join(f.Update(fn), f.Close()); err != nil {
		b.t.Fatal(err)
	}
	if b.log, err = Open(b.dir, b.keys, Options{}); err != nil {
		b.t.Fatal(err)
	}
}

// reseal changes a row as somebody would who has the keys: the text inside,
// with a matching hash of its own if rehash is set.
func (b *box) reseal(tx *vault.Tx, key []byte, rehash bool) error {
	r, err := b.log.row(tx, key)
	if err != nil {
		return err
	}
	r.Reason = "customer_asked"
	kept := r.Hash
	plain, err := r.encode()
	if err != nil {
		return err
	}
	if !rehash {
		copy(plain, kept[:])
	}
	return tx.Put(bRows, key, b.log.own.Seal(bRows, key, version, plain))
}

// Rows 1 to 3 are of October, 4 to 6 of November 2026.
func TestVerifyNamesTheFirstBrokenRow(t *testing.T) {
	october := time.Date(2026, 10, 30, 12, 0, 0, 0, time.UTC)
	oct, nov := func(seq uint64) []byte { return rowKey("2026-10", seq) }, func(seq uint64) []byte { return rowKey("2026-11", seq) }
	for name, tt := range map[string]struct {
		harm func(b *box, tx *vault.Tx) error
		want string
	}{
		"a flipped byte": {func(b *box, tx *vault.Tx) error {
			v := tx.Get(bRows, oct(2))
			v[len(v)/2] ^= 1
			return tx.Put(bRows, oct(2), v)
		}, "row 2 of 2026-10"},
		"a row cut short":        {func(b *box, tx *vault.Tx) error { return tx.Put(bRows, oct(2), []byte{1}) }, "row 2 of 2026-10"},
		"a row edited with keys": {func(b *box, tx *vault.Tx) error { return b.reseal(tx, nov(5), false) }, "row 5 of 2026-11"},
		"and hashed again":       {func(b *box, tx *vault.Tx) error { return b.reseal(tx, nov(5), true) }, "row 6 of 2026-11"},
		"the last one too":       {func(b *box, tx *vault.Tx) error { return b.reseal(tx, nov(6), true) }, "row 6: another hash"},
		"a row removed":          {func(b *box, tx *vault.Tx) error { return tx.Delete(bRows, oct(2)) }, "row 2 of 2026-10: it is missing"},
		"the first row removed":  {func(b *box, tx *vault.Tx) error { return tx.Delete(bRows, oct(1)) }, "row 1 of 2026-10: it is missing"},
		"the last row removed":   {func(b *box, tx *vault.Tx) error { return tx.Delete(bRows, nov(6)) }, "row 6 of 2026-11: it is missing"},
		"two rows exchanged": {func(b *box, tx *vault.Tx) error {
			one, two := tx.Get(bRows, oct(1)), tx.Get(bRows, oct(2))
			return errors.Join(tx.Put(bRows, oct(1), two), tx.Put(bRows, oct(2), one))
		}, "row 1 of 2026-10"},
		"a row added": {func(b *box, tx *vault.Tx) error { return tx.Put(bRows, nov(7), tx.Get(bRows, nov(6))) }, "7 rows"},
		"a month removed": {func(b *box, tx *vault.Tx) error {
			return errors.Join(tx.Delete(bSegments, []byte("2026-10")), tx.Delete(bRows, oct(1)), tx.Delete(bRows, oct(2)), tx.Delete(bRows, oct(3)))
		}, "1 segments, want 2"},
		"a segment's head edited": {func(b *box, tx *vault.Tx) error {
			return b.log.putJSON(tx.Put, bSegments, []byte("2026-11"), segment{First: 4, Prev: [32]byte{1}})
		}, "segment 2026-11"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			for range 3 {
				b.append("c-1", october)
			}
			for range 3 {
				b.append("c-1", noon)
			}
			b.verify()
			b.raw(func(tx *vault.Tx) error { return tt.harm(b, tx) })
			err := b.log.Verify()
			if !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrBroken with %q", err, tt.want)
			}
		})
	}
}

func TestMissingHeadIsNoticed(t *testing.T) {
	b := newBox(t)
	b.append("c-1", noon)
	if err := b.log.file.Update(func(tx *vault.Tx) error { return tx.Delete(bHead, []byte(bHead)) }); err != nil {
		t.Fatal(err)
	}
	if err := b.log.Verify(); !errors.Is(err, ErrBroken) {
		t.Errorf("verify: %v", err)
	}
	if err := b.log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.dir, b.keys, Options{}); !errors.Is(err, ErrBroken) {
		t.Errorf("open: %v, want ErrBroken: the chain must not begin at row 1 again", err)
	}
}

// What the decoder accepts carries its own hash.
func FuzzDecodeRow(f *testing.F) {
	r := Row{Seq: 1, At: noon, Subject: "s"}
	data, err := r.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeRow(data)
		if err == nil && chain(r.PrevHash, data[64:]) != r.Hash {
			t.Error("a row with a wrong hash was accepted")
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	x := newBox(b)
	c, r := customer(b, "c-1"), access(b, noon)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.log.Append(c, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyPerRow(b *testing.B) {
	x := newBox(b)
	const rows = 2000
	for range rows {
		x.append("c-1", noon)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := x.log.Verify(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
