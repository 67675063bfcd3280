package drawer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"foyer/vault"
)

// PutOwn keeps v of the staff under a name, sealed under the box's key.
func PutOwn[T any](d Drawer, name string, v T) error {
	return d.file.Update(func(tx *vault.Tx) error { return PutOwnIn(tx, d, name, v) })
}

// PutOwnIn is PutOwn within a transaction of the drawer's file.
func PutOwnIn[T any](tx *vault.Tx, d Drawer, name string, v T) error {
	sealer, err := d.keys.Sealer(Subject)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	key := d.keys.Index(d.bucket, name)
	return tx.Put(d.bucket, key, sealer.Seal(d.bucket, key, 1, plain))
}

// DropOwnIn removes within a transaction what is kept under a name.
func (d Drawer) DropOwnIn(tx *vault.Tx, name string) error {
	return tx.Delete(d.bucket, d.keys.Index(d.bucket, name))
}

// Together runs fn in one transaction of the drawer's file: all of it comes to be,
// or nothing.
func (d Drawer) Together(fn func(tx *vault.Tx) error) error { return d.file.Update(fn) }

// GetOwn returns what is kept under a name.
func GetOwn[T any](d Drawer, name string) (v T, ok bool, err error) {
	key := d.keys.Index(d.bucket, name)
	var row []byte
	if err := d.file.View(func(tx *vault.Tx) error { row = bytes.Clone(tx.Get(d.bucket, key)); return nil }); err != nil || row == nil {
		return v, false, err
	}
	sealer, err := d.keys.Sealer(Subject)
	if err != nil {
		return v, false, err
	}
	return openOwn[T](d, sealer, key, row)
}

// SweepOwn removes what is kept of the staff where keep says so, and rows that
// nothing opens. It returns how many went.
func SweepOwn[T any](d Drawer, keep func(T) bool) (n int, err error) {
	sealer, err := d.keys.Sealer(Subject)
	if err != nil {
		return 0, err
	}
	err = d.file.Update(func(tx *vault.Tx) error {
		n = 0
		return tx.Each(d.bucket, nil, func(key, row []byte) error {
			v, ok, err := openOwn[T](d, sealer, key, row)
			if err != nil || ok && keep(v) {
				return err
			}
			n++
			return tx.Delete(d.bucket, key)
		})
	})
	return n, err
}

// DropOwn removes what is kept under a name.
func (d Drawer) DropOwn(name string) error {
	return d.file.Update(func(tx *vault.Tx) error { return d.DropOwnIn(tx, name) })
}

func openOwn[T any](d Drawer, sealer vault.Sealer, key, row []byte) (v T, ok bool, err error) {
	plain, _, err := sealer.Open(d.bucket, key, row)
	if errors.Is(err, vault.ErrSealed) {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	if err := json.Unmarshal(plain, &v); err != nil {
		return v, false, fmt.Errorf("read a row of %s: %w", d.bucket, err)
	}
	return v, true, nil
}

// EachOwn calls see with what is kept of the staff and can be opened.
func EachOwn[T any](d Drawer, see func(T)) error {
	sealer, err := d.keys.Sealer(Subject)
	if err != nil {
		return err
	}
	return d.file.View(func(tx *vault.Tx) error {
		return tx.Each(d.bucket, nil, func(key, row []byte) error {
			v, ok, err := openOwn[T](d, sealer, key, row)
			if ok {
				see(v)
			}
			return err
		})
	})
}
