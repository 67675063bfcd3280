package vault_test

import (
	"errors"
	"fmt"
	"testing"

	"foyer/vault"
)

// A sweep sees every row once, whatever it removes meanwhile, in transactions of
// their own of which those write that remove something; an error ends it.
func TestSweep(t *testing.T) {
	t.Parallel()
	f := opened(t, t.TempDir(), vault.Options{})
	const rows = 1000
	update(t, f, func(tx *vault.Tx) error {
		for i := range rows {
			if err := tx.Put("a", fmt.Appendf(nil, "%06d", i), []byte{byte(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	before := f.Stats().Writes
	sweep := func(gone func(v []byte) bool) (seen int, err error) {
		err = f.Sweep("a", func(tx *vault.Tx, k, v []byte) error {
			if seen++; gone(v) {
				return tx.Delete("a", k)
			}
			return nil
		})
		return seen, err
	}
	if n, err := sweep(func([]byte) bool { return false }); err != nil || n != rows || f.Stats().Writes != before {
		t.Errorf("nothing to remove: %d rows seen, %d writes, %v", n, f.Stats().Writes-before, err)
	}
	if n, err := sweep(func(v []byte) bool { return v[0]%2 == 0 }); err != nil || n != rows || f.Stats().Writes != before+4 {
		t.Errorf("half to remove: %d rows seen, %d writes, %v", n, f.Stats().Writes-before, err)
	}
	if got := all(t, f, "a"); len(got) != rows/2 {
		t.Errorf("%d rows are left", len(got))
	}
	bad := errors.New("bad")
	n := 0
	err := f.Sweep("a", func(tx *vault.Tx, k, v []byte) error {
		if n++; n == 300 {
			return bad
		}
		return tx.Delete("a", k)
	})
	if got := all(t, f, "a"); !errors.Is(err, bad) || len(got) != rows/2-256 {
		t.Errorf("%v, and %d rows are left", err, len(got))
	}
}
