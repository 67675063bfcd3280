package vault

import (
	"bytes"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// A Tx is one transaction, lent to a function and void afterwards. Everything
// it returns is a copy. Naming a bucket that was not declared is a mistake in
// the program and panics.
type Tx struct {
	file   *File
	tx     *bolt.Tx
	inside bool  // bbolt's code is running, so a panic is its
	room   int64 // bytes left below the quota, or on a full disk within the file

	ops    []op  // what was written so far
	anyway bool  // some of it by PutAnyway
	grown  int64 // bytes by which all else makes the file grow

	outdates bool // OutdateSnapshots was called
	leaves   bool // CompactLater was called
}

// lend runs the borrower's function; a panic in it leaves inside unset.
func (t *Tx) lend(fn func(*Tx) error) error {
	t.inside = false
	err := fn(t)
	t.inside = true
	return err
}

// call runs bbolt's code on one bucket; a panic in it leaves inside set.
func (t *Tx) call(bucket string, fn func(*bolt.Bucket)) {
	if !t.file.declared[bucket] {
		panic(fmt.Sprintf("vault: %s: bucket %q is not declared", t.file.name, bucket))
	}
	t.inside = true
	fn(t.tx.Bucket([]byte(bucket)))
	t.inside = false
}

// Get returns a copy of the value of key, or nil if there is none.
func (t *Tx) Get(bucket string, key []byte) (value []byte) {
	t.call(bucket, func(b *bolt.Bucket) { value = clone(b.Get(key)) })
	return value
}

// Put sets the value of key. It returns ErrFull when the write would grow the
// file beyond its quota or, while the disk is full, beyond what deletes have
// freed in it.
func (t *Tx) Put(bucket string, key, value []byte) error { return t.put(bucket, key, value, false) }

// PutAnyway is Put out of the reserve: it is not refused by a full file. It is
// for the little that must be written even then, such as the mark of an
// erasure.
func (t *Tx) PutAnyway(bucket string, key, value []byte) error {
	return t.put(bucket, key, value, true)
}

func (t *Tx) put(bucket string, key, value []byte, anyway bool) (err error) {
	t.call(bucket, func(b *bolt.Bucket) {
		grow := cost(key, value)
		if old := b.Get(key); old != nil {
			grow -= cost(key, old)
		}
		if grow > 0 && !anyway && grow > t.room {
			t.file.refused.Add(1)
			err = ErrFull
			return
		}
		value = append(make([]byte, 0, len(value)), value...) // bbolt keeps the slice
		if err = b.Put(key, value); err == nil {
			t.room -= grow
			if t.anyway = t.anyway || anyway; !anyway {
				t.grown += grow
			}
			t.note(bucket, key, value)
		}
	})
	return t.failed(err)
}

// Delete removes key; a key that is not there is no error.
func (t *Tx) Delete(bucket string, key []byte) (err error) {
	t.call(bucket, func(b *bolt.Bucket) {
		old := b.Get(key)
		if old == nil {
			return
		}
		freed := cost(key, old)
		if err = b.Delete(key); err == nil {
			t.room += freed
			t.grown -= freed
			t.note(bucket, key, nil)
		}
	})
	return t.failed(err)
}

// Each calls fn with a copy of every key and value whose key begins with
// prefix (nil: all), in the order of the keys. Within Update, fn may put and
// delete. ErrStop from fn ends the walk, any other error is returned.
func (t *Tx) Each(bucket string, prefix []byte, fn func(k, v []byte) error) error {
	return t.walk(bucket, prefix, within(prefix), fn)
}

// EachFrom is Each for the keys that are not before from (nil: all).
func (t *Tx) EachFrom(bucket string, from []byte, fn func(k, v []byte) error) error {
	return t.walk(bucket, from, within(nil), fn)
}

func (t *Tx) walk(bucket string, from []byte, found func(k, v []byte) ([]byte, []byte), fn func(k, v []byte) error) error {
	var c *bolt.Cursor
	var k, v []byte
	t.call(bucket, func(b *bolt.Bucket) {
		c = b.Cursor()
		k, v = found(c.Seek(from))
	})
	for k != nil {
		place := append(clone(k), 0) // the first key that may come after k
		if err := fn(k, v); errors.Is(err, ErrStop) {
			return nil
		} else if err != nil {
			return err
		}
		t.call(bucket, func(b *bolt.Bucket) {
			if b.Writable() {
				// fn may have changed the bucket under the cursor, which then
				// skips keys: find the place again.
				k, v = found(c.Seek(place))
			} else {
				k, v = found(c.Next())
			}
		})
	}
	return nil
}

// First returns copies of the first key with prefix and its value, nil if
// there is none.
func (t *Tx) First(bucket string, prefix []byte) (k, v []byte) {
	t.call(bucket, func(b *bolt.Bucket) { k, v = within(prefix)(b.Cursor().Seek(prefix)) })
	return k, v
}

// Last returns copies of the last key with prefix and its value, nil if there
// is none.
func (t *Tx) Last(bucket string, prefix []byte) (k, v []byte) {
	t.call(bucket, func(b *bolt.Bucket) {
		c := b.Cursor()
		end := after(prefix)
		if end != nil {
			k, _ = c.Seek(end)
		}
		if k == nil {
			k, v = within(prefix)(c.Last())
		} else {
			k, v = within(prefix)(c.Prev())
		}
	})
	return k, v
}

// Sequence returns the bucket's next number, from 1, never given twice.
func (t *Tx) Sequence(bucket string) (n uint64, err error) {
	t.call(bucket, func(b *bolt.Bucket) {
		if n, err = b.NextSequence(); err == nil {
			t.note(bucket, nil, nil)
		}
	})
	return n, t.failed(err)
}

// Count returns the number of keys. It walks the bucket's pages.
func (t *Tx) Count(bucket string) (n int) {
	t.call(bucket, func(b *bolt.Bucket) { n = b.Stats().KeyN })
	return n
}

func (t *Tx) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write %s: %w", t.file.name, err)
}

// cost is about what an entry takes in the file, in bytes: bbolt leaves pages
// half full when it splits them, and an entry that shares no page takes whole
// ones.
func cost(k, v []byte) int64 {
	const page, header, element = 4096, 16, 16
	n := len(k) + len(v) + element
	if n > page/2 {
		return int64((n + header + page - 1) / page * page)
	}
	return int64(2 * n)
}

// within copies what a cursor found, if it has the prefix.
func within(prefix []byte) func(k, v []byte) ([]byte, []byte) {
	return func(k, v []byte) ([]byte, []byte) {
		if k == nil || !bytes.HasPrefix(k, prefix) {
			return nil, nil
		}
		return clone(k), clone(v)
	}
}

// after returns the first key behind all keys with prefix, nil if there is none.
func after(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

// clone copies b; unlike bytes.Clone it keeps an empty value non-nil, since
// nil says that there is none.
func clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append(make([]byte, 0, len(b)), b...)
}
