package drawer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"foyer/floor"
	"foyer/vault"
)

const handleSize = 32 // bytes of a subject's handle

// Subject is whose key seals what is the staff's.
const Subject = "box:desk"

// A Drawer is one bucket of desk.db. Its methods may be called from any goroutine.
type Drawer struct {
	file   *vault.File
	keys   *vault.KeyRing
	bucket string
}

// Of returns the drawer of a bucket that file was opened with.
func Of(file *vault.File, keys *vault.KeyRing, bucket string) Drawer {
	return Drawer{file, keys, bucket}
}

// hers is the beginning of every name of a customer's rows.
func (d Drawer) hers(c floor.Customer) []byte { return d.keys.Index(d.bucket, c.Ref()) }

func (d Drawer) name(c floor.Customer, name string) []byte {
	return append(bytes.Clone(d.hers(c)), d.keys.Index(d.bucket, name)...)
}

// Put keeps v of a customer under a name, sealed under her key. A row is her
// handle, then the sealed value.
func Put[T any](d Drawer, c floor.Customer, name string, v T) error {
	sealer, err := d.keys.Sealer(c.Ref())
	if err != nil {
		return err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	key := d.name(c, name)
	row := append(bytes.Clone(d.keys.Handle(c.Ref())), sealer.Seal(d.bucket, key, 1, plain)...)
	return d.file.Update(func(tx *vault.Tx) error { return tx.Put(d.bucket, key, row) })
}

// Get returns what is kept of a customer under a name.
func Get[T any](d Drawer, c floor.Customer, name string) (v T, ok bool, err error) {
	key := d.name(c, name)
	var row []byte
	if err := d.file.View(func(tx *vault.Tx) error { row = bytes.Clone(tx.Get(d.bucket, key)); return nil }); err != nil || row == nil {
		return v, false, err
	}
	return open[T](d, key, row)
}

// All returns what is kept of a customer.
func All[T any](d Drawer, c floor.Customer) (out []T, err error) {
	err = d.file.View(func(tx *vault.Tx) error {
		return tx.Each(d.bucket, d.hers(c), func(key, row []byte) error {
			v, ok, err := open[T](d, key, row)
			if ok {
				out = append(out, v)
			}
			return err
		})
	})
	return out, err
}

// Each calls see with what is kept of everybody and can be opened.
func Each[T any](d Drawer, see func(T)) error {
	return d.file.View(func(tx *vault.Tx) error {
		return tx.Each(d.bucket, nil, func(key, row []byte) error {
			v, ok, err := open[T](d, key, row)
			if ok {
				see(v)
			}
			if errors.Is(err, vault.ErrAway) {
				return nil // it waits until it can be read
			}
			return err
		})
	})
}

// Sweep removes what is kept of customers where keep says so, and rows that
// nothing opens. It returns how many went.
func Sweep[T any](d Drawer, keep func(T) bool) (n int, err error) {
	err = d.file.Update(func(tx *vault.Tx) error {
		n = 0
		return tx.Each(d.bucket, nil, func(key, row []byte) error {
			v, ok, err := open[T](d, key, row)
			switch {
			case errors.Is(err, vault.ErrAway):
				return nil
			case err != nil:
				return err
			case ok && keep(v):
				return nil
			}
			n++
			return tx.Delete(d.bucket, key)
		})
	})
	return n, err
}

// Drop removes what is kept of a customer under a name.
func (d Drawer) Drop(c floor.Customer, name string) error {
	return d.file.Update(func(tx *vault.Tx) error { tx.CompactLater(); return tx.Delete(d.bucket, d.name(c, name)) })
}

// Forget removes everything that is kept of a customer. What bbolt leaves behind
// goes at the next clean.
func (d Drawer) Forget(c floor.Customer) error {
	return d.file.Update(func(tx *vault.Tx) error {
		tx.CompactLater()
		return tx.Each(d.bucket, d.hers(c), func(key, _ []byte) error { return tx.Delete(d.bucket, key) })
	})
}

// open reads a row. In one that nothing opens there is nothing.
func open[T any](d Drawer, key, row []byte) (v T, ok bool, err error) {
	if len(row) < handleSize {
		return v, false, nil
	}
	sealer, err := d.keys.SealerOf(row[:handleSize])
	var plain []byte
	if err == nil {
		plain, _, err = sealer.Open(d.bucket, key, row[handleSize:])
	}
	switch {
	case errors.Is(err, vault.ErrSealed):
		return v, false, nil
	case err != nil:
		return v, false, err
	}
	if err := json.Unmarshal(plain, &v); err != nil {
		return v, false, fmt.Errorf("read a row of %s: %w", d.bucket, err)
	}
	return v, true, nil
}
